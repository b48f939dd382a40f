/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/tradeoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

enum { POINTS_MAX = 256 };

/* The points of both metrics, by x. */
struct curve {
    const struct eg_result *first[POINTS_MAX], *second[POINTS_MAX];
    size_t count;
};

static int by_x(const void *left, const void *right)
{
    const struct eg_result *const *a = left, *const *b = right;
    return ((*a)->x > (*b)->x) - ((*a)->x < (*b)->x);
}

static void find_curve(const struct eg_results *results, const struct eg_result *result,
                       const char *metric, const char *other, struct curve *curve)
{
    curve->count = 0;
    for (size_t i = 0; i < results->count && curve->count < POINTS_MAX; i++) {
        const struct eg_result *point = &results->items[i];
        if (!isnan(point->x) && point->sample && point->units &&
            strcmp(point->dataset, result->dataset) == 0 &&
            strcmp(point->protocol, result->protocol) == 0 &&
            strcmp(point->method, result->method) == 0 && strcmp(point->metric, metric) == 0)
            curve->first[curve->count++] = point;
    }
    qsort(curve->first, curve->count, sizeof *curve->first, by_x);
    size_t kept = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct eg_result *point = curve->first[i];
        curve->second[kept] = eg_results_find(results, point->dataset, point->protocol,
                                              point->method, other, point->x);
        if (curve->second[kept] && curve->second[kept]->sample && curve->second[kept]->units)
            curve->first[kept++] = point;
    }
    curve->count = kept;
}

/* What the unit gave there; NAN where it gave nothing. */
static double value_of(const struct eg_result *point, size_t unit)
{
    for (size_t i = 0; i < point->n; i++)
        if (point->units[i] == unit)
            return point->sample[i];
    return NAN;
}

size_t eg_rank_correlations(const struct eg_results *results, const struct eg_result *result,
                            const char *metric, const char *other, double *numbers, size_t *units)
{
    struct curve curve;
    double a[POINTS_MAX], b[POINTS_MAX], work[2 * POINTS_MAX];
    find_curve(results, result, metric, other, &curve);
    if (curve.count < EG_TRADEOFF_POINTS)
        return 0;
    const struct eg_result *widest = curve.first[0];
    for (size_t p = 1; p < curve.count; p++)
        widest = curve.first[p]->n > widest->n ? curve.first[p] : widest;
    size_t n = 0;
    for (size_t i = 0; i < widest->n; i++) {
        size_t points = 0;
        for (size_t p = 0; p < curve.count; p++) {
            a[points] = value_of(curve.first[p], widest->units[i]);
            b[points] = value_of(curve.second[p], widest->units[i]);
            points += !isnan(a[points]) && !isnan(b[points]);
        }
        if (points < EG_TRADEOFF_POINTS)
            continue;
        numbers[n] = gsl_stats_spearman(a, 1, b, 1, points, work);
        units[n] = widest->units[i];
        n += isfinite(numbers[n]);
    }
    return n;
}

/* The largest step of a metric's means with one unit left out (unit = SIZE_MAX: none), of its range. */
static double find_step(const struct eg_result *const *points, size_t count, size_t unit)
{
    double low = INFINITY, high = -INFINITY, last = NAN, step = 0;
    for (size_t p = 0; p < count; p++) {
        double sum = 0, n = 0;
        for (size_t i = 0; i < points[p]->n; i++)
            if (points[p]->units[i] != unit) {
                sum += points[p]->sample[i];
                n++;
            }
        const double mean = sum / n;
        low = fmin(low, mean);
        high = fmax(high, mean);
        step = isnan(last) ? step : fmax(step, fabs(mean - last));
        last = mean;
    }
    return step / (high - low);
}

static double find_larger_step(const struct curve *curve, size_t unit)
{
    return fmax(find_step(curve->first, curve->count, unit),
                find_step(curve->second, curve->count, unit));
}

int eg_find_largest_step(const struct eg_results *results, struct eg_result *result,
                         const char *metric, const char *other)
{
    struct curve curve;
    double mean = 0, squares = 0;
    find_curve(results, result, metric, other, &curve);
    const size_t n = curve.count ? curve.first[0]->n : 0;
    for (size_t p = 0; p < curve.count; p++)
        if (curve.first[p]->n != n)
            return 0;
    if (curve.count < EG_TRADEOFF_POINTS || n < 2)
        return 0;
    for (size_t i = 0; i < n; i++)
        mean += find_larger_step(&curve, curve.first[0]->units[i]) / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += pow(find_larger_step(&curve, curve.first[0]->units[i]) - mean, 2);
    result->se = sqrt(squares * (double)(n - 1) / (double)n);
    result->value = find_larger_step(&curve, (size_t)-1);
    result->n = n;
    return isfinite(result->value);
}
