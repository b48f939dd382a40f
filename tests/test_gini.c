/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/gini.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

enum { MOST = 200 };

static double gini_of(size_t count, const double *values)
{
    double sorted[MOST], gini = NAN;
    struct eg_error error = {0};
    memcpy(sorted, values, count * sizeof *sorted);
    cr_assert_eq(eg_gini(count, sorted, &gini, &error), EG_OK, "%s", error.message);
    return gini;
}

static void draw_values(uint64_t seed, size_t count, double *values)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < count; i++)
        values[i] = -log(eg_stream_uniform(&stream));
}

Test(gini, closed_forms)
{
    for (size_t count = 1; count <= MOST; count += 13) {
        double equal[MOST], one_hot[MOST] = {0}, ramp[MOST];
        for (size_t i = 0; i < count; i++) {
            equal[i] = 0.3;
            ramp[count - 1 - i] = (double)i + 1;
        }
        one_hot[count / 2] = 17;
        const double p = (double)count;
        cr_assert_float_eq(gini_of(count, equal), 0, 1e-14);
        cr_assert_float_eq(gini_of(count, one_hot), 1 - 1 / p, 1e-15);
        /* 1, 2, ..., p: the sum over pairs is p (p^2 - 1) / 3, so G = (p - 1) / (3 p). */
        cr_assert_float_eq(gini_of(count, ramp), (p - 1) / (3 * p), 1e-14);
    }
    cr_assert_eq(gini_of(4, (double[]){0, 0, 0, 0}), 0);
}

Test(gini, equals_its_definition)
{
    double values[MOST], pairs = 0, total = 0;
    draw_values(1, MOST, values);
    for (size_t i = 0; i < MOST; i++) {
        total += values[i];
        for (size_t j = 0; j < MOST; j++)
            pairs += fabs(values[i] - values[j]);
    }
    cr_assert_float_eq(gini_of(MOST, values), pairs / (2 * MOST * total), 1e-13);
}

Test(gini, ignores_scale_and_order)
{
    double values[MOST], other[MOST];
    draw_values(2, MOST, values);
    for (size_t i = 0; i < MOST; i++)
        other[i] = 1e-9 * values[MOST - 1 - i];
    cr_assert_float_eq(gini_of(MOST, other), gini_of(MOST, values), 1e-14);
}

Test(gini, falls_when_the_rich_give_to_the_poor)
{
    double values[] = {1, 2, 3, 10};
    const double before = gini_of(4, values);
    values[3] -= 2;
    values[0] += 2;
    cr_assert_lt(gini_of(4, values), before);
}

Test(gini, lorenz_curve_by_hand)
{
    double values[] = {4, 1, 3, 2}, share[5];
    cr_assert_eq(eg_lorenz_curve(4, values, share, NULL), EG_OK);
    const double expected[] = {0, 0.1, 0.3, 0.6, 1};
    for (int i = 0; i < 5; i++)
        cr_assert_float_eq(share[i], expected[i], 1e-15);
    double zeros[4] = {0};
    cr_assert_eq(eg_lorenz_curve(4, zeros, share, NULL), EG_OK);
    for (int i = 0; i < 5; i++)
        cr_assert_float_eq(share[i], 0.25 * i, 1e-15);
}

/* G is twice the area between the diagonal and the Lorenz curve. */
Test(gini, is_twice_the_area_above_the_lorenz_curve)
{
    double values[MOST], share[MOST + 1], area = 0;
    draw_values(3, MOST, values);
    const double gini = gini_of(MOST, values);
    cr_assert_eq(eg_lorenz_curve(MOST, values, share, NULL), EG_OK);
    for (size_t i = 1; i <= MOST; i++) {
        cr_assert_geq(share[i], share[i - 1]);
        cr_assert_leq(share[i], (double)i / MOST + 1e-15, "the curve stays below the diagonal");
        area += 0.5 * (share[i] + share[i - 1]) / MOST;
    }
    cr_assert_float_eq(gini, 1 - 2 * area, 1e-13);
}

Test(gini, mean_absolute_of_columns)
{
    real numbers[] = {1, -2, 0, -3, 2, 0};
    const struct eg_matrix matrix = {2, 3, numbers};
    double importance[3] = {9, 9, 9};
    eg_mean_absolute(&matrix, importance);
    cr_assert_eq(importance[0], 2);
    cr_assert_eq(importance[1], 2);
    cr_assert_eq(importance[2], 0);
}

static void assert_refused(size_t count, const double *values, const char *words)
{
    double copy[4] = {0}, gini, share[5];
    struct eg_error error = {0};
    memcpy(copy, values, count * sizeof *copy);
    cr_assert_eq(eg_gini(count, copy, &gini, &error), EG_DATA);
    cr_assert_not_null(strstr(error.message, words), "\"%s\" lacks \"%s\"", error.message, words);
    cr_assert_eq(eg_lorenz_curve(count, copy, share, &error), EG_DATA);
}

Test(gini, what_is_no_importance_is_refused)
{
    assert_refused(3, (double[]){1, -2, 3}, "feature 1 is -2");
    assert_refused(3, (double[]){1, 2, NAN}, "feature 2");
    assert_refused(3, (double[]){INFINITY, 2, 3}, "feature 0");
    assert_refused(0, (double[]){0}, "no features");
}
