/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_cell.h"

#include <string.h>

#include "bench/experiments.h"
#include "bench/graph/graph_cohorts.h"
#include "bench/graph/graph_linear.h"
#include "bench/graph/graph_measures.h"
#include "bench/graph/graph_training.h"
#include "run/values.h"

struct cell {
    enum eg_graph_family family;
    const struct eg_graph_cohort *cohort;
    struct eg_graph_recipe recipe;
    struct eg_graph_strengths strengths;
    size_t seed, split_number, retraining, train_rows;
    size_t explained, references, permutations;
    struct eg_patient_split split;
    struct eg_graph controls[2]; /* random, rewired */
    struct eg_graph_task task;
    struct eg_graph_meter meter;
};

/* --- what the configuration says --- */

static size_t read_strengths(const json_t *config, const char *field, double *strengths)
{
    const json_t *array = json_object_get(config, field);
    size_t count = 0;
    for (; count < json_array_size(array) && count < EG_GRAPH_STRENGTHS_MAX; count++)
        strengths[count] = json_number_value(json_array_get(array, count));
    return count;
}

static int read_counts(const json_t *config, struct cell *cell, struct eg_error *error)
{
    const struct {
        const char *field;
        size_t *count;
    } fields[] = {{"seed", &cell->seed},
                  {"split", &cell->split_number},
                  {"replicate", &cell->retraining},
                  {"train_rows", &cell->train_rows},
                  {"explained_rows", &cell->explained},
                  {"references", &cell->references},
                  {"permutations", &cell->permutations}};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && !status; i++)
        status = eg_config_count(config, fields[i].field, fields[i].count, error);
    return status;
}

static int read_cell(const struct eg_run *run, const json_t *config, struct cell *cell,
                     struct eg_error *error)
{
    const char *dataset, *family;
    size_t patients, drugs;
    if (eg_config_text(config, "dataset", &dataset, error) ||
        eg_config_text(config, "family", &family, error) ||
        eg_config_count(config, "patients", &patients, error) ||
        eg_config_count(config, "drugs", &drugs, error) || read_counts(config, cell, error))
        return EG_INTERNAL;
    while (strcmp(eg_graph_families[cell->family], family) != 0)
        if (++cell->family == EG_GRAPH_FAMILIES)
            return eg_fail(error, EG_INTERNAL, "there is no family of models '%s'", family);
    if (cell->family != EG_GRAPH_LINEAR && eg_graph_read_recipe(config, &cell->recipe, error))
        return EG_INTERNAL;
    cell->strengths.alphas = read_strengths(config, "alphas", cell->strengths.alpha);
    cell->strengths.nus = read_strengths(config, "nus", cell->strengths.nu);
    cell->strengths.ridges = read_strengths(config, "ridges", cell->strengths.ridge);
    cell->cohort = eg_graph_cohort_load(dataset, run->data, patients, drugs, error);
    return cell->cohort ? EG_OK : error->status;
}

static size_t count_trainings(enum eg_graph_family family)
{
    size_t tunings = 0;
    while (eg_fine_tunings[tunings].name)
        tunings++;
    return family == EG_GRAPH_NETWORK ? 1 + tunings : family == EG_GRAPH_NOTEBOOK ? 3 : 1;
}

/* Splits the patients and draws the control graphs. A split has streams of its own, and so has each
 * retraining of it; control graphs are drawn anew for each. */
