/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the attributions of a row add up to what the output is above its base value? */
#ifndef EG_METRICS_COMPLETENESS_H
#define EG_METRICS_COMPLETENESS_H

#include "base/error.h"
#include "base/matrix.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_completeness_info;

/*
 * *residual = sqrt(mean over rows of (sum of phi - (f(x) - base))^2) / sd of f(x) over the rows (divisor
 * n). outputs: f(x) of the n rows. base: the mean of f over the background, or f at the reference
 * that the method measures from. Unlike local accuracy, a constant amiss counts. A constant f gives 0
 * when nothing is amiss (to 1e-12 of the largest output), else EG_DATA; EG_DATA too when a number is
 * not finite or there is no row.
 */
int eg_completeness(const struct eg_matrix *phi, const real *outputs, double base, double *residual,
                    struct eg_error *error);

#endif
