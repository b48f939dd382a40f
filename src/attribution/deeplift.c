/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DeepLIFT, rescale rule (Shrikumar et al. 2017). What a unit passes down is multiplied by the slope
 * of its activation between reference and sample, not by its slope at the sample:
 *
 *     m_a = m_h * (h(x) - h(x')) / (a(x) - a(x')),   m_in = W' m_a,   phi = m_x * (x - x')
 *
 * from m = 1 at the explained output; the mean over `samples` background rows x'. Each reference
 * counts as a gradient evaluation, since it takes a forward and a backward sweep.
 */
#include <math.h>
#include <string.h>

#include "attribution/explain_task.h"
#include "nn/workers.h"

static size_t count_references(const struct eg_method_settings *settings, size_t background_rows)
{
    return eg_count_samples(settings, background_rows, 1);
}

/* The rescale rule has no say on a layer that is neither linear nor elementwise: one that routes, or
 * normalises a row by its own numbers. */
static int check_layers(const struct eg_method_settings *settings, const struct eg_network *network,
                        const struct eg_matrix *background, struct eg_error *error)
{
    (void)settings;
    (void)background;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer_type *type = network->layers[l].type;
        if (type == &eg_max_pool)
            return eg_fail(
                error, EG_USAGE,
                "deeplift: layer %zu is a max pool ('%s'), for which there is no rescale "
                "rule: use a network with mean_pool, or expected_gradients",
                l + 1, type->name);
        if (type->curve && !type->elementwise)
            return eg_fail(error, EG_USAGE,
                           "deeplift: layer %zu is a '%s', for which there is no rescale rule: use "
                           "a network with batchnorm, or expected_gradients",
                           l + 1, type->name);
    }
    return EG_OK;
}

/* Values of the references at hand, and of x, on their way up; row 0 is x. */
struct passes {
    size_t most;               /* rows, x among them */
    real *z;                   /* most x p */
    real *a[EG_LAYERS_MAX];    /* most x outputs: before the activation */
    real *h[EG_LAYERS_MAX];    /* after it */
    real *slope;               /* most x width */
    real *multiplier[2];       /* most x width, in turn */
    real *skip[EG_LAYERS_MAX]; /* most x outputs of marked layers (nn/workers.h) */
    double *share;             /* p */
    uint32_t *reference;       /* samples */
    int is_finite;             /* the output, so far */
    struct eg_workers workers;
    real *block;
};

static int allocate_passes(struct eg_explain_task *task, struct passes *passes, size_t samples,
                           struct eg_error *error)
{
    enum { MOST = 128, NUMBERS = 1 << 22 };
    const struct eg_network *network = task->network;
    const size_t width = eg_network_width(network);
    size_t each = network->inputs + 3 * width + eg_network_marked(network), used = 0;
    for (size_t l = 0; l < network->layer_count; l++)
        each += 2 * network->layers[l].outputs;
    const size_t fit = NUMBERS / each < 2 ? 2 : NUMBERS / each < MOST ? NUMBERS / each : MOST;
    const size_t most = passes->most = samples + 1 < fit ? samples + 1 : fit;
    passes->block = eg_task_take(task, most * each, sizeof *passes->block, error);
    passes->share = eg_task_take(task, network->inputs, sizeof *passes->share, error);
    passes->reference = eg_task_take(task, samples, sizeof *passes->reference, error);
    if (!passes->block || !passes->share || !passes->reference ||
        eg_workers_alloc(&passes->workers, network, 1, error))
        return EG_INTERNAL;
    eg_task_note(task, eg_workers_bytes(network, 1));
    real **const parts[] = {&passes->slope, &passes->multiplier[0], &passes->multiplier[1]};
    for (size_t i = 0; i < 3; i++, used += most * width)
        *parts[i] = passes->block + used;
    passes->z = passes->block + used;
    used += most * network->inputs;
    for (size_t l = 0; l < network->layer_count; l++) {
        passes->a[l] = passes->block + used;
        passes->h[l] = passes->a[l] + most * network->layers[l].outputs;
        used += 2 * most * network->layers[l].outputs;
        if (network->layers[l].is_marked) {
            passes->skip[l] = passes->block + used;
            used += most * network->layers[l].outputs;
        }
    }
    return EG_OK;
}

static void free_passes(struct eg_explain_task *task, struct passes *passes)
{
    eg_workers_free(&passes->workers);
    eg_task_give(task, passes->block);
    eg_task_give(task, passes->share);
    eg_task_give(task, passes->reference);
}

static void sweep_up(const struct eg_network *network, struct passes *passes, size_t rows)
{
    const real *in = passes->z;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        eg_layer_forward(&passes->workers, layer, network->theta + layer->offset, rows, in,
                         passes->a[l]);
        eg_layer_join(&passes->workers, layer, rows, passes->h, passes->a[l]);
        memcpy(passes->h[l], passes->a[l], rows * layer->outputs * sizeof *in);
        eg_layer_activate(&passes->workers, layer, rows, passes->h[l]);
        in = passes->h[l];
    }
}

/* multiplier (rows x width) *= the slope from a to h between reference and sample; where they are too
 * near each other to tell it, the slope at the reference. */
