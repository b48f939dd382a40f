/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/row_concentration.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"
#include "metrics/gini.h"

const struct eg_metric_info eg_sparseness_info = {
    .name = "sparseness",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = "mean of sum_jk ||phi_j| - |phi_k|| / (2 p sum_j |phi_j|)",
    .citation = "Chalasani et al. 2020, ICML",
    .direction = "higher is sparser",
    .range = "0 (all features alike) to 1 - 1/p (one feature has it all)",
    .needs = "attributions",
    .tells = "a row is explained by few features",
    .hides = "whether they are the right ones: one feature named at random scores best; and a "
             "model that uses many is explained by many",
};

const struct eg_metric_info eg_complexity_info = {
    .name = "complexity",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = "mean of -sum_j q_j ln q_j, q_j = |phi_j| / sum_k |phi_k|",
    .citation = "Bhatt et al. 2020, IJCAI",
    .direction = "lower is simpler",
    .range = "0 (one feature has it all) to ln p (all features alike)",
    .needs = "attributions",
    .tells = "a row is explained by few features",
    .hides = "as sparseness; the number of features sets its scale",
};

static double find_entropy(size_t p, const double *sizes)
{
    double total = 0, entropy = 0;
    for (size_t j = 0; j < p; j++)
        total += sizes[j];
    if (!(total > 0))
        return log((double)p);
    for (size_t j = 0; j < p; j++) {
        const double share = sizes[j] / total;
        entropy -= share > 0 ? share * log(share) : 0;
    }
    return entropy;
}

int eg_row_concentration(const struct eg_matrix *phi, struct eg_row_concentration *result,
                         struct eg_error *error)
{
    int status = eg_check_pair("sparseness", "attributions", phi, "attributions", phi, error);
    if (status)
        return status;
    double *sizes = eg_alloc(phi->cols, sizeof *sizes, error);
    status = sizes ? EG_OK : EG_INTERNAL;
    *result = (struct eg_row_concentration){0};
    for (size_t i = 0; i < phi->rows && !status; i++) {
        double gini = 0;
        for (size_t j = 0; j < phi->cols; j++)
            sizes[j] = fabs((double)eg_row(phi, i)[j]);
        result->complexity += find_entropy(phi->cols, sizes) / (double)phi->rows;
        status = eg_gini(phi->cols, sizes, &gini, error);
        result->sparseness += gini / (double)phi->rows;
    }
    free(sizes);
    return status;
}
