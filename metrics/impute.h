/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Masked features replaced by their conditional mean under a Gaussian:
 *     x_H = mu_H + C_HO inverse(C_OO) (x_O - mu_O)
 * with O observed, H hidden, mu the column means of the training rows and C
 * their covariance (n - 1) plus 1e-6 on the diagonal. The features of a row
 * are observed one after the other, and each observation updates the
 * conditional mean and covariance of those still hidden; so all the points of
 * a curve cost one factorisation, p^3 / 3 operations.
 */
#ifndef EG_METRICS_IMPUTE_H
#define EG_METRICS_IMPUTE_H

#include <stddef.h>

#include "base/error.h"
#include "base/matrix.h"

struct eg_imputer {
    size_t features;
    double *mean;       /* of the training rows */
    double *covariance; /* features x features, symmetric, ridge included */
    /* One row being observed, features in the order of observation: */
    const size_t *sequence;
    size_t observed;     /* how many of the sequence are observed */
    double *value;       /* the observed value, else the conditional mean so far */
    double *conditional; /* covariance of the hidden given the observed: features x stride, of which
                            the upper triangle counts */
    size_t stride;       /* the features, and room up to a whole vector */
    const real *row;
};

/* Training rows that imputing needs: with fewer their covariance leaves directions free, in which the ridge
 * alone decides. */
static inline size_t eg_imputer_rows(size_t features)
{
    return features + 1;
}

/* The mean alone, of one training row or more; nothing can be observed. Allocates likewise. */
int eg_imputer_fit_mean(struct eg_imputer *imputer, const struct eg_matrix *x_train,
                        struct eg_error *error);

/* Needs two training rows or more. Allocates; release with eg_imputer_free(), after failure too. */
int eg_imputer_fit(struct eg_imputer *imputer, const struct eg_matrix *x_train,
                   struct eg_error *error);
void eg_imputer_free(struct eg_imputer *imputer);

/* Begins a row with nothing observed. sequence: the features in the order they will be observed.
 * row and sequence must outlive the use. */
void eg_imputer_begin(struct eg_imputer *imputer, const real *row, const size_t *sequence);

/* Observes the next feature of the sequence. EG_DATA when the covariance is singular in double
 * precision. */
int eg_imputer_observe(struct eg_imputer *imputer, struct eg_error *error);

/* row (features): observed features as they are, hidden ones imputed. */
void eg_imputer_read(const struct eg_imputer *imputer, real *row);

#endif
