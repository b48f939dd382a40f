/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_cell.h"

#include <string.h>

#include "bench/experiments.h"
#include "bench/graph/graph_cohorts.h"
#include "bench/graph/graph_measures.h"
#include "bench/graph/graph_training.h"

#define FIELD(member) EG_FIELD(struct eg_graph_cell, member)
#define STRENGTHS(member)                                                                          \
    EG_PART_FIELD(struct eg_graph_cell, strengths, member, strengths.alphas.count)
#define RECIPE(member) EG_PART_FIELD(struct eg_graph_cell, recipe, member, recipe.first_layer)

const struct eg_field eg_graph_fields[] = {
    FIELD(dataset),
    FIELD(data),
    FIELD(sets),
    FIELD(protocol),
    FIELD(scale),
    FIELD(seed),
    FIELD(family),
    FIELD(split),
    FIELD(replicate),
    FIELD(setting),
    FIELD(train_rows),
    FIELD(explained_rows),
    FIELD(references),
    FIELD(permutations),
    FIELD(patients),
    FIELD(drugs),
    STRENGTHS(alphas),
    STRENGTHS(nus),
    STRENGTHS(ridges),
    RECIPE(first_layer),
    RECIPE(second_layer),
    RECIPE(filters),
    RECIPE(l1),
    RECIPE(l2),
    RECIPE(dropout),
    RECIPE(rate),
    RECIPE(batch),
    RECIPE(epochs),
    RECIPE(patience),
    RECIPE(fine_epochs),
    RECIPE(nu),
    RECIPE(samples),
    RECIPE(l1_on_biases),
    RECIPE(he_normal_cut),
    RECIPE(training_references),
    RECIPE(prior_on_next_batch),
    RECIPE(validation_in_training),
    {0},
};

/* What the models of a cell share. */
struct work {
    const struct eg_graph_cell *cell;
    const struct eg_graph_cohort *cohort;
    struct eg_patient_split split;
    struct eg_graph controls[2]; /* random, rewired */
    struct eg_graph_task task;
    struct eg_graph_meter meter;
};

/* A split has streams of its own, and so has each retraining of it. */
static int prepare(const struct eg_run *run, struct work *work, struct eg_error *error)
{
    const struct eg_graph_cell *cell = work->cell;
    const struct eg_drug_cohort *cohort = &work->cohort->cohort;
    const uint64_t replicate = ((uint64_t)cell->split << 32) + cell->replicate;
    const struct eg_stream split = eg_stream_make(cell->seed, EG_STREAM_GRAPH_PRIOR,
                                                  EG_PURPOSE_SPLIT, cell->split, 0);
    const struct eg_patient_split_settings settings = {
        .train_rows = cell->train_rows,
        .drugs_unscaled = work->cohort->drugs_unscaled,
        .validation_in_training = cell->recipe.validation_in_training != 0};
    int status = eg_patient_split_draw(cohort, split, &settings, &work->split, error);
    if (!status)
        status = eg_graph_meter_alloc(&work->meter, work->cohort, &work->split,
                                      cell->explained_rows, error);
    work->meter.seed = cell->seed;
    work->meter.replicate = replicate;
    work->meter.threads = run->threads;
    work->meter.samples = cell->references;
    work->meter.permutations = cell->permutations;
    work->task = (struct eg_graph_task){.run = run,
                                        .recipe = &cell->recipe,
                                        .split = &work->split,
                                        .drugs = cohort->drugs,
                                        .propagation = &work->cohort->propagation,
                                        .seed = cell->seed,
                                        .replicate = replicate};
    return status;
}

static void free_work(struct work *work)
{
    eg_graph_meter_free(&work->meter);
    eg_patient_split_free(&work->split);
    eg_graph_free(&work->controls[0]);
    eg_graph_free(&work->controls[1]);
}

/* --- linear models --- */

/* A model with the strength that was chosen for it, and how many were solved. */
static int set_linear(const struct work *work, const char *name, const struct eg_network *unit,
                      const char *field, double strength, size_t solved, const struct eg_row *row,
                      struct eg_error *error)
{
    const struct eg_row own = eg_row_part(row, name);
    eg_row_set(&own, field, strength);
    eg_row_set(&own, "strengths_solved", (double)solved);
    return eg_graph_measure(&work->meter, unit, &own, error);
}

