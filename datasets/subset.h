/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Some rows of a data set, and the imputing and standardising that is learned
 * on one subset and applied to others.
 */
#ifndef EG_DATASETS_SUBSET_H
#define EG_DATASETS_SUBSET_H

#include "datasets/dataset.h"

struct eg_subset {
    struct eg_matrix x; /* n x p */
    real *y;            /* n */
};

/* Copies the rows index[0..n-1] of the data set, in that order. */
int eg_subset_alloc(struct eg_subset *subset, const struct eg_dataset *dataset, const size_t *index,
                    size_t n, struct eg_error *error);
void eg_subset_free(struct eg_subset *subset);

struct eg_scaler {
    size_t p;
    double *mean, *sd; /* p: over the values that are not missing; sd divides by n, and is 1 where a
                          column does not vary */
};

int eg_scaler_fit(struct eg_scaler *scaler, const struct eg_matrix *x, struct eg_error *error);
void eg_scaler_free(struct eg_scaler *scaler);

/* x = (x - mean) / sd in place; missing values become the mean, which is 0. */
void eg_scaler_apply(const struct eg_scaler *scaler, struct eg_matrix *x);

#endif
