/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/effect_size.h"

#include <math.h>

#include "stats/ttest.h"

int eg_cohen_d_paired(const double *a, const double *b, size_t count, double *d,
                      struct eg_error *error)
{
    struct eg_ttest test;
    const int status = eg_ttest_paired(a, b, count, &test, error);
    if (status == EG_OK)
        *d = test.t / sqrt((double)count);
    return status;
}

int eg_cohen_d_two_sample(const double *a, size_t a_count, const double *b, size_t b_count,
                          double *d, struct eg_error *error)
{
    struct eg_ttest test;
    const int status = eg_ttest_pooled(a, a_count, b, b_count, &test, error);
    if (status == EG_OK)
        *d = test.t * sqrt(1 / (double)a_count + 1 / (double)b_count);
    return status;
}
