/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_STATS_MEAN_INTERVAL_H
#define EG_STATS_MEAN_INTERVAL_H

#include <stddef.h>

#include "base/error.h"
#include "base/stream.h"

/* The 95 % interval of the mean of values[0..count-1]: Student's t for fewer than 10, of which bootstrap
 * intervals are too narrow (at 5 they hold the mean in 85 of 100 cases), else BCa of that many resamples
 * drawn from *stream (stats/bootstrap.h). EG_DATA when count < 2. */
int eg_mean_interval(const double *values, size_t count, size_t resamples,
                     const struct eg_stream *stream, double *low, double *high,
                     struct eg_error *error);

#endif
