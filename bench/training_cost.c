/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Supplementary Figure 1: what a prior on attributions costs a training, in batches a second and in
 * memory (Supplement B), beside gradients, integrated gradients, contextual decomposition and
 * robust attribution, on four networks.
 *
 * A cell times a few steps of one network under one regulariser with so many points for each row. All
 * take their turn in each of several rounds, which are the replicates: a machine that is busy for a
 * while slows a round, not a method. A method whose points would take hours, or more memory than there
 * is, is reckoned in the summary from two kinds of cells with fewer points; results say so.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cost/cost_step.h"
#include "bench/cost/cost_summary.h"
#include "bench/frame/convolution_option.h"

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
    size_t steps;       /* timed in a round */
    int is_slow;        /* at quick, only the regularisers that the paper speaks of */
    const char *scales; /* where it is run */
};

/* The patients' network and batch, the digits', VGG16 as for small images, and with two classes as for
 * the skin images of Supplement B, with their batch of 4. */
static const struct subject subjects[] = {
    {"mlp", "dense 512, relu, dense 128, relu, dense 32, relu, dense 1", 118, 100, 100, 10, 0,
     "quick night paper"},
    {"mnist_network",
     "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "
     "dense 1024, relu, dropout 0.5, dense 10",
     784, 50, 20, 2, 0, "quick night paper"},
    {"vgg16_small", "image 32x32x3, " VGG16_CONVOLUTIONS "dense 512, relu, dropout 0.5, dense 10",
     3072, 4, 20, 2, 0, "quick night paper"},
    {"vgg16",
     "image 224x224x3, " VGG16_CONVOLUTIONS
     "dense 4096, relu, dropout 0.5, dense 4096, relu, dropout 0.5, dense 2",
     150528, 4, 2, 1, 1, "quick night paper"},
    {"mlp", "dense 16, relu, dense 8, relu, dense 1", 20, 16, 20, 3, 0, "smoke"},
    {"mnist_network",
     "image 28x28x1, conv 5x5x4 stride 2, relu, pool 2, dense 16, relu, dropout 0.5, dense 10", 784,
     4, 2, 3, 0, "smoke"},
    {0},
};

/* --- the grid --- */

/* Longer scales have more rounds, and run more points before they reckon. */
static const struct scale {
    const char *name;
    size_t rounds, times_points;
} scales[] = {{"smoke", 2, 1}, {"quick", 4, 1}, {"night", 8, 2}, {"paper", 40, 10}};

static const struct scale *find_scale(const char *name)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0)
        i++;
    return &scales[i];
}

/* Whether a regulariser is run with so many points where `most` is the most: the methods' own counts up to that;
 * where it leaves out any, as many as the most and half of it too, to reckon from. */
static int is_run(const struct eg_attribution_regulariser *regulariser, size_t samples, size_t most)
{
    int is_method = 0, is_short = 0;
    for (const struct eg_cost_method *m = eg_cost_methods; m->name; m++)
        if (strcmp(m->regulariser, regulariser->name) == 0) {
            is_method |= m->samples == samples;
            is_short |= m->samples > most;
        }
    return is_method || (is_short && (samples == most || samples == most / 2));
}

static int add_regulariser(const struct eg_run *run, const struct subject *subject, size_t round,
                           const struct eg_attribution_regulariser *regulariser, double work,
                           struct eg_grid *grid, struct eg_error *error)
{
    const size_t most = subject->most * find_scale(run->scale)->times_points;
    struct eg_cost_cell cell = {.dataset = subject->name,
                                .protocol = "paper",
                                .scale = run->scale,
                                .seed = run->seed,
                                .network = subject->network,
                                .inputs = subject->inputs,
                                .batch = subject->batch,
                                .regulariser = regulariser->name,
                                .convolution = eg_convolution_of(run),
                                .steps = subject->steps,
                                .replicate = round};
    const double step = (double)(cell.batch * (cell.steps + 1)) * work;
    int status = EG_OK;
    for (cell.samples = 1; cell.samples <= most && !status; cell.samples++)
        if (is_run(regulariser, cell.samples, most))
            status = eg_grid_add(grid, &cell, step * eg_cost_sweeps(regulariser, cell.samples),
                                 error);
    return status;
}

