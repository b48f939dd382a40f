/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* vasprintf */
#include "bench/compare/compare_remarks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/compare/compare_measures.h"

enum { MOST = 40, LIST = 400 };

/* Adds a line, unless it is there or there are too many. */
__attribute__((format(printf, 3, 4))) static int
add(struct eg_compare_remarks *remarks, struct eg_error *error, const char *format, ...)
{
    va_list arguments;
    char *line = NULL;
    va_start(arguments, format);
    const int length = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (length < 0)
        return eg_fail(error, EG_INTERNAL, "out of memory making remarks");
    for (size_t i = 0; i < remarks->count; i++)
        if (strcmp(remarks->items[i], line) == 0 || remarks->count == MOST) {
            free(line);
            return EG_OK;
        }
    remarks->items[remarks->count++] = line;
    return EG_OK;
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
static int remark_on_reason(const struct eg_compare_rows *rows, const struct eg_score_table *table,
                            const char *reason, struct eg_compare_remarks *remarks,
                            struct eg_error *error)
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
    return *measures
               ? add(remarks, error, "%s%s%s: skipped: %s", measures, *of ? " of " : "", of, reason)
               : EG_OK;
}

static int remark_on_measures(const struct eg_compare_rows *rows,
                              const struct eg_score_table *table,
                              struct eg_compare_remarks *remarks, struct eg_error *error)
{
    json_t *reason;
    const char *measure;
    int status = EG_OK;
    for (size_t i = 0; i < rows->count; i++)
        json_object_foreach(json_object_get(rows->items[i].values, "skipped"), measure, reason)
        {
            if (!status)
                status = remark_on_reason(rows, table, json_string_value(reason), remarks, error);
        }
    return status;
}

static int remark_on_skips(const struct eg_compare_rows *rows, struct eg_compare_remarks *remarks,
                           struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = rows->count; i < rows->count + rows->skipped && !status; i++) {
        const struct eg_compare_row *row = &rows->items[i];
        const char *measure = row->cell.measure;
        if (row->outcome)
            status = add(remarks, error, "%s%s%s: %s", row->cell.method, measure ? ", " : "",
                         measure ? measure : "", row->outcome);
    }
    return status;
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
static int remark_on_method(const struct eg_compare_rows *rows, const char *method,
                            struct eg_compare_remarks *remarks, struct eg_error *error)
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
        return EG_OK;
    format_time(from, first);
    format_time(to, last);
    const int is_once = strcmp(first, last) == 0;
    return add(remarks, error, "%s: %s, asked %s%s%s; %s%s%s", method, terms, first,
               is_once ? "" : " to ", is_once ? "" : last,
               watched ? "watched: " : "the files it is in are watched", watched ? watched : "",
               watched ? "; a change of anything else goes unseen (--depends GLOB watches more, "
                         "--force asks again)"
                       : "");
}

int eg_compare_make_remarks(const struct eg_compare_options *options,
                            const struct eg_compare_rows *rows, const struct eg_score_table *table,
                            struct eg_compare_remarks *remarks, struct eg_error *error)
{
    remarks->count = 0;
    remarks->items = eg_alloc(MOST, sizeof *remarks->items, error);
    int status = remarks->items ? EG_OK : EG_INTERNAL;
    if (!status && options->measures)
        status = add(remarks, error,
                     "the measures were chosen (--measures %s): tests are corrected for these "
                     "alone",
                     options->measures);
    if (!status)
        status = remark_on_measures(rows, table, remarks, error);
    if (!status)
        status = remark_on_skips(rows, remarks, error);
    for (size_t m = 0; m < table->method_count && !status; m++)
        status = remark_on_method(rows, table->methods[m], remarks, error);
    return status;
}

void eg_compare_remarks_free(struct eg_compare_remarks *remarks)
{
    for (size_t i = 0; i < remarks->count; i++)
        free(remarks->items[i]);
    free(remarks->items);
    *remarks = (struct eg_compare_remarks){0};
}
