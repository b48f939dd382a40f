/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An attribution method is a sampler of points and weights:
 *
 *     phi(x) = sum over k of  w_k * grad g(z_k)        (* is element-wise)
 *
 * A path method only says which rows of the background are its references, how
 * far along the way each point lies and how much it counts:
 *
 *     z_k = x'_k + alpha_k (x - x'_k),   w_k = coefficient_k (x - x'_k)
 *
 * Any other method places its points and weights itself. A method that does
 * not come from gradients has `explain` alone (attribution/explain_task.h): it can be compared, not
 * trained with.
 *
 * A new method: one file that defines a struct eg_method, one line in methods.c.
 */
#ifndef EG_ATTRIBUTION_METHOD_H
#define EG_ATTRIBUTION_METHOD_H

#include <stdint.h>

#include "base/matrix.h"
#include "base/stream.h"

enum eg_rule {                    /* quadrature of integrated gradients over [0,1], m points */
               EG_RULE_LEFT,      /* s/m, s = 0 .. m-1 */
               EG_RULE_RIGHT,     /* s/m, s = 1 .. m */
               EG_RULE_MIDPOINT,  /* (s+1/2)/m */
               EG_RULE_TRAPEZOID, /* s/(m-1), ends counting half */
               EG_RULE_RELEASED   /* s/(m-1), all counting 1/m: what the authors released */
};

enum eg_references {                       /* which background rows expected gradients draws */
                     EG_REFERENCES_RANDOM, /* each drawn uniformly, with replacement */
                     EG_REFERENCES_WITHOUT_REPLACEMENT, /* without replacement: shuffled copies of the background over all samples */
                     EG_REFERENCES_ALL, /* every background row equally often: samples is a multiple of them */
                     EG_REFERENCES_SHIFTED /* cyclic shifts of the rows explained at once, by 1, 2, ... samples rows; the
                                             background is not read */
};

enum eg_alphas {
    EG_ALPHAS_RANDOM,     /* uniform on (0,1), one for each point */
    EG_ALPHAS_STRATIFIED, /* uniform in each of the equal strata of (0,1) */
    EG_ALPHAS_MIDPOINT    /* the midpoints of the strata */
};

struct eg_method_settings {
    size_t samples; /* points for each sample: K of expected gradients, m of integrated gradients;
                       references of deeplift, permutations of shapley_sampling, coalitions of
                       kernel_shap, perturbed rows of lime */
    enum eg_rule rule;
    enum eg_references references;
    enum eg_alphas alphas;
    double noise;        /* sd of SmoothGrad's and GradientSHAP's noise, in units of x */
    double kernel_width; /* of LIME's kernel, in background sds; 0 stands for 0.75 sqrt(p) */
    double ridge;        /* penalty of LIME's regression; 0 stands for 1 */
    const void *context; /* of a method that reads it; the built-in ones do not */
};

/* Points of a path method for n samples, k each. */
struct eg_path {
    uint32_t *reference; /* n x k rows of the background */
    real *alpha;         /* n x k */
    real *coefficient;   /* k */
    size_t threads;      /* that may fill it; 0 stands for 1, and they never change a bit */
};

struct eg_network;
struct eg_explain_task;

struct eg_method {
    const char *name;
    const char *summary;
    int is_complete;         /* sums to g(x) less g at the references, in the limit */
    int averages_background; /* g at the references is its mean over the background */
    int is_stochastic;       /* points are independent draws: a Monte-Carlo error can be given */

    /* Points for each sample, given the rows of the background (0: there is none); 0 when these
     * settings make no sense. */
    size_t (*count_points)(const struct eg_method_settings *settings, size_t background_rows);

    /* Path methods: fills *path for n samples. */
    void (*draw_path)(const struct eg_method_settings *settings, size_t n, size_t k,
                      size_t background_rows, struct eg_stream stream, struct eg_path *path);

    /* Other gradient methods: fills points and weights (k x p each) of one sample x (p). The stream
     * is the sample's own. */
    void (*place_points)(const struct eg_method_settings *settings, size_t k, size_t p,
                         const real *x, const struct eg_matrix *background, struct eg_stream stream,
                         real *points, real *weights);

    /* How these move with x, draws fixed: along (k) = dz_k/dx and *with_x = dw_k/dx, each feature with its own. NULL:
     * there is no way back to x through them. */
    void (*place_slopes)(const struct eg_method_settings *settings, size_t k, size_t p,
                         const struct eg_matrix *background, struct eg_stream stream, real *along,
                         real *with_x);

    /* Methods without gradients: fills phi of one sample. EG_DATA, EG_INTERNAL. */
    int (*explain)(struct eg_explain_task *task, struct eg_error *error);

    /* EG_USAGE for a network, background (NULL: none) or settings that the method cannot take, beyond
     * what count_points finds. NULL where there is no more to say. */
    int (*check)(const struct eg_method_settings *settings, const struct eg_network *network,
                 const struct eg_matrix *background, struct eg_error *error);
};

extern const struct eg_method eg_gradients, eg_gradient_x_input, eg_integrated_gradients,
    eg_expected_gradients, eg_smoothgrad, eg_gradient_shap, eg_random_attribution, eg_occlusion,
    eg_shapley_exact, eg_shapley_sampling, eg_kernel_shap, eg_lime, eg_deeplift;

/* NULL-terminated. */
extern const struct eg_method *const eg_methods[];

/* The method of that name; NULL, with *error listing the names, when there is none. */
const struct eg_method *eg_method_find(const char *name, struct eg_error *error);

#endif
