/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trainings that the robust attribution experiment compares: those of Chen et al. (2019),
 * and two that they lack.
 */
#ifndef EG_BENCH_ROBUST_MODELS_H
#define EG_BENCH_ROBUST_MODELS_H

#include "base/error.h"

enum eg_robust_kind {
    EG_ROBUST_NATURAL, /* cross-entropy */
    EG_ROBUST_MADRY,   /* cross-entropy at the PGD neighbour */
    EG_ROBUST_NORM,    /* IG-NORM: cross-entropy + strength |IG(x, x')|_1 */
    EG_ROBUST_SUM,     /* IG-SUM-NORM: cross-entropy at x' + strength |IG(x, x')|_1 */
    EG_ROBUST_PRIOR,   /* cross-entropy + strength * total variation of expected gradients */
    EG_ROBUST_NOISE    /* cross-entropy of images with Gaussian noise, whose sd is the radius */
};

struct eg_robust_model {
    const char *name;
    enum eg_robust_kind kind;
    double strength; /* as published, lambda 1 and beta 0.1; of the prior as Erion et al. have it */
};

/* Ends with a name that is NULL; the first is natural. */
extern const struct eg_robust_model eg_robust_models[];

/* NULL with *error listing the names when there is none. */
const struct eg_robust_model *eg_robust_model_find(const char *name, struct eg_error *error);

#endif