static int prepare_cell(const struct eg_run *run, struct cell *cell, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = &cell->cohort->cohort;
    const uint64_t replicate = ((uint64_t)cell->split_number << 32) + cell->retraining;
    const struct eg_stream split = eg_stream_make(cell->seed, EG_STREAM_GRAPH_PRIOR,
                                                  EG_PURPOSE_SPLIT, cell->split_number, 0);
    const struct eg_stream graph = eg_stream_make(cell->seed, EG_STREAM_GRAPH_PRIOR,
                                                  EG_PURPOSE_GRAPH, replicate, 0);
    const struct eg_patient_split_settings settings = {
        .train_rows = cell->train_rows,
        .drugs_unscaled = cell->cohort->drugs_unscaled,
        .validation_in_training = cell->recipe.validation_in_training != 0};
    int status = eg_patient_split_draw(cohort, split, &settings, &cell->split, error);
    if (!status && cell->family == EG_GRAPH_NETWORK)
        status = eg_graph_randomise(&cohort->graph, graph, &cell->controls[0], error);
    if (!status && cell->family == EG_GRAPH_NETWORK)
        status = eg_graph_rewire(&cohort->graph, eg_stream_item(&graph, 1), &cell->controls[1],
                                 error);
    if (!status)
        status = eg_graph_meter_alloc(&cell->meter, cell->cohort, &cell->split, cell->explained,
                                      error);
    cell->meter.seed = cell->seed;
    cell->meter.replicate = replicate;
    cell->meter.threads = run->threads;
    cell->meter.samples = cell->references;
    cell->meter.permutations = cell->permutations;
    cell->task = (struct eg_graph_task){.run = run,
                                        .recipe = &cell->recipe,
                                        .split = &cell->split,
                                        .drugs = cohort->drugs,
                                        .propagation = &cell->cohort->propagation,
                                        .seed = cell->seed,
                                        .replicate = replicate,
                                        .trainings = count_trainings(cell->family)};
    return status;
}

static void free_cell(struct cell *cell)
{
    eg_graph_meter_free(&cell->meter);
    eg_patient_split_free(&cell->split);
    eg_graph_free(&cell->controls[0]);
    eg_graph_free(&cell->controls[1]);
}

/* --- the models --- */

/* The object of that name in values, made if there is none; NULL when memory is short. */
static json_t *find_object(json_t *values, const char *name, struct eg_error *error)
{
    if (!json_object_get(values, name) && json_object_set_new(values, name, json_object()))
        eg_fail(error, EG_INTERNAL, "out of memory");
    return json_object_get(values, name);
}

static int store_model(const struct cell *cell, const char *name, const struct eg_network *network,
                       const struct eg_training_outcome *outcome, json_t *values,
                       struct eg_error *error)
{
    json_t *own = find_object(values, name, error);
    int status = own ? eg_graph_measure(&cell->meter, network, own, error) : EG_INTERNAL;
    if (!status && outcome)
        status = eg_values_set(own, "epochs", (double)outcome->epochs, error);
    if (!status && outcome)
        status = eg_values_set(own, "best_epochs", (double)outcome->best_epoch + 1, error);
    return status;
}

/* A linear model with the strength that was chosen for it, and how many were solved. */
static int store_linear(const struct cell *cell, const char *name, const struct eg_network *unit,
                        const char *field, double strength, size_t solved, json_t *values,
                        struct eg_error *error)
{
    int status = store_model(cell, name, unit, NULL, values, error);
    json_t *own = json_object_get(values, name);
    if (!status)
        status = eg_values_set(own, field, strength, error);
    return status ? status : eg_values_set(own, "strengths_solved", (double)solved, error);
}

static int run_linear(struct cell *cell, json_t *values, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = &cell->cohort->cohort;
    struct eg_graph_linear linear;
    int status = eg_graph_fit_linear(&cell->split, cohort->drugs, &cohort->graph, &cell->strengths,
                                     &linear, error);
    if (!status)
        status = store_model(cell, "drug_mean", &linear.drug_mean, NULL, values, error);
    if (!status)
        status = store_linear(cell, "gene_ridge", &linear.gene_ridge, "best_ridge", linear.ridge,
                              cell->strengths.ridges, values, error);
    if (!status)
        status = store_linear(cell, "lasso", &linear.lasso, "best_alpha", linear.alpha,
                              linear.alphas_solved, values, error);
    if (!status && linear.nus_solved)
        status = store_linear(cell, "graph_lasso", &linear.graph_lasso, "best_nu", linear.nu,
                              linear.nus_solved, values, error);
    eg_graph_linear_free(&linear);
    return status;
}