static int run_linear(struct work *work, const struct eg_row *row, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = &work->cohort->cohort;
    const struct eg_graph_strengths *strengths = &work->cell->strengths;
    const struct eg_row drug_mean = eg_row_part(row, "drug_mean");
    struct eg_graph_linear linear;
    int status = eg_graph_fit_linear(&work->split, cohort->drugs, &cohort->graph, strengths,
                                     &linear, error);
    if (!status)
        status = eg_graph_measure(&work->meter, &linear.drug_mean, &drug_mean, error);
    if (!status)
        status = set_linear(work, "gene_ridge", &linear.gene_ridge, "best_ridge", linear.ridge,
                            strengths->ridges.count, row, error);
    if (!status)
        status = set_linear(work, "lasso", &linear.lasso, "best_alpha", linear.alpha,
                            linear.alphas_solved, row, error);
    if (!status && linear.nus_solved)
        status = set_linear(work, "graph_lasso", &linear.graph_lasso, "best_nu", linear.nu,
                            linear.nus_solved, row, error);
    eg_graph_linear_free(&linear);
    return status;
}

/* --- networks --- */

static void set_epochs(const struct eg_training_outcome *outcome, const struct eg_row *own)
{
    eg_row_set(own, "epochs", (double)outcome->epochs);
    eg_row_set(own, "best_epochs", (double)outcome->best_epoch + 1);
}

static int set_trained(const struct work *work, const char *name, const struct eg_network *network,
                       const struct eg_training_outcome *outcome, const struct eg_row *row,
                       struct eg_error *error)
{
    const struct eg_row own = eg_row_part(row, name);
    set_epochs(outcome, &own);
    return eg_graph_measure(&work->meter, network, &own, error);
}

/* *network is made here, the caller frees it. */
static int train_network(const struct work *work, struct eg_network *network,
                         struct eg_training_outcome *outcome, struct eg_error *error)
{
    const int status = eg_graph_make_network(&work->task, network, error);
    return status ? status : eg_graph_train(&work->task, network, outcome, error);
}

/* The same, measured. */
static int set_network(const struct work *work, const char *name, struct eg_network *network,
                       const struct eg_row *row, struct eg_error *error)
{
    struct eg_training_outcome outcome;
    const int status = train_network(work, network, &outcome, error);
    return status ? status : set_trained(work, name, network, &outcome, row, error);
}

/* Trains on from the weights of a network; *network is made here, the caller frees it. */
static int tune_network(const struct work *work, const struct eg_fine_tuning *tuning,
                        const struct eg_network *trained, size_t epochs, int keeps_best,
                        const char *stage, struct eg_network *network,
                        struct eg_training_outcome *outcome, struct eg_error *error)
{
    const struct eg_graph *const graphs[] = {&work->cohort->cohort.graph, &work->controls[0],
                                             &work->controls[1]};
    const int status = eg_graph_make_network(&work->task, network, error);
    if (status)
        return status;
    memcpy(network->theta, trained->theta, trained->parameters * sizeof *network->theta);
    return eg_graph_fine_tune(&work->task, tuning, graphs[tuning->graph], epochs, keeps_best, stage,
                              network, outcome, error);
}

/* Anew for each retraining. */
static int draw_controls(struct work *work, struct eg_error *error)
{
    const struct eg_graph *graph = &work->cohort->cohort.graph;
    const struct eg_stream stream = eg_stream_make(work->cell->seed, EG_STREAM_GRAPH_PRIOR,
                                                   EG_PURPOSE_GRAPH, work->task.replicate, 0);
    const int status = eg_graph_randomise(graph, stream, &work->controls[0], error);
    return status ? status
                  : eg_graph_rewire(graph, eg_stream_item(&stream, 1), &work->controls[1], error);
}

