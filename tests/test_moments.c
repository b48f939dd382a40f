/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: the NIST StRD univariate sets NumAcc1 to NumAcc4, whose moments are known exactly. */
#include "stats/moments.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

/* The generator of NumAcc2 to 4: one middle value, then low and high in turn, 1001 in all. */
static void fill_numacc(double *values, double middle, double low, double high)
{
    values[0] = middle;
    for (size_t i = 1; i < 1001; i++)
        values[i] = i % 2 ? low : high;
}

static void expect_moments(const double *values, size_t count, double mean, double sd,
                           double tolerance)
{
    struct eg_moments moments;
    struct eg_error error;
    cr_assert_eq(eg_moments(values, count, EG_NAN_REFUSE, &moments, &error), EG_OK);
    cr_expect_eq(moments.n, count);
    cr_expect_float_eq(moments.mean, mean, 1e-14 * mean);
    cr_expect_float_eq(moments.sd, sd, tolerance * sd, "sd %.17g, not %.17g", moments.sd, sd);
    cr_expect_float_eq(moments.se, sd / sqrt((double)count), tolerance * sd);
    cr_expect_float_eq(moments.median, mean, 1e-14 * mean);
}

Test(moments, nist_sets)
{
    double values[1001];
    expect_moments((const double[]){10000001, 10000003, 10000002}, 3, 10000002, 1, 1e-15);
    fill_numacc(values, 1.2, 1.1, 1.3);
    expect_moments(values, 1001, 1.2, 0.1, 1e-13);
    fill_numacc(values, 1000000.2, 1000000.1, 1000000.3);
    expect_moments(values, 1001, 1000000.2, 0.1, 1e-8);
    fill_numacc(values, 10000000.2, 10000000.1, 10000000.3);
    expect_moments(values, 1001, 10000000.2, 0.1, 1e-7);
}

Test(moments, median_of_unsorted_values)
{
    struct eg_moments moments;
    const double values[] = {9, -1, 4, 2};
    cr_assert_eq(eg_moments(values, 4, EG_NAN_PROPAGATE, &moments, NULL), EG_OK);
    cr_expect_float_eq(moments.median, 3, 0);
    cr_expect_float_eq(values[0], 9, 0, "the values given must stay as they are");
    cr_assert_eq(eg_moments(values, 3, EG_NAN_PROPAGATE, &moments, NULL), EG_OK);
    cr_expect_float_eq(moments.median, 4, 0);
}

Test(moments, one_value_has_no_spread)
{
    struct eg_moments moments;
    cr_assert_eq(eg_moments((const double[]){5}, 1, EG_NAN_PROPAGATE, &moments, NULL), EG_OK);
    cr_expect_float_eq(moments.mean, 5, 0);
    cr_expect(isnan(moments.sd) && isnan(moments.se));
}

Test(moments, nan_policies)
{
    struct eg_moments moments;
    struct eg_error error;
    const double values[] = {1, NAN, 3};
    cr_assert_eq(eg_moments(values, 3, EG_NAN_PROPAGATE, &moments, &error), EG_OK);
    cr_expect(isnan(moments.mean) && isnan(moments.sd) && isnan(moments.median));
    cr_assert_eq(eg_moments(values, 3, EG_NAN_OMIT, &moments, &error), EG_OK);
    cr_expect_eq(moments.n, 2);
    cr_expect_float_eq(moments.mean, 2, 0);
    cr_assert_eq(eg_moments(values, 3, EG_NAN_REFUSE, &moments, &error), EG_DATA);
    cr_expect(strstr(error.message, "value 2 of 3"), "%s", error.message);
}

Test(moments, nothing_to_count_is_an_error)
{
    struct eg_moments moments;
    struct eg_error error;
    cr_expect_eq(eg_moments(NULL, 0, EG_NAN_OMIT, &moments, &error), EG_DATA);
    cr_expect_eq(eg_moments((const double[]){NAN}, 1, EG_NAN_OMIT, &moments, &error), EG_DATA);
}
