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
 * to 10 years, columns that flag what is missing) are other data sets.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "attribution/explain.h"
#include "bench/experiments.h"
#include "bench/frame/patients.h"
#include "bench/frame/regularisers.h"
#include "bench/sparsity/sparsity_summary.h"
#include "datasets/nhanes.h"
#include "metrics/gini.h"

static const char network_text[] = "dense 512, relu, dense 128, relu, dense 32, relu, dense 1";

/* --- data and grid --- */

struct scale {
    const char *name;
    size_t replicates;
    size_t others; /* replicates of priors on expected gradients that Figure 4 does not show */
    size_t
        variants; /* replicates of the rest on NHANES as the paper's words have it, not its code */
    size_t epochs, references;
    size_t rows; /* of the simulated cohort; 0: as many as NHANES has */
};

static const struct scale scales[] = {{"smoke", 2, 2, 0, 3, 20, 2000},
                                      {"quick", 20, 0, 0, 100, 100, 0},
                                      {"night", 200, 20, 20, 100, 100, 0},
                                      {"paper", 200, 200, 0, 100, 100, 0}};

static const struct scale *find_scale(const char *name)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0)
        i++;
    return &scales[i];
}

#define FIELD(member) EG_FIELD(struct eg_sparsity_cell, member)
static const struct eg_field fields[] = {
    FIELD(dataset),
    FIELD(data),
    FIELD(protocol),
    FIELD(scale),
    FIELD(seed),
    FIELD(penalty),
    FIELD(epochs),
    FIELD(references),
    FIELD(train_rows),
    FIELD(rows),
    FIELD(replicate),
    FIELD(strengths),
    FIELD(strengths_in_all),
    {0},
};

/* The smoke scale is the same everywhere; the others take real patients where there are any. */
static const char *choose_cohort(const struct eg_run *run)
{
    const struct eg_dataset_options options = {.data_folder = run->data};
    if (run->dataset)
        return run->dataset;
    return strcmp(run->scale, "smoke") && eg_nhanes_available(&options) ? "nhanes"
                                                                        : "simulated_cohort";
}

/* The cells of one replicate: all strengths, in order. */
static int add_replicate(const struct eg_regulariser *regulariser, struct eg_sparsity_cell cell,
                         struct eg_grid *grid, struct eg_error *error)
{
    const int is_costly = eg_regulariser_is_costly(regulariser);
    /* Strengths are tried in cells of so many, that a cell may take half a minute, not half an hour. */
    const size_t most = is_costly ? 3 : EG_STRENGTHS_MAX;
    double all[EG_STRENGTHS_MAX];
    int status = EG_OK;
    cell.penalty = regulariser->name;
    cell.strengths_in_all = eg_regulariser_strengths(regulariser, cell.scale, all);
    for (size_t first = 0; first < cell.strengths_in_all && !status; first += most) {
        const size_t left = cell.strengths_in_all - first, count = left < most ? left : most;
        cell.strengths.count = count;
        memcpy(cell.strengths.at, all + first, count * sizeof *all);
        status = eg_grid_add(grid, &cell, (double)(count * (is_costly ? cell.references : 1)),
                             error);
    }
    return status;
}

/* The cells of one cohort: so many replicates of each penalty, or of those that Figure 4 does not show and that
 * cost the most. */
static int list_cohort(const struct eg_run *run, const char *cohort, size_t replicates,
                       size_t others, struct eg_grid *grid, struct eg_error *error)
{
    const struct scale *scale = find_scale(run->scale);
    const struct eg_dataset *dataset = eg_cohort_load(cohort, run->data, scale->rows, error);
    if (!dataset)
        return error->status;
    struct eg_sparsity_cell cell = {.dataset = cohort,
                                    .data = dataset->content_hash,
                                    .protocol = "paper",
                                    .scale = run->scale,
                                    .seed = run->seed,
                                    .epochs = scale->epochs,
                                    .references = scale->references,
                                    .train_rows = 100,
                                    .rows = strcmp(cohort, "simulated_cohort") ? 0 : scale->rows};
    int status = EG_OK;
    for (size_t i = 0; eg_regularisers[i]; i++) {
        const struct eg_regulariser *regulariser = eg_regularisers[i];
        const int is_other = !regulariser->in_figure_4 && eg_regulariser_is_costly(regulariser);
        const size_t own = is_other ? others : replicates;
        const size_t count = own && run->replicates ? run->replicates : own;
        for (cell.replicate = 0; cell.replicate < count && !status; cell.replicate++)
            status = add_replicate(regulariser, cell, grid, error);
    }
    return status;
}

/* What the paper's words say otherwise than its code. */
static const char *const variants[] = {"nhanes_10y", "nhanes_flags", NULL};

