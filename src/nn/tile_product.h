/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inner loops of a convolution, on numbers that stay in vector registers: two of a tile of sums, and
 * the transforms of minimal filtering. Every sum is
 * one chain of fused multiply-adds (one rounding each, as fma() of C99) in the order given below, so
 * that its bits are the same whatever the processor, its vectors and the size of a tile.
 */
#ifndef EG_NN_TILE_PRODUCT_H
#define EG_NN_TILE_PRODUCT_H

#include "nn/winograd_forms.h"

/* The most rows of a tile, and columns: two of the widest vectors. */
enum { EG_TILE_ROWS = 12, EG_TILE_COLUMNS = 128 / sizeof(real) };

/* Any number of units of a layer, or of inputs where it is gone through backward. */
struct eg_units {
    size_t units, terms;
    const real *weights;
    size_t unit_step, term_step;
    const real *start; /* start[unit * start_step] stands for what is in out; NULL: that itself */
    size_t start_step;
};

struct eg_tile_product {
    const char *name;     /* of the instructions */
    size_t rows, columns; /* of a tile of add_taps */
    size_t high;          /* rows of a tile of add_places, as wide */
    /*
     * tile[row][column] += sum, where sum = 0, then for each tap, and for each channel in it,
     *     sum = fma(sources[tap][row][channel], weights[tap][channel][column], sum)
     * The tile's rows are `stride` numbers apart, the taps' rows of pointers `pitch`. A tap whose first
     * source is NULL takes no part.
     */
    void (*add_taps)(size_t taps, size_t channels, const real *const *sources, size_t pitch,
                     const real *weights, real *tile, size_t stride);
    /*
     * tile[row][column] += sum, where sum = 0, then for each place
     *     sum = fma(left[place][row], sources[place][column], sum)
     * Left's rows are `left_stride` numbers apart, the tile's `stride`.
     */
    void (*add_places)(size_t places, const real *left, size_t left_stride,
                       const real *const *sources, real *tile, size_t stride);
    /*
     * out[unit][column] += sum, where sum = 0, then for each term
     *     sum = fma(weights[unit * unit_step + term * term_step], in[term][column], sum)
     * in (terms x columns) and out (units x columns) are as wide as a tile.
     */
    void (*add_units)(const struct eg_units *units, const real *in, real *out);
    /* The same with tiles of one vector, half the columns, as high; its own is itself. No squares. */
    const struct eg_tile_product *narrow;
    /* Of vectors of half the columns of a tile. */
    eg_winograd_square *const (*squares)[EG_WINOGRAD_MAPS]; /* for each form */
};

/* The fastest first of those that this processor can run; NULL when there are no more. The last
 * needs nothing special. */
const struct eg_tile_product *eg_tile_product_at(size_t rank);

#endif
