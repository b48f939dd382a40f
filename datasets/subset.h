/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Some rows of a data set, and the imputing and standardising that is fitted on
 * one subset and applied to others.
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

/*
 * Imputing, then standardising, as scikit-learn's SimpleImputer and StandardScaler do it one after the
 * other (Methods 6.1: "mean-imputed and standardized"; the authors' released script takes these two).
 * Fitted on the rows given, which are a split's training rows, and on nothing else:
 *
 *     mean  over the column's observed values, which is that of the completed column too
 *     sd    of the completed column, divisor all its rows: an imputed value counts as a gap of 0
 *
 * A column that does not vary keeps its scale: sd 1. One without any observed value becomes 0 for
 * everybody (sd infinite), as good as left out, which is what SimpleImputer does with it.
 */
struct eg_scaler {
    size_t p;
    double *mean, *sd; /* p */
};

int eg_scaler_fit(struct eg_scaler *scaler, const struct eg_matrix *x, struct eg_error *error);
void eg_scaler_free(struct eg_scaler *scaler);

/* x = (x - mean) / sd in place, of any rows; missing values become the mean, which is 0 then. */
void eg_scaler_apply(const struct eg_scaler *scaler, struct eg_matrix *x);

#endif
