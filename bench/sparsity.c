/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figure 4, Supplementary Figures 13 to 15 and the table of Supplement I.3:
 * with 100 labelled patients, does a Gini prior on expected gradients make a
 * more accurate and sparser network than other penalties (Methods 6)?
 *
 * A cell is a penalty, a replicate and some of the strengths: 100 patients to
 * train on, 100 to choose epoch and strength by, the rest to test on. The best
 * strength of all cells of a replicate is chosen in the summary. There is one
 * protocol, the released code's; what the paper's words say otherwise (survival
 * to 10 years) is another data set.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution/explain.h"
#include "bench/experiments.h"
#include "bench/frame/patients.h"
#include "bench/frame/regularisers.h"
#include "bench/sparsity/sparsity_summary.h"
#include "datasets/nhanes.h"
#include "metrics/gini.h"
#include "run/values.h"

static const char network_text[] = "dense 512, relu, dense 128, relu, dense 32, relu, dense 1";

/* --- data and grid --- */

struct scale {
    const char *name;
    size_t replicates, epochs, references;
    size_t rows; /* of the simulated cohort; 0: as many as NHANES has */
};

static const struct scale scales[] = {{"smoke", 2, 3, 20, 2000},
                                      {"quick", 20, 100, 100, 0},
                                      {"night", 100, 100, 100, 0},
                                      {"paper", 200, 100, 100, 0}};

static const struct scale *find_scale(const char *name)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0)
        i++;
    return &scales[i];
}

/* The smoke scale is the same everywhere; the others take real patients where there are any. */
static const char *choose_cohort(const struct eg_run *run)
{
    const struct eg_dataset_options options = {.data_folder = run->data};
    if (run->dataset)
        return run->dataset;
    return strcmp(run->scale, "smoke") && eg_nhanes_available(&options) ? "nhanes"
                                                                        : "simulated_cohort";
}

/* At quick, priors on expected gradients that Figure 4 does not show take too long. */
static int is_in_scale(const struct eg_regulariser *regulariser, const char *scale)
{
    return regulariser->in_figure_4 || strcmp(scale, "quick") != 0 ||
           !eg_regulariser_is_costly(regulariser);
}

/* Strengths are tried in cells of so many, that a cell may take half a minute, not half an hour. */
static size_t strengths_of_cell(const struct eg_regulariser *regulariser)
{
    return eg_regulariser_is_costly(regulariser) ? 3 : EG_STRENGTHS_MAX;
}

static json_t *make_config(const struct eg_run *run, const struct eg_regulariser *regulariser,
                           const char *cohort, const struct eg_dataset *dataset)
{
    const struct scale *scale = find_scale(run->scale);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:I}", "dataset", cohort,
                     "data", dataset->content_hash, "protocol", "paper", "scale", run->scale,
                     "seed", (json_int_t)run->seed, "penalty", regulariser->name, "epochs",
                     (json_int_t)scale->epochs, "references", (json_int_t)scale->references,
                     "train_rows", (json_int_t)100, "rows",
                     (json_int_t)(strcmp(cohort, "simulated_cohort") ? 0 : scale->rows));
}

/* The cells of one replicate: all strengths, dealt out in order. */
static int add_replicate(const struct eg_run *run, const struct eg_regulariser *regulariser,
                         const char *cohort, const struct eg_dataset *dataset, size_t replicate,
                         struct eg_grid *grid, struct eg_error *error)
{
    double strengths[EG_STRENGTHS_MAX];
    const size_t count = eg_regulariser_strengths(regulariser, run->scale, strengths);
    const size_t most = strengths_of_cell(regulariser);
    const size_t references = find_scale(run->scale)->references;
    const double cost = eg_regulariser_is_costly(regulariser) ? (double)references : 1;
    int status = EG_OK;
    for (size_t first = 0; first < count && !status; first += most) {
        const size_t end = first + most < count ? first + most : count;
        json_t *config = make_config(run, regulariser, cohort, dataset), *tried = json_array();
        for (size_t i = first; i < end; i++)
            json_array_append_new(tried, json_real(strengths[i]));
        if (json_object_set_new(config, "replicate", json_integer((json_int_t)replicate)) ||
            json_object_set_new(config, "strengths", tried) ||
            json_object_set_new(config, "strengths_in_all", json_integer((json_int_t)count)))
            return eg_fail(error, EG_INTERNAL, "out of memory");
        status = eg_grid_add_config(grid, config, cost * (double)(end - first), error);
    }
    return status;
}

