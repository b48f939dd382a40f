/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolution (cross-correlation) as a layer; with groups it is grouped_convolution.c's. */
#include "nn/convolution_sums.h"
#include "nn/grouped_convolution.h"
#include "nn/window.h"
#include "nn/winograd.h"

static int shape_convolution(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    const int status = eg_window_shape(layer, words, 1, error);
    if (status)
        return status;
    const size_t groups = layer->groups;
    if (layer->from.channels % groups || layer->to.channels % groups)
        return eg_fail(error, EG_USAGE,
                       "network: 'conv %s': %zu groups do not divide %zu channels in and %zu out",
                       words, groups, layer->from.channels, layer->to.channels);
    const double weights = (double)layer->to.channels * (double)layer->window.height *
                           (double)layer->window.width * (double)(layer->from.channels / groups);
    if (weights > EG_LAYER_MOST)
        return eg_fail(error, EG_USAGE, "network: 'conv %s' has %.3g weights: make it smaller",
                       words, weights);
    layer->weights = (size_t)weights;
    layer->parameters = layer->weights + layer->to.channels;
    layer->work = layer->weights * layer->to.height * layer->to.width;
    if (groups > 1)
        layer->type = &eg_grouped_convolution;
    layer->scratch = groups > 1 ? eg_grouped_scratch(layer) : eg_convolution_scratch(layer);
    return EG_OK;
}

void eg_convolution_use(struct eg_layer *layer, const struct eg_winograd *form)
{
    layer->winograd = form;
    layer->scratch = form ? eg_winograd_scratch(form, layer) : eg_convolution_scratch(layer);
}

static void convolve(const struct eg_sweep *sweep, const real *in, const real *bias, real *out)
{
    if (sweep->layer->winograd)
        eg_winograd_convolve(sweep, eg_tile_product_at(0), in, bias, out);
    else
        eg_convolve(sweep, eg_tile_product_at(0), in, bias, out);
}

static void forward_convolution(const struct eg_sweep *sweep, const real *in, real *out)
{
    convolve(sweep, in, sweep->theta + sweep->layer->weights, out);
}

static void tangent_convolution(const struct eg_sweep *sweep, const real *in, const real *t_in,
                                real *t_out)
{
    (void)in;
    convolve(sweep, t_in, NULL, t_out);
}

static void backward_convolution(const struct eg_sweep *sweep, const real *in, const real *d_out,
                                 real *d_in)
{
    (void)in;
    if (sweep->layer->winograd)
        eg_winograd_convolve_back(sweep, eg_tile_product_at(0), d_out, d_in);
    else
        eg_convolve_back(sweep, eg_tile_product_at(0), d_out, d_in);
}

static void accumulate_convolution_weights(const struct eg_sweep *sweep, const real *in,
                                           const real *d_out, real *gradient)
{
    if (sweep->layer->winograd)
        eg_winograd_convolve_weights(sweep, eg_tile_product_at(0), in, d_out, gradient);
    else
        eg_convolve_weights(sweep, eg_tile_product_at(0), in, d_out, gradient);
}

void eg_accumulate_channel_bias(const struct eg_sweep *sweep, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    eg_add_channel_sums(sweep, layer->to.channels, layer->to.height * layer->to.width, d_out,
                        gradient + layer->weights);
}

void eg_initialise_convolution(const struct eg_layer *layer, enum eg_initialiser initialiser,
                               struct eg_stream *stream, real *theta)
{
    const size_t area = layer->window.height * layer->window.width;
    eg_initialise_weights(layer, initialiser, area * (layer->from.channels / layer->groups),
                          area * (layer->to.channels / layer->groups), stream, theta);
}

const struct eg_layer_type eg_convolution = {
    .name = "conv",
    .shape = shape_convolution,
    .forward = forward_convolution,
    .tangent = tangent_convolution,
    .backward = backward_convolution,
    .accumulate_weights = accumulate_convolution_weights,
    .accumulate_bias = eg_accumulate_channel_bias,
    .initialise = eg_initialise_convolution,
};
