/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/completeness.h"

#include <math.h>

const struct eg_metric_info eg_completeness_info = {
    .name = "completeness_residual",
    .judged = EG_JUDGED_USUALLY,
    .formula = "sqrt(mean (sum_j phi_j - (f(x) - base))^2) / sd(f(x))",
    .citation = "the axiom: Sundararajan et al. 2017, ICML",
    .direction = "lower is better",
    .range = "0 up, in standard deviations of the model's output",
    .needs = "attributions, the model's outputs of the same rows, and the base value",
    .tells = "a row's attributions add up to its output less the base value",
    .hides = "how the sum is distributed among features: any split that adds up scores 0",
};

int eg_completeness(const struct eg_matrix *phi, const real *outputs, double base, double *residual,
                    struct eg_error *error)
{
    const size_t n = phi->rows;
    double sum = 0, largest = 0, amiss = 0, spread = 0;
    for (size_t i = 0; i < n; i++) {
        double missing = base - (double)outputs[i];
        for (size_t j = 0; j < phi->cols; j++)
            missing += (double)eg_row(phi, i)[j];
        if (!isfinite(missing))
            return eg_fail(error, EG_DATA,
                           "completeness: row %zu, or the base value, has a number that is not "
                           "finite",
                           i);
        amiss += missing * missing;
        sum += (double)outputs[i];
        largest = fmax(largest, fabs((double)outputs[i]));
    }
    if (n == 0)
        return eg_fail(error, EG_DATA, "completeness needs a row of attributions");
    for (size_t i = 0; i < n; i++) {
        const double off = (double)outputs[i] - sum / (double)n;
        spread += off * off;
    }
    if (spread <= 1e-24 * largest * largest * (double)n) {
        if (amiss > 1e-24 * largest * largest * (double)n)
            return eg_fail(error, EG_DATA,
                           "completeness: the model's output is %g for all rows, so that what is "
                           "amiss has no measure",
                           (double)outputs[0]);
        *residual = 0;
        return EG_OK;
    }
    *residual = sqrt(amiss / spread);
    return EG_OK;
}
