/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_plant.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/view.h"
#include "run/plan.h"
#include "run/run_cell.h"

const struct eg_plant eg_plants[] = {
    {"sparsity", "sign of the sparse prior", "strengths", EG_PLANT_NEGATE, "penalty",
     "sparse_prior"},
    {"sparsity", "half of EG's references", "references", EG_PLANT_HALVE, NULL, NULL},
    {"image-noise", "sign of the pixel prior", "strength", EG_PLANT_NEGATE, "model", "eg_prior"},
    {"image-noise", "half of EG's samples", "samples", EG_PLANT_HALVE, NULL, NULL},
    {"graph-prior", "sign of the graph prior", "nu", EG_PLANT_NEGATE, "family", "network"},
    {"graph-prior", "half of EG's samples", "samples", EG_PLANT_HALVE, "family", "network"},
    {NULL, NULL, NULL, EG_PLANT_NEGATE, NULL, NULL}};

static json_t *change_number(const json_t *number, enum eg_plant_kind kind)
{
    const json_int_t whole = json_integer_value(number);
    if (kind == EG_PLANT_NEGATE)
        return json_is_integer(number) ? json_integer(-whole) : json_real(-json_real_value(number));
    return json_is_integer(number) ? json_integer(whole > 1 ? whole / 2 : whole)
                                   : json_real(json_real_value(number) / 2);
}

json_t *eg_plant_apply(const struct eg_plant *plant, const json_t *config, int *applies)
{
    const char *text = plant->only_field
                           ? json_string_value(json_object_get(config, plant->only_field))
                           : NULL;
    json_t *copy = json_deep_copy(config), *value = json_object_get(copy, plant->field);
    *applies = value && (!plant->only_field || (text && strcmp(text, plant->only_value) == 0));
    if (!*applies)
        return copy;
    int bad = 0;
    if (json_is_array(value))
        for (size_t i = 0; i < json_array_size(value); i++)
            bad |= json_array_set_new(value, i,
                                      change_number(json_array_get(value, i), plant->kind));
    else
        bad = json_object_set_new(copy, plant->field, change_number(value, plant->kind));
    if (!bad)
        return copy;
    json_decref(copy);
    return NULL;
}

/* *row: a new reference to {"config", "values"}; NULL for a cell that is skipped, too. */
static int run_cell(const struct eg_experiment *experiment, const struct eg_run *run,
                    const struct eg_plant *plant, const json_t *config, json_t **row,
                    struct eg_error *error)
{
    int applies;
    json_t *values = json_object();
    json_t *changed = plant ? eg_plant_apply(plant, config, &applies) : json_deep_copy(config);
    int status = values && changed ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
    *row = NULL;
    if (!status)
        status = eg_run_config(experiment, run, changed, values, error);
    if (!status && !json_object_get(values, "skip"))
        *row = json_pack("{s:O, s:O}", "config", (json_t *)config, "values", values);
    json_decref(changed);
    json_decref(values);
    return status;
}

static int by_config(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

/* Summaries get rows in the order of their configurations. rows: {canonical configuration: row}. */
static int summarise(const struct eg_experiment *experiment, const json_t *rows,
                     struct eg_results *results, struct eg_error *error)
{
    const char **names = eg_alloc(json_object_size(rows), sizeof *names, error), *name;
    const struct eg_rows sorted = {.array = json_array()};
    size_t count = 0;
    json_t *row;
    int status = names ? EG_OK : EG_INTERNAL;
    json_object_foreach((json_t *)rows, name, row) if (!status) names[count++] = name;
    if (!status)
        qsort(names, count, sizeof *names, by_config);
    for (size_t i = 0; i < count; i++)
        json_array_append(sorted.array, json_object_get(rows, names[i]));
    if (!status)
        status = eg_summarise(experiment, &sorted, results, error);
    json_decref(sorted.array);
    free(names);
    return status;
}

/* Runs all cells of a seed and sums them up. */
static int run_seed(const struct eg_experiment *experiment, const struct eg_plant *plant,
                    uint64_t seed, struct eg_results *results, struct eg_error *error)
{
    const struct eg_run run = {.scale = "smoke", .protocol = "both", .seed = seed, .threads = 1};
    struct eg_plan plan;
    json_t *rows = json_object();
    int status = eg_plan_make(&plan, experiment, &run, NULL, error);
    for (size_t i = 0; !status && i < plan.count; i++) {
        const json_t *config = plan.cells[i].config;
        char *name = eg_canonical_alloc(config);
        json_t *row;
        status = run_cell(experiment, &run, plant, config, &row, error);
        if (!status && row && (!name || json_object_set_new(rows, name, row)))
            status = eg_fail(error, EG_INTERNAL, "out of memory");
        free(name);
    }
    eg_plan_free(&plan);
    if (!status)
        status = summarise(experiment, rows, results, error);
    json_decref(rows);
    return status;
}

static int add_results(struct eg_nightly *nightly, const char *experiment, size_t position,
                       const struct eg_results *results, struct eg_error *error)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        if (!isnan(result->x))
            continue;
        const struct eg_measure names = eg_measure_name(experiment, result);
        const struct eg_measure *found = eg_nightly_find(nightly, &names);
        if (!found && !(found = eg_nightly_add(nightly, &names, error)))
            return EG_INTERNAL;
        found->values[position] = result->value;
    }
    return EG_OK;
}

int eg_plant_run(struct eg_nightly *nightly, const struct eg_experiment *experiment,
                 const struct eg_plant *plant, size_t first, size_t seeds, size_t threads,
                 struct eg_error *error)
{
    struct eg_results *results = eg_alloc(seeds, sizeof *results, error);
    /* What became of each seed; an experiment may pass over a failure that it has just been told. */
    struct eg_error *errors = eg_alloc(seeds, sizeof *errors, error);
    *nightly = (struct eg_nightly){.scale = "smoke", .seed_count = seeds};
    nightly->seeds = eg_alloc(seeds, sizeof *nightly->seeds, error);
    int status = results && errors && nightly->seeds ? EG_OK : EG_INTERNAL;
    if (!status) {
#pragma omp parallel for schedule(dynamic) num_threads((int)threads)
        for (size_t i = 0; i < seeds; i++)
            errors[i].status = run_seed(experiment, plant, first + i, &results[i], &errors[i]);
    }
    for (size_t i = 0; i < seeds && !status; i++) {
        nightly->seeds[i] = i;
        status = errors[i].status ? eg_fail(error, errors[i].status, "%s, seed %zu%s%s: %.700s",
                                            experiment->name, first + i, plant ? ", " : "",
                                            plant ? plant->what : "", errors[i].message)
                                  : add_results(nightly, experiment->name, i, &results[i], error);
    }
    for (size_t i = 0; results && i < seeds; i++)
        eg_results_free(&results[i]);
    free(errors);
    free(results);
    return status;
}
