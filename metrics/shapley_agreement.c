/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/shapley_agreement.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"

const struct eg_metric_info eg_shapley_error_info = {
    .name = "shapley_error",
    .judged = EG_JUDGED_USUALLY,
    .formula = "sum |phi_j - s_j| / sum |s_j| over rows and features, s exact Shapley values",
    .citation = "the values: Shapley 1953; Lundberg and Lee 2017, NeurIPS",
    .direction = "lower is better",
    .range = "0 up; 1 is what attributions of zero get, 2 the truth with its signs turned",
    .needs = "attributions, and exact Shapley values of the same rows",
    .tells = "the attributions are the Shapley values, in size and sign",
    .hides = "whose error it is: where the truth is of the data, the network's own counts too; "
             "and a method that aims at another value than Shapley's is faulted for that",
};

const struct eg_metric_info eg_shapley_rank_info = {
    .name = "shapley_rank",
    .judged = EG_JUDGED_USUALLY,
    .formula = "mean Spearman(phi, s), s exact Shapley values",
    .citation = "the values: Shapley 1953; Lundberg and Lee 2017, NeurIPS",
    .direction = "higher is better",
    .range = "-1 to 1, a mean rank correlation; 0 for attributions that say nothing",
    .needs = "attributions, and exact Shapley values of the same rows",
    .tells = "a row's features stand in the order of their Shapley values, signs and all",
    .hides = "sizes: any growing function of the truth scores 1, and small values count as much "
             "as large ones",
};

int eg_shapley_agreement(const struct eg_matrix *phi, const struct eg_matrix *exact,
                         struct eg_shapley_agreement *agreement, struct eg_error *error)
{
    const size_t n = phi->rows, p = phi->cols;
    const int status = eg_check_pair("shapley agreement", "attributions", phi, "exact values",
                                     exact, error);
    if (status)
        return status;
    double *work = eg_alloc(4 * p, sizeof *work, error);
    if (!work)
        return EG_INTERNAL;
    double off = 0, size = 0, ranks = 0;
    *agreement = (struct eg_shapley_agreement){0};
    for (size_t i = 0; i < n; i++) {
        const real *row = eg_row(phi, i), *truth = eg_row(exact, i);
        int truth_differs = 0;
        for (size_t j = 0; j < p; j++) {
            off += fabs((double)row[j] - (double)truth[j]);
            size += fabs((double)truth[j]);
            truth_differs |= truth[j] != truth[0];
        }
        if (!truth_differs)
            continue;
        const double rank = eg_row_rank_correlation(p, row, truth, work);
        agreement->rank_rows++;
        agreement->unranked += isnan(rank);
        ranks += isnan(rank) ? 0 : rank;
    }
    free(work);
    if (agreement->rank_rows == 0)
        return eg_fail(error, EG_DATA,
                       "shapley agreement: the exact values of each row are all equal; there is "
                       "no order to agree with");
    agreement->error = off / size;
    agreement->rank = ranks / (double)agreement->rank_rows;
    return EG_OK;
}
