/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/dense_sums.h"

#include <string.h>

#include "base/sizes.h"
#include "base/transpose.h"
#include "base/wide.h"

/* Weights beyond which a BLAS, which packs both factors in blocks for each cache, is as fast. */
enum { SMALL = 1 << 19 };

int eg_dense_is_small(const struct eg_layer *layer)
{
    return layer->stride * layer->to.channels <= SMALL;
}

/* What a sweep keeps in its scratch: a panel of weights, or of factors of the gradient, and a
 * tile that is not whole. */
struct desk {
    const struct eg_tile_product *product;
    real *panel, *left, *tile;
};

enum { BLOCK = 240, TILE = EG_TILE_ROWS * EG_TILE_COLUMNS };

static size_t panel_rows(const struct eg_layer *layer)
{
    return eg_most(eg_most(layer->inputs, layer->to.channels), EG_DENSE_CHAIN);
}

/* Of EG_DENSE_CHAIN rows, the units in tiles. */
static size_t left_size(const struct eg_layer *layer)
{
    return EG_DENSE_CHAIN * (layer->to.channels + EG_TILE_ROWS);
}

size_t eg_dense_scratch(const struct eg_layer *layer)
{
    return panel_rows(layer) * EG_TILE_COLUMNS + left_size(layer) + TILE;
}

static struct desk lay_out(const struct eg_sweep *sweep, const struct eg_tile_product *product)
{
    real *tile = sweep->scratch, *left = tile + TILE;
    return (struct desk){
        .product = product, .tile = tile, .left = left, .panel = left + left_size(sweep->layer)};
}

struct range {
    size_t begin, end;
};

static struct range cut(size_t count, const struct eg_sweep *sweep)
{
    return (struct range){eg_part_begin(count, sweep->part, sweep->parts),
                          eg_part_begin(count, sweep->part + 1, sweep->parts)};
}

EG_WIDE static void copy_rows(size_t rows, size_t columns, const real *restrict from,
                              size_t from_stride, real *restrict to, size_t to_stride)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < columns; c++)
            to[i * to_stride + c] = from[i * from_stride + c];
}

/* A block of columns of out (rows x to) = values (rows x from) times a panel (from x columns of
 * a tile). */
struct product {
    size_t from, to;
    const real *values, *start; /* start: of each column, or NULL for 0 */
    size_t columns;
    real *out;
};

EG_WIDE static void start_block(const struct product *product, size_t row, size_t end)
{
    const size_t columns = product->columns;
    const real *restrict start = product->start;
    for (; row < end; row++) {
        real *restrict out = product->out + row * product->to;
        for (size_t c = 0; c < columns; c++)
            out[c] = start ? start[c] : 0;
    }
}

/* One chain, for a tile of rows. Rows that hang over the last one stand for it once more, and
 * are summed aside. */
static void add_tile(const struct desk *desk, const struct product *product, size_t term,
                     size_t row, size_t rows)
{
    const size_t high = desk->product->rows, width = desk->product->columns, to = product->to;
    const int is_whole = rows == high && product->columns == width;
    real *out = product->out + row * to, *tile = is_whole ? out : desk->tile;
    const size_t stride = is_whole ? to : width;
    const real *sources[EG_TILE_ROWS];
    for (size_t i = 0; i < high; i++)
        sources[i] = product->values + (row + eg_least(i, rows - 1)) * product->from + term;
    if (!is_whole)
        copy_rows(rows, product->columns, out, to, tile, width);
    desk->product->add_taps(1, eg_least(EG_DENSE_CHAIN, product->from - term), sources, high,
                            desk->panel + term * width, tile, stride);
    if (!is_whole)
        copy_rows(rows, product->columns, tile, width, out, to);
}

/* panel (from x columns of a tile) = weights for the columns from `first` on; what is beyond
 * them is of no account, but finite. */
static void pack_panel(const struct eg_sweep *sweep, const struct desk *desk, int is_backward,
                       size_t first, size_t columns)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t width = desk->product->columns,
                 from = is_backward ? layer->outputs : layer->inputs;
    if (columns < width)
        memset(desk->panel, 0, from * width * sizeof *desk->panel);
    if (is_backward)
        copy_rows(from, columns, sweep->theta + first, layer->stride, desk->panel, width);
    else
        eg_transpose(columns, from, sweep->theta + first * layer->stride, layer->stride,
                     desk->panel, width);
}

/* The panels of a range, for a range of tiles of rows. */
static void multiply_block(const struct eg_sweep *sweep, const struct desk *desk, int is_backward,
                           const struct product *whole, struct range panels, struct range tiles)
{
    const size_t width = desk->product->columns, high = desk->product->rows, m = sweep->m;
    for (size_t p = panels.begin; p < panels.end; p++) {
        struct product product = *whole;
        product.columns = eg_least(width, whole->to - p * width);
        product.out = whole->out + p * width;
        product.start = whole->start ? whole->start + p * width : NULL;
        pack_panel(sweep, desk, is_backward, p * width, product.columns);
        start_block(&product, tiles.begin * high, eg_least(tiles.end * high, m));
        for (size_t term = 0; term < product.from; term += EG_DENSE_CHAIN)
            for (size_t t = tiles.begin; t < tiles.end; t++)
                add_tile(desk, &product, term, t * high, eg_least(high, m - t * high));
    }
}

