/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data sets of egbench-compare. A new one: one file that defines a struct eg_compare_source, its name below, and a
 * line in compare_data.c. */
#ifndef EG_BENCH_COMPARE_DATA_H
#define EG_BENCH_COMPARE_DATA_H

#include "bench/compare/compare_unit.h"

/* What its cells depend on. */
struct eg_compare_facts {
    char hash[33]; /* of the data, hexadecimal */
    size_t features;
};

struct eg_compare_source {
    const char *name; /* of --dataset and in rows */
    int is_default;   /* compared where no --dataset is given; such a one needs no data folder */
    size_t epochs;    /* of training */
    /* A table of rows; NULL with *error filled, EG_DATA with the fix, where it is not there. */
    const struct eg_dataset *(*load)(const struct eg_compare_source *source,
                                     const struct eg_run *run, struct eg_error *error);
    /* What is no table; likewise. NULL: that follows from load. */
    int (*describe)(const struct eg_compare_source *source, const struct eg_run *run,
                    struct eg_compare_facts *facts, struct eg_error *error);
    /* Sets train, test, n_train, n_test, is_classes and recipe of a unit that is named. Test rows are
     * some 100: all methods explain each. */
    int (*draw)(const struct eg_compare_source *source, const struct eg_run *run,
                struct eg_compare_unit *unit, struct eg_error *error);
    /* Whether the feature is one that the labels hang on; NULL: that is not known. */
    int (*is_planted)(size_t feature);
};

extern const struct eg_compare_source eg_compare_interactions, eg_compare_corrgroups60,
    eg_compare_independentlinear60, eg_compare_nhanes, eg_compare_simulated_cohort,
    eg_compare_beataml, eg_compare_simulated_response, eg_compare_decoy_mnist, eg_compare_mnist,
    eg_compare_cifar10;

/* The images of a source that is named as their set is; EG_DATA where its files are not there. */
const struct eg_image_set *eg_compare_image_set(const struct eg_compare_source *source,
                                                const struct eg_run *run, struct eg_error *error);

/* All data sets, NULL-terminated. */
extern const struct eg_compare_source *const eg_compare_sources[];

/* What the source's cells depend on. */
int eg_compare_describe(const struct eg_compare_source *source, const struct eg_run *run,
                        struct eg_compare_facts *facts, struct eg_error *error);

/* The data set whose name is the first `length` letters of name; NULL with *error listing the names. */
const struct eg_compare_source *eg_compare_find_source(const char *name, size_t length,
                                                       struct eg_error *error);

/* For draw: the rows index[0 .. test_rows - 1] of a data set become unit->test, the next train_rows
 * unit->train; n_test and n_train. Both are imputed and standardised, one-hot columns too, by an eg_scaler fitted on
 * the training rows alone. Labels stay. */
int eg_compare_take_rows(struct eg_compare_unit *unit, const struct eg_dataset *dataset,
                         const size_t *index, size_t test_rows, size_t train_rows,
                         struct eg_error *error);

/* For draw: Glorot uniform weights, Adam at 0.001, batches of 32, from streams of the unit's own; the
 * loss is the cross-entropy of classes, else the squared error. text must live as long as the unit. */
struct eg_retrain_recipe eg_compare_recipe(const struct eg_compare_unit *unit, const char *text,
                                           size_t epochs);

#endif
