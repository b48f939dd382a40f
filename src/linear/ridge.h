/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ridge regression from sums of squares and products.
 *
 *     minimise over w:  1/2 (w'Q w - 2 c'w) + strength / 2 |w|^2
 *
 * With Q = X'X / n, c = X'y / n of n rows this is scikit-learn's Ridge of alpha = n strength.
 */
#ifndef EG_LINEAR_RIDGE_H
#define EG_LINEAR_RIDGE_H

#include <stddef.h>

#include "base/error.h"

/* w (features) = (Q + strength I)^-1 c; q (features x features) symmetric, positive semidefinite.
 * EG_USAGE for a strength that is not positive, EG_DATA where numbers are not finite or q is not what
 * it must be, EG_INTERNAL when memory is short. */
int eg_ridge(size_t features, const double *q, const double *c, double strength, double *w,
             struct eg_error *error);

#endif
