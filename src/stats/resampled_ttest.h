/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The corrected resampled t-test of Nadeau and Bengio (2003), "Inference for the
 * generalization error". Scores of resampled splits share most of their rows, so
 * they are not independent and the plain paired t is too sharp.
 */
#ifndef EG_STATS_RESAMPLED_TTEST_H
#define EG_STATS_RESAMPLED_TTEST_H

#include <stddef.h>

#include "stats/ttest.h"

/* Makes a paired test of count resamples, with differences of sample variance s^2, the corrected one:
 *     t = mean / sqrt((1 / count + n_test / n_train) s^2),  df = count - 1,
 * n_train > 0 and n_test being the rows of one resample. */
void eg_correct_resampled(struct eg_ttest *test, size_t count, size_t n_train, size_t n_test);

#endif
