/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "prior/prior.h"

/* mean |a| */
static double evaluate_l1(const struct eg_prior_settings *settings, size_t rows, size_t p,
                          const real *a, real *gradient, double *scratch)
{
    (void)settings;
    (void)scratch;
    const double count = (double)(rows * p);
    double sum = 0;
    for (size_t i = 0; i < rows * p; i++) {
        sum += fabs((double)a[i]);
        gradient[i] = (real)(((a[i] > 0) - (a[i] < 0)) / count);
    }
    return sum / count;
}

/* the Frobenius norm */
static double evaluate_l2(const struct eg_prior_settings *settings, size_t rows, size_t p,
                          const real *a, real *gradient, double *scratch)
{
    (void)settings;
    (void)scratch;
    double square = 0;
    for (size_t i = 0; i < rows * p; i++)
        square += (double)a[i] * (double)a[i];
    const double norm = sqrt(square);
    for (size_t i = 0; i < rows * p; i++)
        gradient[i] = norm > 0 ? (real)((double)a[i] / norm) : 0;
    return norm;
}

static int check_mask(const struct eg_prior_settings *settings, size_t p, struct eg_error *error)
{
    (void)p;
    if (!settings->mask || settings->mask_rows == 0)
        return eg_fail(error, EG_USAGE, "the mask prior needs a mask: one row, or one per sample");
    return EG_OK;
}

/* Right for the right reasons (Ross et al. 2017): sum of (mask * a)^2 */
static double evaluate_mask(const struct eg_prior_settings *settings, size_t rows, size_t p,
                            const real *a, real *gradient, double *scratch)
{
    (void)scratch;
    double square = 0;
    for (size_t row = 0; row < rows; row++) {
        const real *mask = settings->mask + row % settings->mask_rows * p;
        for (size_t i = 0; i < p; i++) {
            const double masked = (double)mask[i] * (double)a[row * p + i];
            square += masked * masked;
            gradient[row * p + i] = (real)(2 * masked * (double)mask[i]);
        }
    }
    return square;
}

const struct eg_prior eg_l1_prior = {
    .name = "l1", .summary = "the mean magnitude", .evaluate = evaluate_l1};

const struct eg_prior eg_l2_prior = {
    .name = "l2", .summary = "the Frobenius norm", .evaluate = evaluate_l2};

const struct eg_prior eg_mask_prior = {
    .name = "mask",
    .summary = "the sum of squares where a mask says so (right for the right reasons)",
    .check = check_mask,
    .evaluate = evaluate_mask,
};
