/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Explainers: an attribution method, its settings, the network and the target that it explains.
 *
 * A method that comes from gradients is a sampler of points z_k and weights w_k for a row x,
 *
 *     phi(x) = sum over k of w_k * grad g(z_k)      (* by element)
 *
 * and can also be trained with (egbench_training_add_prior()). Settings are checked where they are
 * used. Each setter names the methods that read it; the others pass it over. */
#ifndef EGBENCH_EXPLAINER_H
#define EGBENCH_EXPLAINER_H

#include "egbench_network.h"

/** A method with its settings. */
struct egbench_explainer;

/** The scalar g of a network's raw outputs a that is explained. */
enum egbench_target {
    EGBENCH_TARGET_OUTPUT,              /**< the only output, or the output of the row's class y */
    EGBENCH_TARGET_LOG_PROBABILITY_SUM, /**< sum over classes of log p (Ross et al. 2017) */
    EGBENCH_TARGET_LOSS                 /**< the row's own loss */
};

/** The quadrature of integrated gradients on [0,1], m points. */
enum egbench_rule {
    EGBENCH_RULE_LEFT,      /**< s / m, s = 0 .. m-1 */
    EGBENCH_RULE_RIGHT,     /**< s / m, s = 1 .. m */
    EGBENCH_RULE_MIDPOINT,  /**< (s + 1/2) / m; what an explainer has at first */
    EGBENCH_RULE_TRAPEZOID, /**< s / (m-1), ends counting half */
    EGBENCH_RULE_RELEASED   /**< s / (m-1), all counting 1/m: as in the paper's released code */
};

/** Which background rows expected gradients takes as references. */
enum egbench_references {
    EGBENCH_REFERENCES_RANDOM, /**< each drawn with replacement; what an explainer has at first */
    EGBENCH_REFERENCES_WITHOUT_REPLACEMENT, /**< without replacement, over all rows */
    EGBENCH_REFERENCES_ALL,         /**< each equally often: samples is a multiple of the rows */
    EGBENCH_REFERENCES_CYCLIC_SHIFT /**< the rows explained, shifted by 1 .. samples */
};

/** Where expected gradients interpolates. */
enum egbench_alphas {
    EGBENCH_ALPHAS_RANDOM,     /**< uniform on (0,1); what an explainer has at first */
    EGBENCH_ALPHAS_STRATIFIED, /**< uniform in each of the equal strata of (0,1) */
    EGBENCH_ALPHAS_MIDPOINT    /**< the midpoints of the strata */
};

/** The name of built-in method number i from 0; NULL beyond the last. */
EGBENCH_API const char *egbench_method_name(size_t i);

/** What that method is, in one line; NULL beyond the last. */
EGBENCH_API const char *egbench_method_summary(size_t i);

/** An explainer of a network by the built-in method of that name ("expected_gradients", Erion et
 * al. 2021; egbench_method_name() lists all). The network is borrowed: keep it as long as the
 * explainer. Samples are 200, threads 1, the target is the output. Returns EGBENCH_USAGE, listing
 * the names, for another one, or where network is NULL, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_explainer_alloc(struct egbench_explainer **explainer,
                                        const struct egbench_network *network, const char *method,
                                        struct egbench_error *error);

/** Releases an explainer; NULL is allowed. */
EGBENCH_API void egbench_explainer_free(struct egbench_explainer *explainer);

/** The background x (rows x inputs), borrowed; rows 0: none. integrated_gradients: the baseline,
 * one row for all or one for each row explained. occlusion: the mean of the rows stands in for a
 * feature. lime: their sd is the scale of a feature. expected_gradients, gradient_shap, deeplift:
 * references. shapley_exact, shapley_sampling, kernel_shap: features left out are taken from
 * there. */
EGBENCH_API void egbench_explainer_set_background(struct egbench_explainer *explainer, size_t rows,
                                                  const eg_real *x);

/** Points for each row: samples of expected_gradients, gradient_shap and smoothgrad, steps of
 * integrated_gradients, references of deeplift, permutations of shapley_sampling, coalitions of
 * kernel_shap, perturbed rows of lime. */
EGBENCH_API void egbench_explainer_set_samples(struct egbench_explainer *explainer, size_t samples);

/** The quadrature of integrated_gradients. */
EGBENCH_API void egbench_explainer_set_rule(struct egbench_explainer *explainer,
                                            enum egbench_rule rule);

/** The references of expected_gradients; all but cyclic shifts, which other methods refuse, also of
 * deeplift and shapley_sampling. */
EGBENCH_API void egbench_explainer_set_references(struct egbench_explainer *explainer,
                                                  enum egbench_references references);

/** The interpolation of expected_gradients. */
EGBENCH_API void egbench_explainer_set_alphas(struct egbench_explainer *explainer,
                                              enum egbench_alphas alphas);

/** The standard deviation of the noise of smoothgrad and gradient_shap, in units of x; at first 0,
 * with which smoothgrad is the gradient. */
EGBENCH_API void egbench_explainer_set_noise(struct egbench_explainer *explainer, double sd);

/** lime: the width of its kernel, in standard deviations of the background (0: 0.75 sqrt(inputs)),
 * and the penalty of its ridge regression (0: 1). */
EGBENCH_API void egbench_explainer_set_lime(struct egbench_explainer *explainer, double width,
                                            double ridge);

/** What is explained; loss is read for EGBENCH_TARGET_LOSS alone. deeplift takes the output alone.
 */
EGBENCH_API void egbench_explainer_set_target(struct egbench_explainer *explainer,
                                              enum egbench_target target, enum egbench_loss loss);

/** Threads of one explanation; 0 and 1: the caller's alone. They change no bit. */
EGBENCH_API void egbench_explainer_set_threads(struct egbench_explainer *explainer, size_t threads);

/** phi (rows x inputs) = attributions of x (rows x inputs), in units of g for methods whose phi sum
 * to a difference of g, else as the method has it. labels: one class number a row, where the
 * target reads one (several outputs, or a loss: then as the loss has it), else NULL. The same seed
 * gives the same bits for the same rows in the same places. Returns EGBENCH_USAGE when settings do
 * not fit the method or labels are missing, EGBENCH_DATA, naming the place, when a number of x, of
 * the background or of phi is not finite, or a label not what the target takes, EGBENCH_INTERNAL
 * when memory is short. For errors of phi, see egbench_explanation_alloc(). */
EGBENCH_API int egbench_explain(const struct egbench_explainer *explainer, size_t rows,
                                const eg_real *x, const eg_real *labels, uint64_t seed,
                                eg_real *phi, struct egbench_error *error);

#endif
