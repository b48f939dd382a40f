/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the output depend more on a feature that has the larger attribution? */
#ifndef EG_METRICS_MONOTONICITY_H
#define EG_METRICS_MONOTONICITY_H

#include "base/error.h"
#include "base/matrix.h"
#include "base/predictor.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_monotonicity_info;

enum { EG_MONOTONICITY_ROWS = 20 }; /* the most training rows that a feature is taken from */

/*
 * *mean = mean over rows of Spearman's correlation over features of |phi_j| and
 *
 *     mean over training rows b of (f(x with x_j = b_j) - f(x))^2
 *
 * (Nguyen and Martinez 2020), over EG_MONOTONICITY_ROWS training rows evenly spaced, or all. x_train: any
 * number of rows x p; x, phi: n x p. A row whose magnitudes are all equal counts as 0; one whose output
 * depends on no feature, or on all alike, is left out. EG_DATA when shapes disagree, a number is not finite,
 * there are fewer than 2 features or no row is left; what the predictor fails with.
 */
int eg_monotonicity(const struct eg_predictor *predictor, const struct eg_matrix *x_train,
                    const struct eg_matrix *x, const struct eg_matrix *phi, double *mean,
                    struct eg_error *error);

#endif
