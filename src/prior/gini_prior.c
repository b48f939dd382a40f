/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sparse prior: Omega = -G, with the Gini coefficient
 *
 *     G(a) = sum_ij |a_i - a_j| / (2 p sum_i a_i) = sum_i (2 r_i - p - 1) a_i / (p sum_i a_i)
 *
 * for ranks r_i from 1. Its slope is dG/da_i = ((2 r_i - p - 1) / p - G) / sum a. The mixed prior
 * adds mean |a|, since G does not see the scale.
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "prior/prior.h"

/* excess (p) = 2 r_i - p - 1, equal values sharing their mean rank; |a| is in magnitude (p). */
static void rank_magnitudes(size_t p, const double *magnitude, size_t *order, double *excess)
{
    gsl_sort_index(order, magnitude, 1, p);
    for (size_t first = 0; first < p;) {
        size_t end = first + 1;
        while (end < p && magnitude[order[end]] == magnitude[order[first]])
            end++;
        for (size_t i = first; i < end; i++)
            excess[order[i]] = (double)(first + end) - (double)p;
        first = end;
    }
}

/* G of one row; slope (p) = dG/da. */
static double gini_of_row(size_t p, const real *a, double *slope, double *scratch)
{
    double *magnitude = scratch, *excess = scratch + p;
    size_t *order = (size_t *)(scratch + 2 * p);
    double sum = 0, spread = 0;
    for (size_t i = 0; i < p; i++) {
        magnitude[i] = fabs((double)a[i]);
        sum += magnitude[i];
    }
    if (!(sum > 0)) {
        memset(slope, 0, p * sizeof *slope);
        return 0;
    }
    rank_magnitudes(p, magnitude, order, excess);
    for (size_t i = 0; i < p; i++)
        spread += excess[i] * magnitude[i];
    const double gini = spread / ((double)p * sum);
    for (size_t i = 0; i < p; i++)
        slope[i] = (excess[i] / (double)p - gini) / sum * ((a[i] > 0) - (a[i] < 0));
    return gini;
}

/* -mean over rows of G, plus l1 times the mean of |a| */
static double evaluate_rows(size_t rows, size_t p, const real *a, double l1, real *gradient,
                            double *scratch)
{
    double *slope = scratch + 3 * p, gini = 0, magnitude = 0;
    for (size_t row = 0; row < rows; row++) {
        const real *of_row = a + row * p;
        gini += gini_of_row(p, of_row, slope, scratch);
        for (size_t i = 0; i < p; i++) {
            const int sign = (of_row[i] > 0) - (of_row[i] < 0);
            magnitude += fabs((double)of_row[i]);
            gradient[row * p + i] = (real)((l1 * sign / (double)p - slope[i]) / (double)rows);
        }
    }
    return (l1 * magnitude / (double)p - gini) / (double)rows;
}

static double evaluate_gini(const struct eg_prior_settings *settings, size_t rows, size_t p,
                            const real *a, real *gradient, double *scratch)
{
    (void)settings;
    return evaluate_rows(rows, p, a, 0, gradient, scratch);
}

static double evaluate_mixed(const struct eg_prior_settings *settings, size_t rows, size_t p,
                             const real *a, real *gradient, double *scratch)
{
    (void)settings;
    return evaluate_rows(rows, p, a, 1, gradient, scratch);
}

const struct eg_prior eg_gini_prior = {
    .name = "gini",
    .summary = "minus the Gini coefficient: few features matter (the sparse prior)",
    .evaluate = evaluate_gini,
};

const struct eg_prior eg_mixed_prior = {
    .name = "mixed",
    .summary = "minus the Gini coefficient, plus the mean magnitude",
    .evaluate = evaluate_mixed,
};
