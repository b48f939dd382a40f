/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/step_detector.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

/* Sorts values. */
static double median_of(double *values, size_t count)
{
    gsl_sort(values, 1, count);
    return gsl_stats_median_from_sorted_data(values, 1, count);
}

/* before and last are logarithms; both are sorted. */
static struct eg_step compare_levels(double *before, size_t count, double *last)
{
    enum { LAST = EG_STEP_NIGHTLY_RUNS };
    double distances[EG_STEP_WINDOW];
    const double level = median_of(before, count);
    for (size_t i = 0; i < count; i++)
        distances[i] = fabs(before[i] - level);
    const double spread = 1.4826 * median_of(distances, count);
    const double least = fmax(log1p(EG_STEP_SIZE), EG_STEP_SPREADS * spread);
    const double now = median_of(last, LAST);
    /* The median may lie a rounding below what it is compared with. */
    const double bound = least * (1 - 1e-9);
    return (struct eg_step){.known = 1,
                            .found = (last[0] - level >= bound) - (level - last[LAST - 1] >= bound),
                            .before = exp(level),
                            .after = exp(now),
                            .ratio = exp(now - level),
                            .least = expm1(least)};
}

int eg_detect_step(const double *values, size_t count, struct eg_step *step, struct eg_error *error)
{
    *step = (struct eg_step){.before = NAN, .after = NAN, .ratio = NAN, .least = NAN};
    double *logs = eg_alloc(count, sizeof *logs, error);
    if (!logs)
        return EG_INTERNAL;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]) && values[i] > 0)
            logs[kept++] = log(values[i]);
    if (kept >= EG_STEP_BEFORE + EG_STEP_NIGHTLY_RUNS) {
        const size_t earlier = kept - EG_STEP_NIGHTLY_RUNS;
        const size_t window = earlier < EG_STEP_WINDOW ? earlier : EG_STEP_WINDOW;
        *step = compare_levels(logs + earlier - window, window, logs + earlier);
    }
    free(logs);
    return EG_OK;
}
