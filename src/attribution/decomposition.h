/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contextual decomposition (Murdoch et al. 2018; for images Singh et al. 2019): what of every hidden
 * value comes from a group of features, beta, and what from the others, gamma. They add up to
 * the value itself, h, so that only beta and h are carried:
 *
 *     at the input     beta = mask * x
 *     a = W h + b      p = W beta, q = W gamma = a - b - p,  beta = p + r b,  r = |p| / (|p| + |q|)
 *     ReLU             beta = relu(beta), and gamma = relu(a) - relu(beta)
 *     max-pooling      beta where h is largest; mean-pooling: its mean
 *
 * The bias is shared out element by element, as the code released with CDEP (Rieger et al. 2020)
 * does it; r is 1/2 where p and q are both 0. Dropout is off.
 *
 * Given v = dOmega/dbeta at the output, the way back has two streams, B = dOmega/dbeta and A =
 * dOmega/da, after the slopes of ReLU:
 *
 *     c = B b / (|p| + |q|)^2,   to p: B + c (sign p |q| + sign q |p|),   to a: A - c sign q |p|
 *     dOmega/dW = (to p) beta_in' + (to a) h_in',   dOmega/db = A + r B
 */
#ifndef EG_ATTRIBUTION_DECOMPOSITION_H
#define EG_ATTRIBUTION_DECOMPOSITION_H

#include "nn/workers.h"

struct eg_decomposition {
    const struct eg_network *network; /* borrowed */
    const real *mask;                 /* inputs: 1 in the group, 0 outside; borrowed */
    size_t rows;                      /* the most at once */
    const real *x;                    /* of the last run */
    real *start;                      /* rows x inputs: mask * x */
    /* rows x outputs of each layer; p and q only where there is a bias */
    real *h[EG_LAYERS_MAX], *beta[EG_LAYERS_MAX], *p[EG_LAYERS_MAX], *q[EG_LAYERS_MAX];
    real *of_beta[2], *of_h[2]; /* rows x width: the two streams back, in turn */
    real *of_bias;              /* rows x width */
    real *block;                /* what the pointers above point into */
    size_t block_size;
    struct eg_workers workers;
};

/* For up to `rows` rows at once. threads: 0 stands for 1; bits do not depend on it. EG_USAGE when the
 * network has a normalisation, a residual addition or an activation other than ReLU: no rule is
 * known for it here.
 * EG_INTERNAL when memory is short. */
int eg_decomposition_alloc(struct eg_decomposition *decomposition, const struct eg_network *network,
                           const real *mask, size_t rows, size_t threads, struct eg_error *error);
void eg_decomposition_free(struct eg_decomposition *decomposition);

/* Bytes that the above has taken. */
size_t eg_decomposition_bytes(const struct eg_decomposition *decomposition);

/* Decomposes n rows of x (n x inputs), which must stay until the pull-back. Returns beta of the
 * network's raw output (n x outputs). */
const real *eg_decomposition_run(struct eg_decomposition *decomposition, size_t n, const real *x);

/* gradient (parameters) += dOmega/dtheta, given v (n x outputs) = dOmega/dbeta of the run just made
 * with the same theta. */
void eg_decomposition_pull_back(struct eg_decomposition *decomposition, size_t n, const real *v,
                                real *gradient);

#endif
