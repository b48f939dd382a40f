/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Priors on attributions: penalties Omega(Phi) with their gradients, of any
 * attribution matrix whatever method made it.
 *
 * A new prior: one file that defines a struct eg_prior, one line in priors.c.
 */
#ifndef EG_PRIOR_PRIOR_H
#define EG_PRIOR_PRIOR_H

#include "base/error.h"
#include "base/real.h"
#include "graph/graph.h"
#include "nn/image.h"

enum eg_standardise { /* what is done to an attribution map before total variation */
                      EG_STANDARDISE_NONE,
                      EG_STANDARDISE_SD, /* divided by its population sd (the paper) */
                      EG_STANDARDISE_RELEASED /* mean off, divided by max(sd, 1/sqrt(pixels)) (the released code) */
};

struct eg_prior_settings {
    int is_global;                /* on the vector mean |phi| over samples, not on phi itself */
    int is_mean;                  /* of a term: Omega is divided by the rows of the batch */
    const struct eg_graph *graph; /* laplacian: its nodes are features graph_first and on */
    size_t graph_first;
    const real *mask; /* mask: mask_rows x p, one row for all or one for each sample */
    size_t mask_rows;
    struct eg_image image; /* total variation: the shape of a row of p features */
    enum eg_standardise standardise;
    const void *context; /* of a prior that reads it; the built-in ones do not */
};

struct eg_prior {
    const char *name;
    const char *summary;
    /* Whether these settings suit p features; NULL when any do. */
    int (*check)(const struct eg_prior_settings *settings, size_t p, struct eg_error *error);
    /* Sets which features of p Omega reads, count of them from the first on; NULL: all. */
    void (*reads)(const struct eg_prior_settings *settings, size_t p, size_t *first, size_t *count);
    /* Omega of a (rows x p), a being phi or the one row mean |phi|; gradient (rows x p) =
     * dOmega/da. scratch has 4 p numbers. */
    double (*evaluate)(const struct eg_prior_settings *settings, size_t rows, size_t p,
                       const real *a, real *gradient, double *scratch);
};

extern const struct eg_prior eg_gini_prior, eg_l1_prior, eg_l2_prior, eg_mixed_prior,
    eg_laplacian_prior, eg_total_variation_prior, eg_mask_prior;

/* NULL-terminated. */
extern const struct eg_prior *const eg_priors[];

/* NULL, with *error listing the names, when there is none of that name. */
const struct eg_prior *eg_prior_find(const char *name, struct eg_error *error);

/* Numbers of scratch that eg_prior_evaluate needs. */
size_t eg_prior_scratch(size_t p);

/*
 * Omega(Phi) for attributions phi (n x p), and v (n x p) = dOmega/dphi. At zero |.| has slope zero.
 */
double eg_prior_evaluate(const struct eg_prior *prior, const struct eg_prior_settings *settings,
                         size_t n, size_t p, const real *phi, real *v, double *scratch);

#endif
