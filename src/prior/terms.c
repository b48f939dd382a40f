/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/terms.h"

#include <stdlib.h>

int eg_prior_term_alloc(struct eg_prior_term *term, const struct eg_prior *prior,
                        const struct eg_prior_settings *settings,
                        const struct eg_explainer *explainer, size_t n, struct eg_error *error)
{
    const size_t p = explainer->network->inputs;
    *term = (struct eg_prior_term){.prior = prior, .settings = *settings};
    struct eg_explainer own = *explainer;
    int status = prior->check ? prior->check(settings, p, error) : EG_OK;
    if (!status && prior->reads && own.features == 0)
        prior->reads(settings, p, &own.feature_first, &own.features);
    if (!status)
        status = eg_attribution_alloc(&term->attribution, &own, n, 1, error);
    if (status)
        return status;
    term->phi = eg_alloc(n * p, sizeof(real), error);
    term->v = eg_alloc(n * p, sizeof(real), error);
    term->scratch = eg_alloc(eg_prior_scratch(p), sizeof(double), error);
    if (term->phi && term->v && term->scratch)
        return EG_OK;
    eg_prior_term_free(term);
    return EG_INTERNAL;
}

void eg_prior_term_free(struct eg_prior_term *term)
{
    eg_attribution_free(&term->attribution);
    free(term->phi);
    free(term->v);
    free(term->scratch);
    *term = (struct eg_prior_term){0};
}

static double add_prior(void *context, const struct eg_network *network,
                        const struct eg_batch *batch, double strength, real *gradient)
{
    struct eg_prior_term *term = context;
    const size_t p = network->inputs;
    eg_attribution_explain(&term->attribution, batch->n, batch->x, batch->y, batch->stream,
                           term->phi, NULL, NULL);
    const double omega = eg_prior_evaluate(term->prior, &term->settings, batch->n, p, term->phi,
                                           term->v, term->scratch);
    const double rows = term->settings.is_mean ? (double)batch->n : 1;
    for (size_t i = 0; i < batch->n * p; i++)
        term->v[i] *= (real)(strength / rows);
    eg_attribution_pull_back(&term->attribution, batch->n, term->v, gradient);
    return omega / rows;
}

struct eg_objective_term eg_prior_as_term(struct eg_prior_term *term, double strength)
{
    return (struct eg_objective_term){
        .strength = strength,
        .context = term,
        .add = add_prior,
        .room = {term->attribution.block, term->attribution.block_size}};
}

int eg_penalty_term_alloc(struct eg_penalty_term *term, const struct eg_weight_penalty *penalty,
                          const struct eg_network *network, struct eg_error *error)
{
    *term = (struct eg_penalty_term){.penalty = penalty};
    term->scratch = eg_alloc(eg_network_width(network), sizeof(double), error);
    return term->scratch ? EG_OK : EG_INTERNAL;
}

void eg_penalty_term_free(struct eg_penalty_term *term)
{
    free(term->scratch);
    *term = (struct eg_penalty_term){0};
}

static double add_penalty(void *context, const struct eg_network *network,
                          const struct eg_batch *batch, double strength, real *gradient)
{
    const struct eg_penalty_term *term = context;
    (void)batch;
    return term->penalty->add(network, strength, gradient, term->scratch);
}

struct eg_objective_term eg_penalty_as_term(struct eg_penalty_term *term, double strength)
{
    return (struct eg_objective_term){.strength = strength, .context = term, .add = add_penalty};
}
