/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/print_results.h"

#include <math.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/frame/table_pivot.h"

enum { CELL_SIZE = 64 };

static void format_cell(const struct eg_results *results, const struct eg_result *where,
                        const struct eg_table_spec *table, const char *line, const char *column,
                        char text[CELL_SIZE])
{
    const int digits = table->digits;
    const struct eg_result *found = eg_table_find(table, results, where, line, column);
    if (!found || isnan(found->value))
        snprintf(text, CELL_SIZE, "-");
    else if (isnan(found->se))
        eg_format_value(found->value, digits, text, CELL_SIZE);
    else
        snprintf(text, CELL_SIZE, "%.*f (%.*f)", digits, found->value, digits, found->se);
}

/* The widest text of a column, its heading too. */
static int column_width(const struct eg_results *results, const struct eg_result *where,
                        const struct eg_table_spec *table, const struct eg_table_pivot *pivot,
                        const char *metric)
{
    size_t width = strlen(metric);
    for (size_t m = 0; m < pivot->method_count; m++) {
        char text[CELL_SIZE];
        format_cell(results, where, table, pivot->methods[m], metric, text);
        if (strlen(text) > width)
            width = strlen(text);
    }
    return (int)width;
}

static void print_table(const struct eg_results *results, const struct eg_result *where,
                        const struct eg_table_spec *table, const struct eg_table_pivot *pivot,
                        FILE *out)
{
    size_t widest = strlen("method");
    for (size_t m = 0; m < pivot->method_count; m++)
        if (strlen(pivot->methods[m]) > widest)
            widest = strlen(pivot->methods[m]);
    fprintf(out, "%s\n[%s, protocol %s, scale %s, seed %llu]\n%-*s", table->title, where->dataset,
            where->protocol, where->scale, (unsigned long long)where->seed, (int)widest, "method");
    for (size_t i = 0; i < pivot->metric_count; i++)
        fprintf(out, "  %*s", column_width(results, where, table, pivot, pivot->metrics[i]),
                pivot->metrics[i]);
    fputc('\n', out);
    for (size_t m = 0; m < pivot->method_count; m++) {
        fprintf(out, "%-*s", (int)widest, pivot->methods[m]);
        for (size_t i = 0; i < pivot->metric_count; i++) {
            char text[CELL_SIZE];
            const int width = column_width(results, where, table, pivot, pivot->metrics[i]);
            format_cell(results, where, table, pivot->methods[m], pivot->metrics[i], text);
            fprintf(out, "  %*s", width, text);
        }
        fputc('\n', out);
    }
    fputc('\n', out);
}

/* Whether the result is the first of its data set and protocol that the table has a place for. */
static int begins_table(const struct eg_results *results, size_t index,
                        const struct eg_table_spec *table, struct eg_table_pivot *pivot)
{
    const struct eg_result *result = &results->items[index];
    if (table->dataset && strcmp(table->dataset, result->dataset) != 0)
        return 0;
    for (size_t i = 0; i < index; i++)
        if (strcmp(results->items[i].dataset, result->dataset) == 0 &&
            strcmp(results->items[i].protocol, result->protocol) == 0)
            return 0;
    return eg_table_pivot(pivot, table, results, result);
}

static void print_list(const struct eg_results *results, FILE *out)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t%zu\n", result->dataset,
                result->protocol, result->method, result->versus, result->metric, result->statistic,
                result->label, result->x, result->value, result->se, result->n);
    }
}

void eg_print_tables(const struct eg_experiment *experiment, const struct eg_results *results,
                     FILE *out)
{
    struct eg_table_pivot pivot;
    if (!experiment->tables || !experiment->tables->id)
        print_list(results, out);
    else
        for (const struct eg_table_spec *table = experiment->tables; table->id; table++)
            for (size_t i = 0; i < results->count; i++)
                if (begins_table(results, i, table, &pivot))
                    print_table(results, &results->items[i], table, &pivot, out);
}

int eg_print_json(const struct eg_experiment *experiment, const struct eg_results *results,
                  FILE *out, struct eg_error *error)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "experiment",
                                 experiment->name, "dataset", result->dataset, "protocol",
                                 result->protocol, "scale", result->scale, "method", result->method,
                                 "versus", result->versus, "metric", result->metric, "statistic",
                                 result->statistic, "label", result->label);
        int failed = line == NULL;
        const struct eg_row numbers = {line, &failed};
        eg_row_set(&numbers, "x", result->x);
        eg_row_set(&numbers, "value", result->value);
        eg_row_set(&numbers, "se", result->se);
        int status = EG_OK;
        if (failed || json_object_set_new(line, "n", json_integer((json_int_t)result->n)) ||
            json_object_set_new(line, "seed", json_integer((json_int_t)result->seed)))
            status = eg_fail(error, EG_INTERNAL, "out of memory printing results");
        if (!status) {
            json_dumpf(line, out, JSON_COMPACT | JSON_REAL_PRECISION(17));
            fputc('\n', out);
        }
        json_decref(line);
        if (status)
            return EG_INTERNAL;
    }
    return EG_OK;
}
