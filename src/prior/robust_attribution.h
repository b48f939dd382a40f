/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Robust attribution regularisation (Chen et al. 2019, IG-NORM), as a term of a training objective:
 *
 *     mean over rows of  max over x' with |x' - x| <= radius  of  |IG(x, x')|_1
 *
 * where IG are the integrated gradients of the row's own loss on the straight way from x to x', and
 * the bound holds for each feature. The maximum is sought by projected gradient ascent from a random
 * point of the box; the gradient for the weights takes the neighbour that was found as fixed.
 *
 * It chooses the points it explains, which a struct eg_prior cannot, so that it is a term of its own.
 */
#ifndef EG_PRIOR_ROBUST_ATTRIBUTION_H
#define EG_PRIOR_ROBUST_ATTRIBUTION_H

#include "attribution/attribution.h"
#include "nn/train.h"

struct eg_robust_settings {
    double radius;              /* of the box, in units of x */
    size_t steps;               /* of ascent; 0: the random point itself */
    double step;                /* length of one, for each feature; 0 stands for radius / 2 */
    size_t samples;             /* points of the integral (midpoint rule) */
    const struct eg_loss *loss; /* whose gradients are integrated */
    size_t memory;              /* as in struct eg_explainer */
    int clips;                  /* whether neighbours stay within low .. high */
    double low, high;
};

struct eg_robust_term {
    struct eg_robust_settings settings;
    struct eg_attribution attribution;
    struct eg_matrix starts; /* where the ways begin: the batch itself, borrowed for a step */
    real *neighbour, *phi, *v, *slope; /* batch x inputs */
};

/* For batches of up to n rows; threads 0 stands for 1. *term must stay where it is. EG_USAGE when
 * radius is not positive or samples is 0, EG_INTERNAL when memory is short. */
int eg_robust_term_alloc(struct eg_robust_term *term, const struct eg_robust_settings *settings,
                         const struct eg_network *network, size_t n, size_t threads,
                         struct eg_error *error);
void eg_robust_term_free(struct eg_robust_term *term);

/* neighbour (batch->n x inputs) of the term becomes the worst that is found for each row. */
void eg_robust_find_neighbours(struct eg_robust_term *term, const struct eg_batch *batch);

struct eg_objective_term eg_robust_as_term(struct eg_robust_term *term, double strength);

#endif
