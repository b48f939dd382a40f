/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

static void add_patient(const struct eg_graph_patient *patient, struct eg_graph_patient *sums)
{
    sums->rows += patient->rows;
    sums->sum += patient->sum;
    sums->square += patient->square;
    sums->drug_sse += patient->drug_sse;
    sums->sse += patient->sse;
}

static double find_r2(const struct eg_graph_patient *sums)
{
    return 1 - sums->sse / (sums->square - sums->sum * sums->sum / sums->rows);
}

static double find_within(const struct eg_graph_patient *sums)
{
    return 1 - sums->sse / sums->drug_sse;
}

int eg_graph_bootstrap(const struct eg_graph_patient *patients, size_t count, size_t resamples,
                       const struct eg_stream *stream, struct eg_graph_interval *interval,
                       struct eg_error *error)
{
    struct eg_graph_patient whole = {0};
    if (count < 2 || resamples < 2)
        return eg_fail(error, EG_DATA,
                       "a bootstrap of %zu patients, %zu times: both must be 2 or "
                       "more",
                       count, resamples);
    double *r2 = eg_alloc(2 * resamples, sizeof *r2, error);
    if (!r2)
        return EG_INTERNAL;
    double *within = r2 + resamples;
    for (size_t p = 0; p < count; p++)
        add_patient(&patients[p], &whole);
    size_t kept = 0;
    for (size_t r = 0; r < resamples; r++) {
        struct eg_stream own = eg_stream_item(stream, r);
        struct eg_graph_patient sums = {0};
        for (size_t i = 0; i < count; i++)
            add_patient(&patients[eg_stream_below(&own, count)], &sums);
        r2[kept] = find_r2(&sums);
        within[kept] = find_within(&sums);
        /* Few patients may be drawn whose responses do not vary. */
        kept += isfinite(r2[kept]) && isfinite(within[kept]);
    }
    if (kept < 2) {
        free(r2);
        return eg_fail(error, EG_DATA, "the responses of the test patients do not vary");
    }
    interval->sd = gsl_stats_sd(r2, 1, kept);
    gsl_sort(r2, 1, kept);
    gsl_sort(within, 1, kept);
    interval->r2 = find_r2(&whole);
    interval->low = gsl_stats_quantile_from_sorted_data(r2, 1, kept, 0.025);
    interval->high = gsl_stats_quantile_from_sorted_data(r2, 1, kept, 0.975);
    interval->within_r2 = find_within(&whole);
    interval->within_low = gsl_stats_quantile_from_sorted_data(within, 1, kept, 0.025);
    interval->within_high = gsl_stats_quantile_from_sorted_data(within, 1, kept, 0.975);
    free(r2);
    return EG_OK;
}
