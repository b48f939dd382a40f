/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A prior of your own in the tree; it goes with every gradient method.
 *   place: src/prior/entropy_prior.c
 *   line:  src/prior/priors.c: PRIOR(eg_entropy_prior)
 *
 * The Shannon entropy of a row's shares, as a measure of sparsity (Hurley and Rickard 2009):
 *
 *     H = -sum_i q_i log q_i,   q_i = |a_i| / s,   s = sum_i |a_i|
 *
 * with slope dH/d|a_i| = -(log q_i + H) / s. A row of zeros has H = 0 and no slope.
 */
#include <math.h>

#include "prior/prior.h"

/* H of one row; gradient (p) += scale * dH/da. */
static double add_row(size_t p, const real *a, double scale, real *gradient)
{
    double sum = 0, entropy = 0;
    for (size_t i = 0; i < p; i++)
        sum += fabs((double)a[i]);
    for (size_t i = 0; i < p; i++) {
        const double share = sum > 0 ? fabs((double)a[i]) / sum : 0;
        entropy -= share > 0 ? share * log(share) : 0;
    }
    for (size_t i = 0; i < p; i++) {
        const double share = sum > 0 ? fabs((double)a[i]) / sum : 0;
        const double slope = share > 0 ? -(log(share) + entropy) / sum : 0;
        gradient[i] += (real)(a[i] < 0 ? -scale * slope : scale * slope);
    }
    return entropy;
}

/* the mean over rows */
static double evaluate_entropy(const struct eg_prior_settings *settings, size_t rows, size_t p,
                               const real *a, real *gradient, double *scratch)
{
    (void)settings;
    (void)scratch;
    double sum = 0;
    for (size_t i = 0; i < rows * p; i++)
        gradient[i] = 0;
    for (size_t row = 0; row < rows; row++)
        sum += add_row(p, a + row * p, 1 / (double)rows, gradient + row * p);
    return sum / (double)rows;
}

const struct eg_prior eg_entropy_prior = {
    .name = "entropy",
    .summary = "the entropy of the shares of magnitude: few features matter",
    .evaluate = evaluate_entropy,
};
