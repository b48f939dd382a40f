/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On how few features the attributions of single rows rest. */
#ifndef EG_METRICS_ROW_CONCENTRATION_H
#define EG_METRICS_ROW_CONCENTRATION_H

#include "base/error.h"
#include "base/matrix.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_sparseness_info, eg_complexity_info;

struct eg_row_concentration {
    double sparseness; /* mean over rows of the Gini coefficient of |phi| (Chalasani et al. 2020) */
    double complexity; /* mean over rows of the entropy of |phi| / sum |phi| (Bhatt et al. 2020) */
};

/* Of phi (n x p). A row of zeros is spread evenly: Gini 0, entropy ln p. EG_DATA when there is no number
 * or one is not finite, EG_INTERNAL when memory is short. */
int eg_row_concentration(const struct eg_matrix *phi, struct eg_row_concentration *result,
                         struct eg_error *error);

#endif
