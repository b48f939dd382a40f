/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_measures.h"

static const char *text_of(const json_t *row, const char *field)
{
    const char *text = json_string_value(json_object_get(json_object_get(row, "config"), field));
    return text ? text : "";
}

/* 0 where there is none. */
static size_t count_of(const json_t *row, const char *field)
{
    return (size_t)json_integer_value(json_object_get(json_object_get(row, "config"), field));
}

static double number_of(const json_t *values, const char *name)
{
    const json_t *number = json_object_get(values, name);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

static int is_present(const struct eg_rows *rows, const char *dataset, const char *method,
                      const char *metric)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows->array, i, row)
    {
        const int fits = strcmp(text_of(row, "dataset"), dataset) == 0 &&
                         (!method || strcmp(text_of(row, "method"), method) == 0);
        if (fits && (!metric || isfinite(number_of(json_object_get(row, "values"), metric))))
            return 1;
    }
    return 0;
}

static size_t find_method(const struct eg_score_table *table, const char *name)
{
    size_t method = 0;
    while (method < table->method_count && strcmp(table->methods[method], name) != 0)
        method++;
    return method;
}

static int is_listed(const struct eg_compare_table *made, const char *name)
{
    for (size_t m = 0; m < made->table.method_count; m++)
        if (strcmp(made->methods[m], name) == 0)
            return 1;
    return 0;
}

static void add_method(const struct eg_rows *rows, const char *name, struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    const size_t at = table->method_count;
    if (at == EG_COMPARE_METHODS || is_listed(made, name) ||
        !is_present(rows, table->dataset, name, NULL))
        return;
    if (strcmp(name, eg_random_attribution.name) == 0)
        table->floor = at;
    if (strcmp(name, eg_compare_oracle) == 0) {
        table->ceiling = at;
        /* Agreement with the oracle is measured where it is exact. */
        table->ceiling_title = is_present(rows, table->dataset, name, "shapley_error")
                                   ? "Oracle (exact Shapley)"
                                   : "Oracle (sampled Shapley)";
    }
    if (strcmp(name, eg_compare_flipped) == 0)
        table->flipped = at;
    made->methods[table->method_count++] = name;
}

/* The program's own, those of earlier runs, and those of this run, which come last. */
static void choose_methods(const struct eg_rows *rows, const struct eg_compare_options *options,
                           const struct eg_outsiders *outside, struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    size_t i;
    json_t *row;
    table->floor = table->ceiling = table->flipped = EG_NO_METHOD;
    for (size_t m = 0; m < eg_compare_method_count(); m++)
        add_method(rows, eg_compare_method_name(m), made);
    json_array_foreach(rows->array, i, row)
    {
        if (strcmp(text_of(row, "dataset"), table->dataset) == 0 &&
            !eg_compare_find_outsider(outside, text_of(row, "method")))
            add_method(rows, text_of(row, "method"), made);
    }
    for (size_t m = 0; m < outside->count; m++)
        add_method(rows, outside->items[m].name, made);
    table->methods = made->methods;
    /* All of the reference's cells may have failed. */
    table->reference = find_method(table, eg_compare_reference(options));
    if (table->reference == table->method_count)
        table->reference = 0;
    table->candidate = outside->count ? find_method(table, outside->items[0].name)
                                      : table->reference;
    if (table->candidate == table->method_count)
        table->candidate = table->reference;
}

static void choose_metrics(const struct eg_rows *rows, const struct eg_compare_options *options,
                           struct eg_compare_table *made)
{
    for (size_t k = 0;
         eg_compare_metrics[k].name && made->table.metric_count < EG_COMPARE_METRICS; k++)
        if (eg_compare_is_chosen(options, eg_compare_metrics[k].name) &&
            is_present(rows, made->table.dataset, NULL, eg_compare_metrics[k].name))
            made->metrics[made->table.metric_count++] = eg_compare_metrics[k];
    made->table.metrics = made->metrics;
}

/* The row's unit, the number of units where it is of none yet. */
static size_t find_unit(const struct eg_compare_table *made, const json_t *row)
{
    size_t unit = 0;
    while (unit < made->table.unit_count && (made->splits[unit] != count_of(row, "unit") ||
                                             made->models[unit] != count_of(row, "initialisation")))
        unit++;
    return unit;
}

static void take_number(const json_t *object, const char *name, double *number)
{
    const double found = number_of(object, name);
    if (isfinite(found))
        *number = found;
}

static void take_fact(const json_t *values, struct eg_unit_fact *fact)
{
    const json_t *about = json_object_get(values, "about");
    const double area = number_of(values, "test_roc_auc"), r2 = number_of(values, "test_r2");
    if (!about)
        return;
    *fact = (struct eg_unit_fact){.name = json_string_value(json_object_get(about, "unit")),
                                  .network = json_string_value(json_object_get(about, "network")),
                                  .labels = json_string_value(json_object_get(about, "labels")),
                                  .is_classes = json_object_get(values, "test_roc_auc") != NULL,
                                  .score = isfinite(area) ? area : r2};
}

