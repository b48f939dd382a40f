/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/tile_edge.h"

#include <string.h>

#include "base/wide.h"

/* -0, to which any sum can be added to the last bit. */
EG_WIDE static void clear_aside(const struct eg_tile_edge *edge, size_t count)
{
    for (size_t i = 0; i < count; i++)
        edge->aside[i] = -(real)0;
}

EG_WIDE static void add_aside(const struct eg_tile_edge *edge, size_t width)
{
    const real *restrict from = edge->aside;
    real *restrict to = edge->out;
    for (size_t i = 0; i < edge->rows; i++, from += width, to += edge->stride)
        for (size_t c = 0; c < edge->columns; c++)
            to[c] += from[c];
}

void eg_add_places(const struct eg_tile_product *product, size_t places, const real *left,
                   size_t left_stride, const real *const *sources, const struct eg_tile_edge *edge)
{
    const size_t width = product->columns;
    if (edge->rows == product->high && edge->columns == width) {
        product->add_places(places, left, left_stride, sources, edge->out, edge->stride);
        return;
    }
    clear_aside(edge, product->high * width);
    product->add_places(places, left, left_stride, sources, edge->aside, width);
    add_aside(edge, width);
}

/* A copy of a size that is known where this is inlined is no call. */
static inline __attribute__((always_inline)) void copy_columns(size_t columns, size_t rows,
                                                               const real *from, size_t from_stride,
                                                               real *to, size_t to_stride)
{
    for (size_t i = 0; i < rows; i++)
        memcpy(to + i * to_stride, from + i * from_stride, columns * sizeof *to);
}

EG_WIDE void eg_copy_rows(size_t rows, size_t columns, const real *from, size_t from_stride,
                          real *to, size_t to_stride)
{
    enum { BLOCK = 16 };
    size_t first = 0;
    for (; first + BLOCK <= columns; first += BLOCK)
        copy_columns(BLOCK, rows, from + first, from_stride, to + first, to_stride);
    if (first + BLOCK / 2 <= columns) {
        copy_columns(BLOCK / 2, rows, from + first, from_stride, to + first, to_stride);
        first += BLOCK / 2;
    }
    if (first < columns)
        copy_columns(columns - first, rows, from + first, from_stride, to + first, to_stride);
}
