/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The LASSO, and the Graph LASSO of equation 1, by coordinate descent.
 *
 *     minimise over w:  1/2 (y_square - 2 c'w + w'Q w) + strength |w|_1
 *
 * With Q = X'X / n, c = X'y / n, y_square = y'y / n of centred data this is scikit-learn's LASSO,
 * strength its alpha; with nu L added to Q, the Laplacian L of a graph over the features, it is the
 * Graph LASSO. All comes from Q, so that a path of strengths costs one pass over the rows.
 */
#ifndef EG_LINEAR_LASSO_H
#define EG_LINEAR_LASSO_H

#include <stddef.h>

#include "base/error.h"
#include "base/matrix.h"

struct eg_lasso_problem {
    size_t features;
    const double *q; /* features x features, symmetric, positive semidefinite */
    const double *c; /* features */
    double y_square;
};

struct eg_lasso_outcome {
    double objective, gap; /* at w; gap bounds how far the objective is above the least there is */
    size_t sweeps;
};

/*
 * w (features): where to begin on entry, the solution on return. Sweeps, one of ten through all
 * features and the others through those in use, until the duality gap is at most tolerance *
 * y_square, or for so many sweeps. EG_DATA, naming the gap, when that is not reached (w and outcome
 * are then those of the last sweep), or when a number is not finite; EG_USAGE for a strength that is
 * not positive. A strength of max |c| or more has the solution 0.
 */
int eg_lasso(const struct eg_lasso_problem *problem, double strength, double tolerance,
             size_t most_sweeps, double *w, struct eg_lasso_outcome *outcome,
             struct eg_error *error);

/*
 * q (features x features), c (features) and *y_square of the problem, and the means (features + 1,
 * that of y last) to predict with: of x (rows x features) and y (rows), both centred. Sums are made
 * in double precision, 256 rows at a time; these are all the memory it takes beside what is given.
 * EG_DATA when there is no row, or a number is not finite, naming its column.
 */
int eg_lasso_moments(const struct eg_matrix *x, const real *y, double *q, double *c,
                     double *y_square, double *means, struct eg_error *error);

#endif
