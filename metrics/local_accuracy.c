/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/local_accuracy.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics.h>

const struct eg_metric_info eg_local_accuracy_info = {
    .name = "local_accuracy",
    .judged = EG_JUDGED_USUALLY,
    .formula =
        "steps of sd(sum_j phi_j - f(x)) / sd(f(x)): 1 below 1e-6, 0.9 below 0.01, 0.75 below "
        "0.05, ... 0 from 0.7",
    .citation = "Lundberg et al. 2020, Nature Machine Intelligence 2",
    .direction = "higher is better",
    .range = "0 to 1, in steps; the ratio behind it: 0 (exact) up",
    .needs = "attributions and the model's outputs of the same rows",
    .tells = "whether a row's attributions add up to its output, up to a constant",
    .hides = "how the sum is distributed among features: any split that adds up scores 1",
};

static double find_score(double ratio)
{
    static const struct {
        double below, score;
    } steps[] = {{1e-6, 1},  {0.01, 0.9}, {0.05, 0.75}, {0.1, 0.6},
                 {0.2, 0.4}, {0.3, 0.3},  {0.5, 0.2},   {0.7, 0.1}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (ratio < steps[i].below)
            return steps[i].score;
    return 0;
}

static double population_sd(size_t count, const double *values)
{
    const double mean = gsl_stats_mean(values, 1, count);
    return gsl_stats_sd_with_fixed_mean(values, 1, count, mean);
}

int eg_local_accuracy(const struct eg_matrix *attributions, const real *outputs,
                      struct eg_local_accuracy *accuracy, struct eg_error *error)
{
    const size_t rows = attributions->rows;
    if (rows == 0)
        return eg_fail(error, EG_DATA, "local accuracy needs a row of attributions");
    double *output = eg_alloc(2 * rows, sizeof *output, error);
    if (!output)
        return EG_INTERNAL;
    double *missing = output + rows;
    int status = EG_OK;
    for (size_t row = 0; row < rows && !status; row++) {
        output[row] = outputs[row];
        for (size_t col = 0; col < attributions->cols; col++)
            missing[row] += eg_row(attributions, row)[col];
        missing[row] -= output[row];
        if (!isfinite(missing[row]))
            status = eg_fail(error, EG_DATA,
                             "local accuracy: row %zu has an attribution or output that is not "
                             "finite",
                             row);
    }
    if (!status) {
        const double off = population_sd(rows, missing), spread = population_sd(rows, output);
        accuracy->ratio = off / (spread + 1e-6);
        accuracy->score = find_score(off / (spread + 1e-8));
    }
    free(output);
    return status;
}
