/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How near attributions are to exact Shapley values, where these are known. */
#ifndef EG_METRICS_SHAPLEY_AGREEMENT_H
#define EG_METRICS_SHAPLEY_AGREEMENT_H

#include <stddef.h>

#include "base/error.h"
#include "base/matrix.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_shapley_error_info;
extern const struct eg_metric_info eg_shapley_rank_info;

struct eg_shapley_agreement {
    double error;     /* sum |phi - exact| / sum |exact| over all rows and features */
    double rank;      /* mean over rows of Spearman's correlation of phi and exact, signs and all */
    size_t rank_rows; /* rows that the mean is over: those with exact values that differ */
    size_t unranked;  /* of these, rows with equal phi everywhere, which count as 0 */
};

/* phi, exact: n x p. EG_DATA when shapes disagree, a number is not finite, or every row of exact is
 * constant. */
int eg_shapley_agreement(const struct eg_matrix *phi, const struct eg_matrix *exact,
                         struct eg_shapley_agreement *agreement, struct eg_error *error);

#endif