static int add_cells(const struct eg_run *run, const struct eg_regulariser *regulariser,
                     const char *cohort, const struct eg_dataset *dataset, struct eg_grid *grid,
                     struct eg_error *error)
{
    const size_t own = find_scale(run->scale)->replicates;
    const size_t replicates = run->replicates ? run->replicates : own;
    int status = EG_OK;
    for (size_t replicate = 0; replicate < replicates && !status; replicate++)
        status = add_replicate(run, regulariser, cohort, dataset, replicate, grid, error);
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const char *cohort = choose_cohort(run);
    const struct eg_dataset *dataset = eg_cohort_load(cohort, run->data,
                                                      find_scale(run->scale)->rows, error);
    int status = dataset ? EG_OK : error->status;
    for (size_t i = 0; eg_regularisers[i] && !status; i++)
        if (is_in_scale(eg_regularisers[i], run->scale))
            status = add_cells(run, eg_regularisers[i], cohort, dataset, grid, error);
    return status;
}

/* --- one cell --- */

struct cell {
    const struct eg_dataset *dataset;
    const struct eg_regulariser *regulariser;
    size_t seed, replicate, epochs, references, train_rows;
    size_t count;
    double strengths[EG_STRENGTHS_MAX];
};

static int read_cell(const struct eg_run *run, const json_t *config, struct cell *cell,
                     struct eg_error *error)
{
    const char *cohort, *penalty;
    size_t rows;
    const json_t *strengths = json_object_get(config, "strengths");
    if (eg_config_text(config, "dataset", &cohort, error) ||
        eg_config_text(config, "penalty", &penalty, error) ||
        eg_config_count(config, "seed", &cell->seed, error) ||
        eg_config_count(config, "replicate", &cell->replicate, error) ||
        eg_config_count(config, "epochs", &cell->epochs, error) ||
        eg_config_count(config, "references", &cell->references, error) ||
        eg_config_count(config, "train_rows", &cell->train_rows, error) ||
        eg_config_count(config, "rows", &rows, error))
        return EG_INTERNAL;
    cell->count = json_array_size(strengths);
    for (size_t i = 0; i < cell->count && i < EG_STRENGTHS_MAX; i++)
        cell->strengths[i] = json_number_value(json_array_get(strengths, i));
    cell->regulariser = eg_regulariser_find(penalty, error);
    if (!cell->regulariser)
        return EG_INTERNAL;
    cell->dataset = eg_cohort_load(cohort, run->data, rows, error);
    return cell->dataset ? EG_OK : error->status;
}

static int score_on_validation(void *context, const struct eg_network *network, double *score,
                               struct eg_error *error)
{
    return eg_measure_roc_auc(context, network, score, error);
}

/* importance (p) = mean |EG| over the training patients, who are the references too. */
static int measure_importance(const struct cell *cell, const struct eg_patients *patients,
                              const struct eg_network *network, double *importance,
                              struct eg_error *error)
{
    struct eg_matrix phi;
    const struct eg_explainer explainer = {
        .network = network,
        .method = &eg_expected_gradients,
        .settings = {.samples = cell->references, .references = EG_REFERENCES_DEALT},
        .background = &patients->train.x};
    const struct eg_stream stream = eg_stream_make(cell->seed, EG_STREAM_SPARSITY,
                                                   EG_PURPOSE_EXPLAIN, cell->replicate, 0);
    int status = eg_matrix_alloc(&phi, cell->train_rows, cell->dataset->p, error);
    if (!status)
        status = eg_explain_phi(&explainer, &patients->train.x, NULL, stream, &phi, error);
    if (!status)
        eg_mean_absolute(&phi, importance);
    eg_matrix_free(&phi);
    return status;
}

