/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

static double resample_mean(const double *values, size_t count, struct eg_stream stream)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[eg_stream_below(&stream, count)];
    return sum / (double)count;
}

/* Half the skewness-like ratio of the jackknife: sum d^3 / (6 (sum d^2)^1.5), where the jackknife
 * of a mean leaves d proportional to the value less the mean. */
static double acceleration(const double *values, size_t count, double mean)
{
    double squares = 0, cubes = 0;
    for (size_t i = 0; i < count; i++) {
        const double d = values[i] - mean;
        squares += d * d;
        cubes += d * d * d;
    }
    return cubes / (6 * pow(squares, 1.5));
}

/* The normal quantile of the share of resampled means below the mean, ties counted half. */
static double bias_correction(const double *sorted, size_t resamples, double mean)
{
    size_t below = 0, equal = 0;
    for (size_t i = 0; i < resamples; i++) {
        below += sorted[i] < mean;
        equal += sorted[i] == mean;
    }
    return gsl_cdf_ugaussian_Pinv(((double)below + 0.5 * (double)equal) / (double)resamples);
}

static double bca_level(double level, double bias, double accelerate)
{
    const double z = bias + gsl_cdf_ugaussian_Pinv(level);
    return gsl_cdf_ugaussian_P(bias + z / (1 - accelerate * z));
}

static void read_intervals(const double *sorted, size_t resamples, double tail, double bias,
                           double accelerate, struct eg_bootstrap *interval)
{
    interval->percentile_low = gsl_stats_quantile_from_sorted_data(sorted, 1, resamples, tail);
    interval->percentile_high = gsl_stats_quantile_from_sorted_data(sorted, 1, resamples, 1 - tail);
    interval->bca_low = interval->percentile_low;
    interval->bca_high = interval->percentile_high;
    if (!isfinite(bias) || !isfinite(accelerate))
        return;
    interval->bca_low = gsl_stats_quantile_from_sorted_data(sorted, 1, resamples,
                                                            bca_level(tail, bias, accelerate));
    interval->bca_high = gsl_stats_quantile_from_sorted_data(sorted, 1, resamples,
                                                             bca_level(1 - tail, bias, accelerate));
}

int eg_bootstrap_mean(const double *values, size_t count, size_t resamples, double level,
                      const struct eg_stream *stream, struct eg_bootstrap *interval,
                      struct eg_error *error)
{
    *interval = (struct eg_bootstrap){NAN, NAN, NAN, NAN, NAN};
    if (count < 2 || resamples < 2 || !(level > 0 && level < 1))
        return eg_fail(error, EG_DATA,
                       "a bootstrap interval needs 2 values, 2 resamples and a level in (0, 1), "
                       "got %zu, %zu and %g",
                       count, resamples, level);
    for (size_t i = 0; i < count; i++)
        if (isnan(values[i]))
            return EG_OK;
    double *means = eg_alloc(resamples, sizeof *means, error);
    if (!means)
        return EG_INTERNAL;
    for (size_t r = 0; r < resamples; r++)
        means[r] = resample_mean(values, count, eg_stream_item(stream, r));
    gsl_sort(means, 1, resamples);
    double sum = 0; /* in the order resample_mean adds, so that ties with the mean are exact */
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    interval->mean = sum / (double)count;
    read_intervals(means, resamples, (1 - level) / 2,
                   bias_correction(means, resamples, interval->mean),
                   acceleration(values, count, interval->mean), interval);
    free(means);
    return EG_OK;
}
