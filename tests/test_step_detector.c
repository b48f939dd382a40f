/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/step_detector.h"

#include <math.h>

#include <criterion/criterion.h>

#include "base/stream.h"

static struct eg_step detect_or_abort(const double *values, size_t count)
{
    struct eg_step step;
    struct eg_error error = {0};
    cr_assert_eq(eg_detect_step(values, count, &step, &error), EG_OK, "%s", error.message);
    return step;
}

Test(step_detector, tells_of_a_step_three_nightly_runs_after_it_came)
{
    double values[] = {2, 2, 2, 2, 2, 2, 2, 2.4, 2.4, 2.4, 2.4};
    for (size_t count = 1; count <= 11; count++)
        cr_expect_eq(detect_or_abort(values, count).found, count == 11, "after %zu", count);
    const struct eg_step step = detect_or_abort(values, 11);
    cr_expect_float_eq(step.before, 2, 1e-12);
    cr_expect_float_eq(step.ratio, 1.2, 1e-12);
    cr_expect_float_eq(step.least, 0.1, 1e-12);
    for (size_t i = 7; i < 11; i++)
        values[i] = 2 / 1.2;
    cr_expect_eq(detect_or_abort(values, 11).found, -1);
}

Test(step_detector, less_than_ten_percent_is_none_and_ten_is_one)
{
    const double below[] = {1, 1, 1, 1, 1, 1, 1.09, 1.09, 1.09, 1.09};
    const double at[] = {1, 1, 1, 1, 1, 1, 1.1, 1.1, 1.1, 1.1};
    cr_expect_eq(detect_or_abort(below, 10).found, 0);
    cr_expect_eq(detect_or_abort(at, 10).found, 1);
}

Test(step_detector, slow_nightly_runs_are_no_step)
{
    const double two[] = {1, 1, 1.01, 1, 0.99, 1, 1, 3, 3, 1, 3};
    const double both[] = {1, 1, 1.01, 1, 0.99, 1, 1, 3, 3, 0.2, 3};
    const double earlier[] = {1, 5, 1.01, 1, 0.99, 5, 1, 1.2, 1.2, 1.2, 1.2};
    cr_expect_eq(detect_or_abort(two, 11).found, 0);
    cr_expect_eq(detect_or_abort(both, 11).found, 0);
    cr_expect_eq(detect_or_abort(earlier, 11).found, 1);
}

Test(step_detector, nightly_runs_without_a_number_do_not_count)
{
    const double gaps[] = {1, NAN, 1, 1, 0, 1, 1, 1, NAN, 1.2, INFINITY, 1.2, 1.2, 1.2};
    cr_expect_eq(detect_or_abort(gaps, 14).found, 1);
    cr_expect_eq(detect_or_abort(gaps, 13).known, 0);
    cr_expect_eq(detect_or_abort(gaps, 0).known, 0);
}

/* What creeps is told of once it has come to 10 % over the median of the twenty nightly runs before. */
Test(step_detector, a_creeping_change)
{
    double values[60];
    size_t told = 0;
    for (size_t i = 0; i < 60; i++) {
        values[i] = i < 20 ? 1 + 0.002 * (double)(i % 2) : values[i - 1] * 1.02;
        if (!told && detect_or_abort(values, i + 1).found)
            told = i;
    }
    cr_expect(told >= 24 && told <= 30, "night %zu", told);
}

static double normal_night(struct eg_stream *stream, double sd, double outliers)
{
    const double wild = eg_stream_uniform(stream) < outliers ? 0.5 : 0;
    return exp(sd * eg_stream_normal(stream) + wild);
}

/* A year of nightly runs of 20 series, 3 % noise, one nightly run in twenty slower by two thirds: no false step; and
 * a step of 20 % is seen in time. */
Test(step_detector, false_steps_are_rare_and_power_is_there)
{
    enum { SERIES = 20, NIGHTLY_RUNS = 365 };
    struct eg_stream stream = eg_stream_make(9, 0, EG_PURPOSE_DATA, 0, 0);
    size_t false_steps = 0, seen = 0;
    for (int series = 0; series < SERIES; series++) {
        double values[NIGHTLY_RUNS];
        for (size_t i = 0; i < NIGHTLY_RUNS; i++) {
            values[i] = normal_night(&stream, 0.03, 0.05);
            false_steps += detect_or_abort(values, i + 1).found != 0;
        }
        for (size_t i = 0; i < EG_STEP_NIGHTLY_RUNS; i++)
            values[100 + i] = 1.2 * normal_night(&stream, 0.03, 0);
        seen += detect_or_abort(values, 100 + EG_STEP_NIGHTLY_RUNS).found == 1;
    }
    cr_expect_leq(false_steps, 2, "%zu of %d", false_steps, SERIES * NIGHTLY_RUNS);
    cr_expect_geq(seen, 19, "%zu of %d", seen, SERIES);
}