/* What a penalty of some strength adds to the training; frees with the network it points to. */
struct penalised {
    struct eg_network network;
    struct eg_prior_term prior;
    struct eg_penalty_term penalty;
    struct eg_objective_term term;
    size_t terms; /* 0 or 1 */
};

static int prepare_penalised(const struct cell *cell, const struct eg_patients *patients,
                             double strength, struct penalised *penalised, struct eg_error *error)
{
    const struct eg_regulariser *regulariser = cell->regulariser;
    struct eg_network *network = &penalised->network;
    *penalised = (struct penalised){0};
    int status = eg_network_alloc(network, cell->dataset->p, network_text, error);
    if (!status && regulariser->penalty) {
        status = eg_penalty_term_alloc(&penalised->penalty, regulariser->penalty, network, error);
        penalised->term = eg_penalty_as_term(&penalised->penalty, strength);
        penalised->terms = 1;
    } else if (!status && regulariser->prior) {
        const struct eg_explainer explainer = {
            .network = network,
            .method = regulariser->method,
            .settings = {.samples = cell->references, .references = EG_REFERENCES_DEALT},
            .target = {.kind = regulariser->target},
            .background = &patients->train.x};
        const struct eg_prior_settings settings = {.is_global = !regulariser->prior_is_local};
        status = eg_prior_term_alloc(&penalised->prior, regulariser->prior, &settings, &explainer,
                                     cell->train_rows, error);
        penalised->term = eg_prior_as_term(&penalised->prior, strength);
        penalised->terms = 1;
    }
    for (size_t l = 0; regulariser->is_dropout && l + 1 < network->layer_count; l++)
        network->layers[l].dropout = strength;
    return status;
}

static void free_penalised(struct penalised *penalised)
{
    eg_prior_term_free(&penalised->prior);
    eg_penalty_term_free(&penalised->penalty);
    eg_network_free(&penalised->network);
}

/* Methods 6.2: full-batch epochs; the network with the best validation ROC-AUC is kept, as it was
 * before that epoch's update. */
static int train_penalised(const struct cell *cell, struct eg_patients *patients,
                           struct penalised *penalised, double *validation_roc_auc,
                           struct eg_error *error)
{
    const struct eg_score score = {.context = &patients->validation,
                                   .evaluate = score_on_validation};
    const uint64_t replicate = cell->replicate;
    const struct eg_training training = {
        .loss = &eg_bce_logits,
        .optimiser = eg_adam(1e-3),
        .epochs = cell->epochs,
        .terms = &penalised->term,
        .terms_count = penalised->terms,
        .score = &score,
        .score_before_update = 1,
        .dropout = eg_stream_make(cell->seed, EG_STREAM_SPARSITY, EG_PURPOSE_DROPOUT, replicate, 0),
        .attribution = eg_stream_make(cell->seed, EG_STREAM_SPARSITY, EG_PURPOSE_TRAIN_ATTRIBUTION,
                                      replicate, 0)};
    struct eg_training_outcome outcome;
    eg_network_initialise(
        &penalised->network, EG_FAN_IN_UNIFORM,
        eg_stream_make(cell->seed, EG_STREAM_SPARSITY, EG_PURPOSE_WEIGHTS, replicate, 0));
    const int status = eg_train(&penalised->network, &training, &patients->train.x,
                                patients->train.y, &outcome, error);
    *validation_roc_auc = outcome.best_score;
    return status;
}

/* One strength: its validation ROC-AUC and Gini; where it beats all before, the numbers kept. */
struct best {
    double strength, validation_roc_auc, test_roc_auc, test_gini;
    double *importance; /* p */
};

