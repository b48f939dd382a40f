/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as a predictor. What follows its first dense layer is predicted for as many rows at
 * a time as a tile has columns (nn/dense_columns.h): whoever moves a feature of many rows has
 * the sums in this order.
 */
#include <stdlib.h>
#include <string.h>

#include "nn/dense_columns.h"
#include "nn/network.h"

/* The outputs for a tile, which is in or out in the end. Each has room for the widest layer. */
static const real *predict_tile(const struct eg_network *network,
                                const struct eg_tile_product *product, real *in, real *out)
{
    const struct eg_layer *layers = network->layers;
    const size_t columns = product->columns;
    layers[0].activation->apply(layers[0].outputs * columns, in);
    for (size_t l = 1; l < network->layer_count; l++) {
        eg_layer_columns(&layers[l], network->theta + layers[l].offset, product, in, out);
        layers[l].activation->apply(layers[l].outputs * columns, out);
        real *const used = in;
        in = out;
        out = used;
    }
    return in;
}

static size_t widest_layer(const struct eg_network *network)
{
    size_t most = 0;
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].outputs > most)
            most = network->layers[l].outputs;
    return most;
}

/* Layers this wide find room on the stack: a prediction takes no longer than clearing memory. */
enum { NEAR = 64 };

static int predict_rest(const void *context, size_t columns, const real *sums, real *output,
                        struct eg_error *error)
{
    const struct eg_network *network = context;
    const struct eg_tile_product *product = eg_tile_product_at(0);
    const size_t width = product->columns, room = widest_layer(network) * width;
    real near[2 * NEAR * EG_TILE_COLUMNS];
    real *far = room > NEAR * width ? eg_alloc(2 * room, sizeof *far, error) : NULL;
    real *tile = far ? far : near;
    if (!far && room > NEAR * width)
        return EG_INTERNAL;
    for (size_t first = 0; first < columns; first += width) {
        const size_t count = columns - first < width ? columns - first : width;
        if (count < width)
            memset(tile, 0, network->layers[0].outputs * width * sizeof *tile);
        for (size_t k = 0; k < network->layers[0].outputs; k++)
            memcpy(tile + k * width, sums + k * columns + first, count * sizeof *tile);
        memcpy(output + first, predict_tile(network, product, tile, tile + room),
               count * sizeof *output);
    }
    free(far);
    return EG_OK;
}

static int predict(const void *context, size_t rows, const real *x, real *output,
                   struct eg_error *error)
{
    return eg_network_predict(context, rows, x, output, error);
}

static int has_columns(const struct eg_network *network)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (!eg_has_columns(&network->layers[l]))
            return 0;
    return network->layers[0].type == &eg_dense;
}

struct eg_predictor eg_network_predictor(const struct eg_network *network)
{
    struct eg_predictor predictor = {
        .context = network, .inputs = network->inputs, .predict = predict};
    if (has_columns(network)) {
        const struct eg_layer *first = &network->layers[0];
        predictor.hidden = first->outputs;
        predictor.weights = network->theta + first->offset;
        predictor.bias = predictor.weights + first->weights;
        predictor.predict_rest = predict_rest;
    }
    return predictor;
}