/* The network, and from its weights each fine-tuning. */
static int run_networks(struct work *work, const struct eg_row *row, struct eg_error *error)
{
    struct eg_network network = {0};
    struct eg_training_outcome outcome;
    size_t best = 0;
    int status = draw_controls(work, error);
    if (!status)
        status = set_network(work, "neural_network", &network, row, error);
    for (const struct eg_fine_tuning *tuning = eg_fine_tunings; tuning->name && !status; tuning++) {
        const int has_prior = tuning->method != NULL;
        const size_t epochs = has_prior ? work->cell->recipe.fine_epochs : best;
        struct eg_network tuned;
        status = tune_network(work, tuning, &network, epochs, has_prior, tuning->name, &tuned,
                              &outcome, error);
        if (!status)
            status = set_trained(work, tuning->name, &tuned, &outcome, row, error);
        if (tuning == eg_fine_tunings)
            best = outcome.best_epoch + 1;
        eg_network_free(&tuned);
    }
    eg_network_free(&network);
    return status;
}

static int run_convolution(struct work *work, const struct eg_row *row, struct eg_error *error)
{
    struct eg_network network;
    const int status = set_network(work, "graph_convolution", &network, row, error);
    eg_network_free(&network);
    return status;
}

/* Validation error of the notebook's network, and after one and two of its epochs of the prior: as many steps on
 * the loss as there are batches and as many on the prior, which takes two passes over the rows. */
static int run_notebook(struct work *work, const struct eg_row *row, struct eg_error *error)
{
    static const char *const names[] = {"validation_mse_before", "validation_mse_after_1",
                                        "validation_mse_after_2"};
    const struct eg_response_rows *validation = &work->split.parts[EG_VALIDATION];
    const struct eg_row own = eg_row_part(row, "released_notebook");
    struct eg_training_outcome outcome;
    struct eg_network network;
    double squares[3];
    int status = train_network(work, &network, &outcome, error);
    if (!status)
        status = eg_graph_squared_error(&network, validation, &squares[0], error);
    const size_t passes = 2;
    /* Two epochs are begun anew after the one, so that no state stands between them. */
    for (size_t after = 1; after <= 2 && !status; after++) {
        struct eg_network tuned;
        status = tune_network(work, &eg_fine_tunings[0], &network, passes * after, 0, names[after],
                              &tuned, NULL, error);
        if (!status)
            status = eg_graph_squared_error(&tuned, validation, &squares[after], error);
        eg_network_free(&tuned);
    }
    for (size_t i = 0; i < 3 && !status; i++)
        eg_row_set(&own, names[i], squares[i]);
    eg_network_free(&network);
    return status;
}

/* Validation error alone. */
static int run_search(struct work *work, const struct eg_row *row, struct eg_error *error)
{
    const struct eg_row own = eg_row_part(row, "neural_network");
    struct eg_training_outcome outcome;
    struct eg_network network = {0};
    double square;
    int status = train_network(work, &network, &outcome, error);
    if (!status)
        status = eg_graph_squared_error(&network, &work->split.parts[EG_VALIDATION], &square,
                                        error);
    if (!status) {
        set_epochs(&outcome, &own);
        eg_row_set(&own, "validation_mse", square);
    }
    eg_network_free(&network);
    return status;
}

static const struct {
    int (*run)(struct work *work, const struct eg_row *row, struct eg_error *error);
    size_t trainings;
} families[EG_GRAPH_FAMILIES] = {{run_linear, 1},
                                 {run_networks, 1 + EG_FINE_TUNINGS},
                                 {run_convolution, 1},
                                 {run_notebook, 3},
                                 {run_search, 1}};

int eg_graph_run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                      struct eg_error *error)
{
    const struct eg_graph_cell *cell = of_cell;
    const enum eg_graph_family family = eg_graph_family_named(cell->family);
    if (family == EG_GRAPH_FAMILIES)
        return eg_fail(error, EG_DATA, "there is no family of models '%s'", cell->family);
    struct work work = {.cell = cell,
                        .cohort = eg_graph_cohort_load(cell->dataset, run->data, cell->patients,
                                                       cell->drugs, error)};
    int status = work.cohort ? prepare(run, &work, error) : error->status;
    work.task.trainings = families[family].trainings;
    if (!status && family != EG_GRAPH_SEARCH)
        status = eg_graph_describe(&work.meter, row, error);
    if (!status)
        status = families[family].run(&work, row, error);
    free_work(&work);
    return status;
}
