/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: sums of binomial coefficients by hand, and SciPy 1.10.1. */
#include "stats/binomial.h"

#include <math.h>

#include <criterion/criterion.h>

Test(binomial, seventeen_of_eighteen)
{
    cr_expect_float_eq(eg_binomial_p(17, 18, 0.5), 19 / 262144.0, 1e-17);
    cr_expect_float_eq(eg_binomial_p(18, 18, 0.5), 1 / 262144.0, 1e-18);
}

Test(binomial, equals_scipy)
{
    cr_expect_float_eq(eg_binomial_p(60, 100, 0.5), 0.02844396682049044, 1e-14);
    cr_expect_float_eq(eg_binomial_p(7, 20, 0.3), 0.3919901877990756, 1e-14);
}

Test(binomial, edges)
{
    cr_expect_float_eq(eg_binomial_p(0, 18, 0.5), 1, 0);
    cr_expect_float_eq(eg_binomial_p(0, 0, 0.5), 1, 0);
    cr_expect_float_eq(eg_binomial_p(1, 18, 0), 0, 0);
    cr_expect_float_eq(eg_binomial_p(18, 18, 1), 1, 0);
    cr_expect(isnan(eg_binomial_p(19, 18, 0.5)));
    cr_expect(isnan(eg_binomial_p(1, 18, 1.5)));
    cr_expect(isnan(eg_binomial_p(1, 18, NAN)));
}

/* The ends are where the tails of the binomial distribution reach half of what the level leaves. */
Test(binomial, interval_meets_its_definition)
{
    double low, high;
    eg_binomial_interval(7, 20, 0.95, &low, &high);
    cr_expect_float_eq(eg_binomial_p(7, 20, low), 0.025, 1e-9);
    cr_expect_float_eq(1 - eg_binomial_p(8, 20, high), 0.025, 1e-9);
}

/* None of 200: 1 - 0.025^(1/200). */
Test(binomial, interval_of_none_and_of_all)
{
    double low, high;
    eg_binomial_interval(0, 200, 0.95, &low, &high);
    cr_expect_float_eq(low, 0, 0);
    cr_expect_float_eq(high, 1 - pow(0.025, 1.0 / 200), 1e-12);
    eg_binomial_interval(200, 200, 0.95, &low, &high);
    cr_expect_float_eq(low, pow(0.025, 1.0 / 200), 1e-12);
    cr_expect_float_eq(high, 1, 0);
    eg_binomial_interval(60, 20000, 0.95, &low, &high);
    cr_expect(low < 0.003 && high > 0.003 && high - low < 0.002);
    eg_binomial_interval(3, 2, 0.95, &low, &high);
    cr_expect(isnan(low) && isnan(high));
}
