/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What experiments share: each is defined in bench/NAME.c and has its line in bench/experiments.c. */
#ifndef EG_BENCH_EXPERIMENTS_H
#define EG_BENCH_EXPERIMENTS_H

#include "run/experiment.h"

/* The experiment in a stream's name: no two experiments share a draw. Only ever append. */
enum {
    EG_STREAM_KEEP_REMOVE = 1,
    EG_STREAM_CONVERGENCE,
    EG_STREAM_SPARSITY,
    EG_STREAM_IMAGE_NOISE,
    EG_STREAM_GRAPH_PRIOR,
    EG_STREAM_COMPARE,
    EG_STREAM_TRAINING_COST,
    EG_STREAM_DECOY,
    EG_STREAM_ROBUST_ATTRIBUTION,
    EG_STREAM_FINE_TUNE
};

/* All that keep a store: these and egbench-compare; ends with NULL. */
extern const struct eg_experiment compare_experiment;
extern const struct eg_experiment *const eg_stored_experiments[];

/* Those whose results are no times and so come out the same each time; ends with NULL. */
const struct eg_experiment *const *eg_steady_experiments(void);

#endif
