/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dense layer. Its work is cut by units (forward, tangent, weights, bias) or
 * by inputs (backward), not by rows: every part reads its own weights alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/matrix.h"
#include "nn/dense_sums.h"
#include "nn/layer.h"

static int shape_dense(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    enum { MOST = 1 << 20 };
    const int is_whole = words[strspn(words, "0123456789")] == '\0';
    const double number = is_whole ? strtod(words, NULL) : 0;
    const size_t units = number >= 1 && number <= MOST ? (size_t)number : 0;
    if (units == 0)
        return eg_fail(error, EG_USAGE,
                       "network: 'dense %s': give 1 to %d units, and a comma before what follows",
                       words, MOST);
    layer->to = (struct eg_image){1, 1, units};
    layer->weights = units * layer->inputs;
    layer->stride = layer->inputs;
    layer->parameters = layer->weights + units;
    layer->work = layer->weights;
    layer->scratch = eg_dense_is_small(layer) ? eg_dense_scratch(layer) : 0;
    return EG_OK;
}

static void forward_dense(const struct eg_sweep *sweep, const real *in, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    if (eg_dense_is_small(layer)) {
        eg_dense_sum(sweep, eg_tile_product_at(0), in, sweep->theta + layer->weights, out);
        return;
    }
    const size_t first = eg_part_begin(layer->outputs, sweep->part, sweep->parts);
    const size_t units = eg_part_begin(layer->outputs, sweep->part + 1, sweep->parts) - first;
    const real *bias = sweep->theta + layer->weights + first;
    for (size_t row = 0; row < sweep->m; row++)
        memcpy(out + row * layer->outputs + first, bias, units * sizeof *out);
    eg_multiply_bt_block(sweep->m, units, layer->inputs, in, layer->inputs,
                         sweep->theta + first * layer->stride, layer->stride, 1, out + first,
                         layer->outputs);
}

static void tangent_dense(const struct eg_sweep *sweep, const real *in, const real *t_in,
                          real *t_out)
{
    const struct eg_layer *layer = sweep->layer;
    (void)in;
    if (eg_dense_is_small(layer)) {
        eg_dense_sum(sweep, eg_tile_product_at(0), t_in, NULL, t_out);
        return;
    }
    const size_t first = eg_part_begin(layer->outputs, sweep->part, sweep->parts);
    const size_t units = eg_part_begin(layer->outputs, sweep->part + 1, sweep->parts) - first;
    eg_multiply_bt_block(sweep->m, units, layer->inputs, t_in, layer->inputs,
                         sweep->theta + first * layer->stride, layer->stride, 0, t_out + first,
                         layer->outputs);
}

static void backward_dense(const struct eg_sweep *sweep, const real *in, const real *d_out,
                           real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    (void)in;
    if (eg_dense_is_small(layer)) {
        eg_dense_sum_back(sweep, eg_tile_product_at(0), d_out, d_in);
        return;
    }
    const size_t first = eg_part_begin(layer->inputs, sweep->part, sweep->parts);
    const size_t inputs = eg_part_begin(layer->inputs, sweep->part + 1, sweep->parts) - first;
    eg_multiply_block(sweep->m, inputs, layer->outputs, d_out, layer->outputs, sweep->theta + first,
                      layer->stride, 0, d_in + first, layer->inputs);
}

static void accumulate_dense_weights(const struct eg_sweep *sweep, const real *in,
                                     const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    if (eg_dense_is_small(layer)) {
        eg_dense_sum_weights(sweep, eg_tile_product_at(0), in, d_out, gradient);
        return;
    }
    const size_t first = eg_part_begin(layer->outputs, sweep->part, sweep->parts);
    const size_t units = eg_part_begin(layer->outputs, sweep->part + 1, sweep->parts) - first;
    eg_multiply_at_block(units, layer->inputs, sweep->m, d_out + first, layer->outputs, in,
                         layer->inputs, 1, gradient + first * layer->stride, layer->stride);
}

static void accumulate_dense_bias(const struct eg_sweep *sweep, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    eg_add_channel_sums(sweep, layer->outputs, 1, d_out, gradient + layer->weights);
}

static void initialise_dense(const struct eg_layer *layer, enum eg_initialiser initialiser,
                             struct eg_stream *stream, real *theta)
{
    eg_initialise_weights(layer, initialiser, layer->inputs, layer->outputs, stream, theta);
}

const struct eg_layer_type eg_dense = {
    .name = "dense",
    .shape = shape_dense,
    .forward = forward_dense,
    .tangent = tangent_dense,
    .backward = backward_dense,
    .accumulate_weights = accumulate_dense_weights,
    .accumulate_bias = accumulate_dense_bias,
    .initialise = initialise_dense,
};
