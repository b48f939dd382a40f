/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_present.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/compare/compare_measures.h"
#include "bench/compare/compare_options.h"
#include "bench/compare/compare_outside.h"
#include "bench/frame/names.h"
#include "bench/compare/verdict_output.h"

enum { MOST_DATASETS = 8, MOST_METHODS = 64, MOST_METRICS = 64 };

/* The table of a data set, with all that it points to. */
struct table {
    struct eg_score_table table;
    const char *methods[MOST_METHODS];
    struct eg_score_metric metrics[MOST_METRICS];
    double *scores;
    struct eg_unit_cost *costs;
    double *randomisation;
    struct eg_unit_fact *facts;
    /* A unit each, in the order of the rows. */
    size_t *splits, *models;
};

struct presentation {
    struct table tables[MOST_DATASETS];
    struct eg_contest verdicts[MOST_DATASETS];
    size_t count, judged;
    struct eg_outside outside;
};

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

static void choose_methods(const struct eg_rows *rows, const struct eg_outside *outside,
                           struct table *made)
{
    struct eg_score_table *table = &made->table;
    const size_t own = eg_compare_method_count();
    table->reference = table->floor = table->ceiling = table->flipped = EG_NO_METHOD;
    table->candidate = EG_NO_METHOD;
    for (size_t m = 0; m < own + (outside->kind != 0); m++) {
        const char *name = m < own ? eg_compare_method_name(m) : outside->name;
        const size_t at = table->method_count;
        if (!is_present(rows, table->dataset, name, NULL) || at == MOST_METHODS)
            continue;
        if (strcmp(name, eg_expected_gradients.name) == 0)
            table->reference = at;
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
        if (m >= own)
            table->candidate = at;
        made->methods[table->method_count++] = name;
    }
    /* With --only there may be no expected gradients. */
    if (table->reference == EG_NO_METHOD)
        table->reference = 0;
    if (table->candidate == EG_NO_METHOD)
        table->candidate = table->reference;
    table->methods = made->methods;
}

static void choose_metrics(const struct eg_rows *rows, struct table *made)
{
    for (size_t k = 0; eg_compare_metrics[k].name && made->table.metric_count < MOST_METRICS; k++)
        if (is_present(rows, made->table.dataset, NULL, eg_compare_metrics[k].name))
            made->metrics[made->table.metric_count++] = eg_compare_metrics[k];
    made->table.metrics = made->metrics;
}

/* The row's unit, the number of units where it is of none yet. */
static size_t find_unit(const struct table *made, const json_t *row)
{
    size_t unit = 0;
    while (unit < made->table.unit_count && (made->splits[unit] != count_of(row, "unit") ||
                                             made->models[unit] != count_of(row, "initialisation")))
        unit++;
    return unit;
}

static size_t find_method(const struct eg_score_table *table, const char *name)
{
    size_t method = 0;
    while (method < table->method_count && strcmp(table->methods[method], name) != 0)
        method++;
    return method;
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
static void fill_row(const json_t *row, struct table *made)
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
static int list_units(const struct eg_rows *rows, struct table *made, struct eg_error *error)
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

static int alloc_numbers(struct table *made, struct eg_error *error)
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

static int fill_table(const struct eg_rows *rows, struct table *made, struct eg_error *error)
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

static void free_table(struct table *made)
{
    free(made->scores);
    free(made->costs);
    free(made->randomisation);
    free(made->facts);
    free(made->splits);
    free(made->models);
}

static void list_datasets(const struct eg_rows *rows, struct presentation *shown)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows->array, i, row)
    {
        size_t d = 0;
        while (d < shown->count &&
               strcmp(shown->tables[d].table.dataset, text_of(row, "dataset")) != 0)
            d++;
        if (d == shown->count && d < MOST_DATASETS)
            shown->tables[shown->count++].table.dataset = text_of(row, "dataset");
    }
}

static int judge(const struct eg_run *run, const struct eg_rows *rows, struct presentation *shown,
                 struct eg_error *error)
{
    int status = EG_OK;
    list_datasets(rows, shown);
    for (size_t d = 0; d < shown->count && !status; d++) {
        struct table *made = &shown->tables[d];
        made->table.model = strcmp(made->table.dataset, "user") == 0 ? "your model" : "mlp";
        made->table.seed = run->seed;
        choose_methods(rows, &shown->outside, made);
        choose_metrics(rows, made);
        status = fill_table(rows, made, error);
        if (!status)
            status = eg_contest_make(&made->table, &shown->verdicts[d], error);
        shown->judged += !status;
    }
    return status;
}

/* What the new method is worth comes last, where it is looked for. */
static void conclude(const struct presentation *shown, FILE *out)
{
    const char *name = shown->outside.name;
    char text[1024];
    if (!shown->outside.kind)
        return;
    if (shown->judged == 0)
        fprintf(out, "%s: there are no numbers of it\n", name);
    for (size_t d = 0; d < shown->judged; d++) {
        const struct eg_score_table *table = &shown->tables[d].table;
        const size_t last = table->method_count - 1;
        const int is_there = strcmp(table->methods[last], name) == 0;
        fprintf(out, "%s%s on %s: %s\n", d ? "" : "\n", name, eg_dataset_title(table->dataset),
                is_there ? eg_contest_conclude(&shown->verdicts[d], last, text, sizeof text)
                         : "there are no numbers of it");
    }
}

int eg_compare_present(const struct eg_run *run, const struct eg_rows *rows, int as_json, FILE *out,
                       struct eg_error *error)
{
    struct presentation *shown = eg_alloc(1, sizeof *shown, error);
    char *folder = NULL;
    int status = shown ? eg_compare_find_outside(run->own, &shown->outside, error) : EG_INTERNAL;
    eg_compare_end_exchange(run);
    if (!status)
        status = judge(run, rows, shown, error);
    if (!status && as_json)
        status = eg_contests_print_json(shown->verdicts, shown->judged, out, error);
    else if (!status) {
        eg_contests_print(shown->verdicts, shown->judged, out);
        conclude(shown, out);
    }
    if (!status && shown->judged) {
        folder = eg_join_path_alloc(run->out, "report", error);
        status = folder ? eg_contests_write(shown->verdicts, shown->judged, folder, error)
                        : EG_INTERNAL;
    }
    for (size_t d = 0; shown && d < shown->count; d++) {
        if (d < shown->judged)
            eg_contest_free(&shown->verdicts[d]);
        free_table(&shown->tables[d]);
    }
    free(folder);
    free(shown);
    return status;
}