static int is_variant(const char *cohort)
{
    size_t i = 0;
    while (variants[i] && strcmp(variants[i], cohort) != 0)
        i++;
    return variants[i] != NULL;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const struct scale *scale = find_scale(run->scale);
    const char *cohort = choose_cohort(run);
    if (scale->variants && is_variant(cohort))
        return list_cohort(run, cohort, scale->variants, 0, grid, error);
    int status = list_cohort(run, cohort, scale->replicates, scale->others, grid, error);
    const int has_variants = scale->variants && !run->dataset && strcmp(cohort, "nhanes") == 0;
    for (size_t i = 0; has_variants && variants[i] && !status; i++)
        status = list_cohort(run, variants[i], scale->variants, 0, grid, error);
    return status;
}

/* --- one cell --- */

/* What all trainings of a cell share. */
struct fit {
    const struct eg_sparsity_cell *cell;
    const struct eg_dataset *dataset;
    const struct eg_regulariser *regulariser;
    struct eg_patients patients;
    uint64_t training; /* names the streams of the strength in hand */
};

/* Each strength of each penalty starts from weights of its own and has draws of its own, as in the released code:
 * only the patients are those of the replicate. */
static uint64_t name_training(const struct eg_sparsity_cell *cell, long strength)
{
    char name[96];
    snprintf(name, sizeof name, "%s %ld %zu", cell->penalty, strength, cell->replicate);
    return XXH3_64bits(name, strlen(name));
}

static struct eg_stream make_stream(const struct fit *fit, enum eg_purpose purpose)
{
    return eg_stream_make(fit->cell->seed, EG_STREAM_SPARSITY, purpose, fit->training, 0);
}

static int score_on_validation(void *context, const struct eg_network *network, double *score,
                               struct eg_error *error)
{
    return eg_measure_roc_auc(context, network, score, error);
}

