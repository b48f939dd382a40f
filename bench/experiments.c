/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/experiments.h"

const struct eg_experiment *const eg_experiments[] = {
    &keep_remove_experiment,
    &convergence_experiment,
    &sparsity_experiment,
    NULL,
};
