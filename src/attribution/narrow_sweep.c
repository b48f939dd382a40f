/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/narrow_sweep.h"

#include <string.h>

#include "base/transpose.h"
#include "base/wide.h"
#include "nn/dense_columns.h"
#include "nn/dense_sums.h"

/* Units of a layer; draws of a sample from which on M is worth its room. */
enum { NARROW = 64, DRAWS_LEAST = 16 };

/* Of M: the last tile may be higher than what is left of the units. */
enum { M_ROWS = NARROW + EG_TILE_ROWS };

int eg_is_narrow(const struct eg_attribution *attribution)
{
    const struct eg_network *network = attribution->explainer.network;
    for (size_t l = 0; l < network->layer_count; l++)
        if (!eg_has_columns(&network->layers[l]) || network->layers[l].outputs > NARROW ||
            (network->layers[l].type == &eg_dense && !eg_dense_is_small(&network->layers[l])))
            return 0;
    return network->outputs == 1 && !attribution->keeps && attribution->k >= DRAWS_LEAST &&
           eg_is_interpolated(attribution);
}

/* A tile of each layer's values, two of deltas in turn and one of rows; or M, and a row and
 * the last units for each term of a chain. */
size_t eg_narrow_room(const struct eg_attribution *attribution)
{
    const struct eg_network *network = attribution->explainer.network;
    size_t units = 3 * NARROW;
    for (size_t l = 0; l < network->layer_count; l++)
        units += network->layers[l].outputs;
    const size_t most = units > M_ROWS + EG_DENSE_CHAIN ? units : M_ROWS + EG_DENSE_CHAIN;
    return most * EG_TILE_COLUMNS + EG_DENSE_CHAIN * EG_TILE_ROWS;
}

/* The points from number `first` of the piece on, as many as a tile has columns at the most. */
static void sweep_tile(const struct eg_attribution *attribution,
                       const struct eg_tile_product *product, size_t first, size_t count)
{
    const struct eg_network *network = attribution->explainer.network;
    const struct eg_layer *layers = network->layers;
    const size_t width = product->columns, outputs = layers[0].outputs;
    const size_t top = network->layer_count - 1;
    real *rows = attribution->space->tiles,
         *d[2] = {rows + NARROW * width, rows + 2 * NARROW * width};
    real *h[EG_LAYERS_MAX] = {d[1] + NARROW * width};
    memset(rows + count * outputs, 0, (width - count) * outputs * sizeof *rows);
    eg_piece_interpolate(attribution, first, count, rows);
    eg_transpose(width, outputs, rows, outputs, h[0], width);
    layers[0].activation->apply(outputs * width, h[0]);
    for (size_t l = 1; l <= top; l++) {
        h[l] = h[l - 1] + layers[l - 1].outputs * width;
        eg_layer_columns(&layers[l], network->theta + layers[l].offset, product, h[l - 1], h[l]);
        layers[l].activation->apply(layers[l].outputs * width, h[l]);
    }
    memset(d[top % 2], 0, width * sizeof(real));
    eg_piece_target_slopes(attribution, first, count, h[top], d[top % 2]);
    for (size_t l = top;; l--) {
        layers[l].activation->multiply_slope(layers[l].outputs * width, h[l], d[l % 2]);
        if (l == 0)
            break;
        eg_layer_columns_back(&layers[l], network->theta + layers[l].offset, product, h[l - 1],
                              d[l % 2], d[(l + 1) % 2]);
    }
    eg_transpose(outputs, count, d[0], width, attribution->space->d[0] + first * outputs, outputs);
}

void eg_narrow_sweep(const struct eg_attribution *attribution)
{
    const struct eg_tile_product *product = eg_tile_product_at(0);
    const size_t count = attribution->space->count, width = product->columns;
    for (size_t first = 0; first < count; first += width)
        sweep_tile(attribution, product, first, count - first < width ? count - first : width);
}

/* rows (count x width) = coefficient * (x - reference) in `columns` columns from `first` on, 0
 * beyond; of a sample's points from number `begin` on. */
EG_WIDE static void place_differences(const struct eg_attribution *attribution, size_t begin,
                                      size_t count, size_t first, size_t columns, size_t width,
                                      real *rows)
{
    for (size_t i = 0; i < count; i++) {
        const struct eg_way way = eg_piece_way(attribution, begin + i);
        const real *restrict x = way.x + first, *restrict reference = way.reference + first;
        real *restrict row = rows + i * width;
        for (size_t j = 0; j < columns; j++)
            row[j] = way.coefficient * (x[j] - reference[j]);
        for (size_t j = columns; j < width; j++)
            row[j] = 0;
    }
}

/* phi (columns) += sums of the columns of weights * m, both so many units high */
EG_WIDE static void add_products(size_t units, size_t columns, const real *weights, size_t stride,
                                 const real *m, size_t width, real *restrict phi)
{
    for (size_t unit = 0; unit < units; unit++)
        for (size_t j = 0; j < columns; j++)
            phi[j] += weights[unit * stride + j] * m[unit * width + j];
}

/* The last units of d, with zeros beyond, as a tile is high. */
static void pad_units(size_t count, size_t units, size_t high, const real *d, size_t stride,
                      real *padded)
{
    for (size_t i = 0; i < count; i++)
        for (size_t unit = 0; unit < high; unit++)
            padded[i * high + unit] = unit < units ? d[i * stride + unit] : 0;
}

/* phi += that of `count` points of one sample, from number `begin` of the piece on */
static void add_sample(const struct eg_attribution *attribution, size_t begin, size_t count,
                       real *phi)
{
    const struct eg_tile_product *product = eg_tile_product_at(0);
    const struct eg_layer *layer = &attribution->first;
    const size_t width = product->columns, high = product->high, outputs = layer->outputs;
    const size_t whole = outputs / high * high;
    const real *theta = attribution->explainer.network->theta + attribution->column;
    const real *d = attribution->space->d[0] + begin * outputs, *sources[EG_DENSE_CHAIN];
    real *m = attribution->space->tiles, *rows = m + M_ROWS * width;
    real *last = rows + EG_DENSE_CHAIN * width;
    if (whole < outputs)
        pad_units(count, outputs - whole, high, d + whole, outputs, last);
    for (size_t i = 0; i < count; i++)
        sources[i] = rows + i * width;
    for (size_t first = 0; first < attribution->columns; first += width) {
        const size_t left = attribution->columns - first, columns = left < width ? left : width;
        place_differences(attribution, begin, count, first, columns, width, rows);
        memset(m, 0, M_ROWS * width * sizeof *m);
        for (size_t unit = 0; unit < whole; unit += high)
            product->add_places(count, d + unit, outputs, sources, m + unit * width, width);
        if (whole < outputs)
            product->add_places(count, last, high, sources, m + whole * width, width);
        add_products(outputs, columns, theta + first, layer->stride, m, width, phi + first);
    }
}

void eg_narrow_add(const struct eg_attribution *attribution, real *phi)
{
    const struct eg_piece *piece = attribution->space;
    const size_t p = attribution->explainer.network->inputs, k = attribution->k;
    for (size_t begin = 0, end; begin < piece->count; begin = end) {
        const size_t sample = (piece->first + begin) / k, next = (sample + 1) * k - piece->first;
        end = begin + EG_DENSE_CHAIN;
        end = end < next ? end : next;
        end = end < piece->count ? end : piece->count;
        add_sample(attribution, begin, end - begin, phi + sample * p + attribution->column);
    }
}
