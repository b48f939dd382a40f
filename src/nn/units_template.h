/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sums of units for one kind of vector, for tile_template.h, which says what it is made of. A tile has as many
 * units as are left, in groups of ROWS, 4 and 1, so that a narrow layer costs what it should.
 */
TARGET static inline __attribute__((always_inline)) void
TILE(sum_units)(size_t units, size_t terms, const real *weights, size_t unit_step, size_t term_step,
                const real *in, real *out)
{
    VECTOR sums[ROWS][2];
    const real *row[ROWS];
#pragma GCC unroll 16
    for (size_t i = 0; i < units; i++) {
        sums[i][0] = sums[i][1] = SPREAD(0);
        row[i] = weights + i * unit_step;
    }
    for (size_t term = 0, at = 0; term < terms; term++, at += term_step, in += 2 * LANES) {
        const VECTOR first = LOAD(in), second = LOAD(in + LANES);
#pragma GCC unroll 16
        for (size_t i = 0; i < units; i++) {
            const VECTOR number = SPREAD(row[i][at]);
            sums[i][0] = FUSE(number, first, sums[i][0]);
            sums[i][1] = FUSE(number, second, sums[i][1]);
        }
    }
    const VECTOR one = SPREAD(1);
#pragma GCC unroll 16
    for (size_t i = 0; i < units; i++, out += 2 * LANES) {
        STORE(out, FUSE(one, LOAD(out), sums[i][0]));
        STORE(out + LANES, FUSE(one, LOAD(out + LANES), sums[i][1]));
    }
}

TARGET static void TILE(add_units)(size_t units, size_t terms, const real *weights,
                                   size_t unit_step, size_t term_step, const real *in, real *out)
{
    size_t unit = 0;
    for (; unit + ROWS <= units; unit += ROWS)
        TILE(sum_units)
        (ROWS, terms, weights + unit * unit_step, unit_step, term_step, in, out + unit * 2 * LANES);
    for (; unit + 4 <= units; unit += 4)
        TILE(sum_units)
        (4, terms, weights + unit * unit_step, unit_step, term_step, in, out + unit * 2 * LANES);
    for (; unit < units; unit++)
        TILE(sum_units)
        (1, terms, weights + unit * unit_step, unit_step, term_step, in, out + unit * 2 * LANES);
}
