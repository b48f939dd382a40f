/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/backprop.h"

#include <stdlib.h>
#include <string.h>

#include "base/sizes.h"

/* Hands out consecutive parts of the block; before the block exists it only counts. */
static real *carve(const struct eg_backprop *pass, size_t *used, size_t count)
{
    const size_t line = 64 / sizeof(real);
    real *part = pass->room.block ? pass->room.block + *used : NULL;
    *used += eg_round_up(count, line);
    return part;
}

static size_t carve_all(struct eg_backprop *pass, const struct eg_network *network)
{
    size_t used = 0;
    const size_t rows = pass->rows, width = eg_network_width(network);
    for (size_t i = 0; i < 2; i++)
        pass->delta[i] = carve(pass, &used, rows * width);
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        pass->h[l] = carve(pass, &used, rows * layer->outputs);
        if (layer->is_marked)
            pass->skip[l] = carve(pass, &used, rows * layer->outputs);
        if (layer->dropout > 0)
            pass->kept[l] = carve(pass, &used, rows * layer->outputs);
        if (layer->type->statistics) {
            pass->of_batch[l] = carve(pass, &used, layer->parameters);
            pass->own_gradient[l] = carve(pass, &used, layer->parameters);
        }
    }
    return used;
}

int eg_backprop_alloc(struct eg_backprop *pass, const struct eg_network *network, size_t rows,
                      size_t threads, struct eg_error *error)
{
    return eg_backprop_alloc_in(pass, network, rows, threads, &(struct eg_room){0}, error);
}

int eg_backprop_alloc_in(struct eg_backprop *pass, const struct eg_network *network, size_t rows,
                         size_t threads, const struct eg_room *lent, struct eg_error *error)
{
    *pass = (struct eg_backprop){.rows = rows};
    const size_t size = carve_all(pass, network);
    pass->is_lent = lent->size >= size;
    pass->room = (struct eg_room){
        pass->is_lent ? lent->block : eg_alloc(size, sizeof *pass->room.block, error), size};
    if (!pass->room.block || eg_workers_alloc(&pass->workers, network, threads, error)) {
        eg_backprop_free(pass);
        return EG_INTERNAL;
    }
    carve_all(pass, network);
    return EG_OK;
}

void eg_backprop_free(struct eg_backprop *pass)
{
    eg_workers_free(&pass->workers);
    if (!pass->is_lent)
        free(pass->room.block);
    *pass = (struct eg_backprop){0};
}

size_t eg_backprop_bytes(const struct eg_backprop *pass)
{
    const size_t own = pass->is_lent ? 0 : pass->room.size;
    return (own + pass->workers.threads * pass->workers.each) * sizeof(real);
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

/* What stands for the layer's parameters in the loss: with the statistics of this batch. */
static const real *parameters_of(const struct eg_backprop *pass, const struct eg_network *network,
                                 size_t l)
{
    return pass->of_batch[l] ? pass->of_batch[l] : network->theta + network->layers[l].offset;
}

static void sweep_forward(struct eg_backprop *pass, const struct eg_network *network, size_t m,
                          const real *x, struct eg_stream *dropout)
{
    const real *in = x;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (layer->type->statistics)
            eg_layer_measure(&pass->workers, layer, network->theta + layer->offset, m, in,
                             pass->of_batch[l]);
        eg_layer_forward(&pass->workers, layer, parameters_of(pass, network, l), m, in, pass->h[l]);
        eg_layer_join(&pass->workers, layer, m, pass->h, pass->h[l]);
        eg_layer_activate(&pass->workers, layer, m, pass->h[l]);
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

/* Gradient of the layer's parameters, and d_in (not for the first layer) from d_out. */
static void descend(const struct eg_backprop *pass, const struct eg_network *network, size_t l,
                    size_t m, const real *in, const real *d_out, real *d_in, real *gradient)
{
    const struct eg_layer *layer = &network->layers[l];
    const real *theta = parameters_of(pass, network, l);
    real *own = pass->own_gradient[l];
    if (own)
        memset(own, 0, layer->parameters * sizeof *own);
    real *target = own ? own : gradient + layer->offset;
    eg_layer_accumulate_weights(&pass->workers, layer, theta, m, in, d_out, target);
    eg_layer_accumulate_bias(&pass->workers, layer, theta, m, d_out, target);
    for (size_t i = 0; own && i < layer->parameters; i++)
        gradient[layer->offset + i] += own[i];
    if (l == 0)
        return;
    eg_layer_backward(&pass->workers, layer, theta, m, in, d_out, d_in);
    if (own)
        eg_layer_correct(&pass->workers, layer, theta, m, in, own, d_in);
}

static void sweep_backward(struct eg_backprop *pass, const struct eg_network *network, size_t m,
                           const real *x, int dropped, real *gradient)
{
    eg_clear_skips(network, m, pass->skip);
    for (size_t l = network->layer_count; l-- > 0;) {
        const struct eg_layer *layer = &network->layers[l];
        real *delta = pass->delta[l % 2];
        eg_layer_take_skip(&pass->workers, layer, m, pass->skip[l], delta);
        if (dropped && pass->kept[l])
            undo_scale(layer, m * layer->outputs, pass->kept[l], pass->h[l], delta);
        eg_layer_multiply_slope(&pass->workers, layer, m, pass->h[l], delta);
        eg_layer_join_back(&pass->workers, layer, m, delta, pass->skip);
        descend(pass, network, l, m, l ? pass->h[l - 1] : x, delta, pass->delta[(l + 1) % 2],
                gradient);
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

void eg_backprop_move_averages(const struct eg_backprop *pass, struct eg_network *network, size_t m)
{
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (layer->type->statistics)
            layer->type->statistics->move(layer, m, pass->of_batch[l],
                                          network->theta + layer->offset);
    }
}
