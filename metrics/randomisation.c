/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/randomisation.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"

const struct eg_metric_info eg_randomisation_info = {
    .name = "randomisation",
    .formula = "mean 1 - |Spearman(phi, phi')|, phi' of the same model with all weights drawn anew",
    .citation = "Adebayo et al. 2018, NeurIPS",
    .direction = "higher is better; a check to pass, not a scale to win on",
    .range = "0 to 1; unrelated numbers of p features get about 1 - sqrt(2 / (pi (p - 1)))",
    .needs = "attributions of the model, and of the same model with weights freshly drawn",
    .tells = "the attributions depend on what the model has learned",
    .hides =
        "whether they are right: numbers drawn anew each time pass, and so does the truth with "
        "its signs turned",
};

static int is_constant(size_t p, const real *row)
{
    for (size_t j = 1; j < p; j++)
        if (row[j] != row[0])
            return 0;
    return 1;
}

int eg_randomisation(const struct eg_matrix *phi, const struct eg_matrix *random_phi,
                     double *difference, struct eg_error *error)
{
    const size_t n = phi->rows, p = phi->cols;
    const int status = eg_check_pair("randomisation", "attributions", phi,
                                     "attributions of the random model", random_phi, error);
    if (status)
        return status;
    if (p < 2)
        return eg_fail(error, EG_DATA, "randomisation: one feature has no order; give 2 or more");
    double *work = eg_alloc(4 * p, sizeof *work, error);
    if (!work)
        return EG_INTERNAL;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const real *a = eg_row(phi, i), *b = eg_row(random_phi, i);
        const double rank = eg_row_rank_correlation(p, a, b, work);
        if (!isnan(rank))
            sum += fmax(0, 1 - fabs(rank)); /* rounding may leave the correlation above 1 */
        else
            sum += !(is_constant(p, a) && is_constant(p, b));
    }
    free(work);
    *difference = sum / (double)n;
    return EG_OK;
}

double eg_unrelated_randomisation(size_t p)
{
    return 1 - sqrt(2 / (M_PI * (double)(p - 1)));
}
