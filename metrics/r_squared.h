/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coefficient of determination. */
#ifndef EG_METRICS_R_SQUARED_H
#define EG_METRICS_R_SQUARED_H

#include <stddef.h>

#include "base/error.h"
#include "base/real.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_r_squared_info;

/* *r_squared = 1 - sum (y - prediction)^2 / sum (y - mean y)^2 over count rows. EG_DATA when y is
 * constant, there is no row, or a number is not finite. */
int eg_r_squared(size_t count, const real *y, const real *prediction, double *r_squared,
                 struct eg_error *error);

#endif
