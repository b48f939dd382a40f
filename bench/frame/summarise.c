/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/view.h"
#include "stats/moments.h"

/* Memory that lives as long as the summary. */
struct piece {
    struct piece *next;
};

struct eg_summary {
    struct eg_results *results;
    struct eg_error *error; /* its status is that of the first failure */
    struct piece *pieces;
};

/* --- memory and failure --- */

struct eg_error *eg_view_error(const struct eg_view *view)
{
    return view->summary->error;
}

int eg_view_check(const struct eg_view *view, int status)
{
    if (status && !view->summary->error->status)
        view->summary->error->status = status;
    return view->summary->error->status == EG_OK;
}

void eg_view_fail(const struct eg_view *view, int status, const char *format, ...)
{
    struct eg_error *error = view->summary->error;
    va_list arguments;
    if (error->status)
        return;
    error->status = status;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
}

void *eg_view_alloc(const struct eg_view *view, size_t count, size_t size)
{
    enum { HEAD = 64 }; /* keeps the alignment of eg_alloc */
    struct eg_summary *summary = view->summary;
    struct piece *piece = summary->error->status || (size && count > SIZE_MAX / size - HEAD)
                              ? NULL
                              : eg_alloc(1, HEAD + count * size, summary->error);
    if (!piece) {
        eg_view_fail(view, EG_INTERNAL, "out of memory summing up");
        return NULL;
    }
    piece->next = summary->pieces;
    summary->pieces = piece;
    return (char *)piece + HEAD;
}

static void free_pieces(struct eg_summary *summary)
{
    while (summary->pieces) {
        struct piece *next = summary->pieces->next;
        free(summary->pieces);
        summary->pieces = next;
    }
}

/* --- results --- */

struct eg_result eg_view_result(const struct eg_view *view, const char *method, const char *metric)
{
    struct eg_result result = {.x = NAN, .value = NAN, .se = NAN, .seed = view->seed};
    snprintf(result.dataset, sizeof result.dataset, "%s", view->dataset);
    snprintf(result.protocol, sizeof result.protocol, "%s", view->protocol);
    snprintf(result.scale, sizeof result.scale, "%s", view->scale);
    snprintf(result.method, sizeof result.method, "%s", method);
    snprintf(result.metric, sizeof result.metric, "%s", metric);
    return result;
}

void eg_put_value(const struct eg_view *view, struct eg_result result, double value, size_t n)
{
    result.value = value;
    result.n = n;
    if (!view->summary->error->status)
        eg_view_check(view, eg_results_add(view->summary->results, &result, view->summary->error));
}

void eg_put_sample(const struct eg_view *view, struct eg_result result, struct eg_sample sample)
{
    struct eg_moments moments;
    if (sample.count == 0 || view->summary->error->status ||
        !eg_view_check(view, eg_moments(sample.numbers, sample.count, EG_NAN_PROPAGATE, &moments,
                                        view->summary->error)))
        return;
    result.se = moments.se;
    result.sample = sample.numbers;
    result.units = sample.units;
    eg_put_value(view, result, moments.mean, sample.count);
}

void eg_put_mean(const struct eg_view *view, const char *method, const char *part,
                 const char *metric)
{
    eg_put_sample(view, eg_view_result(view, method, metric), eg_sample_of(view, part, metric));
}

void eg_put_curve(const struct eg_view *view, struct eg_result result, const char *part,
                  const char *name, const double *x, size_t count)
{
    for (size_t at = 0; at < count; at++) {
        const struct eg_sample sample = eg_sample_element(view, part, name, at);
        if (sample.count == 0)
            return;
        result.x = x[at];
        eg_put_sample(view, result, sample);
    }
}

void eg_put_map(const struct eg_view *view, const struct eg_map *map)
{
    if (!view->summary->error->status)
        eg_view_check(view, eg_results_add_map(view->summary->results, map, view->summary->error));
}

const struct eg_results *eg_view_results(const struct eg_view *view)
{
    return view->summary->results;
}

