/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "prior/prior.h"

/* Every prior has one line here. */
#define PRIORS(PRIOR)                                                                              \
    PRIOR(eg_gini_prior)                                                                           \
    PRIOR(eg_l1_prior)                                                                             \
    PRIOR(eg_l2_prior)                                                                             \
    PRIOR(eg_mixed_prior)                                                                          \
    PRIOR(eg_laplacian_prior)                                                                      \
    PRIOR(eg_total_variation_prior)                                                                \
    PRIOR(eg_mask_prior)

#define DECLARE(name) extern const struct eg_prior name;
#define ADDRESS(name) &name,
PRIORS(DECLARE)

const struct eg_prior *const eg_priors[] = {PRIORS(ADDRESS) NULL};

const struct eg_prior *eg_prior_find(const char *name, struct eg_error *error)
{
    char names[512] = "";
    for (size_t i = 0; eg_priors[i]; i++) {
        if (strcmp(eg_priors[i]->name, name) == 0)
            return eg_priors[i];
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", eg_priors[i]->name);
    }
    eg_fail(error, EG_USAGE, "there is no prior '%s': choose one of %s", name, names);
    return NULL;
}

size_t eg_prior_scratch(size_t p)
{
    return 7 * p;
}

double eg_prior_evaluate(const struct eg_prior *prior, const struct eg_prior_settings *settings,
                         size_t n, size_t p, const real *phi, real *v, double *scratch)
{
    if (!settings->is_global)
        return prior->evaluate(settings, n, p, phi, v, scratch);
    double *sum = scratch + 4 * p;
    real *mean = (real *)(scratch + 5 * p), *slope = (real *)(scratch + 6 * p);
    memset(sum, 0, p * sizeof *sum);
    for (size_t row = 0; row < n; row++)
        for (size_t i = 0; i < p; i++)
            sum[i] += fabs((double)phi[row * p + i]);
    for (size_t i = 0; i < p; i++)
        mean[i] = (real)(sum[i] / (double)n);
    const double omega = prior->evaluate(settings, 1, p, mean, slope, scratch);
    for (size_t row = 0; row < n; row++)
        for (size_t i = 0; i < p; i++) {
            const real at = phi[row * p + i];
            v[row * p + i] = (real)((at > 0) - (at < 0)) * slope[i] / (real)n;
        }
    return omega;
}
