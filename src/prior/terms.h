/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Terms of a training objective: weight penalties and attribution priors. Any
 * differentiable method goes with any prior.
 */
#ifndef EG_PRIOR_TERMS_H
#define EG_PRIOR_TERMS_H

#include "attribution/attribution.h"
#include "nn/train.h"
#include "prior/prior.h"
#include "prior/weight_penalty.h"

/* strength * Omega(Phi) on the batch. The explainer's network is the one trained; its background is
 * the explainer's own, whatever the batch, unless references are cyclic shifts of the batch. */
struct eg_prior_term {
    const struct eg_prior *prior;
    struct eg_prior_settings settings;
    struct eg_attribution attribution;
    real *phi, *v; /* batch x p */
    double *scratch;
};

/* For batches of up to n rows. EG_USAGE when settings do not fit. */
int eg_prior_term_alloc(struct eg_prior_term *term, const struct eg_prior *prior,
                        const struct eg_prior_settings *settings,
                        const struct eg_explainer *explainer, size_t n, struct eg_error *error);
void eg_prior_term_free(struct eg_prior_term *term);
struct eg_objective_term eg_prior_as_term(struct eg_prior_term *term, double strength);

struct eg_penalty_term {
    const struct eg_weight_penalty *penalty;
    double *scratch;
};

int eg_penalty_term_alloc(struct eg_penalty_term *term, const struct eg_weight_penalty *penalty,
                          const struct eg_network *network, struct eg_error *error);
void eg_penalty_term_free(struct eg_penalty_term *term);
struct eg_objective_term eg_penalty_as_term(struct eg_penalty_term *term, double strength);

#endif
