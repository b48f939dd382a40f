/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A unit of a comparison: a split of a data set's rows, and a model trained on it. */
#ifndef EG_BENCH_COMPARE_UNIT_H
#define EG_BENCH_COMPARE_UNIT_H

#include "bench/shap/retrain_curves.h"
#include "datasets/subset.h"
#include "metrics/keep_remove_metrics.h"
#include "nn/network.h"
#include "run/experiment.h"

struct eg_black_box;
struct eg_compare_source;

/* Of the model's own, what is explained: an output of several, of all test rows or those of its class. */
struct eg_compare_part {
    size_t rows, outputs, output; /* outputs 0: it has one */
    size_t *classes;              /* of all the rows, owned; NULL: all are explained */
};

struct eg_compare_unit {
    const char *dataset, *text; /* its name; the network's text form */
    char name[128];             /* of its folder and files: "nhanes-3"; "nhanes-3-1" for model 1 */
    size_t split, model;        /* model: which of the initialisations on that split */
    size_t number, seed;        /* number: of split and model together, in streams */
    struct eg_subset train, test; /* standardised on the training part */
    /* What the split divides, rows or patients, for the corrected t-test. */
    size_t n_train, n_test;
    struct eg_network network;
    struct eg_retrain_recipe recipe; /* how it was trained; network NULL: not known */
    int is_image;   /* of the program's own: no coalitions of its pixels are tried, none imputed */
    int is_classes; /* labels are 0 and 1: models are scored by ROC-AUC, else R2 */
    struct eg_matrix oracle; /* the best attributions of the test rows there are */
    int oracle_is_exact;     /* they are the exact Shapley values of the network */
    size_t background;       /* training rows that coalitions see */
    char *planted; /* owned: 1 at each feature that is known to matter, else 0; NULL: not known */
    /* How the 18 Keep/Remove metrics are read; NULL: soundly. With --split, as the reference benchmark
     * has them, so that they equal its numbers. */
    const struct eg_keep_remove_convention *convention;
    const char *labels; /* how labels were taken; NULL: as they are */
    const char *head;   /* of the model's own: its last function, which is left out; NULL: none */
    double score;       /* ROC-AUC or R2 of the network on the test rows; NAN where labels lack */
    /* Why labels score nothing, why training rows are too few to impute from; "" where all is well.
     * */
    char labels_lack[120], rows_lack[160];
    struct eg_black_box *black_box; /* owned: the network is a command; else NULL */
    struct eg_compare_part part;
    char *owned_text; /* what text points to, or NULL */
};

/* Sets split, model, number, seed and name of an empty unit. dataset must live as long. */
void eg_compare_name_unit(struct eg_compare_unit *unit, const char *dataset, size_t split,
                          size_t model, size_t seed);

/* The rows of that split of the source, and the network trained on them from the weights of that
 * model; eg_compare_finish_unit is still to do. Free the unit after failure too. */
int eg_compare_prepare(struct eg_compare_unit *unit, const struct eg_compare_source *source,
                       const struct eg_run *run, size_t split, size_t model, size_t seed,
                       struct eg_error *error);

/* Fills in background, score and what lacks of a unit that has rows and network, and whether its
 * oracle is exact: with up to 16 features. */
int eg_compare_finish_unit(struct eg_compare_unit *unit, size_t background, struct eg_error *error);

/* *mean = that of the network's output over the rows x. */
int eg_compare_average_output(const struct eg_network *network, const struct eg_matrix *x,
                              double *mean, struct eg_error *error);

/* phi (made here) = the Shapley values of the network at rows x: exact against the first
 * unit->background training rows with up to 16 features; with more, from 1,000 sampled permutations
 * of each row against all training rows. part tells draws for different x apart. */
int eg_compare_find_shapley(const struct eg_compare_unit *unit, const struct eg_matrix *x,
                            size_t part, size_t threads, struct eg_matrix *phi,
                            struct eg_error *error);

/* Free also after a failed preparation. */
void eg_compare_unit_free(struct eg_compare_unit *unit);

#endif
