/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An experiment of your own: does expected gradients' KPM rise with the epochs of training?
 *   place: bench/training_length.c
 *   line:  bench/experiments.c: EXPERIMENT(training_length_experiment)
 * Its program is then called egbench-training-length.
 */
#include "bench/frame/dataset_cache.h"
#include "bench/frame/view.h"
#include "bench/shap/shap_bench.h"

static const size_t epochs[] = {1, 10, 30};
static const char *const models[] = {"after_1", "after_10", "after_30", NULL};
static const char *const columns[] = {"KPM", NULL};

/* What a cell's outcome depends on. */
struct cell {
    const char *dataset, *protocol, *scale;
    size_t seed, replicate, epochs;
};
#define FIELD(member) EG_FIELD(struct cell, member)
static const struct eg_field fields[] = {
    FIELD(dataset),   FIELD(protocol), FIELD(scale), FIELD(seed),
    FIELD(replicate), FIELD(epochs),   {0}};

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    int status = EG_OK;
    const size_t replicates = run->replicates ? run->replicates : 3;
    for (size_t i = 0; i < 3 * replicates && !status; i++) {
        const struct cell cell = {
            "independentlinear60", "fixed", run->scale, run->seed, i % replicates,
            epochs[i / replicates]};
        status = eg_grid_add(grid, &cell, 1, error);
    }
    return status;
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    (void)run;
    const struct cell *cell = of_cell;
    const struct eg_dataset_options options = {0};
    double scores[EG_BENCH_SCORES] = {0}; /* KPM is the first */
    struct eg_bench_split split = {.dataset = eg_cached_dataset(cell->dataset, &options, error),
                                   .seed = cell->seed,
                                   .draw = cell->replicate,
                                   .samples = 200};
    if (!split.dataset)
        return error->status;
    int status = eg_bench_prepare_fixed(&split, cell->epochs, error);
    if (!status)
        status = eg_bench_score(&split, "expected_gradients", scores, error);
    if (!status)
        eg_row_set(row, "KPM", scores[0]);
    eg_bench_split_free(&split);
    return status;
}

/* The mean over the replicates, with its standard error. */
static void summarise(const struct eg_view *view)
{
    for (size_t e = 0; models[e]; e++) {
        const struct eg_view rows = eg_where(view, struct cell, epochs, epochs[e]);
        eg_put_sample(view, eg_view_result(view, models[e], "KPM"),
                      eg_sample_of(&rows, NULL, "KPM"));
    }
}

static const struct eg_table_spec tables[] = {{.id = "training-length",
                                               .title = "KPM by epochs of training",
                                               .methods = models,
                                               .metrics = columns,
                                               .digits = 3},
                                              {0}};
static const struct eg_figure_spec figures[] = {{0}};

const struct eg_experiment training_length_experiment = {
    .name = "training-length",
    .title = "expected gradients' KPM by the epochs of training",
    .reproduces = "nothing of the paper",
    .protocols = "fixed",
    .outcome_version = 1,
    .precision = "double",
    .code_hash = EG_CODE_HASH,
    .fields = fields,
    .cell_size = sizeof(struct cell),
    .list_cells = list_cells,
    .run_cell = run_cell,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};
