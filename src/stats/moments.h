/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mean, spread and middle of a sample.
 */
#ifndef EG_STATS_MOMENTS_H
#define EG_STATS_MOMENTS_H

#include <stddef.h>

#include "base/error.h"

/* What a NaN among the values means. */
enum eg_nan_policy {
    EG_NAN_PROPAGATE, /* every moment becomes NaN */
    EG_NAN_OMIT,      /* it is left out, and n does not count it */
    EG_NAN_REFUSE     /* EG_DATA, naming its place */
};

struct eg_moments {
    size_t n;      /* values counted */
    double mean;   /* sum / n */
    double sd;     /* sample standard deviation, divisor n - 1; NaN when n < 2 */
    double se;     /* standard error of the mean, sd / sqrt(n); NaN when n < 2 */
    double median; /* mean of the two middle values when n is even */
};

/* The moments of values[0..count-1]. EG_DATA when no value is left to count. */
int eg_moments(const double *values, size_t count, enum eg_nan_policy policy,
               struct eg_moments *moments, struct eg_error *error);

#endif
