/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How large a difference is in units of spread (Cohen 1988): what a p-value of
 * many replicates does not say.
 */
#ifndef EG_STATS_EFFECT_SIZE_H
#define EG_STATS_EFFECT_SIZE_H

#include <stddef.h>

#include "base/error.h"

/* d of paired samples: mean of a[i] - b[i] over the standard deviation of those differences.
 * NaN or infinite where they do not vary. EG_DATA when count < 2. */
int eg_cohen_d_paired(const double *a, const double *b, size_t count, double *d,
                      struct eg_error *error);

/* d of independent samples: difference of means over the pooled standard deviation. EG_DATA when a
 * sample has fewer than 2 values. */
int eg_cohen_d_two_sample(const double *a, size_t a_count, const double *b, size_t b_count,
                          double *d, struct eg_error *error);

#endif
