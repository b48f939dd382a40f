/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/attribution_regularisers.h"

#include <stdio.h>
#include <string.h>

static const struct eg_attribution_regulariser list[] = {
    {"none", EG_REGULARISER_NONE, NULL, EG_TARGET_OUTPUT},
    {"eg", EG_REGULARISER_MASK, &eg_expected_gradients, EG_TARGET_OUTPUT},
    {"gradients", EG_REGULARISER_MASK, &eg_gradients, EG_TARGET_OUTPUT},
    {"rrr", EG_REGULARISER_MASK, &eg_gradients, EG_TARGET_LOG_PROBABILITY_SUM},
    {"integrated_gradients", EG_REGULARISER_MASK, &eg_integrated_gradients, EG_TARGET_OUTPUT},
    {"cdep", EG_REGULARISER_CDEP, NULL, EG_TARGET_OUTPUT},
    {"robust", EG_REGULARISER_ROBUST, NULL, EG_TARGET_LOSS},
};

const struct eg_attribution_regulariser *const eg_attribution_regularisers[] = {
    &list[0], &list[1], &list[2], &list[3], &list[4], &list[5], &list[6], NULL};

const struct eg_attribution_regulariser *eg_attribution_regulariser_find(const char *name,
                                                                         struct eg_error *error)
{
    char names[256] = "";
    for (size_t i = 0; eg_attribution_regularisers[i]; i++) {
        if (strcmp(eg_attribution_regularisers[i]->name, name) == 0)
            return eg_attribution_regularisers[i];
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                 eg_attribution_regularisers[i]->name);
    }
    eg_fail(error, EG_USAGE, "there is no regulariser '%s': choose one of %s", name, names);
    return NULL;
}

static int alloc_prior(struct eg_regulariser_term *term,
                       const struct eg_regulariser_settings *settings, struct eg_error *error)
{
    const struct eg_attribution_regulariser *regulariser = term->regulariser;
    const int is_integrated = regulariser->method == &eg_integrated_gradients;
    const struct eg_explainer explainer = {
        .network = settings->network,
        .method = regulariser->method,
        .settings = {.samples = settings->samples, .rule = EG_RULE_MIDPOINT},
        .target = {.kind = regulariser->target},
        .background = is_integrated ? settings->baseline : settings->background,
        .memory = settings->memory,
        .threads = settings->threads};
    const struct eg_prior_settings mask = {.is_mean = 1, .mask = settings->mask, .mask_rows = 1};
    return eg_prior_term_alloc(&term->prior, &eg_mask_prior, &mask, &explainer, settings->batch,
                               error);
}

int eg_regulariser_term_alloc(struct eg_regulariser_term *term,
                              const struct eg_attribution_regulariser *regulariser,
                              const struct eg_regulariser_settings *settings,
                              struct eg_error *error)
{
    struct eg_robust_settings robust = settings->robust;
    *term = (struct eg_regulariser_term){.regulariser = regulariser, .batch = settings->batch};
    robust.samples = settings->samples;
    robust.rule = EG_RULE_MIDPOINT;
    robust.memory = settings->memory;
    switch (regulariser->kind) {
    case EG_REGULARISER_NONE:
        break;
    case EG_REGULARISER_MASK:
        return alloc_prior(term, settings, error);
    case EG_REGULARISER_CDEP:
        return eg_cdep_term_alloc(&term->cdep, settings->network, settings->mask, settings->batch,
                                  settings->threads, error);
    case EG_REGULARISER_ROBUST:
        return eg_robust_term_alloc(&term->robust, &robust, settings->network, settings->batch,
                                    settings->threads, error);
    }
    return EG_OK;
}

void eg_regulariser_term_free(struct eg_regulariser_term *term)
{
    eg_prior_term_free(&term->prior);
    eg_cdep_term_free(&term->cdep);
    eg_robust_term_free(&term->robust);
    *term = (struct eg_regulariser_term){0};
}

struct eg_objective_term eg_regulariser_as_term(struct eg_regulariser_term *term, double strength)
{
    if (term->regulariser->kind == EG_REGULARISER_CDEP)
        return eg_cdep_as_term(&term->cdep, strength);
    if (term->regulariser->kind == EG_REGULARISER_ROBUST)
        return eg_robust_as_term(&term->robust, strength);
    return eg_prior_as_term(&term->prior, strength);
}

size_t eg_regulariser_bytes(const struct eg_regulariser_term *term)
{
    const struct eg_decomposition *decomposition = &term->cdep.decomposition;
    const size_t rows = term->batch;
    size_t p;
    switch (term->regulariser->kind) {
    case EG_REGULARISER_MASK:
        p = term->prior.attribution.explainer.network->inputs;
        return eg_attribution_bytes(&term->prior.attribution) + 2 * rows * p * sizeof(real) +
               eg_prior_scratch(p) * sizeof(double);
    case EG_REGULARISER_CDEP:
        return eg_decomposition_bytes(decomposition) +
               rows * decomposition->network->outputs * sizeof(real);
    case EG_REGULARISER_ROBUST:
        return eg_robust_term_bytes(&term->robust);
    case EG_REGULARISER_NONE:
        break;
    }
    return 0;
}

size_t eg_regulariser_gradient_calls(const struct eg_regulariser_term *term)
{
    if (term->regulariser->kind == EG_REGULARISER_ROBUST)
        return (term->robust.settings.steps + 1) * term->robust.attribution.k;
    return term->regulariser->kind == EG_REGULARISER_MASK ? term->prior.attribution.k : 0;
}
