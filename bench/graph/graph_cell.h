/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of the graph-prior experiment: one split of the patients, one
 * retraining, one setting, and the models of a family.
 */
#ifndef EG_BENCH_GRAPH_CELL_H
#define EG_BENCH_GRAPH_CELL_H

#include "bench/graph/graph_linear.h"
#include "bench/graph/graph_models.h"
#include "run/experiment.h"

/* What its outcome depends on. */
struct eg_graph_cell {
    const char *dataset, *data, *sets, *protocol, *scale;
    size_t seed;
    const char *family; /* one of eg_graph_families */
    size_t split, replicate, setting;
    size_t train_rows;                 /* 0: all */
    size_t explained_rows, references; /* test rows and training rows of expected gradients */
    size_t permutations;               /* of gene labels */
    size_t patients, drugs; /* of the simulated cohort; 0: as many as by default, or another one */
    struct eg_graph_strengths strengths; /* of linear models */
    struct eg_graph_recipe recipe;       /* of the others */
};

extern const struct eg_field eg_graph_fields[];

/*
 * As run_cell of struct eg_experiment. The values: those of eg_graph_describe, and for each model of
 * the family an object by its name with those of eg_graph_measure, and
 *
 *   epochs, best_epochs      of its training: run, and kept (both from 1)
 *   best_ridge, best_alpha, best_nu   of gene_ridge, lasso, graph_lasso
 *   strengths_solved         of them: how many of those tried reached the duality gap; where none
 *                            did, there is no graph_lasso
 *
 * A search's neural_network has epochs, best_epochs and validation_mse alone, and no other rows are described;
 * released_notebook has validation_mse_before, validation_mse_after_1 and _2 alone.
 */
int eg_graph_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                      struct eg_error *error);

#endif
