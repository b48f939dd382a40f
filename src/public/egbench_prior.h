/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Attribution priors: penalties Omega(Phi) on attributions Phi (rows x features), with gradients.
 * Built in are those of Erion et al. 2021 and norms; others come as a callback. With n rows of p
 * features, and G the Gini coefficient of egbench_gini() of one row:
 *
 * - `gini`: -(mean over rows of G(phi_i)); the paper's sparse prior, where it is global
 * - `l1`: mean of |phi|, over all n p numbers
 * - `l2`: sqrt(sum of phi^2)
 * - `mixed`: `gini` + `l1`, since G does not see the scale
 * - `laplacian`: sum over rows and edges (a, b) of weight_ab (phi_ia - phi_ib)^2; the graph prior
 * - `total_variation`: sum over rows and channels of |differences| of pixels that are neighbours
 *   down or across; the pixel prior. EGBENCH_STANDARDISE_RELEASED: its mean over rows
 * - `mask`: sum of (mask phi)^2; Ross et al. 2017
 *
 * A training adds strength * Omega of each batch to its mean loss: a sum over rows grows with the
 * batch, a mean does not. Each setter names the prior that reads it; the others pass it over. */
#ifndef EGBENCH_PRIOR_H
#define EGBENCH_PRIOR_H

#include "egbench_graph.h"

/** A prior with its settings. */
struct egbench_prior;

/** What total variation does to an attribution map first. */
enum egbench_standardise {
    EGBENCH_STANDARDISE_NONE,    /**< nothing */
    EGBENCH_STANDARDISE_SD,      /**< divides it by its population sd: the paper */
    EGBENCH_STANDARDISE_RELEASED /**< less the mean, by max(sd, 1/sqrt(pixels)): released code */
};

/** Omega of phi (rows x features), and slope (rows x features) = dOmega/dphi, all finite numbers.
 * Allocates nothing; called by one thread at a time. */
typedef double (*egbench_prior_callback)(void *context, size_t rows, size_t features,
                                         const eg_real *phi, eg_real *slope);

/** The name of built-in prior number i from 0; NULL beyond the last. */
EGBENCH_API const char *egbench_prior_name(size_t i);

/** What that prior is, in one line; NULL beyond the last. */
EGBENCH_API const char *egbench_prior_summary(size_t i);

/** The built-in prior of that name: "gini", "laplacian", ... (egbench_prior_name() lists all).
 * Returns EGBENCH_USAGE, listing the names, for another one, EGBENCH_INTERNAL when memory is
 * short. */
EGBENCH_API int egbench_prior_alloc(struct egbench_prior **prior, const char *name,
                                    struct egbench_error *error);

/** A prior by a callback; context is handed to it. Returns EGBENCH_USAGE for NULL,
 * EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_prior_alloc_own(struct egbench_prior **prior,
                                        egbench_prior_callback evaluate, void *context,
                                        struct egbench_error *error);

/** Releases a prior; NULL is allowed. */
EGBENCH_API void egbench_prior_free(struct egbench_prior *prior);

/** Not 0: Omega is of the one row of mean |phi| over rows (a global explanation), as the paper's
 * Gini and Laplacian priors are; 0: of phi itself. At first 0. */
EGBENCH_API void egbench_prior_set_global(struct egbench_prior *prior, int is_global);

/** laplacian: the graph, borrowed, whose node i is feature first + i. */
EGBENCH_API void egbench_prior_set_graph(struct egbench_prior *prior,
                                         const struct egbench_graph *graph, size_t first);

/** mask: rows x features, borrowed: one row for all, or one for each row. In a training a row each
 * takes batches of all rows, which alone keep their order. */
EGBENCH_API void egbench_prior_set_mask(struct egbench_prior *prior, size_t rows,
                                        const eg_real *mask);

/** total_variation: the shape of a row, and what is done to it first. */
EGBENCH_API void egbench_prior_set_image(struct egbench_prior *prior, size_t height, size_t width,
                                         size_t channels, enum egbench_standardise standardise);

/** *omega = Omega(phi (rows x features)), and slope (rows x features) = dOmega/dphi, where it is
 * not NULL. Returns EGBENCH_USAGE when settings do not fit, EGBENCH_DATA when a number of phi, of
 * the mask or of a callback's is not finite, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_prior_evaluate(const struct egbench_prior *prior, size_t rows,
                                       size_t features, const eg_real *phi, eg_real *slope,
                                       double *omega, struct egbench_error *error);

#endif
