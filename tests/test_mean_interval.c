/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/mean_interval.h"

#include <math.h>

#include <criterion/criterion.h>

#include "stats/bootstrap.h"

static const double values[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

/* The mean of the first five is -0.48, their standard error 0.4115823125451335 (SciPy). */
Test(mean_interval, few_values_have_students)
{
    const struct eg_stream stream = eg_stream_make(0, 1, EG_PURPOSE_BOOTSTRAP, 0, 0);
    double low, high;
    cr_assert_eq(eg_mean_interval(values, 5, 100, &stream, &low, &high, NULL), EG_OK);
    cr_expect_float_eq(low, -0.48 - 2.7764451051977987 * 0.4115823125451335, 1e-9);
    cr_expect_float_eq(high, -0.48 + 2.7764451051977987 * 0.4115823125451335, 1e-9);
    cr_expect_eq(eg_mean_interval(values, 1, 100, &stream, &low, &high, NULL), EG_DATA);
}

Test(mean_interval, more_are_resampled)
{
    const struct eg_stream stream = eg_stream_make(0, 1, EG_PURPOSE_BOOTSTRAP, 0, 0);
    struct eg_bootstrap interval;
    double low, high;
    cr_assert_eq(eg_bootstrap_mean(values, 10, 1000, 0.95, &stream, &interval, NULL), EG_OK);
    cr_assert_eq(eg_mean_interval(values, 10, 1000, &stream, &low, &high, NULL), EG_OK);
    cr_expect(low == interval.bca_low && high == interval.bca_high);
}

/* Of 5 normal values the interval holds the mean in 95 of 100 cases, where a bootstrap has 85. */
Test(mean_interval, covers)
{
    enum { TRIES = 2000, N = 5 };
    int held = 0;
    for (uint64_t i = 0; i < TRIES; i++) {
        struct eg_stream stream = eg_stream_make(7, 1, EG_PURPOSE_BOOTSTRAP, i, 0);
        double own[N], low, high;
        for (size_t j = 0; j < N; j++)
            own[j] = eg_stream_normal(&stream);
        cr_assert_eq(eg_mean_interval(own, N, 10, &stream, &low, &high, NULL), EG_OK);
        held += low < 0 && high > 0;
    }
    cr_expect(held > 0.935 * TRIES && held < 0.965 * TRIES, "%d of %d", held, TRIES);
}
