/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_present.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_remarks.h"
#include "bench/compare/compare_table.h"
#include "bench/compare/verdict_output.h"
#include "bench/frame/names.h"
#include "bench/frame/start.h"

enum { MOST_DATASETS = 8 };

/* A data set, and what comes of its rows. */
struct section {
    struct eg_compare_rows rows;
    struct eg_compare_table made;
    struct eg_compare_remarks remarks;
    char title[256];
};

struct presentation {
    struct section sections[MOST_DATASETS];
    struct eg_contest verdicts[MOST_DATASETS];
    size_t count, judged;
    struct eg_outsiders outside;
};

/* A section for each data set, in the order of the rows. */
static int divide(const struct eg_compare_rows *rows, struct presentation *shown,
                  struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < rows->count && !status; i++) {
        const char *dataset = rows->items[i].cell.dataset;
        size_t d = 0;
        while (d < shown->count &&
               strcmp(shown->sections[d].rows.items[0].cell.dataset, dataset) != 0)
            d++;
        if (d == shown->count && d < MOST_DATASETS)
            status = eg_compare_rows_of(rows, dataset, &shown->sections[shown->count++].rows,
                                        error);
    }
    return status;
}

/* --title, with the data set's name where there are several. */
static void set_title(const struct eg_compare_options *options, const struct presentation *shown,
                      struct section *section)
{
    const int has_name = shown->count > 1;
    if (!options->title)
        return;
    snprintf(section->title, sizeof section->title, "%s%s%s", options->title, has_name ? ": " : "",
             has_name ? eg_dataset_title(section->made.table.dataset) : "");
    section->made.table.title = section->title;
}

static int judge(const struct eg_run *run, struct presentation *shown, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t d = 0; d < shown->count && !status; d++) {
        struct section *section = &shown->sections[d];
        struct eg_score_table *table = &section->made.table;
        status = eg_compare_table_make(run, &section->rows, &shown->outside, &section->made, error);
        if (!status)
            status = eg_compare_make_remarks(run->own, &section->rows, table, &section->remarks,
                                             error);
        set_title(run->own, shown, section);
        table->remarks = (const char *const *)section->remarks.items;
        table->remark_count = section->remarks.count;
        table->notices = section->remarks.notices;
        if (!status)
            status = eg_contest_make(table, &shown->verdicts[d], error);
        shown->judged += !status;
    }
    return status;
}

/* A method from outside that has no numbers is in no table. */
static void tell_absent(const struct presentation *shown, const char *name, FILE *out)
{
    if (shown->judged == 0)
        fprintf(out, "%s: there are no numbers of it\n", name);
    for (size_t d = 0; d < shown->judged; d++) {
        const struct eg_score_table *table = &shown->sections[d].made.table;
        if (eg_score_method(table, name) == table->method_count)
            fprintf(out, "%s on %s: there are no numbers of it\n", name,
                    eg_dataset_title(table->dataset));
    }
}

static int print(const struct eg_run *run, const struct presentation *shown, int as_json,
                 const char *folder, FILE *out, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    int status = as_json ? eg_contests_print_json(shown->verdicts, shown->judged, out, error)
                 : options->verbose
                     ? eg_contests_print(shown->verdicts, shown->judged, out, error)
                     : eg_contests_print_screen(shown->verdicts, shown->judged, folder, out, error);
    for (size_t i = 0; i < shown->outside.count && !as_json && !status; i++)
        tell_absent(shown, shown->outside.items[i].name, out);
    return status;
}

/* Prints what there is, and writes it. */
static int print_and_write(const struct eg_run *run, const struct presentation *shown, int as_json,
                           FILE *out, struct eg_error *error)
{
    char *folder = eg_join_path_alloc(run->out, "report", error);
    int status = folder ? print(run, shown, as_json, folder, out, error) : EG_INTERNAL;
    if (!status && shown->judged)
        status = eg_contests_write(shown->verdicts, shown->judged, folder,
                                   eg_stderr_warner("egbench-compare"), error);
    free(folder);
    return status;
}

static void free_presentation(struct presentation *shown)
{
    for (size_t d = 0; shown && d < shown->count; d++) {
        if (d < shown->judged)
            eg_contest_free(&shown->verdicts[d]);
        eg_compare_table_free(&shown->sections[d].made);
        eg_compare_remarks_free(&shown->sections[d].remarks);
        eg_compare_rows_free(&shown->sections[d].rows);
    }
    free(shown);
}

int eg_compare_present(const struct eg_run *run, const struct eg_rows *rows, int as_json, FILE *out,
                       struct eg_error *error)
{
    struct presentation *shown = eg_alloc(1, sizeof *shown, error);
    struct eg_compare_rows latest = {0};
    int status = shown ? eg_compare_find_outside(run->own, &shown->outside, error) : EG_INTERNAL;
    eg_compare_end_exchange(run);
    if (!status)
        status = eg_compare_rows_read(rows, &shown->outside, &latest, error);
    if (!status)
        status = divide(&latest, shown, error);
    if (!status)
        status = judge(run, shown, error);
    if (!status)
        status = print_and_write(run, shown, as_json, out, error);
    free_presentation(shown);
    eg_compare_rows_free(&latest);
    return status;
}
