/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network.h"

#include <stdlib.h>

#include "nn/network_text.h"
#include "nn/winograd.h"
#include "nn/workers.h"

int eg_network_alloc_on_graph(struct eg_network *network, size_t inputs, const char *text,
                              const struct eg_graph *propagation, struct eg_error *error)
{
    *network = (struct eg_network){
        .inputs = inputs, .outputs = inputs, .shape = {1, 1, inputs}, .graph = propagation};
    const int status = eg_network_read_text(network, text, error);
    if (status)
        return status;
    network->theta = eg_alloc(network->parameters + 1, sizeof *network->theta, error);
    if (!network->theta)
        return EG_INTERNAL;
    eg_network_choose_convolutions(network, EG_USUAL_ROWS);
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].parameters && !network->layers[l].weights)
            network->layers[l].type->initialise(&network->layers[l], EG_GLOROT_UNIFORM, NULL,
                                                network->theta + network->layers[l].offset);
    return EG_OK;
}

int eg_network_alloc(struct eg_network *network, size_t inputs, const char *text,
                     struct eg_error *error)
{
    return eg_network_alloc_on_graph(network, inputs, text, NULL, error);
}

int eg_network_count_work(size_t inputs, const char *text, double *work, struct eg_error *error)
{
    struct eg_network network = {0};
    const int status = eg_network_alloc(&network, inputs, text, error);
    *work = 0;
    for (size_t l = 0; l < network.layer_count && !status; l++)
        *work += (double)network.layers[l].work;
    eg_network_free(&network);
    return status;
}

void eg_network_free(struct eg_network *network)
{
    free(network->theta);
    *network = (struct eg_network){0};
}

void eg_network_initialise(struct eg_network *network, enum eg_initialiser initialiser,
                           struct eg_stream stream)
{
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        struct eg_stream own = eg_stream_item(&stream, l);
        if (layer->type->initialise)
            layer->type->initialise(layer, initialiser, &own, network->theta + layer->offset);
    }
}

void eg_network_choose_convolutions(struct eg_network *network, size_t rows)
{
    for (struct eg_layer *l = network->layers; l < network->layers + network->layer_count; l++)
        if (l->type == &eg_convolution)
            eg_convolution_use(l, rows ? eg_winograd_choose(l, rows) : NULL);
}

int eg_network_is_curved(const struct eg_network *network)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].activation->curve || network->layers[l].type->curve)
            return 1;
    return 0;
}

size_t eg_network_marked(const struct eg_network *network)
{
    size_t sum = 0;
    for (size_t l = 0; l < network->layer_count; l++)
        sum += network->layers[l].is_marked ? network->layers[l].outputs : 0;
    return sum;
}

size_t eg_network_width(const struct eg_network *network)
{
    size_t width = network->inputs;
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].outputs > width)
            width = network->layers[l].outputs;
    return width;
}

/* Rows that go through at once: few enough for the cache, enough for a matrix product. */
static size_t choose_block(size_t rows, size_t width)
{
    enum { MOST = 256, LEAST = 32, NUMBERS = 1 << 20 };
    const size_t fit = NUMBERS / width;
    const size_t block = fit > MOST ? MOST : fit < LEAST ? LEAST : fit;
    return rows < block ? rows : block;
}

/* rooms: two in turn, then that of marked layers */
static void predict_block(const struct eg_network *network, const struct eg_workers *workers,
                          size_t m, const real *x, real *const rooms[3], real *output)
{
    const real *in = x;
    real *values[EG_LAYERS_MAX] = {0}, *marked = rooms[2];
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        real *out = l + 1 < network->layer_count ? rooms[l % 2] : output;
        if (layer->is_marked) {
            out = values[l] = marked;
            marked += m * layer->outputs;
        }
        eg_layer_forward(workers, layer, network->theta + layer->offset, m, in, out);
        eg_layer_join(workers, layer, m, values, out);
        eg_layer_activate(workers, layer, m, out);
        in = out;
    }
}

size_t eg_network_predict_bytes(const struct eg_network *network, size_t rows)
{
    const size_t width = eg_network_width(network);
    const size_t each = 2 * width + eg_network_marked(network);
    return (choose_block(rows, width) * each + 1) * sizeof(real) + eg_workers_bytes(network, 1);
}

int eg_network_predict(const struct eg_network *network, size_t rows, const real *x, real *output,
                       struct eg_error *error)
{
    const size_t width = eg_network_width(network);
    /* A call of a black box costs more than its rows. */
    const size_t block = network->layers[0].black_box ? rows : choose_block(rows, width);
    struct eg_workers workers = {0};
    real *scratch = eg_alloc(block * (2 * width + eg_network_marked(network)) + 1, sizeof *scratch,
                             error);
    if (!scratch || eg_workers_alloc(&workers, network, 1, error)) {
        free(scratch);
        return EG_INTERNAL;
    }
    real *const rooms[] = {scratch, scratch + block * width, scratch + 2 * block * width};
    for (size_t first = 0; first < rows; first += block)
        predict_block(network, &workers, rows - first < block ? rows - first : block,
                      x + first * network->inputs, rooms, output + first * network->outputs);
    eg_workers_free(&workers);
    free(scratch);
    return EG_OK;
}
