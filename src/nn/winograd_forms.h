/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Minimal filtering (Winograd 1980; for networks Lavin and Gray 2016). A tile of `gives` places along each
 * axis comes of `sees` pixels and `taps` taps g as
 *
 *     y = A' ((G g) * (B' d))     * number by number, `points` of them
 *
 * and for squares along both axes. The transposed maps give the gradient of g: G' ((A dy) * (B' d)).
 *
 *   F(4, 3)  points 0, a, -a, b, -b and infinity with a = 5/8, b = 3/2, so that all numbers of A and B are
 *            exact in single precision and small
 *   F(2, 5)  the same points, so the same B; taps and places have changed roles
 *   F(2, 3)  points 0, 1, -1 and infinity
 *   T(2)     2 places of 2 pixels with a zero on either side: a Toeplitz matrix of 2 x 2 in 3 products,
 *            y0 = g1 (d0 + d1) + (g2 - g1) d1, y1 = g1 (d0 + d1) + (g0 - g1) d0
 */
#ifndef EG_NN_WINOGRAD_FORMS_H
#define EG_NN_WINOGRAD_FORMS_H

#include "base/real.h"

#define EG_WINOGRAD_NEAR 0.625
#define EG_WINOGRAD_FAR 1.5

enum eg_winograd_form {
    EG_WINOGRAD_F4,
    EG_WINOGRAD_F2,
    EG_WINOGRAD_T2,
    EG_WINOGRAD_F25,
    EG_WINOGRAD_FORMS
};

enum eg_winograd_map {
    EG_WINOGRAD_WINDOW,   /* B': sees to points */
    EG_WINOGRAD_OUTCOME,  /* A': points to gives */
    EG_WINOGRAD_ADJOINT,  /* A: gives to points */
    EG_WINOGRAD_TAPS,     /* G: taps to points */
    EG_WINOGRAD_GRADIENT, /* G': points to taps */
    EG_WINOGRAD_MAPS
};

/* The most numbers of a square, and of a window. */
enum { EG_WINOGRAD_SQUARE = 36, EG_WINOGRAD_TAPS_MOST = 25 };

/* to[i][c ...] = added[i][c ...] (0 where added is NULL) + the square of from[j][c ...] mapped along columns,
 * then rows; as many numbers from c on as a vector has lanes. i and j count row by row. */
typedef void eg_winograd_square(size_t c, const real *const *from, const real *const *added,
                                real *const *to);

#endif
