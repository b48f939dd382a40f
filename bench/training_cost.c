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
#include "run/values.h"

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

static int add_cell(const struct eg_run *run, const struct subject *subject,
                    const struct eg_guide *guide, size_t samples, struct eg_grid *grid,
                    struct eg_error *error)
{
    struct eg_network network;
    double work = 0;
    const size_t steps = subject->steps * times_longer(run->scale);
    const int status = eg_network_alloc(&network, subject->inputs, subject->network, error);
    for (size_t l = 0; l < network.layer_count && !status; l++)
        work += (double)network.layers[l].work;
    eg_network_free(&network);
    if (status)
        return status;
    json_t *config = json_pack(
        "{s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:s, s:I, s:I}", "dataset", subject->name, "protocol",
        "paper", "scale", run->scale, "seed", (json_int_t)run->seed, "network", subject->network,
        "inputs", (json_int_t)subject->inputs, "batch", (json_int_t)subject->batch, "guide",
        guide->name, "samples", (json_int_t)samples, "steps", (json_int_t)steps);
    const double sweeps = eg_cost_sweeps(guide, samples);
    return eg_grid_add_config(grid, config, (double)(subject->batch * (steps + 1)) * work * sweeps,
                              error);
}

/* The points of a guide that are run: the methods' own up to the most; where that leaves out any, as
 * many as the most and half of it too, to reckon from. */
static int add_guide(const struct eg_run *run, const struct subject *subject,
                     const struct eg_guide *guide, struct eg_grid *grid, struct eg_error *error)
{
    const size_t most = subject->most * times_longer(run->scale);
    size_t counts[EG_COST_METHODS_MAX + 2];
    const size_t count = eg_cost_points(guide, most, counts);
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = add_cell(run, subject, guide, counts[i], grid, error);
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
    int status = EG_OK;
    for (size_t g = 0; eg_guides[g] && !status; g++)
        if (!is_quick || !subject->is_slow || is_of_paper(eg_guides[g]))
            status = add_guide(run, subject, eg_guides[g], grid, error);
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

static int store_cost(const struct eg_cost *cost, size_t steps, json_t *values,
                      struct eg_error *error)
{
    json_t *timing = json_object();
    if (json_object_set_new(values, "timing", timing))
        return eg_fail(error, EG_INTERNAL, "out of memory");
    /* Memory goes by threads, each of which has scratch of its own. */
    int status = eg_values_set_array(timing, "seconds", steps, cost->seconds, error);
    if (!status)
        status = eg_values_set(timing, "bytes", (double)cost->bytes, error);
    if (!status)
        status = eg_values_set(values, "gradient_calls", (double)cost->gradient_calls, error);
    return status ? status : eg_values_set(values, "loss", cost->loss, error);
}

static int run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                    struct eg_error *error)
{
    const char *guide;
    size_t seed;
    struct eg_cost cost = {0};
    struct eg_cost_settings settings = {.threads = run->threads};
    if (eg_config_text(config, "network", &settings.network, error) ||
        eg_config_text(config, "guide", &guide, error) ||
        eg_config_count(config, "seed", &seed, error) ||
        eg_config_count(config, "inputs", &settings.inputs, error) ||
        eg_config_count(config, "batch", &settings.batch, error) ||
        eg_config_count(config, "samples", &settings.samples, error) ||
        eg_config_count(config, "steps", &settings.steps, error) ||
        !(settings.guide = eg_guide_find(guide, error)))
        return EG_INTERNAL;
    settings.seed = seed;
    cost.seconds = eg_alloc(settings.steps, sizeof *cost.seconds, error);
    int status = cost.seconds ? eg_cost_measure(&settings, &cost, error) : EG_INTERNAL;
    if (!status)
        status = store_cost(&cost, settings.steps, values, error);
    free(cost.seconds);
    return status;
}

/* One timed step, after the one that is not. */
static int shorten(const json_t *config, json_t **shorter, double *times, struct eg_error *error)
{
    size_t steps;
    if (eg_config_count(config, "steps", &steps, error))
        return EG_INTERNAL;
    *times = (double)(steps + 1) / 2;
    *shorter = json_deep_copy(config);
    if (!*shorter || json_object_set_new(*shorter, "steps", json_integer(1)))
        return eg_fail(error, EG_INTERNAL, "out of memory");
    return EG_OK;
}

const struct eg_experiment training_cost_experiment = {
    .name = "training-cost",
    .title = "what priors on attributions cost a training, in time and memory",
    .reproduces = "Supplementary Figure 1",
    .protocols = "paper",
    .outcome_version = 1,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .run_config = run_cell,
    .shorten_config = shorten,
    .summarise_rows = eg_cost_summarise,
    .tables = eg_cost_tables,
    .figures = eg_cost_figures,
    .is_timed = 1,
};
