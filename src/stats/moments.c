/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/moments.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

/* Copies the values that count; *has_nan tells whether one was a NaN. */
static int copy_counted(const double *values, size_t count, enum eg_nan_policy policy, double *kept,
                        size_t *kept_count, int *has_nan, struct eg_error *error)
{
    *kept_count = 0;
    *has_nan = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            if (policy == EG_NAN_REFUSE)
                return eg_fail(error, EG_DATA, "value %zu of %zu is not a number", i + 1, count);
            *has_nan = 1;
            if (policy == EG_NAN_OMIT)
                continue;
        }
        kept[(*kept_count)++] = values[i];
    }
    if (*kept_count == 0)
        return eg_fail(error, EG_DATA,
                       "a mean needs at least 1 value, got %zu of which none counts", count);
    return EG_OK;
}

int eg_moments(const double *values, size_t count, enum eg_nan_policy policy,
               struct eg_moments *moments, struct eg_error *error)
{
    *moments = (struct eg_moments){0, NAN, NAN, NAN, NAN};
    double *kept = eg_alloc(count, sizeof *kept, error);
    if (!kept)
        return EG_INTERNAL;
    size_t n;
    int has_nan;
    const int status = copy_counted(values, count, policy, kept, &n, &has_nan, error);
    if (status == EG_OK) {
        moments->n = n;
        if (!has_nan || policy == EG_NAN_OMIT) {
            moments->mean = gsl_stats_mean(kept, 1, n);
            if (n > 1) {
                moments->sd = gsl_stats_sd_m(kept, 1, n, moments->mean);
                moments->se = moments->sd / sqrt((double)n);
            }
            gsl_sort(kept, 1, n);
            moments->median = gsl_stats_median_from_sorted_data(kept, 1, n);
        }
    }
    free(kept);
    return status;
}