/* importance (p) = mean |EG| over the training patients, who are the references too. */
static int measure_importance(const struct fit *fit, const struct eg_network *network,
                              double *importance, struct eg_error *error)
{
    const struct eg_matrix *x = &fit->patients.train.x;
    struct eg_matrix phi;
    const struct eg_explainer explainer = {
        .network = network,
        .method = &eg_expected_gradients,
        .settings = {.samples = fit->cell->references,
                     .references = EG_REFERENCES_WITHOUT_REPLACEMENT},
        .background = x};
    int status = eg_matrix_alloc(&phi, x->rows, x->cols, error);
    if (!status)
        status = eg_explain_phi(&explainer, x, NULL, make_stream(fit, EG_PURPOSE_EXPLAIN), &phi,
                                error);
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

static int prepare_penalised(const struct fit *fit, double strength, struct penalised *penalised,
                             struct eg_error *error)
{
    const struct eg_regulariser *regulariser = fit->regulariser;
    struct eg_network *network = &penalised->network;
    *penalised = (struct penalised){0};
    int status = eg_network_alloc(network, fit->dataset->p, network_text, error);
    if (!status && regulariser->penalty) {
        status = eg_penalty_term_alloc(&penalised->penalty, regulariser->penalty, network, error);
        penalised->term = eg_penalty_as_term(&penalised->penalty, strength);
        penalised->terms = 1;
    } else if (!status && regulariser->prior) {
        const struct eg_explainer explainer = {
            .network = network,
            .method = regulariser->method,
            .settings = {.samples = fit->cell->references,
                         .references = EG_REFERENCES_WITHOUT_REPLACEMENT},
            .target = {.kind = regulariser->target},
            .background = &fit->patients.train.x};
        const struct eg_prior_settings settings = {.is_global = !regulariser->prior_is_local};
        status = eg_prior_term_alloc(&penalised->prior, regulariser->prior, &settings, &explainer,
                                     fit->cell->train_rows, error);
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
static int train_penalised(struct fit *fit, struct penalised *penalised, double *validation_roc_auc,
                           struct eg_error *error)
{
    struct eg_patients *patients = &fit->patients;
    const struct eg_score score = {.context = &patients->validation,
                                   .evaluate = score_on_validation};
    const struct eg_training training = {
        .loss = &eg_bce_logits,
        .optimiser = eg_adam(1e-3),
        .epochs = fit->cell->epochs,
        .terms = &penalised->term,
        .terms_count = penalised->terms,
        .score = &score,
        .score_before_update = 1,
        .dropout = make_stream(fit, EG_PURPOSE_DROPOUT),
        .attribution = make_stream(fit, EG_PURPOSE_TRAIN_ATTRIBUTION)};
    struct eg_training_outcome outcome;
    eg_network_initialise(&penalised->network, EG_FAN_IN_UNIFORM,
                          make_stream(fit, EG_PURPOSE_WEIGHTS));
    const int status = eg_train(&penalised->network, &training, &patients->train.x,
                                patients->train.y, &outcome, error);
    *validation_roc_auc = outcome.best_score;
    return status;
}

/* What came of one strength. */
struct trial {
    double strength, validation_roc_auc, gini;
    double test_roc_auc; /* where it beats all before */
    double *importance;  /* p */
};

static int is_better(const struct trial *trial, const struct trial *than)
{
    return !(trial->validation_roc_auc <= than->validation_roc_auc);
}

/* sorted: room for p. */
static int try_strength(struct fit *fit, struct trial *trial, const struct trial *best,
                        double *sorted, struct eg_error *error)
{
    const size_t p = fit->dataset->p;
    struct penalised penalised;
    int status = prepare_penalised(fit, trial->strength, &penalised, error);
    if (!status)
        status = train_penalised(fit, &penalised, &trial->validation_roc_auc, error);
    if (!status)
        status = measure_importance(fit, &penalised.network, trial->importance, error);
    if (!status) {
        memcpy(sorted, trial->importance, p * sizeof *sorted);
        status = eg_gini(p, sorted, &trial->gini, error);
    }
    if (!status && is_better(trial, best))
        status = eg_measure_roc_auc(&fit->patients.test, &penalised.network, &trial->test_roc_auc,
                                    error);
    free_penalised(&penalised);
    return status;
}

static void set_best(const struct fit *fit, const struct trial *best, const struct eg_row *row)
{
    const size_t p = fit->dataset->p;
    eg_row_set(row, "test_rows", (double)(fit->dataset->n - 2 * fit->cell->train_rows));
    eg_row_set(row, "strength", best->strength);
    eg_row_set(row, "validation_roc_auc", best->validation_roc_auc);
    eg_row_set(row, "test_roc_auc", best->test_roc_auc);
    eg_row_set(row, "test_gini", best->gini);
    eg_row_set_array(row, "importance", p, best->importance);
    eg_row_set_texts(row, "features", p, (const char *const *)fit->dataset->feature_names);
}

/* Tries the strengths one after another, on the same patients. */
static int try_strengths(struct fit *fit, const struct eg_row *row, double *room,
                         struct eg_error *error)
{
    const struct eg_numbers *strengths = &fit->cell->strengths;
    const size_t p = fit->dataset->p;
    struct trial trial = {.importance = room};
    struct trial best = {.validation_roc_auc = NAN, .importance = room + p};
    double roc_aucs[EG_NUMBERS_MOST], ginis[EG_NUMBERS_MOST];
    for (size_t i = 0; i < strengths->count; i++) {
        trial.strength = strengths->at[i];
        fit->training = name_training(fit->cell,
                                      eg_regulariser_number(fit->regulariser, trial.strength));
        const int status = try_strength(fit, &trial, &best, room + 2 * p, error);
        if (status)
            return status;
        roc_aucs[i] = trial.validation_roc_auc;
        ginis[i] = trial.gini;
        if (is_better(&trial, &best)) {
            double *free_room = best.importance;
            best = trial;
            trial.importance = free_room;
        }
    }
    set_best(fit, &best, row);
    eg_row_set_array(row, "validation_roc_auc_curve", strengths->count, roc_aucs);
    eg_row_set_array(row, "gini_curve", strengths->count, ginis);
    return EG_OK;
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    const struct eg_sparsity_cell *cell = of_cell;
    struct fit fit = {.cell = cell, .regulariser = eg_regulariser_find(cell->penalty, error)};
    if (fit.regulariser)
        fit.dataset = eg_cohort_load(cell->dataset, run->data, cell->rows, error);
    if (!fit.dataset)
        return error->status;
    double *room = eg_alloc(3 * fit.dataset->p, sizeof *room, error);
    const struct eg_stream split = eg_stream_make(cell->seed, EG_STREAM_SPARSITY, EG_PURPOSE_SPLIT,
                                                  cell->replicate, 0);
    int status = room ? eg_patients_draw(fit.dataset, cell->train_rows, split, &fit.patients, error)
                      : EG_INTERNAL;
    if (!status)
        status = try_strengths(&fit, row, room, error);
    eg_patients_free(&fit.patients);
    free(room);
    return status;
}

const struct eg_experiment sparsity_experiment = {
    .name = "sparsity",
    .title = "a sparse attribution prior beside other penalties, on 100 labelled patients",
    .reproduces = "Figure 4, Supplementary Figures 13 to 15, the tables of Supplement I",
    .protocols = "paper",
    .outcome_version = 4,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = fields,
    .cell_size = sizeof(struct eg_sparsity_cell),
    .run_cell = run_cell,
    .summarise = eg_sparsity_summarise,
    .tables = eg_sparsity_tables,
    .figures = eg_sparsity_figures,
};
