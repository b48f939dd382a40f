/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/mann_whitney.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

/* Twice the midrank of each of count values, which makes it a whole number; *ties becomes the sum of
 * t^3 - t over the groups of t equal values. */
static int rank_doubled(const double *values, size_t count, size_t *ranks, double *ties,
                        struct eg_error *error)
{
    size_t *order = eg_alloc(count, sizeof *order, error);
    if (!order)
        return EG_INTERNAL;
    gsl_sort_index(order, values, 1, count);
    *ties = 0;
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i + 1; j < count && values[order[j]] == values[order[i]]; j++)
            continue;
        const double equal = (double)(j - i);
        *ties += equal * equal * equal - equal;
        for (size_t k = i; k < j; k++)
            ranks[order[k]] = i + 1 + j;
    }
    free(order);
    return EG_OK;
}

/*
 * The share of all choices of `chosen` ranks out of count whose sum is at most, and at least, that of the
 * first `chosen`: ways[k][s] choices of k ranks have the sum s, rank by rank.
 */
static int find_tails(const size_t *ranks, size_t count, size_t chosen, double tails[2],
                      struct eg_error *error)
{
    size_t sum = 0, most = 0, reached = 0;
    for (size_t i = 0; i < count; i++) {
        sum += i < chosen ? ranks[i] : 0;
        most += ranks[i];
    }
    const size_t width = most + 1;
    double *ways = eg_alloc((chosen + 1) * width, sizeof *ways, error);
    if (!ways)
        return EG_INTERNAL;
    ways[0] = 1;
    for (size_t i = 0; i < count; i++) {
        reached += ranks[i];
        for (size_t k = i < chosen ? i + 1 : chosen; k > 0; k--)
            for (size_t s = ranks[i]; s <= reached; s++)
                ways[k * width + s] += ways[(k - 1) * width + s - ranks[i]];
    }
    double below = 0, all = 0, at = ways[chosen * width + sum];
    for (size_t s = 0; s < width; s++) {
        all += ways[chosen * width + s];
        below += s < sum ? ways[chosen * width + s] : 0;
    }
    tails[0] = (below + at) / all;
    tails[1] = (all - below) / all;
    free(ways);
    return EG_OK;
}

static double approximate_p(double u, double n, double m, double ties)
{
    const double both = n + m;
    const double variance = n * m / 12 * (both + 1 - ties / (both * (both - 1)));
    const double distance = fmax(0, fabs(u - n * m / 2) - 0.5);
    return variance > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(distance / sqrt(variance))) : 1;
}

static int test_ranks(const size_t *ranks, size_t a_count, size_t b_count, double ties,
                      struct eg_mann_whitney *test, struct eg_error *error)
{
    const double n = (double)a_count, m = (double)b_count;
    double doubled = 0, tails[2];
    for (size_t i = 0; i < a_count; i++)
        doubled += (double)ranks[i];
    test->u = doubled / 2 - n * (n + 1) / 2;
    if (a_count + b_count > EG_MANN_WHITNEY_EXACT) {
        test->p = approximate_p(test->u, n, m, ties);
        return EG_OK;
    }
    const int status = find_tails(ranks, a_count + b_count, a_count, tails, error);
    if (!status)
        test->p = fmin(1, 2 * fmin(tails[0], tails[1]));
    return status;
}

int eg_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count,
                    struct eg_mann_whitney *test, struct eg_error *error)
{
    const size_t count = a_count + b_count;
    if (a_count == 0 || b_count == 0)
        return eg_fail(error, EG_DATA, "a rank sum test needs 1 value in each sample at least");
    *test = (struct eg_mann_whitney){NAN, NAN};
    for (size_t i = 0; i < count; i++)
        if (isnan(i < a_count ? a[i] : b[i - a_count]))
            return EG_OK;
    double *values = eg_alloc(count, sizeof *values, error), ties;
    size_t *ranks = eg_alloc(count, sizeof *ranks, error);
    int status = values && ranks ? EG_OK : EG_INTERNAL;
    if (!status) {
        memcpy(values, a, a_count * sizeof *a);
        memcpy(values + a_count, b, b_count * sizeof *b);
        status = rank_doubled(values, count, ranks, &ties, error);
    }
    if (!status)
        status = test_ranks(ranks, a_count, b_count, ties, test, error);
    free(ranks);
    free(values);
    return status;
}
