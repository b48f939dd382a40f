/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/mean_interval.h"

#include <gsl/gsl_cdf.h>

#include "stats/bootstrap.h"
#include "stats/moments.h"

enum { FEWEST_TO_RESAMPLE = 10 };

int eg_mean_interval(const double *values, size_t count, size_t resamples,
                     const struct eg_stream *stream, double *low, double *high,
                     struct eg_error *error)
{
    struct eg_bootstrap interval;
    struct eg_moments moments;
    if (count < 2)
        return eg_fail(error, EG_DATA, "an interval needs at least 2 values, got %zu", count);
    if (count >= FEWEST_TO_RESAMPLE) {
        const int status = eg_bootstrap_mean(values, count, resamples, 0.95, stream, &interval,
                                             error);
        *low = interval.bca_low;
        *high = interval.bca_high;
        return status;
    }
    const int status = eg_moments(values, count, EG_NAN_PROPAGATE, &moments, error);
    const double width = gsl_cdf_tdist_Pinv(0.975, (double)count - 1) * moments.se;
    *low = moments.mean - width;
    *high = moments.mean + width;
    return status;
}
