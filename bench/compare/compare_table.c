/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_auto.h"
#include "bench/compare/compare_measures.h"

/* Whether a row of that method, or of any, has a value of that metric, or is there at all. */
static int is_present(const struct eg_compare_rows *rows, const char *method, const char *metric)
{
    for (size_t i = 0; i < rows->count; i++)
        if ((!method || strcmp(rows->items[i].cell.method, method) == 0) &&
            (!metric || !isnan(eg_row_number(rows->items[i].values, NULL, metric))))
            return 1;
    return 0;
}

static void add_method(const struct eg_compare_rows *rows, const char *name,
                       struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    const size_t at = table->method_count;
    if (at == EG_COMPARE_METHODS || eg_score_method(table, name) < at ||
        !is_present(rows, name, NULL))
        return;
    if (strcmp(name, eg_random_attribution.name) == 0)
        table->floor = at;
    if (strcmp(name, eg_compare_oracle) == 0) {
        table->ceiling = at;
        /* Agreement with the oracle is measured where it is exact. */
        table->ceiling_title = is_present(rows, name, "shapley_error") ? "Oracle (exact Shapley)"
                                                                       : "Oracle (sampled Shapley)";
    }
    if (strcmp(name, eg_compare_flipped) == 0)
        table->flipped = at;
    made->methods[table->method_count++] = name;
}

/* The method's place; instead where it has no rows: all its cells may have failed. */
static size_t find_or(const struct eg_score_table *table, const char *name, size_t instead)
{
    const size_t found = eg_score_method(table, name);
    return found < table->method_count ? found : instead;
}

/* The program's own, those of earlier runs, and those of this run, which come last. */
static void choose_methods(const struct eg_compare_rows *rows,
                           const struct eg_compare_options *options,
                           const struct eg_outsiders *outside, struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    table->methods = made->methods;
    table->floor = table->ceiling = table->flipped = EG_NO_METHOD;
    for (size_t m = 0; m < eg_compare_method_count(); m++)
        add_method(rows, eg_compare_method_name(m), made);
    for (size_t i = 0; i < rows->count; i++)
        if (!eg_compare_find_outsider(outside, rows->items[i].cell.method))
            add_method(rows, rows->items[i].cell.method, made);
    const size_t before = table->method_count;
    for (size_t m = 0; m < outside->count; m++)
        add_method(rows, outside->items[m].name, made);
    table->candidates = table->method_count - before;
    table->reference = find_or(table, eg_compare_reference(options), 0);
    table->candidate = outside->count ? find_or(table, outside->items[0].name, table->reference)
                                      : table->reference;
}

static void choose_metrics(const struct eg_compare_rows *rows,
                           const struct eg_compare_options *options, struct eg_compare_table *made)
{
    for (size_t k = 0; eg_compare_metrics[k].name && made->table.metric_count < EG_COMPARE_METRICS;
         k++)
        if (eg_compare_is_chosen(options, eg_compare_metrics[k].name) &&
            is_present(rows, NULL, eg_compare_metrics[k].name))
            made->metrics[made->table.metric_count++] = eg_compare_metrics[k];
    made->table.metrics = made->metrics;
}

/* The cell's unit, the number of units where it is of none yet. */
static size_t find_unit(const struct eg_compare_table *made, const struct eg_compare_cell *cell)
{
    size_t unit = 0;
    while (unit < made->table.unit_count &&
           (made->splits[unit] != cell->unit || made->models[unit] != cell->initialisation))
        unit++;
    return unit;
}

/* The units that there are; splits are only told from units where one has several models. */
static int list_units(const struct eg_compare_rows *rows, struct eg_compare_table *made,
                      struct eg_error *error)
{
    struct eg_score_table *table = &made->table;
    made->splits = eg_alloc(rows->count, sizeof *made->splits, error);
    made->models = eg_alloc(rows->count, sizeof *made->models, error);
    if (!made->splits || !made->models)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct eg_compare_cell *cell = &rows->items[i].cell;
        if (find_unit(made, cell) < table->unit_count)
            continue;
        for (size_t unit = 0; unit < table->unit_count; unit++)
            if (made->splits[unit] == cell->unit)
                table->splits = made->splits;
        made->splits[table->unit_count] = cell->unit;
        made->models[table->unit_count++] = cell->initialisation;
    }
    return EG_OK;
}

static int is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

/* Whether both explain one model of the user's own, a file or a command. */
static int is_same_model(const struct eg_compare_cell *a, const struct eg_compare_cell *b)
{
    return (a->model || a->predict) && is_same_text(a->model, b->model) &&
           is_same_text(a->predict, b->predict) && is_same_text(a->predict_files, b->predict_files);
}

static const struct eg_compare_row *first_row_of(const struct eg_compare_rows *rows,
                                                 const struct eg_compare_table *made, size_t unit)
{
    size_t i = 0;
    while (find_unit(made, &rows->items[i].cell) != unit)
        i++;
    return &rows->items[i];
}

/* Whether units of one number are one model on other test rows (or, by class, on the rows of another), and there
 * are such. */
static int are_parts(const struct eg_compare_rows *rows, const struct eg_compare_table *made)
{
    size_t pairs = 0;
    for (size_t a = 0; a < made->table.unit_count; a++)
        for (size_t b = 0; b < a; b++) {
            const struct eg_compare_cell *one = &first_row_of(rows, made, a)->cell,
                                         *other = &first_row_of(rows, made, b)->cell;
            if (made->models[a] != made->models[b])
                continue;
            if (!is_same_model(one, other) ||
                (!one->by_class && is_same_text(one->x_test, other->x_test)))
                return 0;
            pairs++;
        }
    return pairs > 0;
}