/* Several rows may speak of one method and unit: what was retrained is a cell of its own. */
static void fill_row(const json_t *row, struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    const json_t *values = json_object_get(row, "values");
    const json_t *timing = json_object_get(values, "timing");
    const size_t method = find_method(table, text_of(row, "method")), unit = find_unit(made, row),
                 units = table->unit_count;
    double n_train = 0, n_test = 0, test_rows = NAN, gradients = NAN;
    if (method == table->method_count)
        return;
    for (size_t k = 0; k < table->metric_count; k++)
        take_number(values, table->metrics[k].name,
                    &made->scores[(method * table->metric_count + k) * units + unit]);
    take_number(values, "randomisation", &made->randomisation[method * units + unit]);
    take_fact(values, &made->facts[unit]);
    take_number(values, "n_train", &n_train);
    take_number(values, "n_test", &n_test);
    table->n_train = (size_t)n_train;
    table->n_test = (size_t)n_test;
    struct eg_unit_cost *cost = &made->costs[method * units + unit];
    take_number(values, "test_rows", &test_rows);
    take_number(values, "gradient_evaluations", &gradients);
    take_number(timing, "seconds", &cost->seconds);
    take_number(timing, "peak_bytes", &cost->bytes);
    if (isfinite(gradients))
        cost->gradient_evaluations = test_rows * gradients;
}

static int is_of(const json_t *row, const struct eg_score_table *table)
{
    return strcmp(text_of(row, "dataset"), table->dataset) == 0;
}

/* The units that there are; splits are only told from units where one has several models. */
static int list_units(const struct eg_rows *rows, struct eg_compare_table *made, struct eg_error *error)
{
    struct eg_score_table *table = &made->table;
    const size_t most = json_array_size(rows->array);
    size_t i;
    json_t *row;
    made->splits = eg_alloc(most, sizeof *made->splits, error);
    made->models = eg_alloc(most, sizeof *made->models, error);
    if (!made->splits || !made->models)
        return EG_INTERNAL;
    json_array_foreach(rows->array, i, row)
    {
        if (!is_of(row, table) || find_unit(made, row) < table->unit_count)
            continue;
        for (size_t unit = 0; unit < table->unit_count; unit++)
            if (made->splits[unit] == count_of(row, "unit"))
                table->splits = made->splits;
        made->splits[table->unit_count] = count_of(row, "unit");
        made->models[table->unit_count++] = count_of(row, "initialisation");
    }
    return EG_OK;
}

static int alloc_numbers(struct eg_compare_table *made, struct eg_error *error)
{
    const struct eg_score_table *table = &made->table;
    const size_t cells = table->method_count * table->unit_count;
    made->scores = eg_alloc(cells * table->metric_count, sizeof *made->scores, error);
    made->costs = eg_alloc(cells, sizeof *made->costs, error);
    made->randomisation = eg_alloc(cells, sizeof *made->randomisation, error);
    made->facts = eg_alloc(table->unit_count, sizeof *made->facts, error);
    if (!made->scores || !made->costs || !made->randomisation || !made->facts)
        return EG_INTERNAL;
    for (size_t c = 0; c < cells * table->metric_count; c++)
        made->scores[c] = NAN;
    for (size_t c = 0; c < cells; c++) {
        made->costs[c] = (struct eg_unit_cost){NAN, NAN, NAN};
        made->randomisation[c] = NAN;
    }
    return EG_OK;
}

static int fill_table(const struct eg_rows *rows, struct eg_compare_table *made, struct eg_error *error)
{
    size_t i;
    json_t *row;
    int status = list_units(rows, made, error);
    if (!status)
        status = alloc_numbers(made, error);
    if (status)
        return status;
    json_array_foreach(rows->array, i, row)
    {
        if (is_of(row, &made->table))
            fill_row(row, made);
    }
    made->table.scores = made->scores;
    made->table.costs = made->costs;
    made->table.randomisation = made->randomisation;
    made->table.facts = made->facts;
    return EG_OK;
}

int eg_compare_table_make(const struct eg_run *run, const struct eg_rows *rows,
                          const struct eg_outsiders *outside, const char *dataset,
                          struct eg_compare_table *made, struct eg_error *error)
{
    *made = (struct eg_compare_table){
        .table = {.dataset = dataset,
                  .model = strcmp(dataset, "user") == 0 ? "your model" : "mlp",
                  .seed = run->seed}};
    choose_methods(rows, run->own, outside, made);
    choose_metrics(rows, run->own, made);
    return fill_table(rows, made, error);
}

void eg_compare_table_free(struct eg_compare_table *made)
{
    free(made->scores);
    free(made->costs);
    free(made->randomisation);
    free(made->facts);
    free(made->splits);
    free(made->models);
}
