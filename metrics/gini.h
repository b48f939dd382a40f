/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How unevenly importance is spread over features: Lorenz curve and Gini coefficient. */
#ifndef EG_METRICS_GINI_H
#define EG_METRICS_GINI_H

#include <stddef.h>

#include "base/error.h"
#include "base/matrix.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_gini_info;

/* importance[j] = mean over rows of |attributions[.][j]|, for each of the columns; the rows must
 * not be none. */
void eg_mean_absolute(const struct eg_matrix *attributions, double *importance);

/*
 * share[j], j = 0 .. count, = the part of the total that the j smallest values hold: the Lorenz
 * curve at j / count, from share[0] = 0 to share[count] = 1. Sorts values. When all are zero the
 * curve is the line of equality, j / count. EG_DATA when there is no value, or one is negative or
 * not finite.
 */
int eg_lorenz_curve(size_t count, double *values, double *share, struct eg_error *error);

/*
 * *gini = sum over i, j of |values[i] - values[j]| / (2 count sum of values) (the paper, Methods
 * 3.3): 0 when all are equal, 1 - 1 / count when one holds all, and 0 when all are zero. Sorts
 * values. Fails as eg_lorenz_curve() does.
 */
int eg_gini(size_t count, double *values, double *gini, struct eg_error *error);

#endif