/* Whether Supplement B or Section 2.2 speaks of what it costs. */
static int is_of_paper(const struct eg_attribution_regulariser *regulariser)
{
    return strcmp(regulariser->name, "gradients") != 0 &&
           regulariser->kind != EG_REGULARISER_ROBUST;
}

static int add_subject(const struct eg_run *run, const struct subject *subject, size_t round,
                       struct eg_grid *grid, struct eg_error *error)
{
    const int is_quick = strcmp(run->scale, "quick") == 0;
    double work;
    int status = eg_network_count_work(subject->inputs, subject->network, &work, error);
    for (size_t g = 0; eg_attribution_regularisers[g] && !status; g++)
        if (!is_quick || !subject->is_slow || is_of_paper(eg_attribution_regularisers[g]))
            status = add_regulariser(run, subject, round, eg_attribution_regularisers[g], work,
                                     grid, error);
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const size_t rounds = run->replicates ? run->replicates : find_scale(run->scale)->rounds;
    int known = 0, status = EG_OK;
    for (size_t round = 0; round < rounds; round++)
        for (const struct subject *subject = subjects; subject->name && !status; subject++) {
            if (!strstr(subject->scales, run->scale) ||
                (run->dataset && strcmp(run->dataset, subject->name) != 0))
                continue;
            known = 1;
            status = add_subject(run, subject, round, grid, error);
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

/* A step that is not timed goes first. */
static int count_steps(const void *of_cell, double *cost, struct eg_error *error)
{
    const struct eg_cost_cell *cell = of_cell;
    (void)error;
    *cost = (double)(cell->steps + 1);
    return EG_OK;
}

static void shorten(void *of_cell)
{
    struct eg_cost_cell *cell = of_cell;
    cell->steps = 1;
}

static const char *const of_paper[] = {"none", "eg", "rrr", "cdep", NULL};
static const char *const metrics[] = {"batches_per_second",   "times_plain", "peak_memory",
                                      "extra_gradient_calls", "points_run",  NULL};

static const struct eg_table_spec tables[] = {
    {.id = "training-cost",
     .title = "Supplementary Figure 1: cost of a training step (extrapolated where fewer points "
              "were run)",
     .metrics = metrics,
     .digits = 3},
    {0},
};

static const struct eg_figure_spec figures[] = {
    {.id = "supplementary-figure-1-a",
     .title = "Supplementary Figure 1, left: batches per second",
     .kind = EG_FIGURE_BARS,
     .dataset = "vgg16",
     .methods = of_paper,
     .metric = "batches_per_second",
     .y_title = "batches per second",
     .from_zero = 1},
    {.id = "supplementary-figure-1-b",
     .title = "Supplementary Figure 1, right: memory",
     .kind = EG_FIGURE_BARS,
     .dataset = "vgg16",
     .methods = of_paper,
     .metric = "peak_memory",
     .y_title = "MB",
     .from_zero = 1},
    {.id = "training-cost-all",
     .title = "A step's time, in steps without a regulariser",
     .kind = EG_FIGURE_BARS,
     .metric = "times_plain",
     .y_title = "times a step without a regulariser",
     .log_y = 1},
    {0},
};

const struct eg_experiment training_cost_experiment = {
    .name = "training-cost",
    .title = "what priors on attributions cost a training, in time and memory",
    .reproduces = "Supplementary Figure 1",
    .protocols = "paper",
    .outcome_version = 3,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = eg_cost_fields,
    .cell_size = sizeof(struct eg_cost_cell),
    .run_cell = run_cell,
    .cost = count_steps,
    .shorten = shorten,
    .summarise = eg_cost_summarise,
    .tables = tables,
    .figures = figures,
    .is_timed = 1,
    .make_options = eg_convolution_make_options,
};
