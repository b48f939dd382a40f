/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every experiment: its definition is in bench/NAME.c, its line in bench/experiments.c. */
#ifndef EG_BENCH_EXPERIMENTS_H
#define EG_BENCH_EXPERIMENTS_H

#include "run/experiment.h"

/* The experiment in a stream's name: no two experiments share a draw. Only ever append. */
enum { EG_STREAM_KEEP_REMOVE = 1, EG_STREAM_CONVERGENCE, EG_STREAM_SPARSITY };

extern const struct eg_experiment keep_remove_experiment;
extern const struct eg_experiment convergence_experiment;
extern const struct eg_experiment sparsity_experiment;

#endif
