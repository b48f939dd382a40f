/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: the certified values of the NIST StRD linear regression set Norris. */
#include "stats/line_fit.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

static const double norris_x[] = {0.2,   337.4, 118.2, 884.6, 10.1,  226.5, 666.3, 996.3, 448.6,
                                  777.0, 558.2, 0.4,   0.6,   775.5, 666.9, 338.0, 447.5, 11.6,
                                  556.0, 228.1, 995.8, 887.6, 120.2, 0.3,   0.3,   556.8, 339.1,
                                  887.2, 999.0, 779.0, 11.1,  118.3, 229.2, 669.1, 448.9, 0.5};
static const double norris_y[] = {0.1,   338.8, 118.1, 888.0, 9.2,   228.1, 668.5, 998.5, 449.1,
                                  778.9, 559.2, 0.3,   0.1,   778.1, 668.8, 339.3, 448.9, 10.8,
                                  557.7, 228.3, 998.0, 888.8, 119.6, 0.3,   0.6,   557.6, 339.3,
                                  888.0, 998.5, 778.9, 10.2,  117.6, 228.9, 668.4, 449.2, 0.2};

Test(line_fit, nist_norris)
{
    struct eg_line line;
    cr_assert_eq(eg_fit_line(norris_x, norris_y, 36, &line, NULL), EG_OK);
    cr_expect_float_eq(line.intercept, -0.262323073774029, 1e-12);
    cr_expect_float_eq(line.intercept_se, 0.232818234301152, 1e-12);
    cr_expect_float_eq(line.slope, 1.00211681802045, 1e-13);
    cr_expect_float_eq(line.slope_se, 0.429796848199937e-03, 1e-15);
}

Test(line_fit, power_law_in_logarithms)
{
    double x[20], y[20];
    for (int i = 0; i < 20; i++) {
        x[i] = log(1 + i);
        y[i] = log(3) - 0.5 * x[i];
    }
    struct eg_line line;
    cr_assert_eq(eg_fit_line(x, y, 20, &line, NULL), EG_OK);
    cr_expect_float_eq(line.slope, -0.5, 1e-14);
    cr_expect_float_eq(line.intercept, log(3), 1e-14);
    cr_expect_lt(line.slope_se, 1e-14);
}

Test(line_fit, refuses_what_has_no_line)
{
    struct eg_line line;
    struct eg_error error;
    const double same[] = {2, 2, 2}, gap[] = {1, NAN, 2};
    cr_expect_eq(eg_fit_line(norris_x, norris_y, 2, &line, &error), EG_DATA);
    cr_expect_eq(eg_fit_line(same, norris_y, 3, &line, &error), EG_DATA);
    cr_expect(strstr(error.message, "x = 2"), "%s", error.message);
    cr_expect_eq(eg_fit_line(norris_x, gap, 3, &line, &error), EG_DATA);
    cr_expect(strstr(error.message, "point 2"), "%s", error.message);
}
