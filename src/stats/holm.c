/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/holm.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>

/* The places of the numbers among p, smallest p first; NULL with *error filled when memory is
 * short. */
static size_t *rank_alloc(const double *p, size_t count, size_t *tests, struct eg_error *error)
{
    size_t *rank = eg_alloc(count, sizeof *rank, error);
    double *key = eg_alloc(count, sizeof *key, error);
    if (!rank || !key) {
        free(rank);
        free(key);
        return NULL;
    }
    /* A NaN is neither less nor greater and would leave the others unsorted: it goes last. */
    *tests = count;
    for (size_t i = 0; i < count; i++) {
        key[i] = isnan(p[i]) ? INFINITY : p[i];
        *tests -= isnan(p[i]) != 0;
    }
    gsl_sort_index(rank, key, 1, count);
    free(key);
    return rank;
}

int eg_holm(const double *p, size_t count, double *adjusted, struct eg_error *error)
{
    size_t tests;
    size_t *rank = rank_alloc(p, count, &tests, error);
    if (!rank)
        return EG_INTERNAL;
    double worst = 0;
    for (size_t i = 0; i < count; i++)
        adjusted[i] = p[i];
    for (size_t k = 0; k < tests; k++) {
        worst = fmax(worst, (double)(tests - k) * p[rank[k]]);
        adjusted[rank[k]] = fmin(1, worst);
    }
    free(rank);
    return EG_OK;
}

int eg_benjamini_hochberg(const double *p, size_t count, double *adjusted, struct eg_error *error)
{
    size_t tests;
    size_t *rank = rank_alloc(p, count, &tests, error);
    if (!rank)
        return EG_INTERNAL;
    double best = 1;
    for (size_t i = 0; i < count; i++)
        adjusted[i] = p[i];
    for (size_t k = tests; k > 0; k--) {
        best = fmin(best, (double)tests * p[rank[k - 1]] / (double)k);
        adjusted[rank[k - 1]] = best;
    }
    free(rank);
    return EG_OK;
}
