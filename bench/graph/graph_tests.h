/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a model of the graph-prior experiment better than another? (Methods 5.1)
 */
#ifndef EG_BENCH_GRAPH_TESTS_H
#define EG_BENCH_GRAPH_TESTS_H

#include "bench/graph/graph_choice.h"

/*
 * Adds for each model the tests of its test R2 less the network's, and (suffix _from_prior) of the
 * graph prior's less its own. Protocol paper, retrainings as independent samples: t_r2, p_r2 with
 * pooled variance as published, welch_t_r2, welch_p_r2. Protocol fixed, paired over splits:
 * paired_t_r2, paired_p_r2, the same corrected for splits that share patients (corrected_t_r2,
 * corrected_p_r2), and difference_low_r2, difference_high_r2: the 95 % interval (stats/mean_interval.h).
 * Both: difference_r2, and holm_p_r2 over the tests of one suffix. Models of one number have no tests.
 */
int eg_graph_add_tests(const struct eg_graph_choice *choice, struct eg_results *results,
                       struct eg_error *error);

#endif
