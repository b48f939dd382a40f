/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sums of units for one kind of vector, for tile_template.h, which says what it is made of. A
 * tile has as many units as are left, in groups of ROWS, 4 and 1, so that a narrow layer costs
 * what it should.
 */
TARGET static inline __attribute__((always_inline)) void
TILE(sum_units)(size_t units, const struct eg_units *of, size_t unit, const real *in, real *out)
{
    VECTOR sums[ROWS][2];
    const real *row[ROWS];
    out += unit * 2 * LANES;
#pragma GCC unroll 16
    for (size_t i = 0; i < units; i++) {
        sums[i][0] = sums[i][1] = SPREAD(0);
        row[i] = of->weights + (unit + i) * of->unit_step;
    }
    for (size_t term = 0, at = 0; term < of->terms; term++, at += of->term_step, in += 2 * LANES) {
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
        const VECTOR start = SPREAD(of->start ? of->start[(unit + i) * of->start_step] : 0);
        STORE(out, FUSE(one, of->start ? start : LOAD(out), sums[i][0]));
        STORE(out + LANES, FUSE(one, of->start ? start : LOAD(out + LANES), sums[i][1]));
    }
}

TARGET static void TILE(add_units)(const struct eg_units *of, const real *in, real *out)
{
    size_t unit = 0;
    for (; unit + ROWS <= of->units; unit += ROWS)
        TILE(sum_units)(ROWS, of, unit, in, out);
    for (; unit + 4 <= of->units; unit += 4)
        TILE(sum_units)(4, of, unit, in, out);
    for (; unit < of->units; unit++)
        TILE(sum_units)(1, of, unit, in, out);
}
