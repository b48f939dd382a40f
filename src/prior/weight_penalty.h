/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Penalties on a network's weights, scaled as in the authors' released code.
 */
#ifndef EG_PRIOR_WEIGHT_PENALTY_H
#define EG_PRIOR_WEIGHT_PENALTY_H

#include "nn/network.h"

struct eg_weight_penalty {
    const char *name;
    const char *summary;
    /* gradient (parameters) += strength * slope; returns the penalty (without strength). scratch has
     * eg_network_width numbers. */
    double (*add)(const struct eg_network *network, double strength, real *gradient,
                  double *scratch);
};

/* l1: mean |w|; l2: Frobenius norm; sgl: sum |w| + sqrt(units) * sum over inputs of the norm of
 * their weights, and for all layers 2 mean |b| of each layer's biases. */
extern const struct eg_weight_penalty eg_l1_all, eg_l1_first, eg_l2_all, eg_l2_first, eg_sgl_all,
    eg_sgl_first;

/* NULL-terminated. */
extern const struct eg_weight_penalty *const eg_weight_penalties[];

#endif
