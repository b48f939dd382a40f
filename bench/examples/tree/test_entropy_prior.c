/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test of entropy_prior.c.
 *   place: tests/test_entropy_prior.c
 */
#include "prior/prior.h"

#include <math.h>

#include <criterion/criterion.h>

static double entropy_of(size_t rows, size_t p, const real *a, real *slope)
{
    struct eg_error error = {0};
    double scratch[7 * 4];
    const struct eg_prior_settings settings = {0};
    const struct eg_prior *prior = eg_prior_find("entropy", &error);
    cr_assert_not_null(prior, "%s", error.message);
    cr_assert_leq(eg_prior_scratch(p), sizeof scratch / sizeof *scratch);
    return eg_prior_evaluate(prior, &settings, rows, p, a, slope, scratch);
}

Test(entropy_prior, meets_its_closed_forms)
{
    real slope[4];
    const real equal[] = {2, -2, 2, -2}, one[] = {0, -3, 0, 0}, none[] = {0, 0, 0, 0};
    cr_expect_float_eq(entropy_of(1, 4, equal, slope), log(4), 1e-15);
    cr_expect_float_eq(entropy_of(2, 2, equal, slope), log(2), 1e-15);
    cr_expect_eq(entropy_of(1, 4, one, slope), 0);
    cr_expect_eq(entropy_of(1, 4, none, slope), 0);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(slope[i], 0);
}

/* The scale of a does not matter, so that there is no slope along a. */
Test(entropy_prior, is_blind_to_scale)
{
    real slope[4], unused[4];
    const real a[] = {1, -2, 3, 0.5}, larger[] = {10, -20, 30, 5};
    const double entropy = entropy_of(1, 4, a, slope);
    cr_expect_float_eq(entropy_of(1, 4, larger, unused), entropy, 1e-14);
    double along = 0;
    for (size_t i = 0; i < 4; i++)
        along += a[i] * slope[i];
    cr_expect_float_eq(along, 0, 1e-15);
}
