/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An explanation with all that is known about its quality.
 */
#ifndef EG_ATTRIBUTION_EXPLAIN_H
#define EG_ATTRIBUTION_EXPLAIN_H

#include "attribution/attribution.h"

struct eg_explanation {
    size_t n, p;
    struct eg_matrix phi;            /* n x p */
    struct eg_matrix standard_error; /* n x p, Monte-Carlo; NAN for methods that draw nothing */
    double *output;                  /* n: g(x) */
    double *base;           /* n: g at the references, the mean over the background for expected
                               gradients; NAN for methods that do not sum to a difference,
                               and where only some features are explained */
    double *residual;       /* n: sum of phi - (output - base); NAN likewise */
    double *residual_error; /* n: Monte-Carlo standard error of the sum of phi; NAN likewise */
    size_t gradient_evaluations; /* for each sample */
    size_t
        model_evaluations; /* for each sample: rows at which a method without gradients asked for g */
    size_t bytes; /* working memory of the method, at most, beside phi and what it reads; more with
                     more threads */
};

/*
 * Explains x (n x p) with labels y (NULL where the target does not read it). The target's output or log-probability is what base and residual speak of. EG_USAGE when
 * the settings do not fit the method, EG_INTERNAL when memory is short.
 */
int eg_explain(const struct eg_explainer *explainer, const struct eg_matrix *x, const real *y,
               struct eg_stream stream, struct eg_explanation *explanation, struct eg_error *error);
void eg_explanation_free(struct eg_explanation *explanation);

/* phi alone: the same numbers, without the extras. phi is n x p, made by the caller. */
int eg_explain_phi(const struct eg_explainer *explainer, const struct eg_matrix *x, const real *y,
                   struct eg_stream stream, struct eg_matrix *phi, struct eg_error *error);

#endif