static void rescale(size_t rows, size_t width, const real *a, const real *h, const real *slope,
                    real *multiplier)
{
    for (size_t i = 0; i < rows * width; i++) {
        const real at_x = a[i % width], gap = at_x - a[i];
        const double near = 64 * EG_REAL_EPSILON * (fabs((double)at_x) + fabs((double)a[i]));
        multiplier[i] *= fabs((double)gap) > near ? (h[i % width] - h[i]) / gap : slope[i];
    }
}

/* Past the layer's activation. */
static void rescale_activation(const struct eg_layer *layer, struct passes *passes, size_t l,
                               size_t rows, real *multiplier)
{
    for (size_t i = 0; i < rows * layer->outputs; i++)
        passes->slope[i] = 1;
    eg_layer_multiply_slope(&passes->workers, layer, rows, passes->h[l], passes->slope);
    rescale(rows, layer->outputs, passes->a[l], passes->h[l], passes->slope, multiplier);
}

/* below = the multipliers past the layer's map, which is linear, or elementwise as an activation is */
static void pass_map(const struct eg_layer *layer, const real *theta, struct passes *passes,
                     size_t l, size_t rows, const real *multiplier, real *below)
{
    const real *in = l ? passes->h[l - 1] : passes->z;
    if (!layer->type->elementwise) {
        eg_layer_backward(&passes->workers, layer, theta, rows, in, multiplier, below);
        return;
    }
    for (size_t i = 0; i < rows * layer->inputs; i++)
        below[i] = 1;
    eg_layer_backward(&passes->workers, layer, theta, rows, in, below, passes->slope);
    memcpy(below, multiplier, rows * layer->inputs * sizeof *below);
    rescale(rows, layer->inputs, in, passes->a[l], passes->slope, below);
}

static const real *sweep_down(const struct eg_explain_task *task, struct passes *passes,
                              size_t rows)
{
    const struct eg_network *network = task->network;
    const size_t outputs = network->outputs;
    real *multiplier = passes->multiplier[network->layer_count % 2];
    for (size_t i = 0; i < rows; i++) {
        const real *output = passes->h[network->layer_count - 1] + i * outputs;
        const double g = eg_target_gradient(task->target, outputs, output, task->y,
                                            multiplier + i * outputs);
        passes->is_finite &= isfinite(g) != 0;
    }
    eg_clear_skips(network, rows, passes->skip);
    for (size_t l = network->layer_count; l-- > 0;) {
        const struct eg_layer *layer = &network->layers[l];
        real *below = passes->multiplier[l % 2];
        eg_layer_take_skip(&passes->workers, layer, rows, passes->skip[l], multiplier);
        rescale_activation(layer, passes, l, rows, multiplier);
        eg_layer_join_back(&passes->workers, layer, rows, multiplier, passes->skip);
        pass_map(layer, network->theta + layer->offset, passes, l, rows, multiplier, below);
        multiplier = below;
    }
    return multiplier;
}

static void explain_some(struct eg_explain_task *task, struct passes *passes,
                         const uint32_t *reference, size_t count)
{
    const size_t p = task->p;
    memcpy(passes->z, task->x, p * sizeof *passes->z);
    for (size_t i = 0; i < count; i++)
        memcpy(passes->z + (i + 1) * p, eg_row(task->background, reference[i]),
               p * sizeof *passes->z);
    sweep_up(task->network, passes, count + 1);
    const real *multiplier = sweep_down(task, passes, count + 1);
    for (size_t i = 1; i <= count; i++) {
        for (size_t j = 0; j < p; j++)
            passes->share[j] = (double)multiplier[i * p + j] *
                               ((double)task->x[j] - (double)passes->z[i * p + j]);
        eg_task_add_share(task, passes->share);
    }
    task->gradient_evaluations += count;
    task->model_evaluations++;
}

static int explain_deeplift(struct eg_explain_task *task, struct eg_error *error)
{
    const size_t samples = task->settings->samples;
    struct passes passes = {.is_finite = 1};
    if (!eg_target_is_linear(task->target))
        return eg_fail(error, EG_USAGE,
                       "deeplift explains an output of the network, not its loss or probabilities: "
                       "set the target to the output");
    int status = eg_task_check_label(task, error);
    if (!status)
        status = allocate_passes(task, &passes, samples, error);
    if (!status) {
        eg_task_draw_references(task, samples, &task->stream, passes.reference);
        for (size_t first = 0; first < samples; first += passes.most - 1) {
            const size_t left = samples - first;
            explain_some(task, &passes, passes.reference + first,
                         left < passes.most - 1 ? left : passes.most - 1);
        }
    }
    if (!status && !(passes.is_finite && isfinite(task->total_mean)))
        status = eg_fail(
            error, EG_DATA,
            "deeplift: the model's output or attribution is not finite at the sample or a "
            "background row: it cannot be explained there");
    free_passes(task, &passes);
    return status;
}

const struct eg_method eg_deeplift = {
    .name = "deeplift",
    .summary = "differences to background rows passed down by the rescale rule, averaged",
    .is_complete = 1,
    .averages_background = 1,
    .is_stochastic = 1,
    .count_points = count_references,
    .check = check_layers,
    .explain = explain_deeplift,
};
