/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph convolution (Kipf and Welling 2017): out(node, c) = sum over k of (sum over j of A(node, j)
 * in(j, k)) W(c, k) + b(c), A being the graph's own (symmetric) matrix. Neighbours are gathered first,
 * some rows at a time, then channels are mixed by a matrix product.
 */
#include <stdlib.h>
#include <string.h>

#include "base/matrix.h"
#include "graph/graph.h"
#include "nn/layer.h"

/* Rows gathered at once: so many numbers, or one row. */
enum { CHUNK_NUMBERS = 1 << 16 };

/* Channels whose sums stay in registers. */
enum { LINE = 8 };

static size_t channels_in(const struct eg_layer *layer)
{
    return layer->inputs / layer->graph->nodes;
}

static size_t chunk_rows(const struct eg_layer *layer)
{
    const size_t rows = CHUNK_NUMBERS / layer->inputs;
    return rows ? rows : 1;
}

/* Pixels are nodes; where there is but one pixel, its channels are. */
static int shape_nodes(struct eg_layer *layer, size_t channels, const char *words,
                       struct eg_error *error)
{
    const size_t nodes = layer->graph->nodes, pixels = layer->from.height * layer->from.width;
    if (nodes && pixels == nodes)
        layer->to = (struct eg_image){layer->from.height, layer->from.width, channels};
    else if (nodes && pixels == 1 && layer->from.channels == nodes)
        layer->to = (struct eg_image){nodes, 1, channels};
    else
        return eg_fail(
            error, EG_USAGE,
            "network: 'graphconv %s' on %zux%zux%zu: the graph has %zu nodes; give it as "
            "many pixels, or as many plain features",
            words, layer->from.height, layer->from.width, layer->from.channels, nodes);
    return EG_OK;
}

static int shape_graph_convolution(struct eg_layer *layer, const char *words,
                                   struct eg_error *error)
{
    enum { MOST = 1 << 16 };
    char *end;
    const double number = strtod(words, &end);
    const size_t channels = number >= 1 && number <= MOST ? (size_t)number : 0;
    if (channels == 0 || (double)channels != number || *end)
        return eg_fail(error, EG_USAGE, "network: 'graphconv %s': give 1 to %d channels", words,
                       MOST);
    if (!layer->graph)
        return eg_fail(error, EG_USAGE,
                       "network: 'graphconv %s' needs a graph, and there is none "
                       "(egbench_network_alloc_on_graph() takes one)",
                       words);
    const int status = shape_nodes(layer, channels, words, error);
    if (status)
        return status;
    const struct eg_graph *graph = layer->graph;
    layer->weights = channels * channels_in(layer);
    if (layer->weights > EG_LAYER_MOST)
        return eg_fail(error, EG_USAGE, "network: 'graphconv %s' has %zu weights: make it smaller",
                       words, layer->weights);
    layer->parameters = layer->weights + channels;
    layer->work = layer->weights * graph->nodes + channels_in(layer) * graph->begin[graph->nodes];
    layer->scratch = chunk_rows(layer) * layer->inputs;
    return EG_OK;
}

/* Some rows, and some of their channels. */
struct region {
    size_t row, rows;
    size_t channel, channels;
};

/* out (rows x nodes x channels) = A in, for the region's channels of in */
static void gather_neighbours(const struct eg_layer *layer, const struct region *region,
                              const real *restrict in, real *restrict out)
{
    const struct eg_graph *graph = layer->graph;
    const size_t all = channels_in(layer), end = region->channel + region->channels;
    for (size_t row = region->row; row < region->row + region->rows; row++)
        for (size_t node = 0; node < graph->nodes; node++)
            for (size_t first = region->channel; first < end; first += LINE) {
                const size_t count = end - first < LINE ? end - first : LINE;
                double sum[LINE] = {0};
                for (size_t e = graph->begin[node]; e < graph->begin[node + 1]; e++) {
                    const real *from = in + row * layer->inputs + graph->neighbour[e] * all + first;
                    for (size_t c = 0; c < count; c++)
                        sum[c] += graph->weight[e] * (double)from[c];
                }
                for (size_t c = 0; c < count; c++)
                    *out++ = (real)sum[c];
            }
}

