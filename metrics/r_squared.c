/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/r_squared.h"

#include <math.h>

const struct eg_metric_info eg_r_squared_info = {
    .name = "r_squared",
    .formula = "1 - sum (y - f(x))^2 / sum (y - mean y)^2",
    .citation = "Wright 1921, Journal of Agricultural Research 20",
    .direction = "higher is better",
    .range = "up to 1; 0 for the mean of y, below 0 for worse than that",
    .needs = "labels and predictions of the same rows",
    .tells = "the share of the labels' variance that the predictions explain",
    .hides = "which part of the variance it is: one strong covariate can carry it all",
};

int eg_r_squared(size_t count, const real *y, const real *prediction, double *r_squared,
                 struct eg_error *error)
{
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(y[i]) || !isfinite(prediction[i]))
            return eg_fail(error, EG_DATA,
                           "R2: row %zu has label %g and prediction %g; "
                           "both must be finite",
                           i, (double)y[i], (double)prediction[i]);
        mean += y[i];
    }
    mean /= (double)count;
    double residual = 0, total = 0;
    for (size_t i = 0; i < count; i++) {
        residual += ((double)y[i] - prediction[i]) * ((double)y[i] - prediction[i]);
        total += (y[i] - mean) * (y[i] - mean);
    }
    if (!(total > 0))
        return eg_fail(error, EG_DATA, "R2 needs labels that differ; all %zu are equal", count);
    *r_squared = 1.0 - residual / total;
    return EG_OK;
}
