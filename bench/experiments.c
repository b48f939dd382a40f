/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/experiments.h"

/* Every experiment has one line here. */
#define EXPERIMENTS(EXPERIMENT)                                                                    \
    EXPERIMENT(keep_remove_experiment)                                                             \
    EXPERIMENT(convergence_experiment)                                                             \
    EXPERIMENT(image_noise_experiment)                                                             \
    EXPERIMENT(graph_prior_experiment)                                                             \
    EXPERIMENT(training_cost_experiment)                                                           \
    EXPERIMENT(decoy_experiment)                                                                   \
    EXPERIMENT(robust_attribution_experiment)                                                      \
    EXPERIMENT(fine_tune_experiment)                                                               \
    EXPERIMENT(sparsity_experiment)

#define DECLARE(name) extern const struct eg_experiment name;
#define ADDRESS(name) &name,
EXPERIMENTS(DECLARE)

const struct eg_experiment *const eg_experiments[] = {EXPERIMENTS(ADDRESS) NULL};
const struct eg_experiment *const eg_stored_experiments[] = {
    EXPERIMENTS(ADDRESS) & compare_experiment, NULL};

const struct eg_experiment *const *eg_steady_experiments(void)
{
    static const struct eg_experiment *steady[sizeof eg_experiments / sizeof *eg_experiments];
    size_t count = 0;
    for (const struct eg_experiment *const *e = eg_experiments; *e; e++)
        if (!(*e)->is_timed)
            steady[count++] = *e;
    return steady;
}
