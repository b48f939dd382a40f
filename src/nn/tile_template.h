/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A struct eg_tile_product for one kind of vector. tile_product.c defines what this is
 * made of, includes it once for each kind, and has the names undefined after it:
 *
 *     TILE(name)     the name of a function of this kind
 *     TITLE          what the kind is called
 *     TARGET         the attribute that lets the compiler use the instructions
 *     VECTOR         the type of a vector of LANES numbers
 *     LOAD, STORE    between memory, which need not be aligned, and a vector
 *     SPREAD(x)      a vector of x in every lane
 *     FUSE(a, b, c)  a * b + c, rounded once
 *     ROWS, HIGH     rows of a tile of add_taps and of add_places; 2 sums for each, 2 vectors of
 *                    weights and 1 of spread numbers have to be held in registers
 *
 * Loops over rows are unrolled, since an array lies in registers only if no index is a variable.
 */
TARGET static inline void TILE(add_row)(const VECTOR sums[2], real *row)
{
    const VECTOR one = SPREAD(1); /* 1 * x + y is x + y to the last bit */
    STORE(row, FUSE(one, LOAD(row), sums[0]));
    STORE(row + LANES, FUSE(one, LOAD(row + LANES), sums[1]));
}

TARGET static void TILE(add_taps)(size_t taps, size_t channels, const real *const *sources,
                                  size_t pitch, const real *weights, real *tile, size_t stride)
{
    VECTOR sums[ROWS][2];
#pragma GCC unroll 16
    for (size_t i = 0; i < ROWS; i++)
        sums[i][0] = sums[i][1] = SPREAD(0);
    for (size_t tap = 0; tap < taps; tap++) {
        const real *row[ROWS];
#pragma GCC unroll 16
        for (size_t i = 0; i < ROWS; i++)
            row[i] = sources[tap * pitch + i];
        for (size_t c = 0; c < channels; c++, weights += 2 * LANES) {
            const VECTOR left = LOAD(weights), right = LOAD(weights + LANES);
#pragma GCC unroll 16
            for (size_t i = 0; i < ROWS; i++) {
                const VECTOR number = SPREAD(row[i][c]);
                sums[i][0] = FUSE(number, left, sums[i][0]);
                sums[i][1] = FUSE(number, right, sums[i][1]);
            }
        }
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < ROWS; i++)
        TILE(add_row)(sums[i], tile + i * stride);
}

TARGET static void TILE(add_places)(size_t places, const real *left, size_t left_stride,
                                    const real *const *sources, real *tile, size_t stride)
{
    VECTOR sums[HIGH][2];
#pragma GCC unroll 16
    for (size_t i = 0; i < HIGH; i++)
        sums[i][0] = sums[i][1] = SPREAD(0);
    for (size_t place = 0; place < places; place++, left += left_stride) {
        const VECTOR first = LOAD(sources[place]), second = LOAD(sources[place] + LANES);
#pragma GCC unroll 16
        for (size_t i = 0; i < HIGH; i++) {
            const VECTOR number = SPREAD(left[i]);
            sums[i][0] = FUSE(number, first, sums[i][0]);
            sums[i][1] = FUSE(number, second, sums[i][1]);
        }
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < HIGH; i++)
        TILE(add_row)(sums[i], tile + i * stride);
}

#include "nn/units_template.h"
#include "nn/winograd_template.h"

static const struct eg_tile_product TILE(product) = {.name = TITLE,
                                                     .rows = ROWS,
                                                     .columns = 2 * LANES,
                                                     .high = HIGH,
                                                     .add_taps = TILE(add_taps),
                                                     .add_places = TILE(add_places),
                                                     .add_units = TILE(add_units),
                                                     .squares = TILE(squares)};

#undef TILE
#undef TITLE
#undef TARGET
#undef VECTOR
#undef LANES
#undef LOAD
#undef STORE
#undef SPREAD
#undef FUSE
#undef ROWS
#undef HIGH
