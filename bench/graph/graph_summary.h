/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the cells of the graph-prior experiment add up to.
 *
 * Each split speaks by the setting with the least validation error. Protocol
 * paper is the retrainings on the first split, fixed the mean over retrainings
 * on each split. Results by model:
 *
 *   test_r2, graph_penalty ...   means of what eg_graph_measure sets
 *   best_alpha, best_epochs ...  what validation chose (paper)
 *   test_r2_low, test_r2_high, within_r2_low, within_r2_high, test_r2_of_patients
 *                                over test patients drawn anew (paper)
 *   difference_r2, holm_p_r2     of test R2 less the network's, and with the suffix _from_prior of the
 *                                graph prior's less the model's; paper, of retrainings as independent
 *                                samples, with t_r2, p_r2, welch_t_r2, welch_p_r2; fixed, paired over
 *                                splits, with paired_t_r2, paired_p_r2, corrected_t_r2, corrected_p_r2,
 *                                difference_low_r2, difference_high_r2
 *
 * those of graph_pathways.h by gene set, and by "data" the counts of eg_graph_describe.
 */
#ifndef EG_BENCH_GRAPH_SUMMARY_H
#define EG_BENCH_GRAPH_SUMMARY_H

#include "bench/frame/view.h"

/* As summarise of struct eg_experiment. */
void eg_graph_summarise(const struct eg_view *view);

extern const struct eg_table_spec eg_graph_tables[];
extern const struct eg_figure_spec eg_graph_figures[];

#endif
