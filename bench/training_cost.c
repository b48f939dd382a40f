/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Supplementary Figure 1: what a prior on attributions costs a training, in batches a second and in
 * memory (Supplement B), beside gradients, integrated gradients, contextual decomposition and
 * robust attribution, on four networks.
 *
 * A cell times a few steps of one network under one guide with so many points for each row. A
 * method whose points would take hours, or more memory than there is, is reckoned in the summary from
 * two cells with fewer points; results say so.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/cost/cost_step.h"
#include "bench/cost/cost_summary.h"

#ifndef EG_CODE_VERSION
#define EG_CODE_VERSION "unversioned"
#endif

/* --- networks --- */

#define CONV(channels) "conv 3x3x" channels " same, relu, "
/* Simonyan and Zisserman (2015), without batch norm, which contextual decomposition has no rule for. */
#define VGG16_CONVOLUTIONS                                                                         \
    CONV("64")                                                                                     \
    CONV("64")                                                                                     \
    "pool 2, " CONV("128") CONV("128") "pool 2, " CONV("256") CONV("256")                          \
        CONV("256") "pool 2, " CONV("512") CONV("512") CONV("512") "pool 2, " CONV("512")          \
            CONV("512") CONV("512") "pool 2, "

struct subject {
    const char *name;
    const char *network;
    size_t inputs, batch;
    size_t most;        /* points for each row that quick runs; more are reckoned */
    size_t steps;       /* timed at quick */
    int is_slow;        /* at quick, only the guides that the paper speaks of */
    const char *scales; /* where it is run */
};

/* The patients' network and batch, the digits', VGG16 as for small images, and with two classes as for
 * the skin images of Supplement B, with their batch of 4. */
static const struct subject subjects[] = {
    {"mlp", "dense 512, relu, dense 128, relu, dense 32, relu, dense 1", 118, 100, 100, 30, 0,
     "quick night paper"},
    {"mnist_network",
     "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "
     "dense 1024, relu, dropout 0.5, dense 10",
     784, 50, 20, 5, 0, "quick night paper"},
    {"vgg16_small", "image 32x32x3, " VGG16_CONVOLUTIONS "dense 512, relu, dropout 0.5, dense 10",
     3072, 4, 20, 5, 0, "quick night paper"},
    {"vgg16",
     "image 224x224x3, " VGG16_CONVOLUTIONS
     "dense 4096, relu, dropout 0.5, dense 4096, relu, dropout 0.5, dense 2",
     150528, 4, 2, 5, 1, "quick night paper"},
    {"mlp", "dense 16, relu, dense 8, relu, dense 1", 20, 16, 20, 5, 0, "smoke"},
    {"mnist_network",
     "image 28x28x1, conv 5x5x4 stride 2, relu, pool 2, dense 16, relu, dropout 0.5, dense 10", 784,
     4, 2, 5, 0, "smoke"},
    {0},
};

/* --- the grid --- */

/* Longer scales time more steps, and run more points before they reckon. */
static size_t times_longer(const char *scale)
{
    return strcmp(scale, "night") == 0 ? 5 : strcmp(scale, "paper") == 0 ? 10 : 1;
}

/* Multiplications of a sweep. */
static int count_work(const struct subject *subject, double *work, struct eg_error *error)
{
    struct eg_network network = {0};
    const int status = eg_network_alloc(&network, subject->inputs, subject->network, error);
    *work = 0;
    for (size_t l = 0; l < network.layer_count && !status; l++)
        *work += (double)network.layers[l].work;
    eg_network_free(&network);
    return status;
}

/* The points of a guide that are run: the methods' own up to the most; where that leaves out any, as
 * many as the most and half of it too, to reckon from. */
static int add_guide(const struct eg_run *run, const struct subject *subject,
                     const struct eg_guide *guide, double work, struct eg_grid *grid,
                     struct eg_error *error)
{
    const size_t longer = times_longer(run->scale);
    struct eg_cost_cell cell = {.dataset = subject->name,
                                .protocol = "paper",
                                .scale = run->scale,
                                .seed = run->seed,
                                .network = subject->network,
                                .inputs = subject->inputs,
                                .batch = subject->batch,
                                .guide = guide->name,
                                .steps = subject->steps * longer};
    const double step = (double)(cell.batch * (cell.steps + 1)) * work;
    size_t counts[EG_COST_METHODS_MAX + 2];
    const size_t count = eg_cost_points(guide, subject->most * longer, counts);
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        cell.samples = counts[i];
        status = eg_grid_add(grid, &cell, step * eg_cost_sweeps(guide, cell.samples), error);
    }
    return status;
}

/* Whether Supplement B or Section 2.2 speaks of what it costs. */
static int is_of_paper(const struct eg_guide *guide)
{
    return strcmp(guide->name, "gradients") != 0 && guide->kind != EG_GUIDE_ROBUST;
}

static int add_subject(const struct eg_run *run, const struct subject *subject,
                       struct eg_grid *grid, struct eg_error *error)
{
    const int is_quick = strcmp(run->scale, "quick") == 0;
    double work;
    int status = count_work(subject, &work, error);
    for (size_t g = 0; eg_guides[g] && !status; g++)
        if (!is_quick || !subject->is_slow || is_of_paper(eg_guides[g]))
            status = add_guide(run, subject, eg_guides[g], work, grid, error);
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    int known = 0, status = EG_OK;
    for (const struct subject *subject = subjects; subject->name && !status; subject++) {
        if (!strstr(subject->scales, run->scale) ||
            (run->dataset && strcmp(run->dataset, subject->name) != 0))
            continue;
        known = 1;
        status = add_subject(run, subject, grid, error);
    }
    if (!status && !known)
        return eg_fail(
            error, EG_USAGE,
            "--dataset %s: training-cost has the networks mlp and mnist_network, and but "
            "for the smoke scale vgg16_small and vgg16",
            run->dataset);
    return status;
}

/* --- one cell --- */

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    const struct eg_cost_cell *cell = of_cell;
    struct eg_cost cost = {.seconds = eg_alloc(cell->steps, sizeof *cost.seconds, error)};
    const int status = cost.seconds ? eg_cost_measure(cell, run->threads, &cost, error)
                                    : EG_INTERNAL;
    if (!status) {
        /* Memory goes by threads, each of which has scratch of its own. */
        const struct eg_row timing = eg_row_timing(row);
        eg_row_set_array(&timing, "seconds", cell->steps, cost.seconds);
        eg_row_set(&timing, "bytes", (double)cost.bytes);
        eg_row_set(row, "gradient_calls", (double)cost.gradient_calls);
        eg_row_set(row, "loss", cost.loss);
    }
    free(cost.seconds);
    return status;
}

/* One timed step, after the one that is not. */
static int shorten(void *of_cell, double *times, struct eg_error *error)
{
    struct eg_cost_cell *cell = of_cell;
    (void)error;
    *times = (double)(cell->steps + 1) / 2;
    cell->steps = 1;
    return EG_OK;
}

const struct eg_experiment training_cost_experiment = {
    .name = "training-cost",
    .title = "what priors on attributions cost a training, in time and memory",
    .reproduces = "Supplementary Figure 1",
    .protocols = "paper",
    .code_version = EG_CODE_VERSION,
    .list_cells = list_cells,
    .fields = eg_cost_fields,
    .cell_size = sizeof(struct eg_cost_cell),
    .run_cell = run_cell,
    .shorten = shorten,
    .summarise = eg_cost_summarise,
    .tables = eg_cost_tables,
    .figures = eg_cost_figures,
    .is_timed = 1,
};
