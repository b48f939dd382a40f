/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What runs in parallel, for ThreadSanitizer: a grid whose cells each train a
 * small network with the sparse prior and append their row to one file, and the
 * explanation and training of a convolutional network over several threads. Without Criterion, whose
 * processes the sanitizer does not follow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <omp.h>

#include "attribution/explain.h"
#include "base/folder.h"
#include "prior/terms.h"
#include "run/run_grid.h"

enum { ROWS = 20, FEATURES = 6, PIXELS = 8 * 8 * 4, CELLS = 120, THREADS = 3 };

static const char plain[] = "dense 16, relu, dense 8, softplus, dense 1";
/* Large enough for its sweeps to be cut into several parts. */
static const char convolutional[] =
    "image 8x8x4, conv 5x5x64 same, batchnorm, relu, pool 2, conv 3x3x64 same, relu, mean_pool 2, "
    "dense 512, softplus, dense 1";

struct model {
    struct eg_network network;
    struct eg_matrix x;
    real y[ROWS];
};

static int model_alloc(struct model *model, size_t features, const char *text, uint64_t replicate,
                       struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, replicate, 0);
    *model = (struct model){0};
    if (eg_network_alloc(&model->network, features, text, error) ||
        eg_matrix_alloc(&model->x, ROWS, features, error))
        return EG_INTERNAL;
    eg_network_initialise(&model->network, EG_GLOROT_UNIFORM,
                          eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
    for (size_t i = 0; i < ROWS * features; i++)
        model->x.data[i] = (real)eg_stream_normal(&stream);
    for (size_t i = 0; i < ROWS; i++)
        model->y[i] = model->x.data[i * features] > 0;
    return EG_OK;
}

static void model_free(struct model *model)
{
    eg_matrix_free(&model->x);
    eg_network_free(&model->network);
}

static struct eg_explainer explain_by_expected_gradients(const struct model *model, size_t threads)
{
    return (struct eg_explainer){
        .network = &model->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = ROWS, .references = EG_REFERENCES_WITHOUT_REPLACEMENT},
        .background = &model->x,
        .threads = threads,
    };
}

static int train_sparse(struct model *model, size_t threads, double *loss, struct eg_error *error)
{
    struct eg_prior_term prior = {0};
    const struct eg_prior_settings global = {.is_global = 1};
    const struct eg_explainer explainer = explain_by_expected_gradients(model, threads);
    struct eg_training_outcome outcome = {0};
    int status = eg_prior_term_alloc(&prior, &eg_gini_prior, &global, &explainer, ROWS, error);
    if (!status) {
        const struct eg_objective_term term = eg_prior_as_term(&prior, 0.5);
        const struct eg_training training = {.loss = &eg_bce_logits,
                                             .optimiser = eg_adam(1e-3),
                                             .epochs = 3,
                                             .terms = &term,
                                             .terms_count = 1,
                                             .threads = threads};
        status = eg_train(&model->network, &training, &model->x, model->y, &outcome, error);
    }
    eg_prior_term_free(&prior);
    *loss = outcome.loss;
    return status;
}

struct cell {
    size_t replicate;
};
static const struct eg_field fields[] = {EG_FIELD(struct cell, replicate), {0}};

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    (void)run;
    struct cell cell = {0};
    int status = EG_OK;
    for (; cell.replicate < CELLS && !status; cell.replicate++)
        status = eg_grid_add(grid, &cell, 1, error);
    return status;
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    (void)run;
    const struct cell *cell = of_cell;
    struct model model = {0};
    double loss = 0;
    int status = model_alloc(&model, FEATURES, plain, cell->replicate, error);
    if (!status)
        status = train_sparse(&model, 1, &loss, error);
    model_free(&model);
    eg_row_set(row, "loss", loss);
    return status;
}

static const struct eg_experiment experiment = {.name = "race",
                                                .outcome_version = 1,
                                                .precision = "double",
                                                .list_cells = list_cells,
                                                .fields = fields,
                                                .cell_size = sizeof(struct cell),
                                                .run_cell = run_cell};

