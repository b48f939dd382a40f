/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/line_fit.h"

#include <math.h>

#include <gsl/gsl_fit.h>

int eg_fit_line(const double *x, const double *y, size_t count, struct eg_line *line,
                struct eg_error *error)
{
    if (count < 3)
        return eg_fail(error, EG_DATA, "a line with its errors needs at least 3 points, got %zu",
                       count);
    int varies = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return eg_fail(error, EG_DATA, "point %zu of the line is (%g, %g): not finite", i + 1,
                           x[i], y[i]);
        varies |= x[i] != x[0];
    }
    if (!varies)
        return eg_fail(error, EG_DATA, "no line through %zu points of equal x = %g", count, x[0]);
    double intercept_variance, covariance, slope_variance, squares;
    gsl_fit_linear(x, 1, y, 1, count, &line->intercept, &line->slope, &intercept_variance,
                   &covariance, &slope_variance, &squares);
    line->intercept_se = sqrt(intercept_variance);
    line->slope_se = sqrt(slope_variance);
    return EG_OK;
}
