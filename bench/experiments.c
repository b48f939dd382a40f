/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/experiment.h"

/* Every experiment has one line here. */
#define EXPERIMENTS(EXPERIMENT)                                                                    \
    EXPERIMENT(keep_remove_experiment)                                                             \
    EXPERIMENT(convergence_experiment)                                                             \
    EXPERIMENT(image_noise_experiment)                                                             \
    EXPERIMENT(graph_prior_experiment)                                                             \
    EXPERIMENT(training_cost_experiment)                                                           \
    EXPERIMENT(decoy_experiment)                                                                   \
    EXPERIMENT(sparsity_experiment)

#define DECLARE(name) extern const struct eg_experiment name;
#define ADDRESS(name) &name,
EXPERIMENTS(DECLARE)

const struct eg_experiment *const eg_experiments[] = {EXPERIMENTS(ADDRESS) NULL};
