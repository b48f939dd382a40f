/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A unit of a comparison: a split of a data set's rows, and the model trained on it. */
#ifndef EG_BENCH_COMPARE_UNIT_H
#define EG_BENCH_COMPARE_UNIT_H

#include "bench/retrain_curves.h"
#include "datasets/subset.h"
#include "nn/network.h"

struct eg_compare_unit {
    const char *dataset, *text; /* its name; the network's text form */
    size_t number, seed;
    struct eg_subset train, test; /* standardised on the training part */
    struct eg_network network;
    struct eg_retrain_recipe recipe; /* how it was trained; network NULL: not known */
    int is_classes;                  /* labels are 0 and 1: models are scored by ROC-AUC, else R2 */
    struct eg_matrix oracle;         /* the best attributions of the test rows there are */
    int oracle_is_exact;             /* they are the exact Shapley values of the network */
    size_t background;               /* training rows that coalitions see */
    double test_r2;                  /* of the network */
    char *owned_text;                /* what text points to, or NULL */
};

/* The split of that number and the network of SHAP's benchmark trained on it, as keep-remove's
 * protocol "fixed" has them. The oracle: the Shapley values of the network, exact against the first
 * `background` training rows with up to 16 features; with more, where it is wanted, from 1,000 sampled
 * permutations of each row against all training rows. */
int eg_compare_prepare(struct eg_compare_unit *unit, const struct eg_dataset *dataset,
                       size_t number, size_t seed, size_t epochs, size_t background,
                       int wants_oracle, size_t threads, struct eg_error *error);

/* Fills in oracle, background and test_r2 of a unit that has rows and network. */
int eg_compare_finish_unit(struct eg_compare_unit *unit, size_t background, int wants_oracle,
                           size_t threads, struct eg_error *error);

/* Free also after a failed preparation. */
void eg_compare_unit_free(struct eg_compare_unit *unit);

#endif
