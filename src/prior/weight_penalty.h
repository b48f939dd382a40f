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

/* l1: mean |w|, l1_biased the mean over weights and biases; l2: Frobenius norm; sgl: sum |w| + sqrt(units) * sum over inputs of the norm of
 * their weights, and for all layers 2 mean |b| of each layer's biases; weight_decay: 1/2 sum w^2,
 * as in Krogh and Hertz (1991).
 *
 * Weights are a layer's first `weights` parameters: those of dense layers and of windows; biases (but
 * for l1_biased) and all of a batch norm are left alone. The first layer is the first that has weights. sgl groups the
 * weights of a feature and so is for dense layers: others it passes over, a first one too. */
extern const struct eg_weight_penalty eg_l1_all, eg_l1_first, eg_l1_biased, eg_l2_all, eg_l2_first,
    eg_sgl_all, eg_sgl_first, eg_weight_decay;

/* NULL-terminated. */
extern const struct eg_weight_penalty *const eg_weight_penalties[];

#endif
