/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rank sum test of Wilcoxon (1945), Mann and Whitney (1947): do the values of
 * one sample tend to be larger than those of another? It holds its level whatever
 * the values are distributed like, ties and few values included.
 */
#ifndef EG_STATS_MANN_WHITNEY_H
#define EG_STATS_MANN_WHITNEY_H

#include <stddef.h>

#include "base/error.h"

/* Up to so many values in both samples together p is exact, given their ties; beyond, it comes of the
 * normal approximation with its correction for ties and continuity. */
enum { EG_MANN_WHITNEY_EXACT = 60 };

struct eg_mann_whitney {
    double u; /* pairs in which a is larger, ties for a half: a_count * b_count / 2 by chance */
    double p; /* two-sided: twice the smaller tail, at most 1; 1 where all values are equal */
};

/* A NaN among the values makes u and p NaN. EG_DATA when a sample is empty. */
int eg_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count,
                    struct eg_mann_whitney *test, struct eg_error *error);

#endif
