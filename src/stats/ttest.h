/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Student's t-tests, two-sided. A NaN among the values makes t and p NaN. Where
 * the values do not vary at all, t is NaN for a difference of zero and infinite
 * (p = 0) for any other.
 */
#ifndef EG_STATS_TTEST_H
#define EG_STATS_TTEST_H

#include <stddef.h>

#include "base/error.h"

struct eg_ttest {
    double t;
    double df;         /* degrees of freedom */
    double p;          /* two-sided; correct to about 1e-13 relative wherever a double holds it */
    double difference; /* the mean, or difference of means, that was tested */
    double se;         /* its standard error: t = difference / se */
};

/* Two-sided p of Student's t: P(|T| >= |t|). df > 0. */
double eg_ttest_p(double t, double df);

/* Is the mean of values[0..count-1] equal to mean? df = count - 1. EG_DATA when count < 2. */
int eg_ttest_one_sample(const double *values, size_t count, double mean, struct eg_ttest *test,
                        struct eg_error *error);

/* One-sample test of a[i] - b[i] against zero. EG_DATA when count < 2. */
int eg_ttest_paired(const double *a, const double *b, size_t count, struct eg_ttest *test,
                    struct eg_error *error);

/* Two independent samples of equal variance: mean of a minus mean of b, df = a_count + b_count - 2.
 * EG_DATA when a sample has fewer than 2 values. */
int eg_ttest_pooled(const double *a, size_t a_count, const double *b, size_t b_count,
                    struct eg_ttest *test, struct eg_error *error);

/* Two independent samples of any variances (Welch 1947), df after Welch and Satterthwaite. */
int eg_ttest_welch(const double *a, size_t a_count, const double *b, size_t b_count,
                   struct eg_ttest *test, struct eg_error *error);

#endif
