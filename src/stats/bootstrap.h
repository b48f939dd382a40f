/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bootstrap confidence intervals of a mean (Efron 1987).
 */
#ifndef EG_STATS_BOOTSTRAP_H
#define EG_STATS_BOOTSTRAP_H

#include <stddef.h>

#include "base/error.h"
#include "base/stream.h"

struct eg_bootstrap {
    double mean;
    double percentile_low, percentile_high; /* quantiles of the resampled means */
    double bca_low, bca_high;               /* the same, corrected for bias and acceleration */
};

/* Intervals of the given level (0.95: 95 %) for the mean of values[0..count-1]. Resample r draws
 * count values with replacement from item r of *stream, so the outcome depends on the stream's name
 * and the resample count alone. Quantiles are interpolated linearly between order statistics. Where
 * BCa is not defined (the values do not vary) it equals the percentile interval. A NaN among the
 * values makes all NaN. EG_DATA when count < 2, resamples < 2 or level is not in (0, 1). */
int eg_bootstrap_mean(const double *values, size_t count, size_t resamples, double level,
                      const struct eg_stream *stream, struct eg_bootstrap *interval,
                      struct eg_error *error);

#endif
