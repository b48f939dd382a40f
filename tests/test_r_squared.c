/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/r_squared.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics.h>

#include "base/stream.h"

static double r_squared_of(size_t count, const real *y, const real *prediction)
{
    double r_squared = NAN;
    struct eg_error error = {0};
    cr_assert_eq(eg_r_squared(count, y, prediction, &r_squared, &error), EG_OK, "%s",
                 error.message);
    return r_squared;
}

Test(r_squared, closed_forms)
{
    const real y[] = {1, 2, 3, 6};
    cr_assert_eq(r_squared_of(4, y, y), 1);
    cr_assert_eq(r_squared_of(4, y, (real[]){3, 3, 3, 3}), 0);
    /* residual 4 + 1 + 0 + 9 = 14 as well for the constant; here 1 + 1 + 1 + 1 of 14. */
    cr_assert_float_eq(r_squared_of(4, y, (real[]){2, 1, 4, 5}), 1 - 4.0 / 14, 1e-15);
    /* 49 + 16 + 9 + 0: worse than the mean is below 0 */
    cr_assert_float_eq(r_squared_of(4, y, (real[]){8, 6, 6, 6}), 1 - 74.0 / 14, 1e-14);
}

/* For a least-squares line it is the squared correlation. */
Test(r_squared, equals_squared_correlation_of_a_fitted_line)
{
    enum { COUNT = 60 };
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0);
    double x[COUNT], y[COUNT], line[COUNT], intercept, slope, a, b, c, d;
    for (int i = 0; i < COUNT; i++) {
        x[i] = eg_stream_normal(&stream);
        y[i] = 1000 + 2 * x[i] + eg_stream_normal(&stream);
    }
    gsl_fit_linear(x, 1, y, 1, COUNT, &intercept, &slope, &a, &b, &c, &d);
    for (int i = 0; i < COUNT; i++)
        line[i] = intercept + slope * x[i];
    const double correlation = gsl_stats_correlation(x, 1, y, 1, COUNT);
    cr_assert_float_eq(r_squared_of(COUNT, y, line), correlation * correlation, 1e-11);
}

static void assert_refused(size_t count, const real *y, const real *prediction, const char *words)
{
    double r_squared;
    struct eg_error error = {0};
    cr_assert_eq(eg_r_squared(count, y, prediction, &r_squared, &error), EG_DATA);
    cr_assert_not_null(strstr(error.message, words), "\"%s\" lacks \"%s\"", error.message, words);
}

Test(r_squared, what_has_no_value_is_refused)
{
    const real y[] = {1, 2, 3};
    assert_refused(3, (real[]){2, 2, 2}, y, "all 3 are equal");
    assert_refused(0, y, y, "differ");
    assert_refused(3, y, (real[]){1, (real)NAN, 1}, "row 1");
    assert_refused(3, (real[]){1, 2, (real)INFINITY}, y, "row 2");
}
