/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The paired tests of the sparse prior against every other penalty.
 */
#ifndef EG_BENCH_SPARSITY_TESTS_H
#define EG_BENCH_SPARSITY_TESTS_H

#include "bench/frame/summary.h"

/*
 * For test ROC-AUC and Gini, for each penalty but the sparse prior, over the replicates that both
 * have: mean difference with its 95 % interval (stats/mean_interval.h), paired t and p as published, p after Holm over the penalties, corrected resampled t and p, Cohen's d.
 *
 * The corrected test (Nadeau and Bengio) scales the variance by 1/n + n_test/n_train. It was made
 * for training sets that mostly overlap; here two of them share under one patient in a hundred and
 * n_test/n_train is above 100, so it errs far on the safe side: truth lies between the two.
 */
int eg_sparsity_add_tests(const struct eg_group *group, struct eg_results *results,
                          struct eg_error *error);

#endif
