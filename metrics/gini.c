/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/gini.h"

#include <math.h>

#include <gsl/gsl_sort.h>

const struct eg_metric_info eg_gini_info = {
    .name = "gini",
    .formula = "sum_jk |a_j - a_k| / (2 p sum_j a_j), a_j = mean |phi_j| over the rows",
    .citation = "Gini 1912; of attributions: Erion et al. 2021, Nature Machine Intelligence 3",
    .direction = "higher is sparser",
    .range = "0 (all features alike) to 1 - 1/p (one feature has it all)",
    .needs = "attributions of several rows; their mean absolute value a feature",
    .tells = "how few features carry the importance",
    .hides = "whether they are the right ones, and whether the model predicts anything",
};

void eg_mean_absolute(const struct eg_matrix *attributions, double *importance)
{
    for (size_t col = 0; col < attributions->cols; col++)
        importance[col] = 0;
    for (size_t row = 0; row < attributions->rows; row++)
        for (size_t col = 0; col < attributions->cols; col++)
            importance[col] += fabs((double)eg_row(attributions, row)[col]);
    for (size_t col = 0; col < attributions->cols; col++)
        importance[col] /= (double)attributions->rows;
}

static int sort_values(size_t count, double *values, double *total, struct eg_error *error)
{
    if (count == 0)
        return eg_fail(error, EG_DATA, "the Gini coefficient of no features is not defined");
    for (size_t i = 0; i < count; i++)
        if (!(values[i] >= 0 && values[i] < INFINITY))
            return eg_fail(error, EG_DATA,
                           "Gini: the importance of feature %zu is %g; give absolute values", i,
                           values[i]);
    gsl_sort(values, 1, count);
    *total = 0;
    for (size_t i = 0; i < count; i++)
        *total += values[i];
    return EG_OK;
}

int eg_lorenz_curve(size_t count, double *values, double *share, struct eg_error *error)
{
    double total = 0, sum = 0;
    const int status = sort_values(count, values, &total, error);
    if (status)
        return status;
    for (size_t i = 0; i < count; i++) {
        share[i] = total > 0 ? sum / total : (double)i / (double)count;
        sum += values[i];
    }
    share[count] = 1;
    return EG_OK;
}

int eg_gini(size_t count, double *values, double *gini, struct eg_error *error)
{
    double total = 0, weighted = 0;
    const int status = sort_values(count, values, &total, error);
    if (status)
        return status;
    /* In ascending order a value is the larger one of i pairs and the smaller one of the rest. */
    for (size_t i = 0; i < count; i++)
        weighted += (2.0 * (double)i + 1.0 - (double)count) * values[i];
    *gini = total > 0 ? weighted / ((double)count * total) : 0;
    return EG_OK;
}