static int try_strength(const struct cell *cell, struct eg_patients *patients, double strength,
                        double *validation_roc_auc, double *gini, double *scratch,
                        struct best *best, struct eg_error *error)
{
    const size_t p = cell->dataset->p;
    double *importance = scratch, *sorted = scratch + p;
    struct penalised penalised;
    int status = prepare_penalised(cell, patients, strength, &penalised, error);
    if (!status)
        status = train_penalised(cell, patients, &penalised, validation_roc_auc, error);
    if (!status)
        status = measure_importance(cell, patients, &penalised.network, importance, error);
    if (!status) {
        memcpy(sorted, importance, p * sizeof *sorted);
        status = eg_gini(p, sorted, gini, error);
    }
    if (!status && !(*validation_roc_auc <= best->validation_roc_auc)) {
        best->strength = strength;
        best->validation_roc_auc = *validation_roc_auc;
        best->test_gini = *gini;
        memcpy(best->importance, importance, p * sizeof *importance);
        status = eg_measure_roc_auc(&patients->test, &penalised.network, &best->test_roc_auc,
                                    error);
    }
    free_penalised(&penalised);
    return status;
}

static int store_cell(const struct cell *cell, const struct best *best, const double *curves,
                      json_t *values, struct eg_error *error)
{
    const double test_rows = (double)(cell->dataset->n - 2 * cell->train_rows);
    if (eg_values_set(values, "test_rows", test_rows, error) ||
        eg_values_set(values, "strength", best->strength, error) ||
        eg_values_set(values, "validation_roc_auc", best->validation_roc_auc, error) ||
        eg_values_set(values, "test_roc_auc", best->test_roc_auc, error) ||
        eg_values_set(values, "test_gini", best->test_gini, error) ||
        eg_values_set_array(values, "validation_roc_auc_curve", cell->count, curves, error) ||
        eg_values_set_array(values, "gini_curve", cell->count, curves + cell->count, error) ||
        eg_values_set_array(values, "importance", cell->dataset->p, best->importance, error))
        return EG_INTERNAL;
    json_t *names = json_array();
    for (size_t j = 0; j < cell->dataset->p; j++)
        json_array_append_new(names, json_string(cell->dataset->feature_names[j]));
    return json_object_set_new(values, "features", names)
               ? eg_fail(error, EG_INTERNAL, "out of memory")
               : EG_OK;
}

static int run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                    struct eg_error *error)
{
    struct cell cell = {0};
    struct eg_patients patients = {0};
    int status = read_cell(run, config, &cell, error);
    if (status)
        return status;
    const size_t p = cell.dataset->p;
    double *numbers = eg_alloc(3 * p + 2 * cell.count, sizeof *numbers, error);
    double *curves = numbers ? numbers + 3 * p : NULL;
    struct best best = {.validation_roc_auc = NAN, .importance = numbers};
    const struct eg_stream split = eg_stream_make(cell.seed, EG_STREAM_SPARSITY, EG_PURPOSE_SPLIT,
                                                  cell.replicate, 0);
    status = numbers ? eg_patients_draw(cell.dataset, cell.train_rows, split, &patients, error)
                     : EG_INTERNAL;
    for (size_t i = 0; i < cell.count && !status; i++)
        status = try_strength(&cell, &patients, cell.strengths[i], &curves[i],
                              &curves[cell.count + i], numbers + p, &best, error);
    if (!status)
        status = store_cell(&cell, &best, curves, values, error);
    eg_patients_free(&patients);
    free(numbers);
    return status;
}

const struct eg_experiment sparsity_experiment = {
    .name = "sparsity",
    .title = "a sparse attribution prior beside other penalties, on 100 labelled patients",
    .reproduces = "Figure 4, Supplementary Figures 13 to 15, the tables of Supplement I",
    .protocols = "paper",
    .outcome_version = 1,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .run_config = run_cell,
    .summarise_rows = eg_sparsity_summarise,
    .tables = eg_sparsity_tables,
    .figures = eg_sparsity_figures,
};
