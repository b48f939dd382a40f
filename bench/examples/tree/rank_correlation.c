/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A metric of your own. What a library has, take from the library.
 *   place: metrics/rank_correlation.c
 *   line:  metrics/metric_info.c: METRIC(eg_rank_correlation_info)
 */
#include "metrics/rank_correlation.h"

#include <math.h>

#include <gsl/gsl_statistics_double.h>

const struct eg_metric_info eg_rank_correlation_info = {
    .name = "rank_correlation",
    .formula = "Pearson's correlation of the ranks of a and b",
    .citation = "Spearman 1904, American Journal of Psychology 15",
    .direction = "higher is closer agreement",
    .range = "-1 (opposite orders) to 1 (the same order); 0 for unrelated ones",
    .needs = "two importances of the same features",
    .tells = "whether two methods put the features in the same order",
    .hides = "whether either order is right, and how far apart the importances are",
};

static int refuse_unranked(const char *which, size_t count, const double *numbers,
                           struct eg_error *error)
{
    int differ = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(numbers[i]))
            return eg_fail(error, EG_DATA, "rank correlation: number %zu of the %s is NaN", i,
                           which);
        differ |= numbers[i] != numbers[0];
    }
    if (!differ)
        return eg_fail(error, EG_DATA,
                       "rank correlation needs numbers that differ; all %zu of the %s are equal",
                       count, which);
    return EG_OK;
}

int eg_rank_correlation(size_t count, const double *a, const double *b, double *work,
                        double *correlation, struct eg_error *error)
{
    if (refuse_unranked("first", count, a, error) || refuse_unranked("second", count, b, error))
        return EG_DATA;
    *correlation = gsl_stats_spearman(a, 1, b, 1, count, work);
    return EG_OK;
}
