/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which cells of a grid a store does not have.
 */
#ifndef EG_BENCH_MISSING_CELLS_H
#define EG_BENCH_MISSING_CELLS_H

#include "run/experiment.h"
#include "run/store.h"

struct eg_missing {
    size_t cells, missing; /* of the whole grid; of these, without an outcome in the store */
    size_t replicates; /* how many the grid has, where that is more than the scale's own; else 0 */
    char first[256];   /* the name of one that is missing */
};

/* Holds the store against the grid that the experiment has for the data set, protocol, scale and seed
 * of that result, with the data folder (NULL: none), and as many replicates as the store has of it if
 * these are more than the scale's own. named gets the name of each cell that is missing. Fails as the
 * experiment's list_cells does: where the data are not here, the grid is not known. */
int eg_find_missing(const struct eg_experiment *experiment, const struct eg_result *block,
                    const struct eg_store *store, const char *data, struct eg_warner named,
                    struct eg_missing *missing, struct eg_error *error);

#endif
