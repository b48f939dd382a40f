/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the attributions of a row add up to the model's output (completeness)? */
#ifndef EG_METRICS_LOCAL_ACCURACY_H
#define EG_METRICS_LOCAL_ACCURACY_H

#include "base/error.h"
#include "base/matrix.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_local_accuracy_info;

struct eg_local_accuracy {
    double ratio; /* sd(sum of attributions - output) / (sd(output) + 1e-6): 0 is exact */
    double score; /* the ratio in SHAP's steps, from 1 (below 1e-6) to 0 (0.7 and more) */
};

/*
 * Over the rows of attributions and the model's outputs for them; standard deviations divide by n,
 * and take constants off, so no base value is needed. The score's ratio has 1e-8 in place of 1e-6
 * (SHAP's benchmark of April 2019; the plain ratio is its successor's). EG_DATA when there is no
 * row or a number is not finite.
 */
int eg_local_accuracy(const struct eg_matrix *attributions, const real *outputs,
                      struct eg_local_accuracy *accuracy, struct eg_error *error);

#endif
