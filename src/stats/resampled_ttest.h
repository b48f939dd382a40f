/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The corrected resampled t-test of Nadeau and Bengio (2003), "Inference for the
 * generalization error". Scores of resampled splits share most of their rows, so
 * they are not independent and the plain paired t is too sharp.
 */
#ifndef EG_STATS_RESAMPLED_TTEST_H
#define EG_STATS_RESAMPLED_TTEST_H

#include <stddef.h>

#include "base/error.h"
#include "stats/ttest.h"

/* Paired test of a[i] - b[i], the scores of two methods on resample i of count:
 *     t = mean / sqrt((1 / count + n_test / n_train) s^2),  df = count - 1,
 * s^2 being the sample variance of the differences and n_train, n_test the rows of one resample.
 * EG_DATA when count < 2 or n_train = 0. */
int eg_resampled_ttest(const double *a, const double *b, size_t count, size_t n_train,
                       size_t n_test, struct eg_ttest *test, struct eg_error *error);

/* Makes a paired test of count resamples the corrected one. n_train > 0. */
void eg_correct_resampled(struct eg_ttest *test, size_t count, size_t n_train, size_t n_test);

#endif
