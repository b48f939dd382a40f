/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attributions of a network, and the way back from a penalty on attributions to
 * a gradient for the network's weights.
 *
 * With points z_k and weights w_k of a method, phi = sum_k w_k * grad g(z_k). Let v = dOmega/dphi
 * and u_k = v * w_k. Then dOmega/dtheta = sum_k d/dtheta [u_k . grad g(z_k)], a tangent sweep whose
 * adjoints are the deltas that phi was made of:
 *
 *     deltas    e_l = W_{l+1}' d_{l+1},   d_l = s'(a_l) e_l            (d_L = g'(a_L))
 *     tangent   q_l = W_l t_{l-1},        t_l = s'(a_l) q_l            (t_0 = u)
 *     second    A_l = s'(a_l) W_{l+1}' A_{l+1} + s''(a_l) q_l e_l      (A_L = g''(a_L) q_L)
 *     dOmega/dW_l = d_l t_{l-1}' + A_l h_{l-1}',   dOmega/db_l = A_l
 *
 * A is zero, and its sweep left out, above the last layer that has curvature.
 */
#ifndef EG_ATTRIBUTION_ATTRIBUTION_H
#define EG_ATTRIBUTION_ATTRIBUTION_H

#include "attribution/method.h"
#include "attribution/target.h"
#include "nn/workers.h"

/* What is explained, and how. All pointers are borrowed. */
struct eg_explainer {
    const struct eg_network *network;
    const struct eg_method *method;
    struct eg_method_settings settings;
    struct eg_target target;
    const struct eg_matrix *background; /* rows x p; NULL where the method needs none */
    size_t threads;                     /* 0 stands for 1; they never change a bit */
    size_t feature_first, features; /* only features from the first on, so many, are explained, and
                                       phi is 0 elsewhere; 0: all are */
    size_t memory; /* the most bytes of hidden values kept for a pull-back, which else computes them
                      again: no bit changes; 0 stands for 2^30 */
};

/*
 * Everything between an explanation and its pull-back, for up to n samples. Points go through the
 * network in pieces of whole samples, or of one sample's points, that stay in the cache.
 */
struct eg_attribution {
    struct eg_explainer explainer;
    size_t n, k;           /* the most samples; points for each */
    size_t piece;          /* points in a piece */
    size_t groups;         /* of pieces; a pull-back adds up each by itself; at most 8 */
    size_t piece_workers;  /* pieces at once, each on a thread; 1: threads share a piece's layers */
    struct eg_layer first; /* the network's first, or a view of its explained inputs alone ... */
    size_t column, columns;  /* ... which these are; else all */
    int keeps;               /* a pull-back will follow ... */
    int stores;              /* ... for which hidden values and deltas of all points are kept */
    int has_segments;        /* points of one sample and reference share a row of the first layer */
    struct eg_path path;     /* of the last explanation, for path methods */
    struct eg_stream stream; /* of the last explanation */
    const real *x, *y;       /* of the last explanation */
    const real *references;  /* path methods: rows that references count through; the background,
                                or x where it is shifted */
    real *map_x, *map_reference; /* where the first layer is interpolated: what it makes of x (n x
                                    outputs) and of the references (rows x outputs) */
    real *h[EG_LAYERS_MAX];      /* points (all, or a piece) x outputs */
    real *d[EG_LAYERS_MAX];      /* likewise: dg/da_l */
    struct eg_piece *space;      /* for the pieces at hand, one for each worker */
    struct eg_workers workers;
    real *block; /* what the pointers to real above and in space point into */
    size_t block_size;
    uint32_t *segments; /* likewise to uint32_t in space */
    size_t segments_size;
};

/*
 * Room for explanations of up to n samples. keeps != 0 where pull-backs will follow. EG_USAGE when
 * the method's settings do not fit or it has no gradient (eg_explain takes those too), EG_INTERNAL when
 * memory is short.
 */
int eg_attribution_alloc(struct eg_attribution *attribution, const struct eg_explainer *explainer,
                         size_t n, int keeps, struct eg_error *error);
void eg_attribution_free(struct eg_attribution *attribution);

/* Bytes that the above has taken. */
size_t eg_attribution_bytes(const struct eg_attribution *attribution);

/*
 * phi (n x p) = attributions of x (n x p) with labels y (n x one row of the loss's y; NULL where the
 * target does not read it). variance (n x p) and total_variance (n), where not NULL, get the
 * Monte-Carlo variance of each phi and of each row's sum (0 with one point). x and y must stay until
 * the pull-back. Nothing is allocated.
 */
void eg_attribution_explain(struct eg_attribution *attribution, size_t n, const real *x,
                            const real *y, struct eg_stream stream, real *phi, double *variance,
                            double *total_variance);

/*
 * gradient (parameters) += dOmega/dtheta, given v (n x p) = dOmega/dphi for the explanation just
 * made with the same theta. Nothing is allocated.
 */
void eg_attribution_pull_back(struct eg_attribution *attribution, size_t n, const real *v,
                              real *gradient);

/* Whether its attributions have a slope in the rows explained, as the next function gives it. */
static inline int eg_has_input_slope(const struct eg_method *method)
{
    return method->draw_path || method->place_slopes;
}

/*
 * slope (n x p) = dOmega/dx for the same v: what moving the rows explained does, references and draws
 * fixed. For methods that eg_has_input_slope, whose references are not the rows themselves, and all features
 * explained. Nothing is allocated. With the notation above, u_k = v * w_k and H the Hessian of g; of a method that
 * is no path's, alpha is dz_k/dx and coefficient dw_k/dx,
 *
 *     dOmega/dx = sum over k of  coefficient_k v * grad g(z_k) + alpha_k H(z_k) u_k
 */
void eg_attribution_pull_back_input(struct eg_attribution *attribution, size_t n, const real *v,
                                    real *slope);

/* The same and end * grad g(x), for which the sweep of the point alpha = 1 serves: where a rule has one
 * (EG_RULE_RIGHT), and the target or the network is curved. */
void eg_attribution_pull_back_ends(struct eg_attribution *attribution, size_t n, const real *v,
                                   double end, real *slope);

#endif
