/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: scipy.stats.bootstrap (1.10.1) with 400000 resamples on a skewed sample, the mean over
 * three seeds; the bootstrap distribution of two values in closed form. */
#include "stats/bootstrap.h"

#include <math.h>

#include <criterion/criterion.h>

static const double skewed[] = {0.3, 0.5, 0.7, 1.1, 1.4, 1.9, 2.2, 3.1,
                                4.8, 9.7, 0.2, 0.9, 1.6, 2.7, 6.1};

Test(bootstrap, equals_scipy_on_skewed_data)
{
    const struct eg_stream stream = eg_stream_make(1, 2, EG_PURPOSE_BOOTSTRAP, 0, 0);
    struct eg_bootstrap interval;
    cr_assert_eq(eg_bootstrap_mean(skewed, 15, 100000, 0.95, &stream, &interval, NULL), EG_OK);
    cr_expect_float_eq(interval.mean, 2.48, 1e-14);
    cr_expect_float_eq(interval.percentile_low, 1.356, 0.02);
    cr_expect_float_eq(interval.percentile_high, 3.876, 0.03);
    cr_expect_float_eq(interval.bca_low, 1.520, 0.02);
    cr_expect_float_eq(interval.bca_high, 4.271, 0.05);
}

Test(bootstrap, two_values_in_closed_form)
{
    /* The mean of two draws from {0, 1} is 0, 1/2, 1 with chances 1/4, 1/2, 1/4: the 40 % interval
     * is [1/2, 1/2], the 95 % interval [0, 1]. */
    const struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_BOOTSTRAP, 0, 0);
    const double values[] = {0, 1};
    struct eg_bootstrap interval;
    cr_assert_eq(eg_bootstrap_mean(values, 2, 2000, 0.4, &stream, &interval, NULL), EG_OK);
    cr_expect_float_eq(interval.percentile_low, 0.5, 0);
    cr_expect_float_eq(interval.percentile_high, 0.5, 0);
    cr_assert_eq(eg_bootstrap_mean(values, 2, 2000, 0.95, &stream, &interval, NULL), EG_OK);
    cr_expect_float_eq(interval.percentile_low, 0, 0);
    cr_expect_float_eq(interval.percentile_high, 1, 0);
}

Test(bootstrap, near_normal_for_many_symmetric_values)
{
    double values[400], squares = 0;
    struct eg_stream normals = eg_stream_make(5, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < 400; i += 2) {
        values[i] = eg_stream_normal(&normals);
        values[i + 1] = -values[i];
        squares += 2 * values[i] * values[i];
    }
    const double half = 1.959963984540054 * sqrt(squares / 400 / 400);
    const struct eg_stream stream = eg_stream_make(6, 0, EG_PURPOSE_BOOTSTRAP, 0, 0);
    struct eg_bootstrap interval;
    cr_assert_eq(eg_bootstrap_mean(values, 400, 20000, 0.95, &stream, &interval, NULL), EG_OK);
    cr_expect_float_eq(interval.percentile_low, -half, 0.04 * half);
    cr_expect_float_eq(interval.percentile_high, half, 0.04 * half);
    cr_expect_float_eq(interval.bca_low, interval.percentile_low, 0.05 * half);
    cr_expect_float_eq(interval.bca_high, interval.percentile_high, 0.05 * half);
}

Test(bootstrap, same_stream_same_bits)
{
    const struct eg_stream stream = eg_stream_make(1, 2, EG_PURPOSE_BOOTSTRAP, 0, 0);
    const struct eg_stream other = eg_stream_make(2, 2, EG_PURPOSE_BOOTSTRAP, 0, 0);
    struct eg_bootstrap a, b, c;
    cr_assert_eq(eg_bootstrap_mean(skewed, 15, 999, 0.95, &stream, &a, NULL), EG_OK);
    cr_assert_eq(eg_bootstrap_mean(skewed, 15, 999, 0.95, &stream, &b, NULL), EG_OK);
    cr_assert_eq(eg_bootstrap_mean(skewed, 15, 999, 0.95, &other, &c, NULL), EG_OK);
    cr_expect_float_eq(a.bca_high, b.bca_high, 0);
    cr_expect_neq(a.percentile_high, c.percentile_high);
}

Test(bootstrap, constant_values_have_no_width)
{
    const struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_BOOTSTRAP, 0, 0);
    const double values[] = {2, 2, 2};
    struct eg_bootstrap interval;
    cr_assert_eq(eg_bootstrap_mean(values, 3, 100, 0.95, &stream, &interval, NULL), EG_OK);
    cr_expect_float_eq(interval.percentile_low, 2, 0);
    cr_expect_float_eq(interval.bca_high, 2, 0);
}

Test(bootstrap, nan_and_bad_arguments)
{
    const struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_BOOTSTRAP, 0, 0);
    struct eg_bootstrap interval;
    struct eg_error error;
    const double values[] = {1, NAN, 2};
    cr_assert_eq(eg_bootstrap_mean(values, 3, 100, 0.95, &stream, &interval, &error), EG_OK);
    cr_expect(isnan(interval.mean) && isnan(interval.bca_low));
    cr_expect_eq(eg_bootstrap_mean(skewed, 1, 100, 0.95, &stream, &interval, &error), EG_DATA);
    cr_expect_eq(eg_bootstrap_mean(skewed, 15, 1, 0.95, &stream, &interval, &error), EG_DATA);
    cr_expect_eq(eg_bootstrap_mean(skewed, 15, 100, 95, &stream, &interval, &error), EG_DATA);
}