static int is_first_of_model(const struct eg_compare_table *made, size_t unit)
{
    size_t first = 0;
    while (made->models[first] != made->models[unit])
        first++;
    return first == unit;
}

/* Where units are parts of test rows: of how many models, and of how many rows. Nothing is trained anew then. */
static void find_parts(const struct eg_compare_rows *rows, struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    if (!are_parts(rows, made))
        return;
    table->n_train = 0;
    table->are_classes = rows->items[0].cell.by_class != NULL;
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        const json_t *values = first_row_of(rows, made, unit)->values;
        const double own = eg_row_number(values, NULL, "n_test");
        table->part_models += is_first_of_model(made, unit);
        if (made->models[unit] == made->models[0] && own > 0)
            table->part_rows += (size_t)own;
    }
}

static int alloc_numbers(struct eg_compare_table *made, struct eg_error *error)
{
    struct eg_score_table *table = &made->table;
    const size_t cells = table->method_count * table->unit_count,
                 scores = cells * table->metric_count;
    made->scores = eg_alloc(scores + cells, sizeof *made->scores, error);
    table->costs = made->costs = eg_alloc(cells, sizeof *made->costs, error);
    table->facts = made->facts = eg_alloc(table->unit_count, sizeof *made->facts, error);
    if (!made->scores || !made->costs || !made->facts)
        return EG_INTERNAL;
    table->scores = made->scores;
    table->randomisation = made->randomisation = made->scores + scores;
    for (size_t i = 0; i < scores + cells; i++)
        made->scores[i] = NAN;
    for (size_t c = 0; c < cells; c++)
        made->costs[c] = (struct eg_unit_cost){NAN, NAN, NAN};
    return EG_OK;
}

static void take_number(const json_t *values, const char *part, const char *name, double *number)
{
    const double found = eg_row_number(values, part, name);
    if (!isnan(found))
        *number = found;
}

static void take_fact(const json_t *values, struct eg_unit_fact *fact)
{
    const json_t *about = json_object_get(values, "about");
    if (!about)
        return;
    *fact = (struct eg_unit_fact){.name = json_string_value(json_object_get(about, "unit")),
                                  .network = json_string_value(json_object_get(about, "network")),
                                  .labels = json_string_value(json_object_get(about, "labels")),
                                  .is_classes = json_object_get(values, "test_roc_auc") != NULL};
    fact->score = eg_row_number(values, NULL, fact->is_classes ? "test_roc_auc" : "test_r2");
}

/* Several rows may speak of one method and unit: what was retrained is a cell of its own. */
static void fill_row(const struct eg_compare_row *row, struct eg_compare_table *made)
{
    struct eg_score_table *table = &made->table;
    const json_t *values = row->values;
    const size_t method = eg_score_method(table, row->cell.method),
                 unit = find_unit(made, &row->cell), units = table->unit_count;
    double n_train = 0, n_test = 0, gradients = NAN;
    if (method == table->method_count)
        return;
    for (size_t k = 0; k < table->metric_count; k++)
        take_number(values, NULL, table->metrics[k].name,
                    &made->scores[(method * table->metric_count + k) * units + unit]);
    take_number(values, NULL, "randomisation", &made->randomisation[method * units + unit]);
    take_fact(values, &made->facts[unit]);
    take_number(values, NULL, "n_train", &n_train);
    take_number(values, NULL, "n_test", &n_test);
    table->n_train = (size_t)n_train;
    table->n_test = (size_t)n_test;
    struct eg_unit_cost *cost = &made->costs[method * units + unit];
    take_number(values, "timing", "seconds", &cost->seconds);
    take_number(values, "timing", "peak_bytes", &cost->bytes);
    take_number(values, NULL, "gradient_evaluations", &gradients);
    if (!isnan(gradients))
        cost->gradient_evaluations = gradients * eg_row_number(values, NULL, "test_rows");
}

static const char *name_model(const struct eg_compare_rows *rows)
{
    const json_t *about = json_object_get(rows->items[0].values, "about");
    const char *network = json_string_value(json_object_get(about, "network"));
    if (strcmp(rows->items[0].cell.dataset, "user") == 0)
        return "your model";
    return network && strncmp(network, "image ", 6) == 0 ? "convolutional network" : "mlp";
}

int eg_compare_table_make(const struct eg_run *run, const struct eg_compare_rows *rows,
                          const struct eg_outsiders *outside, struct eg_compare_table *made,
                          struct eg_error *error)
{
    const char *dataset = rows->items[0].cell.dataset;
    *made = (struct eg_compare_table){.table = {.dataset = dataset,
                                                .model = name_model(rows),
                                                .level = eg_compare_level(run),
                                                .seed = run->seed}};
    choose_methods(rows, run->own, outside, made);
    choose_metrics(rows, run->own, made);
    int status = list_units(rows, made, error);
    if (!status)
        status = alloc_numbers(made, error);
    for (size_t i = 0; i < rows->count && !status; i++)
        fill_row(&rows->items[i], made);
    if (!status)
        find_parts(rows, made);
    return status;
}

void eg_compare_table_free(struct eg_compare_table *made)
{
    free(made->scores);
    free(made->costs);
    free(made->facts);
    free(made->splits);
    free(made->models);
}
