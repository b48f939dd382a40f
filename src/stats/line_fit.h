/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A straight line through points by least squares.
 */
#ifndef EG_STATS_LINE_FIT_H
#define EG_STATS_LINE_FIT_H

#include <stddef.h>

#include "base/error.h"

struct eg_line {
    double intercept, slope;
    double intercept_se, slope_se; /* from the scatter about the line, df = count - 2 */
};

/* y = intercept + slope x through count points. EG_DATA when count < 3, a number is not finite or
 * all x are equal. */
int eg_fit_line(const double *x, const double *y, size_t count, struct eg_line *line,
                struct eg_error *error);

#endif
