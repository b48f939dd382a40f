/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linear/lasso.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

/* Of 10 sweeps one goes through all features, the others through those in use; then the gap. */
enum { SWEEPS_OF_ROUND = 10 };

static int check_problem(const struct eg_lasso_problem *problem, double strength, const double *w,
                         struct eg_error *error)
{
    const size_t p = problem->features;
    if (!(strength > 0) || !isfinite(strength))
        return eg_fail(error, EG_USAGE, "the strength of the LASSO is %g; it must be positive",
                       strength);
    if (!isfinite(problem->y_square))
        return eg_fail(error, EG_DATA, "y_square of the LASSO is %g", problem->y_square);
    for (size_t i = 0; i < p; i++)
        if (!isfinite(problem->c[i]) || !isfinite(w[i]))
            return eg_fail(error, EG_DATA,
                           "feature %zu of the LASSO has c = %g and begins at w = %g", i,
                           problem->c[i], w[i]);
    for (size_t i = 0; i < p * p; i++)
        if (!isfinite(problem->q[i]))
            return eg_fail(error, EG_DATA, "features %zu and %zu of the LASSO have q = %g", i / p,
                           i % p, problem->q[i]);
    return EG_OK;
}

/* slope (features) = c - Q w, anew, so that the rounding of updates does not add up. */
static void find_slope(const struct eg_lasso_problem *problem, const double *w, double *slope)
{
    const size_t p = problem->features;
    memcpy(slope, problem->c, p * sizeof *slope);
    for (size_t i = 0; i < p; i++)
        if (w[i] != 0)
            cblas_daxpy((int)p, -w[i], problem->q + i * p, 1, slope, 1);
}

/*
 * Q = A'A and c = A'b, so with the residual r = b - A w: A'r = c - Q w, b'r = y_square - c'w, r'r =
 * b'r - w'(c - Q w). Any t with |A't| <= strength bounds the objective from below by b't - t't / 2;
 * t is the multiple of r that makes the most of it.
 */
static void measure_gap(const struct eg_lasso_problem *problem, double strength, const double *w,
                        const double *slope, struct eg_lasso_outcome *outcome)
{
    double steepest = 0, b_r = problem->y_square, w_slope = 0, magnitude = 0;
    for (size_t i = 0; i < problem->features; i++) {
        steepest = fmax(steepest, fabs(slope[i]));
        b_r -= problem->c[i] * w[i];
        w_slope += w[i] * slope[i];
        magnitude += fabs(w[i]);
    }
    const double r_r = fmax(0, b_r - w_slope);
    const double most = steepest > 0 ? strength / steepest : INFINITY;
    const double scale = r_r > 0 ? fmin(most, fmax(-most, b_r / r_r)) : 0;
    outcome->objective = 0.5 * r_r + strength * magnitude;
    outcome->gap = fmax(0, outcome->objective - scale * b_r + 0.5 * scale * scale * r_r);
}

static double shrink(double value, double strength)
{
    return value > strength ? value - strength : value < -strength ? value + strength : 0;
}

/* Sets each feature in turn, or each in use, to where the objective is least in it. */
static void sweep_features(const struct eg_lasso_problem *problem, double strength, int in_use,
                           double *w, double *slope)
{
    const size_t p = problem->features;
    for (size_t i = 0; i < p; i++) {
        const double *q = problem->q + i * p;
        if (in_use && w[i] == 0)
            continue;
        const double best = q[i] > 0 ? shrink(slope[i] + q[i] * w[i], strength) / q[i] : 0;
        if (best != w[i])
            cblas_daxpy((int)p, w[i] - best, q, 1, slope, 1);
        w[i] = best;
    }
}

int eg_lasso(const struct eg_lasso_problem *problem, double strength, double tolerance,
             size_t most_sweeps, double *w, struct eg_lasso_outcome *outcome,
             struct eg_error *error)
{
    *outcome = (struct eg_lasso_outcome){0};
    const int status = check_problem(problem, strength, w, error);
    if (status)
        return status;
    double *slope = eg_alloc(problem->features, sizeof *slope, error);
    if (!slope)
        return EG_INTERNAL;
    for (;;) {
        find_slope(problem, w, slope);
        measure_gap(problem, strength, w, slope, outcome);
        if (outcome->gap <= tolerance * problem->y_square || outcome->sweeps >= most_sweeps)
            break;
        for (int i = 0; i < SWEEPS_OF_ROUND && outcome->sweeps < most_sweeps; i++) {
            sweep_features(problem, strength, i > 0, w, slope);
            outcome->sweeps++;
        }
    }
    free(slope);
    if (outcome->gap <= tolerance * problem->y_square)
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "the LASSO of strength %g has a duality gap of %g after %zu sweeps, above %g; "
                   "allow more sweeps or a larger tolerance",
                   strength, outcome->gap, outcome->sweeps, tolerance * problem->y_square);
}
