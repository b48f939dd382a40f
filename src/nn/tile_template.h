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
 *     NARROW_ROWS    rows of a tile of add_taps of one vector
 *
 * Loops over rows and vectors are unrolled, since an array lies in registers only if no index is a
 * variable: rows and vectors are constants wherever these functions are called.
 */
TARGET EG_ALWAYS_INLINE void TILE(add_rows)(size_t rows, size_t vectors, VECTOR sums[][2],
                                            real *tile, size_t stride)
{
    const VECTOR one = SPREAD(1); /* 1 * x + y is x + y to the last bit */
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++) {
            real *at = tile + i * stride + v * LANES;
            STORE(at, FUSE(one, LOAD(at), sums[i][v]));
        }
}

TARGET EG_ALWAYS_INLINE void TILE(sum_taps)(size_t rows, size_t vectors, size_t taps,
                                            size_t channels, const real *const *sources,
                                            size_t pitch, const real *weights, real *tile,
                                            size_t stride)
{
    VECTOR sums[EG_TILE_ROWS][2];
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++)
        sums[i][0] = sums[i][1] = SPREAD(0);
    for (size_t tap = 0; tap < taps; tap++) {
        const real *row[EG_TILE_ROWS];
        if (!sources[tap * pitch]) {
            weights += channels * vectors * LANES;
            continue;
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < rows; i++)
            row[i] = sources[tap * pitch + i];
        for (size_t c = 0; c < channels; c++, weights += vectors * LANES) {
            const VECTOR first = LOAD(weights), last = LOAD(weights + (vectors - 1) * LANES);
#pragma GCC unroll 16
            for (size_t i = 0; i < rows; i++) {
                const VECTOR number = SPREAD(row[i][c]);
                sums[i][0] = FUSE(number, first, sums[i][0]);
                if (vectors == 2)
                    sums[i][1] = FUSE(number, last, sums[i][1]);
            }
        }
    }
    TILE(add_rows)(rows, vectors, sums, tile, stride);
}

TARGET EG_ALWAYS_INLINE void TILE(sum_places)(size_t rows, size_t vectors, size_t places,
                                              const real *left, size_t left_stride,
                                              const real *const *sources, real *tile, size_t stride)
{
    VECTOR sums[EG_TILE_ROWS][2];
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++)
        sums[i][0] = sums[i][1] = SPREAD(0);
    for (size_t place = 0; place < places; place++, left += left_stride) {
        const real *source = sources[place];
        const VECTOR first = LOAD(source), last = LOAD(source + (vectors - 1) * LANES);
#pragma GCC unroll 16
        for (size_t i = 0; i < rows; i++) {
            const VECTOR number = SPREAD(left[i]);
            sums[i][0] = FUSE(number, first, sums[i][0]);
            if (vectors == 2)
                sums[i][1] = FUSE(number, last, sums[i][1]);
        }
    }
    TILE(add_rows)(rows, vectors, sums, tile, stride);
}

TARGET static void TILE(add_taps)(size_t taps, size_t channels, const real *const *sources,
                                  size_t pitch, const real *weights, real *tile, size_t stride)
{
    TILE(sum_taps)(ROWS, 2, taps, channels, sources, pitch, weights, tile, stride);
}

TARGET static void TILE(add_taps_narrow)(size_t taps, size_t channels, const real *const *sources,
                                         size_t pitch, const real *weights, real *tile,
                                         size_t stride)
{
    TILE(sum_taps)(NARROW_ROWS, 1, taps, channels, sources, pitch, weights, tile, stride);
}

TARGET static void TILE(add_places)(size_t places, const real *left, size_t left_stride,
                                    const real *const *sources, real *tile, size_t stride)
{
    TILE(sum_places)(HIGH, 2, places, left, left_stride, sources, tile, stride);
}

TARGET static void TILE(add_places_narrow)(size_t places, const real *left, size_t left_stride,
                                           const real *const *sources, real *tile, size_t stride)
{
    TILE(sum_places)(HIGH, 1, places, left, left_stride, sources, tile, stride);
}

#include "nn/units_template.h"
#include "nn/winograd_template.h"

static const struct eg_tile_product TILE(narrow) = {.name = TITLE,
                                                    .rows = NARROW_ROWS,
                                                    .columns = LANES,
                                                    .high = HIGH,
                                                    .add_taps = TILE(add_taps_narrow),
                                                    .add_places = TILE(add_places_narrow),
                                                    .narrow = &TILE(narrow)};

static const struct eg_tile_product TILE(product) = {.name = TITLE,
                                                     .rows = ROWS,
                                                     .columns = 2 * LANES,
                                                     .high = HIGH,
                                                     .add_taps = TILE(add_taps),
                                                     .add_places = TILE(add_places),
                                                     .add_units = TILE(add_units),
                                                     .narrow = &TILE(narrow),
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
#undef NARROW_ROWS
