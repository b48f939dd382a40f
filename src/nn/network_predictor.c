/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as a predictor. What follows its first dense layer is predicted a tile of rows at a time,
 * the numbers of a unit next to each other: in networks as narrow as those of tables that is faster
 * than a matrix product, which has to pack its operands first. A lane is a row.
 */
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "nn/network.h"

typedef real lanes __attribute__((vector_size(64)));
enum { LANES = sizeof(lanes) / sizeof(real), UNITS = 4 };

/* out = bias + weights in, UNITS units at a time, so that additions need not wait for each other. At
 * the end the last unit is done again and again. */
EG_WIDE static void forward_tile(const struct eg_layer *layer, const real *theta, const lanes *in,
                                 lanes *out)
{
    const size_t inputs = layer->inputs, outputs = layer->outputs;
    for (size_t first = 0; first < outputs; first += UNITS) {
        size_t unit[UNITS];
        lanes sum[UNITS];
        for (size_t u = 0; u < UNITS; u++) {
            unit[u] = first + u < outputs ? first + u : outputs - 1;
            sum[u] = (lanes){0} + theta[layer->weights + unit[u]];
        }
        for (size_t i = 0; i < inputs; i++)
            for (size_t u = 0; u < UNITS; u++)
                sum[u] += theta[unit[u] * inputs + i] * in[i];
        for (size_t u = 0; u < UNITS; u++)
            out[unit[u]] = sum[u];
    }
}

/* The outputs for a tile, which is in or out in the end. Each has room for the widest layer. */
static const lanes *predict_tile(const struct eg_network *network, lanes *in, lanes *out)
{
    const struct eg_layer *layers = network->layers;
    layers[0].activation->apply(layers[0].outputs * LANES, (real *)in);
    for (size_t l = 1; l < network->layer_count; l++) {
        forward_tile(&layers[l], network->theta + layers[l].offset, in, out);
        layers[l].activation->apply(layers[l].outputs * LANES, (real *)out);
        lanes *const used = in;
        in = out;
        out = used;
    }
    return in;
}

EG_WIDE static void take_tile(size_t units, size_t columns, size_t count, const real *restrict sums,
                              lanes *restrict tile)
{
    for (size_t k = 0; k < units; k++)
        if (count == LANES)
            memcpy(&tile[k], sums + k * columns, sizeof *tile);
        else
            for (size_t c = 0; c < count; c++)
                tile[k][c] = sums[k * columns + c];
}

static int predict_rest(const void *context, size_t columns, const real *sums, real *output,
                        struct eg_error *error)
{
    const struct eg_network *network = context;
    const size_t width = eg_network_width(network);
    lanes *room = eg_alloc(2 * width, sizeof *room, error);
    if (!room)
        return EG_INTERNAL;
    for (size_t first = 0; first < columns; first += LANES) {
        const size_t count = columns - first < LANES ? columns - first : LANES;
        take_tile(network->layers[0].outputs, columns, count, sums + first, room);
        memcpy(output + first, predict_tile(network, room, room + width), count * sizeof *output);
    }
    free(room);
    return EG_OK;
}

static int predict(const void *context, size_t rows, const real *x, real *output,
                   struct eg_error *error)
{
    return eg_network_predict(context, rows, x, output, error);
}

static int is_dense(const struct eg_network *network)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].type != &eg_dense)
            return 0;
    return 1;
}

struct eg_predictor eg_network_predictor(const struct eg_network *network)
{
    struct eg_predictor predictor = {
        .context = network, .inputs = network->inputs, .predict = predict};
    if (is_dense(network)) {
        const struct eg_layer *first = &network->layers[0];
        predictor.hidden = first->outputs;
        predictor.weights = network->theta + first->offset;
        predictor.bias = predictor.weights + first->weights;
        predictor.predict_rest = predict_rest;
    }
    return predictor;
}