/* Trains on from the weights of a network; *network is made here, the caller frees it. */
static int tune_network(const struct cell *cell, const struct eg_fine_tuning *tuning,
                        const struct eg_network *trained, size_t epochs, int keeps_best,
                        const char *stage, struct eg_network *network,
                        struct eg_training_outcome *outcome, struct eg_error *error)
{
    const struct eg_graph *const graphs[] = {&cell->cohort->cohort.graph, &cell->controls[0],
                                             &cell->controls[1]};
    const int status = eg_graph_make_network(&cell->task, network, error);
    if (status)
        return status;
    memcpy(network->theta, trained->theta, trained->parameters * sizeof *network->theta);
    return eg_graph_fine_tune(&cell->task, tuning, graphs[tuning->graph], epochs, keeps_best, stage,
                              network, outcome, error);
}

/* The network, and from its weights each fine-tuning. */
static int run_networks(struct cell *cell, json_t *values, struct eg_error *error)
{
    struct eg_network network;
    struct eg_training_outcome outcome;
    size_t best = 0;
    int status = eg_graph_make_network(&cell->task, &network, error);
    if (!status)
        status = eg_graph_train(&cell->task, &network, &outcome, error);
    if (!status)
        status = store_model(cell, "neural_network", &network, &outcome, values, error);
    for (const struct eg_fine_tuning *tuning = eg_fine_tunings; tuning->name && !status; tuning++) {
        const int has_prior = tuning->method != NULL;
        struct eg_network tuned;
        status = tune_network(cell, tuning, &network, has_prior ? cell->recipe.fine_epochs : best,
                              has_prior, tuning->name, &tuned, &outcome, error);
        if (!status)
            status = store_model(cell, tuning->name, &tuned, &outcome, values, error);
        if (tuning == eg_fine_tunings)
            best = outcome.best_epoch + 1;
        eg_network_free(&tuned);
    }
    eg_network_free(&network);
    return status;
}

static int run_convolution(struct cell *cell, json_t *values, struct eg_error *error)
{
    struct eg_network network;
    struct eg_training_outcome outcome;
    int status = eg_graph_make_network(&cell->task, &network, error);
    if (!status)
        status = eg_graph_train(&cell->task, &network, &outcome, error);
    if (!status)
        status = store_model(cell, "graph_convolution", &network, &outcome, values, error);
    eg_network_free(&network);
    return status;
}

/* Validation error of the notebook's network, and after one and two epochs of the prior. */
static int run_notebook(struct cell *cell, json_t *values, struct eg_error *error)
{
    static const char *const names[] = {"validation_mse_after_1", "validation_mse_after_2"};
    const struct eg_response_rows *validation = &cell->split.parts[EG_VALIDATION];
    json_t *own = find_object(values, "released_notebook", error);
    struct eg_network network;
    double square;
    int status = eg_graph_make_network(&cell->task, &network, error);
    if (!status)
        status = eg_graph_train(&cell->task, &network, NULL, error);
    if (!status)
        status = eg_graph_squared_error(&network, validation, &square, error);
    if (!status)
        status = own ? eg_values_set(own, "validation_mse_before", square, error) : EG_INTERNAL;
    /* Two epochs are begun anew after the one, so that no state stands between them. */
    for (size_t after = 1; after <= 2 && !status; after++) {
        struct eg_network tuned;
        status = tune_network(cell, &eg_fine_tunings[0], &network, after, 0, names[after - 1],
                              &tuned, NULL, error);
        if (!status)
            status = eg_graph_squared_error(&tuned, validation, &square, error);
        if (!status)
            status = eg_values_set(own, names[after - 1], square, error);
        eg_network_free(&tuned);
    }
    eg_network_free(&network);
    return status;
}

int eg_graph_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                      struct eg_error *error)
{
    static int (*const runs[EG_GRAPH_FAMILIES])(struct cell *, json_t *, struct eg_error *) = {
        run_linear, run_networks, run_convolution, run_notebook};
    struct cell cell = {0};
    int status = read_cell(run, config, &cell, error);
    if (!status)
        status = prepare_cell(run, &cell, error);
    if (!status)
        status = eg_graph_describe(&cell.meter, values, error);
    if (!status)
        status = runs[cell.family](&cell, values, error);
    free_cell(&cell);
    return status;
}
