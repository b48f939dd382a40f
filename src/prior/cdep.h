/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contextual decomposition explanation penalisation (Rieger et al. 2020), as a term of a training
 * objective: the mean over rows of sum over outputs of |beta|, the part of the raw outputs that
 * contextual decomposition says comes from a group of features. This is the L1 norm of Supplement
 * B with a wanted attribution of 0; the code released with CDEP penalises softmax shares of beta and
 * gamma in some of its experiments, which is not done here.
 *
 * Unlike a struct eg_prior it is no function of an attribution matrix, so that it is a term of its
 * own.
 */
#ifndef EG_PRIOR_CDEP_H
#define EG_PRIOR_CDEP_H

#include "attribution/decomposition.h"
#include "nn/train.h"

struct eg_cdep_term {
    struct eg_decomposition decomposition;
    real *v; /* batch x outputs */
};

/* For batches of up to n rows; the mask (inputs) is borrowed. As eg_decomposition_alloc. */
int eg_cdep_term_alloc(struct eg_cdep_term *term, const struct eg_network *network,
                       const real *mask, size_t n, size_t threads, struct eg_error *error);
void eg_cdep_term_free(struct eg_cdep_term *term);
struct eg_objective_term eg_cdep_as_term(struct eg_cdep_term *term, double strength);

#endif
