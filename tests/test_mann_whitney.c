/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: counts by hand, all choices of ranks tried one by one, and SciPy 1.10.1. */
#include "stats/mann_whitney.h"

#include <math.h>

#include <criterion/criterion.h>

#include "base/stream.h"

static struct eg_mann_whitney test_or_abort(const double *a, size_t n, const double *b, size_t m)
{
    struct eg_mann_whitney test;
    struct eg_error error = {0};
    cr_assert_eq(eg_mann_whitney(a, n, b, m, &test, &error), EG_OK, "%s", error.message);
    return test;
}

/* All of a above all of b: one choice of C(n + m, n) at either end. */
Test(mann_whitney, complete_separation)
{
    const double low[] = {1, 2, 3}, high[] = {4, 5, 6, 7};
    struct eg_mann_whitney test = test_or_abort(high, 4, low, 3);
    cr_expect_eq(test.u, 12);
    cr_expect_float_eq(test.p, 2.0 / 35, 1e-15);
    test = test_or_abort(low, 3, high, 4);
    cr_expect_eq(test.u, 0);
    cr_expect_float_eq(test.p, 2.0 / 35, 1e-15);
}

Test(mann_whitney, ten_against_twenty_goes_down_to_7e_8)
{
    double a[10], b[20];
    for (size_t i = 0; i < 20; i++)
        b[i] = (double)i;
    for (size_t i = 0; i < 10; i++)
        a[i] = 100 + (double)i;
    /* C(30, 10) = 30045015 */
    cr_expect_float_eq(test_or_abort(a, 10, b, 20).p, 2 / 30045015.0, 1e-20);
}

/* scipy.stats.mannwhitneyu(a, b, method="exact") */
Test(mann_whitney, as_scipy_has_it)
{
    const double a[] = {0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
    const double b[] = {1.15, 0.88, 0.9, 0.74, 1.21};
    const struct eg_mann_whitney test = test_or_abort(a, 10, b, 5);
    cr_expect_eq(test.u, 35);
    cr_expect_float_eq(test.p, 0.2544122544122544, 1e-14);
}

/* With ties: every choice of n of the n + m places gets one vote. */
static double p_by_hand(const double *values, size_t n, size_t count)
{
    double own = 0, all = 0, below = 0, above = 0;
    for (unsigned choice = 0; choice < 1u << count; choice++) {
        double u = 0;
        if ((size_t)__builtin_popcount(choice) != n)
            continue;
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                if (choice >> i & 1 && !(choice >> j & 1))
                    u += (values[i] > values[j]) + 0.5 * (values[i] == values[j]);
        own = choice == (1u << n) - 1 ? u : own;
        all++;
    }
    for (unsigned choice = 0; choice < 1u << count; choice++) {
        double u = 0;
        if ((size_t)__builtin_popcount(choice) != n)
            continue;
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                if (choice >> i & 1 && !(choice >> j & 1))
                    u += (values[i] > values[j]) + 0.5 * (values[i] == values[j]);
        below += u <= own;
        above += u >= own;
    }
    return fmin(1, 2 * fmin(below, above) / all);
}

Test(mann_whitney, ties_are_exact_too)
{
    struct eg_stream stream = eg_stream_make(5, 0, EG_PURPOSE_DATA, 0, 0);
    for (int round = 0; round < 40; round++) {
        double values[9];
        for (size_t i = 0; i < 9; i++)
            values[i] = (double)eg_stream_below(&stream, 4);
        const struct eg_mann_whitney test = test_or_abort(values, 4, values + 4, 5);
        cr_expect_float_eq(test.p, p_by_hand(values, 4, 9), 1e-12, "round %d", round);
    }
}

/* 0 .. 39 against 25.5 .. 64.5: in 1 + 2 + ... + 14 pairs the first is larger. By hand, without ties. */
Test(mann_whitney, beyond_sixty_values_the_normal_approximation)
{
    double values[80];
    for (size_t i = 0; i < 40; i++) {
        values[i] = (double)i;
        values[40 + i] = 25.5 + (double)i;
    }
    const struct eg_mann_whitney test = test_or_abort(values, 40, values + 40, 40);
    const double sd = sqrt(40 * 40 * 81 / 12.0);
    cr_expect_eq(test.u, 14 * 15 / 2);
    cr_expect_float_eq(test.p, erfc((800 - test.u - 0.5) / sd / M_SQRT2), 1e-14);
}

Test(mann_whitney, equal_values_and_nan)
{
    const double same[] = {2, 2, 2}, gap[] = {1, NAN};
    cr_expect_eq(test_or_abort(same, 3, same, 3).p, 1);
    cr_expect(isnan(test_or_abort(same, 3, gap, 2).p));
    struct eg_mann_whitney test;
    cr_expect_eq(eg_mann_whitney(same, 0, same, 3, &test, NULL), EG_DATA);
}

/* Of samples that do not differ, it rejects at 5 % in at most 5 %, heavy tails or not. */
Test(mann_whitney, holds_its_level)
{
    struct eg_stream stream = eg_stream_make(7, 0, EG_PURPOSE_DATA, 0, 0);
    size_t rejected = 0;
    for (int round = 0; round < 4000; round++) {
        double values[15];
        for (size_t i = 0; i < 15; i++)
            values[i] = tan(M_PI * (eg_stream_uniform(&stream) - 0.5)); /* Cauchy */
        rejected += test_or_abort(values, 5, values + 5, 10).p <= 0.05;
    }
    /* The largest exact p up to 0.05 is 2 * 60 / 3003 = 0.03996; four standard errors are 0.0124. */
    cr_expect_float_eq((double)rejected / 4000, 0.03996, 0.0124);
}