static int run_in_parallel(struct eg_error *error)
{
    const struct eg_run run = {.scale = "smoke", .protocol = "fixed"};
    const struct eg_shard everything = {1, 1, NULL};
    char folder[] = "race-XXXXXX";
    atomic_int stop = 0;
    struct eg_store store = {0};
    struct eg_plan plan = {0};
    struct eg_store_writer writer;
    struct eg_progress progress = eg_progress_start(NULL, "race", CELLS, CELLS);
    struct eg_tally tally = {0};
    if (!mkdtemp(folder))
        return eg_fail(error, EG_DATA, "%s: cannot be made here", folder);
    int status = eg_store_make(&store, "race", (struct eg_warner){NULL, NULL}, error);
    if (!status)
        status = eg_plan_make(&plan, &experiment, &run, NULL, error);
    if (!status)
        status = eg_store_writer_open(&writer, &store, folder, &everything, &stop, error);
    if (!status) {
        eg_plan_mark_pending(&plan, &everything, &store, 0);
        const struct eg_grid_run job = {.plan = &plan,
                                        .threads = THREADS,
                                        .stop = &stop,
                                        .receipt = "0",
                                        .writer = &writer,
                                        .progress = &progress};
        status = eg_run_grid(&job, &tally, error);
        const int closed = eg_store_writer_close(&writer, status ? NULL : error);
        status = status ? status : closed;
    }
    eg_remove_tree(folder);
    eg_plan_free(&plan);
    eg_store_free(&store);
    if (!status && (tally.ran != CELLS || tally.failed))
        return eg_fail(error, EG_INTERNAL, "%zu of %d cells ran, %zu failed: %s", tally.ran, CELLS,
                       tally.failed, tally.first_failure);
    return status;
}

static int explain_in_parallel(struct eg_error *error)
{
    struct model model = {0};
    struct eg_explanation explanation = {0};
    double loss = 0;
    int status = model_alloc(&model, PIXELS, convolutional, 0, error);
    if (!status) {
        const struct eg_explainer explainer = explain_by_expected_gradients(&model, 2);
        status = eg_explain(&explainer, &model.x, NULL,
                            eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), &explanation, error);
        if (!status)
            eg_explanation_free(&explanation);
    }
    if (!status)
        status = train_sparse(&model, 2, &loss, error);
    model_free(&model);
    return status;
}

/* Enough points for pieces side by side, on the way there and back. */
static int pull_back_by_workers(struct eg_error *error)
{
    struct model model = {0};
    struct eg_attribution attribution = {0};
    struct eg_matrix phi = {0};
    real *gradient = NULL;
    int status = model_alloc(&model, 12, "dense 16, relu, dense 8, relu, dense 1", 0, error);
    if (!status)
        status = eg_matrix_alloc(&phi, ROWS, 12, error);
    if (!status) {
        struct eg_explainer explainer = explain_by_expected_gradients(&model, THREADS);
        explainer.settings.samples = 2000;
        gradient = eg_alloc(model.network.parameters, sizeof *gradient, error);
        status = gradient ? eg_attribution_alloc(&attribution, &explainer, ROWS, 1, error)
                          : EG_INTERNAL;
    }
    if (!status && attribution.piece_workers < 2)
        status = eg_fail(error, EG_INTERNAL, "pieces went one after the other");
    if (!status) {
        eg_attribution_explain(&attribution, ROWS, model.x.data, NULL,
                               eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), phi.data, NULL,
                               NULL);
        eg_attribution_pull_back(&attribution, ROWS, phi.data, gradient);
    }
    eg_attribution_free(&attribution);
    free(gradient);
    eg_matrix_free(&phi);
    model_free(&model);
    return status;
}

/* Samples side by side, for methods that ask the model alone and for one that goes through its layers. */
static int explain_without_gradients(struct eg_error *error)
{
    static const struct eg_method *const methods[] = {&eg_kernel_shap, &eg_shapley_sampling,
                                                      &eg_lime, &eg_deeplift};
    struct model model = {0};
    struct eg_matrix phi = {0};
    int status = model_alloc(&model, FEATURES, plain, 0, error);
    if (!status)
        status = eg_matrix_alloc(&phi, model.x.rows, FEATURES, error);
    for (size_t m = 0; m < sizeof methods / sizeof *methods && !status; m++) {
        struct eg_explainer explainer = explain_by_expected_gradients(&model, 2);
        explainer.method = methods[m];
        explainer.settings = (struct eg_method_settings){.samples = 8};
        status = eg_explain_phi(&explainer, &model.x, NULL,
                                eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), &phi, error);
    }
    eg_matrix_free(&phi);
    model_free(&model);
    return status;
}

int main(void)
{
    struct eg_error error = {0};
    omp_set_num_threads(THREADS);
    int status = explain_in_parallel(&error);
    if (!status)
        status = pull_back_by_workers(&error);
    if (!status)
        status = explain_without_gradients(&error);
    if (!status)
        status = run_in_parallel(&error);
    if (status)
        fprintf(stderr, "race-driver: %s\n", error.message);
    return status;
}
