/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* vasprintf */
#include "bench/compare/compare_remarks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/compare/compare_earlier.h"
#include "bench/compare/compare_measures.h"

enum { MOST = 40, LIST = 400 };

/* Adds a line, unless it is there or there are too many. */
__attribute__((format(printf, 3, 4))) static int add(struct eg_compare_remarks *remarks,
                                                     struct eg_error *error, const char *format, ...)
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

static const char *text_of(const json_t *row, const char *field)
{
    const char *text = json_string_value(json_object_get(json_object_get(row, "config"), field));
    return text ? text : "";
}

static int is_of(const json_t *row, const struct eg_score_table *table)
{
    return strcmp(text_of(row, "dataset"), table->dataset) == 0;
}

static const char *reason_of(const json_t *row, const char *measure)
{
    const json_t *skipped = json_object_get(json_object_get(row, "values"), "skipped");
    return json_string_value(json_object_get(skipped, measure));
}

static void append(char *list, const char *word)
{
    const size_t used = strlen(list);
    snprintf(list + used, LIST - used, "%s%s", used ? ", " : "", word);
}

/* All measures, and methods, that have no value for that reason. */
static int remark_on_reason(const struct eg_rows *rows, const struct eg_score_table *table,
                            const char *reason, struct eg_compare_remarks *remarks,
                            struct eg_error *error)
{
    char measures[LIST] = "", methods[LIST] = "";
    size_t i, hit = 0;
    json_t *row;
    for (size_t k = 0; eg_compare_metrics[k].name; k++)
        json_array_foreach(rows->array, i, row)
        {
            const char *own = is_of(row, table) ? reason_of(row, eg_compare_metrics[k].name) : NULL;
            if (own && strcmp(own, reason) == 0) {
                append(measures, eg_compare_metrics[k].name);
                break;
            }
        }
    if (!*measures)
        return EG_OK;
    for (size_t m = 0; m < table->method_count; m++)
        json_array_foreach(rows->array, i, row)
        {
            const json_t *skipped = json_object_get(json_object_get(row, "values"), "skipped");
            const char *measure;
            json_t *own = NULL;
            int fits = 0;
            json_object_foreach((json_t *)skipped, measure, own)
            {
                fits |= strcmp(json_string_value(own), reason) == 0;
            }
            if (fits && is_of(row, table) &&
                strcmp(text_of(row, "method"), table->methods[m]) == 0) {
                append(methods, table->methods[m]);
                hit++;
                break;
            }
        }
    if (hit == table->method_count)
        *methods = '\0';
    return add(remarks, error, "%s%s%s: skipped: %s", measures, *methods ? " of " : "", methods,
               reason);
}

static int remark_on_measures(const struct eg_rows *rows, const struct eg_score_table *table,
                              struct eg_compare_remarks *remarks, struct eg_error *error)
{
    size_t i;
    json_t *row, *reason;
    const char *measure;
    int status = EG_OK;
    json_array_foreach(rows->array, i, row)
    {
        json_t *skipped = json_object_get(json_object_get(row, "values"), "skipped");
        json_object_foreach(skipped, measure, reason)
        {
            if (!status && is_of(row, table))
                status = remark_on_reason(rows, table, json_string_value(reason), remarks, error);
        }
    }
    return status;
}

static int remark_on_skips(const struct eg_rows *rows, const struct eg_score_table *table,
                           struct eg_compare_remarks *remarks, struct eg_error *error)
{
    size_t i;
    json_t *row;
    int status = EG_OK;
    json_array_foreach(rows->skipped, i, row)
    {
        const char *outcome = json_string_value(json_object_get(row, "outcome"));
        const char *measure = text_of(row, "measure");
        if (!status && is_of(row, table) && outcome)
            status = add(remarks, error, "%s%s%s: %s", text_of(row, "method"),
                         *measure ? ", " : "", measure, outcome);
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
static int remark_on_method(const struct eg_rows *rows, const struct eg_score_table *table,
                            const char *method, struct eg_compare_remarks *remarks,
                            struct eg_error *error)
{
    const char *terms = NULL, *watched = NULL;
    char first[32], last[32];
    double from = 0, to = 0;
    size_t i;
    json_t *row;
    json_array_foreach(rows->array, i, row)
    {
        const json_t *values = json_object_get(row, "values");
        const double asked = eg_compare_asked(row);
        if (!is_of(row, table) || strcmp(text_of(row, "method"), method) != 0 ||
            !json_object_get(values, "terms"))
            continue;
        terms = json_string_value(json_object_get(values, "terms"));
        watched = json_string_value(
            json_object_get(json_object_get(values, "timing"), "watched"));
        from = from > 0 && from < asked ? from : asked;
        to = to > asked ? to : asked;
    }
    if (!terms)
        return EG_OK;
    format_time(from, first);
    format_time(to, last);
    return add(remarks, error, "%s: %s, asked %s%s%s; %s%s%s", method, terms, first,
               strcmp(first, last) == 0 ? "" : " to ", strcmp(first, last) == 0 ? "" : last,
               watched ? "watched: " : "the files it is in are watched", watched ? watched : "",
               watched ? "; a change of anything else goes unseen (--depends GLOB watches more, "
                         "--force asks again)"
                       : "");
}

int eg_compare_make_remarks(const struct eg_compare_options *options, const struct eg_rows *rows,
                            const struct eg_score_table *table, struct eg_compare_remarks *remarks,
                            struct eg_error *error)
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
        status = remark_on_skips(rows, table, remarks, error);
    for (size_t m = 0; m < table->method_count && !status; m++)
        status = remark_on_method(rows, table, table->methods[m], remarks, error);
    return status;
}

void eg_compare_remarks_free(struct eg_compare_remarks *remarks)
{
    for (size_t i = 0; i < remarks->count; i++)
        free(remarks->items[i]);
    free(remarks->items);
    *remarks = (struct eg_compare_remarks){0};
}