/* The next chunk of the rows begin to end, after the ones done; 0 when there is none. */
static int next_chunk(const struct eg_layer *layer, size_t begin, size_t end, struct region *region)
{
    region->row = region->rows ? region->row + region->rows : begin;
    region->rows = end - region->row < chunk_rows(layer) ? end - region->row : chunk_rows(layer);
    return region->rows > 0;
}

/* out = scale * out + A in W', for this part's rows */
static void multiply_neighbours(const struct eg_sweep *sweep, const real *in, real scale, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t begin = eg_part_begin(sweep->m, sweep->part, sweep->parts);
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    struct region region = {.channels = channels_in(layer)};
    while (next_chunk(layer, begin, end, &region)) {
        gather_neighbours(layer, &region, in, sweep->scratch);
        eg_multiply_bt(region.rows * layer->graph->nodes, layer->to.channels, region.channels,
                       sweep->scratch, sweep->theta, scale, out + region.row * layer->outputs);
    }
}

static void forward_graph_convolution(const struct eg_sweep *sweep, const real *in, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t nodes = layer->graph->nodes, channels = layer->to.channels;
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts) * nodes;
    for (size_t i = eg_part_begin(sweep->m, sweep->part, sweep->parts) * nodes; i < end; i++)
        memcpy(out + i * channels, sweep->theta + layer->weights, channels * sizeof *out);
    multiply_neighbours(sweep, in, 1, out);
}

static void tangent_graph_convolution(const struct eg_sweep *sweep, const real *in,
                                      const real *t_in, real *t_out)
{
    (void)in;
    multiply_neighbours(sweep, t_in, 0, t_out);
}

/* A is its own transpose. */
static void backward_graph_convolution(const struct eg_sweep *sweep, const real *in,
                                       const real *d_out, real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t begin = eg_part_begin(sweep->m, sweep->part, sweep->parts);
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    struct region region = {.channels = channels_in(layer)};
    (void)in;
    while (next_chunk(layer, begin, end, &region)) {
        const struct region of_chunk = {.rows = region.rows, .channels = region.channels};
        eg_multiply(region.rows * layer->graph->nodes, region.channels, layer->to.channels,
                    d_out + region.row * layer->outputs, sweep->theta, 0, sweep->scratch);
        gather_neighbours(layer, &of_chunk, sweep->scratch, d_in + region.row * layer->inputs);
    }
}

/* Each part has some of the channels in, and goes through all rows. */
static void accumulate_graph_weights(const struct eg_sweep *sweep, const real *in,
                                     const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t all = channels_in(layer), channels = layer->to.channels;
    const size_t begin = eg_part_begin(all, sweep->part, sweep->parts);
    struct region region = {.channel = begin,
                            .channels = eg_part_begin(all, sweep->part + 1, sweep->parts) - begin};
    while (region.channels && next_chunk(layer, 0, sweep->m, &region)) {
        gather_neighbours(layer, &region, in, sweep->scratch);
        eg_multiply_at_block(channels, region.channels, region.rows * layer->graph->nodes,
                             d_out + region.row * layer->outputs, channels, sweep->scratch,
                             region.channels, 1, gradient + begin, all);
    }
}

static void accumulate_graph_bias(const struct eg_sweep *sweep, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    eg_add_channel_sums(sweep, layer->to.channels, layer->graph->nodes, d_out,
                        gradient + layer->weights);
}

static void initialise_graph_convolution(const struct eg_layer *layer,
                                         enum eg_initialiser initialiser, struct eg_stream *stream,
                                         real *theta)
{
    eg_initialise_weights(layer, initialiser, channels_in(layer), layer->to.channels, stream,
                          theta);
}

const struct eg_layer_type eg_graph_convolution = {
    .name = "graphconv",
    .shape = shape_graph_convolution,
    .forward = forward_graph_convolution,
    .tangent = tangent_graph_convolution,
    .backward = backward_graph_convolution,
    .accumulate_weights = accumulate_graph_weights,
    .accumulate_bias = accumulate_graph_bias,
    .initialise = initialise_graph_convolution,
};
