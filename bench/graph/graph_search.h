/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which setting of the network stands for it on a split, once all have been
 * tried there: what follows, fine-tuning and all that is measured, is of that one
 * alone.
 */
#ifndef EG_BENCH_GRAPH_SEARCH_H
#define EG_BENCH_GRAPH_SEARCH_H

#include "run/experiment.h"

extern const struct eg_experiment graph_prior_experiment;

/* Of the grid's cells of family "search" on that data set and split the setting with the least mean validation
 * error over its retrainings; 0, the paper's, where none has such an error in each of its rows. rows: of the
 * store, by key; NULL: none. Returns 0 as long as one of the cells has neither come out nor failed. */
int eg_graph_choose_setting(const struct eg_grid *grid, const json_t *rows, const char *dataset,
                            size_t split, size_t *setting);

#endif
