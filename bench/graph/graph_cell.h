/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of the graph-prior experiment: one split of the patients, one
 * retraining, one setting, and the models of a family.
 */
#ifndef EG_BENCH_GRAPH_CELL_H
#define EG_BENCH_GRAPH_CELL_H

#include "run/experiment.h"

/*
 * As run_cell of struct eg_experiment. The values: those of eg_graph_describe, and for each model of
 * the family an object by its name with those of eg_graph_measure, and
 *
 *   epochs, best_epochs      of its training: run, and kept (both from 1)
 *   best_ridge, best_alpha, best_nu   of gene_ridge, lasso, graph_lasso
 *   strengths_solved         of them: how many of those tried reached the duality gap; where none
 *                            did, there is no graph_lasso
 *
 * released_notebook has validation_mse_before, validation_mse_after_1 and _2 alone.
 */
int eg_graph_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                      struct eg_error *error);

#endif
