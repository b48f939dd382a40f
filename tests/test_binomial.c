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
