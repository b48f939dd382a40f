/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_metrics.h"

#include <stdlib.h>

#include "metrics/gini.h"
#include "metrics/r_squared.h"
#include "metrics/roc_auc.h"
#include "public/handles.h"

int egbench_gini(size_t rows, size_t features, const eg_real *phi, double *gini,
                 struct egbench_error *error)
{
    struct eg_error *own = eg_error_of(error);
    const struct eg_matrix attributions = eg_view_rows(rows, features, phi);
    if (!rows || !features)
        return eg_fail(own, EG_DATA, "Gini: %zu rows of %zu attributions: give at least one", rows,
                       features);
    double *importance = eg_alloc(features, sizeof *importance, own);
    if (!importance)
        return EG_INTERNAL;
    eg_mean_absolute(&attributions, importance);
    const int status = eg_gini(features, importance, gini, own);
    free(importance);
    return status;
}

int egbench_roc_auc(size_t rows, const eg_real *labels, const eg_real *scores, double *auc,
                    struct egbench_error *error)
{
    size_t *order = eg_alloc(rows, sizeof *order, eg_error_of(error));
    if (!order)
        return EG_INTERNAL;
    const int status = eg_roc_auc(rows, labels, scores, order, auc, eg_error_of(error));
    free(order);
    return status;
}

int egbench_r_squared(size_t rows, const eg_real *y, const eg_real *prediction, double *r_squared,
                      struct egbench_error *error)
{
    return eg_r_squared(rows, y, prediction, r_squared, eg_error_of(error));
}