/* Parts have panels to themselves where there are enough of them, so that none is packed twice;
 * else rows. A block of rows stays in a cache while the panels pass. */
static void multiply(const struct eg_sweep *sweep, const struct desk *desk, int is_backward,
                     const struct product *product)
{
    const size_t width = desk->product->columns, high = desk->product->rows;
    const size_t panels = (product->to + width - 1) / width, tiles = (sweep->m + high - 1) / high;
    const int is_by_panel = panels >= sweep->parts;
    const struct range panel = is_by_panel ? cut(panels, sweep) : (struct range){0, panels};
    const struct range tile = is_by_panel ? (struct range){0, tiles} : cut(tiles, sweep);
    const size_t block = BLOCK / high;
    for (size_t t = tile.begin; t < tile.end; t += block)
        multiply_block(sweep, desk, is_backward, product, panel,
                       (struct range){t, eg_least(t + block, tile.end)});
}

void eg_dense_sum(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                  const real *in, const real *bias, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const struct desk desk = lay_out(sweep, product);
    multiply(
        sweep, &desk, 0,
        &(struct product){
            .from = layer->inputs, .to = layer->outputs, .values = in, .start = bias, .out = out});
}

void eg_dense_sum_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                       const real *d_out, real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    const struct desk desk = lay_out(sweep, product);
    multiply(sweep, &desk, 1,
             &(struct product){
                 .from = layer->outputs, .to = layer->inputs, .values = d_out, .out = d_in});
}

/* rows x columns of values, `stride` apart, as rows of `width` with zeros at their ends. */
static void pad_rows(size_t rows, size_t columns, const real *values, size_t stride, real *padded,
                     size_t width)
{
    if (columns < width)
        memset(padded, 0, rows * width * sizeof *padded);
    copy_rows(rows, columns, values, stride, padded, width);
}

/* Tiles of the gradient, units of it in all columns of a range of panels. */
struct gradient {
    struct range units, panels;
    const real *in, *d_out;
    real *out;
};

/* The units of `count` rows of d_out, tile by tile, each as high as it is summed. */
static void pack_left(const struct eg_sweep *sweep, const struct desk *desk,
                      const struct gradient *gradient, size_t count)
{
    const size_t high = desk->product->high, to = sweep->layer->outputs;
    real *left = desk->left;
    for (size_t unit = gradient->units.begin; unit < gradient->units.end; unit += high) {
        pad_rows(count, eg_least(high, to - unit), gradient->d_out + unit, to, left, high);
        left += count * high;
    }
}

/* One chain of a panel, inputs from `first` on. */
static void add_panel(const struct eg_sweep *sweep, const struct desk *desk,
                      const struct gradient *gradient, size_t first, size_t count)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t width = desk->product->columns, high = desk->product->high;
    const size_t columns = eg_least(width, layer->inputs - first), stride = layer->stride;
    const real *sources[EG_DENSE_CHAIN], *left = desk->left;
    pad_rows(count, columns, gradient->in + first, layer->inputs, desk->panel, width);
    for (size_t i = 0; i < count; i++)
        sources[i] = desk->panel + i * width;
    for (size_t unit = gradient->units.begin; unit < gradient->units.end; unit += high) {
        const size_t rows = eg_least(high, layer->outputs - unit);
        const int is_whole = rows == high && columns == width;
        real *out = gradient->out + unit * stride + first;
        if (!is_whole)
            copy_rows(rows, columns, out, stride, desk->tile, width);
        desk->product->add_places(count, left, high, sources, is_whole ? out : desk->tile,
                                  is_whole ? stride : width);
        if (!is_whole)
            copy_rows(rows, columns, desk->tile, width, out, stride);
        left += count * high;
    }
}

void eg_dense_sum_weights(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                          const real *in, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    const struct desk desk = lay_out(sweep, product);
    const size_t high = product->high, width = product->columns;
    const size_t tiles = (layer->outputs + high - 1) / high;
    const size_t panels = (layer->inputs + width - 1) / width;
    const int is_by_panel = panels >= sweep->parts && panels > tiles;
    const struct range tile = is_by_panel ? (struct range){0, tiles} : cut(tiles, sweep);
    struct gradient own = {
        .units = {tile.begin * high, eg_least(tile.end * high, layer->outputs)},
        .panels = is_by_panel ? cut(panels, sweep) : (struct range){0, panels},
        .out = gradient,
    };
    for (size_t row = 0; row < sweep->m; row += EG_DENSE_CHAIN) {
        const size_t count = eg_least(EG_DENSE_CHAIN, sweep->m - row);
        own.in = in + row * layer->inputs;
        own.d_out = d_out + row * layer->outputs;
        pack_left(sweep, &desk, &own, count);
        for (size_t p = own.panels.begin; p < own.panels.end; p++)
            add_panel(sweep, &desk, &own, p * width, count);
    }
}
