/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_present.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/compare/compare_earlier.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_remarks.h"
#include "bench/compare/compare_table.h"
#include "bench/compare/verdict_output.h"
#include "bench/frame/names.h"

enum { MOST_DATASETS = 8 };

struct presentation {
    const char *datasets[MOST_DATASETS];
    struct eg_compare_table tables[MOST_DATASETS];
    struct eg_compare_remarks remarks[MOST_DATASETS];
    struct eg_contest verdicts[MOST_DATASETS];
    size_t count, judged;
    struct eg_outsiders outside;
};

static void list_datasets(const struct eg_rows *rows, struct presentation *shown)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows->array, i, row)
    {
        const char *name = json_string_value(
            json_object_get(json_object_get(row, "config"), "dataset"));
        size_t d = 0;
        while (d < shown->count && strcmp(shown->datasets[d], name) != 0)
            d++;
        if (d == shown->count && d < MOST_DATASETS)
            shown->datasets[shown->count++] = name;
    }
}

static int judge(const struct eg_run *run, const struct eg_rows *rows, struct presentation *shown,
                 struct eg_error *error)
{
    int status = EG_OK;
    list_datasets(rows, shown);
    for (size_t d = 0; d < shown->count && !status; d++) {
        struct eg_compare_table *made = &shown->tables[d];
        struct eg_compare_remarks *remarks = &shown->remarks[d];
        status = eg_compare_table_make(run, rows, &shown->outside, shown->datasets[d], made, error);
        if (!status)
            status = eg_compare_make_remarks(run->own, rows, &made->table, remarks, error);
        made->table.remarks = (const char *const *)remarks->items;
        made->table.remark_count = remarks->count;
        if (!status)
            status = eg_contest_make(&made->table, &shown->verdicts[d], error);
        shown->judged += !status;
    }
    return status;
}

/* What the methods from outside are worth comes last, where it is looked for. */
static void conclude(const struct presentation *shown, const char *name, FILE *out)
{
    char text[1024];
    if (shown->judged == 0)
        fprintf(out, "%s: there are no numbers of it\n", name);
    for (size_t d = 0; d < shown->judged; d++) {
        const struct eg_score_table *table = &shown->tables[d].table;
        size_t method = 0;
        while (method < table->method_count && strcmp(table->methods[method], name) != 0)
            method++;
        fprintf(out, "%s%s on %s: %s\n", d ? "" : "\n", name, eg_dataset_title(table->dataset),
                method < table->method_count
                    ? eg_contest_conclude(&shown->verdicts[d], method, text, sizeof text)
                    : "there are no numbers of it");
    }
}

static int print(const struct eg_run *run, const struct presentation *shown, int as_json, FILE *out,
                 struct eg_error *error)
{
    int status = as_json ? eg_contests_print_json(shown->verdicts, shown->judged, out, error)
                         : eg_contests_print(shown->verdicts, shown->judged, out, error);
    for (size_t i = 0; i < shown->outside.count && !as_json && !status; i++)
        conclude(shown, shown->outside.items[i].name, out);
    if (status || !shown->judged)
        return status;
    char *folder = eg_join_path_alloc(run->out, "report", error);
    status = folder ? eg_contests_write(shown->verdicts, shown->judged, folder, error)
                    : EG_INTERNAL;
    free(folder);
    return status;
}

int eg_compare_present(const struct eg_run *run, const struct eg_rows *rows, int as_json, FILE *out,
                       struct eg_error *error)
{
    struct presentation *shown = eg_alloc(1, sizeof *shown, error);
    struct eg_rows latest = {.skipped = rows->skipped};
    int status = shown ? eg_compare_find_outside(run->own, &shown->outside, error) : EG_INTERNAL;
    eg_compare_end_exchange(run);
    if (!status)
        latest.array = eg_compare_latest_rows(rows, &shown->outside, error);
    if (!status)
        status = latest.array ? judge(run, &latest, shown, error) : EG_INTERNAL;
    if (!status)
        status = print(run, shown, as_json, out, error);
    for (size_t d = 0; shown && d < shown->count; d++) {
        if (d < shown->judged)
            eg_contest_free(&shown->verdicts[d]);
        eg_compare_table_free(&shown->tables[d]);
        eg_compare_remarks_free(&shown->remarks[d]);
    }
    json_decref(latest.array);
    free(shown);
    return status;
}
