/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linear/ridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

/* The lower half of a becomes L with L L' = a (Cholesky). 0 where a is not positive definite. */
static int factor(size_t p, double *a)
{
    for (size_t i = 0; i < p; i++) {
        double *row = a + i * p;
        for (size_t j = 0; j < i; j++)
            row[j] = (row[j] - cblas_ddot((int)j, row, 1, a + j * p, 1)) / a[j * p + j];
        const double square = row[i] - cblas_ddot((int)i, row, 1, row, 1);
        if (!(square > 0) || !isfinite(square))
            return 0;
        row[i] = sqrt(square);
    }
    return 1;
}

/* w = (L L')^-1 c */
static void solve(size_t p, const double *lower, const double *c, double *w)
{
    for (size_t i = 0; i < p; i++)
        w[i] = (c[i] - cblas_ddot((int)i, lower + i * p, 1, w, 1)) / lower[i * p + i];
    for (size_t i = p; i-- > 0;) {
        w[i] /= lower[i * p + i];
        cblas_daxpy((int)i, -w[i], lower + i * p, 1, w, 1);
    }
}

int eg_ridge(size_t features, const double *q, const double *c, double strength, double *w,
             struct eg_error *error)
{
    const size_t p = features;
    if (!(strength > 0) || !isfinite(strength))
        return eg_fail(error, EG_USAGE, "the strength of the ridge is %g; it must be positive",
                       strength);
    double *sum = eg_alloc(p * p, sizeof *sum, error);
    if (!sum)
        return EG_INTERNAL;
    memcpy(sum, q, p * p * sizeof *sum);
    for (size_t i = 0; i < p; i++)
        sum[i * p + i] += strength;
    int is_sound = factor(p, sum);
    if (is_sound)
        solve(p, sum, c, w);
    for (size_t i = 0; i < p && is_sound; i++)
        is_sound = isfinite(w[i]);
    free(sum);
    return is_sound
               ? EG_OK
               : eg_fail(error, EG_DATA,
                         "the ridge of strength %g over %zu features has no solution: its sums "
                         "of squares are not positive semidefinite, or not finite",
                         strength, p);
}
