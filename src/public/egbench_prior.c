/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_prior.h"

#include <math.h>
#include <stdlib.h>

#include "public/checks.h"

_Static_assert((int)EGBENCH_STANDARDISE_RELEASED == (int)EG_STANDARDISE_RELEASED,
               "egbench_standardise");

static double evaluate_own(const struct eg_prior_settings *settings, size_t rows, size_t p,
                           const real *a, real *gradient, double *scratch)
{
    struct egbench_prior *prior = (struct egbench_prior *)settings->context;
    (void)scratch;
    const double omega = prior->evaluate(prior->context, rows, p, a, gradient);
    int is_finite = isfinite(omega) != 0;
    for (size_t i = 0; i < rows * p; i++)
        is_finite &= isfinite(gradient[i]) != 0;
    if (is_finite)
        return omega;
    atomic_store(&prior->is_not_finite, 1);
    gradient[0] = NAN; /* ends a training with its epoch */
    return omega;
}

static const struct eg_prior own_prior = {
    .name = "own prior", .summary = "a callback", .evaluate = evaluate_own};

static const struct eg_prior *prior_at(size_t i)
{
    size_t at = 0;
    while (at < i && eg_priors[at])
        at++;
    return eg_priors[at];
}

const char *egbench_prior_name(size_t i)
{
    const struct eg_prior *prior = prior_at(i);
    return prior ? prior->name : NULL;
}

const char *egbench_prior_summary(size_t i)
{
    const struct eg_prior *prior = prior_at(i);
    return prior ? prior->summary : NULL;
}

int egbench_prior_alloc(struct egbench_prior **prior, const char *name, struct egbench_error *error)
{
    const struct eg_prior *found = eg_prior_find(name, eg_error_of(error));
    *prior = NULL;
    if (!found)
        return EG_USAGE;
    if (!EG_HANDLE(error, *prior))
        return EG_INTERNAL;
    (*prior)->prior = found;
    return EG_OK;
}

int egbench_prior_alloc_own(struct egbench_prior **prior, egbench_prior_callback evaluate,
                            void *context, struct egbench_error *error)
{
    *prior = NULL;
    if (!evaluate)
        return egbench_fail(error, EG_USAGE, "own prior: no callback (NULL)");
    if (!EG_HANDLE(error, *prior))
        return EG_INTERNAL;
    (*prior)->prior = &own_prior;
    (*prior)->settings.context = *prior;
    (*prior)->evaluate = evaluate;
    (*prior)->context = context;
    return EG_OK;
}

void egbench_prior_free(struct egbench_prior *prior)
{
    free(prior);
}

void egbench_prior_set_global(struct egbench_prior *prior, int is_global)
{
    prior->settings.is_global = is_global != 0;
}

void egbench_prior_set_graph(struct egbench_prior *prior, const struct egbench_graph *graph,
                             size_t first)
{
    prior->settings.graph = &graph->graph;
    prior->settings.graph_first = first;
}

void egbench_prior_set_mask(struct egbench_prior *prior, size_t rows, const eg_real *mask)
{
    prior->settings.mask = mask;
    prior->settings.mask_rows = rows;
}

void egbench_prior_set_image(struct egbench_prior *prior, size_t height, size_t width,
                             size_t channels, enum egbench_standardise standardise)
{
    prior->settings.image = (struct eg_image){height, width, channels};
    prior->settings.standardise = (enum eg_standardise)standardise;
}

int egbench_prior_evaluate(const struct egbench_prior *prior, size_t rows, size_t features,
                           const eg_real *phi, eg_real *slope, double *omega,
                           struct egbench_error *error)
{
    struct eg_error *own = eg_error_of(error);
    if (!rows || !features)
        return eg_fail(own, EG_USAGE, "prior '%s': %zu rows of %zu attributions: give at least one",
                       prior->prior->name, rows, features);
    int status = eg_check_prior(prior, rows, features, error);
    if (!status)
        status = eg_check_finite(prior->prior->name, "phi of row", rows, features, phi,
                                 "give finite numbers", error);
    if (status)
        return status;
    double *scratch = eg_alloc(eg_prior_scratch(features), sizeof *scratch, own);
    real *spare = slope ? NULL : eg_alloc(rows * features, sizeof *spare, own);
    const int has_room = scratch && (slope || spare);
    if (has_room)
        *omega = eg_prior_evaluate(prior->prior, &prior->settings, rows, features, phi,
                                   slope ? slope : spare, scratch);
    free(spare);
    free(scratch);
    return has_room ? eg_check_own_prior(prior, error) : EG_INTERNAL;
}
