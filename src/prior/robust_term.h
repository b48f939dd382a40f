/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Robust attribution regularisation (Chen et al. 2019) as a term of a training objective:
 *
 *     mean over rows of  |IG(x, x')|_1,   x' the worst point of the box |x' - x| <= radius
 *
 * where IG are the integrated gradients of the row's own loss on the straight way from x to x', and
 * the bound holds for each feature. The worst point is sought by projected gradient ascent, by
 * signed steps from a random point of the box; the gradient for the weights takes the neighbour
 * that was found as fixed. IG-NORM adds the term to the loss at x; IG-SUM-NORM adds it to the
 * loss at x', where it is the adversary that moves the rows.
 *
 * It chooses the points it explains, which a struct eg_prior cannot, so that it is a term of its
 * own.
 */
#ifndef EG_PRIOR_ROBUST_TERM_H
#define EG_PRIOR_ROBUST_TERM_H

#include "attribution/attribution.h"
#include "nn/train.h"

/* What makes a neighbour worse. */
enum eg_robust_ascent {
    EG_ASCEND_NORM, /* |IG(x, x')|_1 (IG-NORM) */
    EG_ASCEND_SUM,  /* loss(x') + norm_weight |IG(x, x')|_1 (IG-SUM-NORM); for EG_RULE_RIGHT */
    EG_ASCEND_LOSS  /* loss(x') (PGD, Madry et al. 2018) */
};

struct eg_robust_settings {
    double radius; /* of the box, in units of x */
    size_t steps;  /* of ascent; 0: the random point itself */
    double step;   /* length of one, for each feature; 0 stands for radius / 2 */
    size_t
        samples; /* points of the integral; not read where there is no more than EG_ASCEND_LOSS */
    size_t search_samples; /* the same in the search; 0: as many */
    enum eg_rule rule;     /* of both */
    enum eg_robust_ascent ascends;
    double norm_weight;
    const struct eg_loss *loss; /* whose gradients are integrated */
    size_t memory;              /* as in struct eg_explainer */
    int clips;                  /* whether neighbours stay within low .. high */
    double low, high;
};

struct eg_robust_term {
    struct eg_robust_settings settings;
    struct eg_attribution attribution; /* of the term; of EG_ASCEND_LOSS none */
    struct eg_attribution search;      /* of the ascent, where that is another */
    struct eg_matrix starts; /* where the ways begin: the batch itself, borrowed for a step */
    real *neighbour, *phi, *v, *slope; /* batch x inputs */
};

/* For batches of up to n rows; threads 0 stands for 1. *term must stay where it is. EG_USAGE when
 * radius is not positive, samples is 0 or the ascent does not go with the rule, EG_INTERNAL when
 * memory is short. */
int eg_robust_term_alloc(struct eg_robust_term *term, const struct eg_robust_settings *settings,
                         const struct eg_network *network, size_t n, size_t threads,
                         struct eg_error *error);
void eg_robust_term_free(struct eg_robust_term *term);

/* Bytes that the above has taken. */
size_t eg_robust_term_bytes(const struct eg_robust_term *term);

/* neighbour (batch->n x inputs) of the term becomes the worst that is found for each row. It
 * ends before its steps are done where one of them moves nothing. */
void eg_robust_find_neighbours(struct eg_robust_term *term, const struct eg_batch *batch);

/* The norm at the worst neighbours, which it seeks itself. Not for EG_ASCEND_LOSS. */
struct eg_objective_term eg_robust_as_term(struct eg_robust_term *term, double strength);

/* The loss at the worst neighbours, in place of that at the rows; and the norm at the neighbours
 * that this adversary has found in the same step. */
struct eg_adversary eg_robust_as_adversary(struct eg_robust_term *term);
struct eg_objective_term eg_robust_as_term_of_adversary(struct eg_robust_term *term,
                                                        double strength);

#endif
