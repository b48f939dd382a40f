/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regularisers by name: what a training adds to its loss so that the network goes by the right features. All
 * but one keep it from a group of features, given as a mask, each with another way to see what the
 * network makes of them; the robust one keeps attributions alike for neighbouring rows.
 */
#ifndef EG_BENCH_ATTRIBUTION_REGULARISERS_H
#define EG_BENCH_ATTRIBUTION_REGULARISERS_H

#include "prior/cdep.h"
#include "prior/robust_term.h"
#include "prior/terms.h"

enum eg_regulariser_kind {
    EG_REGULARISER_NONE,
    EG_REGULARISER_MASK,  /* mean over rows of the squared attributions under the mask */
    EG_REGULARISER_CDEP,  /* contextual decomposition */
    EG_REGULARISER_ROBUST /* robust attribution */
};

struct eg_attribution_regulariser {
    const char *name;
    enum eg_regulariser_kind kind;
    const struct eg_method *method; /* of EG_REGULARISER_MASK */
    enum eg_target_kind target;     /* likewise */
};

/* "none", "eg", "gradients" (of the row's own logit), "rrr" (right for the right reasons: gradients of
 * the summed log-probabilities, Ross et al. 2017), "integrated_gradients", "cdep", "robust";
 * NULL-terminated. */
extern const struct eg_attribution_regulariser *const eg_attribution_regularisers[];

/* NULL with *error listing the names when there is none. */
const struct eg_attribution_regulariser *eg_attribution_regulariser_find(const char *name,
                                                                         struct eg_error *error);

/* What a regulariser works on; pointers are borrowed. */
struct eg_regulariser_settings {
    const struct eg_network *network; /* the one that is trained */
    size_t batch, threads;
    const real *mask;                   /* inputs: 1 where the network should not look */
    const struct eg_matrix *background; /* references of expected gradients, drawn at random */
    const struct eg_matrix *baseline;   /* one row: where integrated gradients begin */
    size_t samples;                     /* points for each row; not for cdep */
    size_t memory;                      /* for hidden values, as in struct eg_explainer */
    struct eg_robust_settings
        robust; /* its samples and memory are those above, its rule the midpoints */
};

/* *term must stay where it is. */
struct eg_regulariser_term {
    const struct eg_attribution_regulariser *regulariser;
    size_t batch;
    struct eg_prior_term prior;
    struct eg_cdep_term cdep;
    struct eg_robust_term robust;
};

/* EG_USAGE when the settings do not fit the regulariser, EG_INTERNAL when memory is short. */
int eg_regulariser_term_alloc(struct eg_regulariser_term *term,
                              const struct eg_attribution_regulariser *regulariser,
                              const struct eg_regulariser_settings *settings,
                              struct eg_error *error);
void eg_regulariser_term_free(struct eg_regulariser_term *term);

/* Not for "none". */
struct eg_objective_term eg_regulariser_as_term(struct eg_regulariser_term *term, double strength);

/* Bytes that the term has taken. */
size_t eg_regulariser_bytes(const struct eg_regulariser_term *term);

/* How often a step takes the gradient of a row for its input. */
size_t eg_regulariser_gradient_calls(const struct eg_regulariser_term *term);

#endif
