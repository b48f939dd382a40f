/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* vasprintf */
#include "bench/compare/compare_remarks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/compare/compare_measures.h"
#include "metrics/metric_info.h"

enum { LIST = 400 };

/* Adds a line, unless it is there or there are too many. */
__attribute__((format(printf, 2, 3))) static void add(struct eg_compare_remarks *remarks,
                                                      const char *format, ...)
{
    va_list arguments;
    char *line = NULL;
    va_start(arguments, format);
    remarks->is_short |= vasprintf(&line, format, arguments) < 0;
    va_end(arguments);
    size_t i = 0;
    while (i < remarks->count && !remarks->is_short && strcmp(remarks->items[i], line) != 0)
        i++;
    if (i < remarks->count || i == EG_REMARKS_MOST || remarks->is_short)
        free(line);
    else
        remarks->items[remarks->count++] = line;
}

static void append(char *list, const char *word)
{
    const size_t used = strlen(list);
    snprintf(list + used, LIST - used, "%s%s", used ? ", " : "", word);
}

/* Whether a row of the method says that of the measure; NULL: of any. */
static int is_skipped(const struct eg_compare_rows *rows, const char *method, const char *measure,
                      const char *reason)
{
    const char *name;
    json_t *own;
    for (size_t i = 0; i < rows->count; i++) {
        if (method && strcmp(rows->items[i].cell.method, method) != 0)
            continue;
        json_object_foreach(json_object_get(rows->items[i].values, "skipped"), name, own)
        {
            if ((!measure || strcmp(name, measure) == 0) &&
                strcmp(json_string_value(own), reason) == 0)
                return 1;
        }
    }
    return 0;
}

/* All measures, and methods, that have no value for that reason. */
static void remark_on_reason(const struct eg_compare_rows *rows, const struct eg_score_table *table,
                             const char *reason, struct eg_compare_remarks *remarks)
{
    char measures[LIST] = "", methods[LIST] = "";
    size_t hit = 0;
    for (size_t k = 0; eg_compare_metrics[k].name; k++)
        if (is_skipped(rows, NULL, eg_compare_metrics[k].name, reason))
            append(measures, eg_compare_metrics[k].name);
    for (size_t m = 0; m < table->method_count; m++)
        if (is_skipped(rows, table->methods[m], NULL, reason)) {
            append(methods, table->methods[m]);
            hit++;
        }
    const char *of = hit == table->method_count ? "" : methods;
    if (*measures)
        add(remarks, "%s%s%s: skipped: %s", measures, *of ? " of " : "", of, reason);
}

static void remark_on_row(const struct eg_compare_row *row, struct eg_compare_remarks *remarks)
{
    const char *measure = row->cell.measure;
    if (row->outcome)
        add(remarks, "%s%s%s: %s", row->cell.method, measure ? ", " : "", measure ? measure : "",
            row->outcome);
}

static void format_time(double seconds, char text[32])
{
    const time_t when = (time_t)seconds;
    struct tm parts;
    if (seconds <= 0 || !gmtime_r(&when, &parts) ||
        strftime(text, 32, "%Y-%m-%d %H:%M UTC", &parts) == 0)
        snprintf(text, 32, "an unknown time");
}

/* What a method's numbers are, from when, and what was watched. */
static void remark_on_method(const struct eg_compare_rows *rows, const char *method,
                             struct eg_compare_remarks *remarks)
{
    const char *terms = NULL, *watched = NULL;
    char first[32], last[32];
    double from = 0, to = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct eg_compare_row *row = &rows->items[i];
        const json_t *own = json_object_get(row->values, "terms");
        if (!own || strcmp(row->cell.method, method) != 0)
            continue;
        terms = json_string_value(own);
        watched = json_string_value(
            json_object_get(json_object_get(row->values, "timing"), "watched"));
        from = from > 0 && from < row->asked ? from : row->asked;
        to = to > row->asked ? to : row->asked;
    }
    if (!terms)
        return;
    format_time(from, first);
    format_time(to, last);
    const int is_once = strcmp(first, last) == 0;
    add(remarks, "%s: %s, asked %s%s%s; %s%s%s", method, terms, first, is_once ? "" : " to ",
        is_once ? "" : last, watched ? "watched: " : "the files it is in are watched",
        watched ? watched : "",
        watched ? "; a change of anything else goes unseen (--depends GLOB watches more, "
                  "--force asks again)"
                : "");
}

/* Whether the list with commas between, which may be NULL, has the word. */
static int names(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (; list && *list; list += strcspn(list, ","), list += *list == ',')
        if (strcspn(list, ",") == length && strncmp(list, word, length) == 0)
            return 1;
    return 0;
}

int eg_compare_make_remarks(const struct eg_compare_options *options,
                            const struct eg_compare_rows *rows, const struct eg_score_table *table,
                            struct eg_compare_remarks *remarks, struct eg_error *error)
{
    const char *measure;
    json_t *reason;
    *remarks = (struct eg_compare_remarks){0};
    if (options->measures)
        add(remarks,
            "the measures were chosen (--measures %s): tests are corrected for these alone",
            options->measures);
    for (size_t i = 0; i < rows->count; i++)
        json_object_foreach(json_object_get(rows->items[i].values, "skipped"), measure, reason)
            remark_on_reason(rows, table, json_string_value(reason), remarks);
    for (size_t i = 0; i < rows->skipped; i++)
        remark_on_row(&rows->items[rows->count + i], remarks);
    const size_t before = remarks->count;
    for (const struct eg_metric_info *const *info = eg_metrics; *info; info++)
        if ((*info)->former && names(options->measures, (*info)->former))
            add(remarks, "--measures: '%s' is called %s now; that name goes in the next version",
                (*info)->former, (*info)->name);
    for (size_t m = 0; m < table->method_count; m++)
        remark_on_method(rows, table->methods[m], remarks);
    remarks->notices = remarks->count - before;
    return remarks->is_short ? eg_fail(error, EG_INTERNAL, "out of memory making remarks") : EG_OK;
}

void eg_compare_remarks_free(struct eg_compare_remarks *remarks)
{
    for (size_t i = 0; i < remarks->count; i++)
        free(remarks->items[i]);
    *remarks = (struct eg_compare_remarks){0};
}
