/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every experiment: its definition is in bench/NAME.c, its line in bench/experiments.c. */
#ifndef EG_BENCH_EXPERIMENTS_H
#define EG_BENCH_EXPERIMENTS_H

#include "run/experiment.h"

extern const struct eg_experiment keep_remove_experiment;
extern const struct eg_experiment convergence_experiment;
extern const struct eg_experiment sparsity_experiment;

#endif
