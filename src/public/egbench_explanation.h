/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Attributions with what is known of their quality: Monte-Carlo errors, and completeness
 * (Sundararajan et al. 2017). */
#ifndef EGBENCH_EXPLANATION_H
#define EGBENCH_EXPLANATION_H

#include "egbench_explainer.h"

/** Attributions of some rows, and their errors. All that its accessors return belongs to it. */
struct egbench_explanation;

/** Explains as egbench_explain() does, bit for bit, and keeps the rest too. */
EGBENCH_API int egbench_explanation_alloc(struct egbench_explanation **explanation,
                                          const struct egbench_explainer *explainer, size_t rows,
                                          const eg_real *x, const eg_real *labels, uint64_t seed,
                                          struct egbench_error *error);

/** Releases an explanation; NULL is allowed. */
EGBENCH_API void egbench_explanation_free(struct egbench_explanation *explanation);

/** Attributions, rows x inputs. */
EGBENCH_API const eg_real *egbench_explanation_phi(const struct egbench_explanation *explanation);

/** Monte-Carlo standard errors of phi, rows x inputs; NAN for methods that draw nothing. */
EGBENCH_API const eg_real *
egbench_explanation_standard_error(const struct egbench_explanation *explanation);

/** g(x) of each row. */
EGBENCH_API const double *egbench_explanation_output(const struct egbench_explanation *explanation);

/** g at each row's references, the mean over the background for expected gradients; NAN for methods
 * whose phi do not sum to a difference. */
EGBENCH_API const double *egbench_explanation_base(const struct egbench_explanation *explanation);

/** The sum of each row's phi less (output - base): 0 in the limit of many samples; NAN likewise. */
EGBENCH_API const double *
egbench_explanation_residual(const struct egbench_explanation *explanation);

/** Monte-Carlo standard error of the sum of each row's phi; NAN likewise. */
EGBENCH_API const double *
egbench_explanation_residual_error(const struct egbench_explanation *explanation);

/** Gradients that each row took. */
EGBENCH_API size_t
egbench_explanation_gradient_evaluations(const struct egbench_explanation *explanation);

/** Rows at which a method without gradients asked for the model's output, for each row explained.
 */
EGBENCH_API size_t
egbench_explanation_model_evaluations(const struct egbench_explanation *explanation);

#endif