const struct eg_result *eg_view_find(const struct eg_view *view, const char *method,
                                     const char *metric, double x)
{
    return eg_results_find(view->summary->results, view->dataset, view->protocol, method, metric,
                           x);
}

/* --- rows that belong together --- */

/* All records of an experiment, each with what it is grouped by. */
struct table {
    const struct eg_experiment *experiment;
    struct eg_view *groups;
    size_t group_count, count;
    char *cells; /* count x cell_size */
    struct eg_record *records;
    size_t *group_of; /* count */
};

static int is_same_group(const struct eg_view *a, const struct eg_view *b)
{
    return strcmp(a->dataset, b->dataset) == 0 && strcmp(a->protocol, b->protocol) == 0 &&
           strcmp(a->scale, b->scale) == 0 && a->seed == b->seed;
}

static int read_row(struct table *table, size_t number, const json_t *row, struct eg_error *error)
{
    const json_t *config = json_object_get(row, "config");
    struct eg_view identity = {0};
    size_t seed, g = 0;
    if (eg_config_text(config, "dataset", &identity.dataset, error) ||
        eg_config_text(config, "protocol", &identity.protocol, error) ||
        eg_config_text(config, "scale", &identity.scale, error) ||
        eg_config_count(config, "seed", &seed, error))
        return EG_DATA;
    identity.seed = seed;
    while (g < table->group_count && !is_same_group(&table->groups[g], &identity))
        g++;
    if (g == table->group_count)
        table->groups[table->group_count++] = identity;
    table->groups[g].count++;
    table->group_of[number] = g;
    void *cell = table->cells + number * table->experiment->cell_size;
    table->records[number] = (struct eg_record){
        cell, json_object_get(row, "values"),
        (size_t)json_integer_value(json_object_get(config, "replicate"))};
    return eg_fields_read(table->experiment->fields, config, cell, error);
}

static int read_table(struct table *table, const struct eg_rows *rows, struct eg_error *error)
{
    const size_t count = json_array_size(rows->array);
    table->count = count;
    table->groups = eg_alloc(count + 1, sizeof *table->groups, error);
    table->cells = eg_alloc(count + 1, table->experiment->cell_size, error);
    table->records = eg_alloc(count + 1, sizeof *table->records, error);
    table->group_of = eg_alloc(count + 1, sizeof *table->group_of, error);
    int status = table->groups && table->cells && table->records && table->group_of ? EG_OK
                                                                                    : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++)
        status = read_row(table, i, json_array_get(rows->array, i), error);
    return status;
}

static int summarise_group(const struct table *table, size_t g, struct eg_results *results,
                           struct eg_error *error)
{
    struct eg_results own = {0};
    struct eg_summary summary = {&own, error, NULL};
    struct eg_view view = table->groups[g];
    view.summary = &summary;
    struct eg_record *records = eg_view_alloc(&view, view.count, sizeof *records);
    for (size_t i = 0, kept = 0; records && i < table->count; i++)
        if (table->group_of[i] == g)
            records[kept++] = table->records[i];
    view.records = records;
    if (records)
        table->experiment->summarise(&view);
    int status = error->status;
    for (size_t i = 0; i < own.count && !status; i++)
        status = eg_results_add(results, &own.items[i], error);
    for (size_t i = 0; i < own.map_count && !status; i++)
        status = eg_results_add_map(results, &own.maps[i], error);
    free_pieces(&summary);
    eg_results_free(&own);
    return status;
}

int eg_summarise(const struct eg_experiment *experiment, const struct eg_rows *rows,
                 struct eg_results *results, struct eg_error *error)
{
    struct eg_error unheard = {0};
    struct table table = {.experiment = experiment};
    error = error ? error : &unheard;
    error->status = EG_OK;
    int status = read_table(&table, rows, error);
    for (size_t g = 0; g < table.group_count && !status; g++)
        status = summarise_group(&table, g, results, error);
    free(table.groups);
    free(table.cells);
    free(table.records);
    free(table.group_of);
    return status;
}
