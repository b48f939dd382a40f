/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/backprop.h"

#include <stdlib.h>

int eg_backprop_alloc(struct eg_backprop *pass, const struct eg_network *network, size_t rows,
                      struct eg_error *error)
{
    *pass = (struct eg_backprop){.rows = rows};
    const size_t width = eg_network_width(network);
    size_t total = 2 * rows * width;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        total += rows * layer->outputs * (layer->dropout > 0 ? 2 : 1);
    }
    real *next = pass->block = eg_alloc(total, sizeof *pass->block, error);
    if (!next)
        return EG_INTERNAL;
    for (size_t i = 0; i < 2; i++, next += rows * width)
        pass->delta[i] = next;
    for (size_t l = 0; l < network->layer_count; l++) {
        const size_t size = rows * network->layers[l].outputs;
        pass->h[l] = next;
        next += size;
        if (network->layers[l].dropout > 0) {
            pass->kept[l] = next;
            next += size;
        }
    }
    return EG_OK;
}

void eg_backprop_free(struct eg_backprop *pass)
{
    free(pass->block);
    *pass = (struct eg_backprop){0};
}

static void drop_units(const struct eg_layer *layer, size_t count, struct eg_stream *dropout,
                       real *kept, real *h)
{
    const real scale = (real)(1 / (1 - layer->dropout));
    for (size_t i = 0; i < count; i++) {
        kept[i] = eg_stream_uniform(dropout) < layer->dropout ? 0 : scale;
        h[i] *= kept[i];
    }
}

static void sweep_forward(struct eg_backprop *pass, const struct eg_network *network, size_t m,
                          const real *x, struct eg_stream *dropout)
{
    const real *in = x;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        layer->type->forward(layer, network->theta + layer->offset, m, in, pass->h[l]);
        layer->activation->apply(m * layer->outputs, pass->h[l]);
        if (dropout && pass->kept[l])
            drop_units(layer, m * layer->outputs, dropout, pass->kept[l], pass->h[l]);
        in = pass->h[l];
    }
}

/* The slope is a function of the activation's own value: take the dropout's scale off again. */
static void undo_scale(const struct eg_layer *layer, size_t count, const real *kept, real *h,
                       real *delta)
{
    for (size_t i = 0; i < count; i++) {
        delta[i] *= kept[i];
        h[i] *= (real)(1 - layer->dropout);
    }
}

static void sweep_backward(struct eg_backprop *pass, const struct eg_network *network, size_t m,
                           const real *x, int dropped, real *gradient)
{
    for (size_t l = network->layer_count; l-- > 0;) {
        const struct eg_layer *layer = &network->layers[l];
        const real *in = l ? pass->h[l - 1] : x;
        real *delta = pass->delta[l % 2], *own = gradient + layer->offset;
        if (dropped && pass->kept[l])
            undo_scale(layer, m * layer->outputs, pass->kept[l], pass->h[l], delta);
        layer->activation->multiply_slope(m * layer->outputs, pass->h[l], delta);
        if (layer->type->accumulate_weights)
            layer->type->accumulate_weights(layer, m, in, delta, own);
        if (layer->type->accumulate_bias)
            layer->type->accumulate_bias(layer, m, delta, own);
        if (l)
            layer->type->backward(layer, network->theta + layer->offset, m, in, delta,
                                  pass->delta[(l - 1) % 2]);
    }
}

double eg_backprop_run(struct eg_backprop *pass, const struct eg_network *network,
                       const struct eg_loss *loss, size_t m, const real *x, const real *y,
                       struct eg_stream *dropout, real *gradient)
{
    const size_t top = network->layer_count - 1, outputs = network->outputs;
    const size_t y_width = loss->y_is_class ? 1 : outputs;
    real *delta = pass->delta[top % 2];
    double sum = 0;
    sweep_forward(pass, network, m, x, dropout);
    for (size_t row = 0; row < m; row++)
        sum += loss->row(outputs, pass->h[top] + row * outputs, y + row * y_width,
                         delta + row * outputs);
    for (size_t i = 0; i < m * outputs; i++)
        delta[i] /= (real)m;
    sweep_backward(pass, network, m, x, dropout != NULL, gradient);
    return sum / (double)m;
}
