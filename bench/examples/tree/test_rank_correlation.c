/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test of rank_correlation.c.
 *   place: tests/test_rank_correlation.c
 */
#include "metrics/rank_correlation.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

static double correlate(size_t count, const double *a, const double *b)
{
    double work[2 * 10], correlation = NAN;
    struct eg_error error = {0};
    cr_assert_eq(eg_rank_correlation(count, a, b, work, &correlation, &error), EG_OK, "%s",
                 error.message);
    return correlation;
}

/* Without ties rho = 1 - 6 sum d^2 / (n (n^2 - 1)); here d = 2, 2, 1, 3, 0. */
Test(rank_correlation, follows_the_rank_differences)
{
    const double a[] = {1, 2, 3, 4, 5}, b[] = {30, 40, 20, 11, 500}, order[] = {3, 4, 2, 1, 5};
    cr_expect_float_eq(correlate(5, a, order), 1 - 6.0 * (4 + 4 + 1 + 9 + 0) / (5 * 24), 1e-14);
    cr_expect_float_eq(correlate(5, a, b), correlate(5, a, order), 1e-14);
    cr_expect_float_eq(correlate(5, b, a), correlate(5, a, b), 1e-14);
}

/* Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: Pearson's 4.5 / sqrt(4.5 * 5). */
Test(rank_correlation, ties_share_their_mean_rank)
{
    const double tied[] = {0, 7, 7, 9}, ramp[] = {1, 2, 3, 4}, falling[] = {4, 3, 2, 1};
    cr_expect_float_eq(correlate(4, tied, ramp), sqrt(0.9), 1e-14);
    cr_expect_float_eq(correlate(4, tied, falling), -sqrt(0.9), 1e-14);
}

static void expect_refused(const double *a, const double *b, const char *words)
{
    double work[2 * 3], correlation;
    struct eg_error error = {0};
    cr_expect_eq(eg_rank_correlation(3, a, b, work, &correlation, &error), EG_DATA);
    cr_expect_not_null(strstr(error.message, words), "%s", error.message);
}

Test(rank_correlation, refuses_what_has_no_order)
{
    const double fine[] = {1, 2, 3}, equal[] = {4, 4, 4}, gap[] = {1, NAN, 2};
    expect_refused(equal, fine, "all 3 of the first are equal");
    expect_refused(fine, gap, "number 1 of the second is NaN");
}

Test(rank_correlation, is_in_the_list)
{
    size_t i = 0;
    while (eg_metrics[i] && strcmp(eg_metrics[i]->name, "rank_correlation") != 0)
        i++;
    cr_expect_eq(eg_metrics[i], &eg_rank_correlation_info);
}
