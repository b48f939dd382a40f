/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/impute.h"

#include <stdlib.h>

#include "base/sizes.h"
#include "base/wide.h"

enum { WHOLE = 64 / sizeof(double) }; /* numbers in the widest vectors */

static const double ridge = 1e-6;

static void find_mean(const struct eg_matrix *x, double *mean)
{
    for (size_t row = 0; row < x->rows; row++)
        for (size_t i = 0; i < x->cols; i++)
            mean[i] += eg_row(x, row)[i];
    for (size_t i = 0; i < x->cols; i++)
        mean[i] /= (double)x->rows;
}

/* Adds up the upper triangle row by row, then mirrors it. centred: room for one row. */
EG_WIDE static void find_covariance(const struct eg_matrix *x, const double *mean,
                                    double *restrict centred, double *restrict covariance)
{
    const size_t p = x->cols;
    for (size_t row = 0; row < x->rows; row++) {
        for (size_t i = 0; i < p; i++)
            centred[i] = eg_row(x, row)[i] - mean[i];
        for (size_t i = 0; i < p; i++)
            for (size_t j = i; j < p; j++)
                covariance[i * p + j] += centred[i] * centred[j];
    }
    for (size_t i = 0; i < p; i++) {
        for (size_t j = i; j < p; j++) {
            covariance[i * p + j] /= (double)(x->rows - 1);
            covariance[j * p + i] = covariance[i * p + j];
        }
        covariance[i * p + i] += ridge;
    }
}

int eg_imputer_fit_mean(struct eg_imputer *imputer, const struct eg_matrix *x_train,
                        struct eg_error *error)
{
    const size_t p = x_train->cols;
    *imputer = (struct eg_imputer){.features = p, .stride = eg_round_up(p, WHOLE)};
    imputer->mean = eg_alloc(p, sizeof(double), error);
    if (!imputer->mean)
        return EG_INTERNAL;
    find_mean(x_train, imputer->mean);
    return EG_OK;
}

int eg_imputer_fit(struct eg_imputer *imputer, const struct eg_matrix *x_train,
                   struct eg_error *error)
{
    const size_t p = x_train->cols;
    *imputer = (struct eg_imputer){0};
    if (x_train->rows < 2)
        return eg_fail(error, EG_DATA, "imputing needs two training rows or more, not %zu",
                       x_train->rows);
    if (eg_imputer_fit_mean(imputer, x_train, error))
        return EG_INTERNAL;
    imputer->value = eg_alloc(p, sizeof(double), error);
    imputer->covariance = eg_alloc(p * p, sizeof(double), error);
    imputer->conditional = eg_alloc(p * imputer->stride, sizeof(double), error);
    if (!imputer->value || !imputer->covariance || !imputer->conditional)
        return EG_INTERNAL;
    find_covariance(x_train, imputer->mean, imputer->value, imputer->covariance);
    return EG_OK;
}

void eg_imputer_free(struct eg_imputer *imputer)
{
    free(imputer->mean);
    free(imputer->value);
    free(imputer->covariance);
    free(imputer->conditional);
    *imputer = (struct eg_imputer){0};
}

void eg_imputer_begin(struct eg_imputer *imputer, const real *row, const size_t *sequence)
{
    const size_t p = imputer->features;
    imputer->row = row;
    imputer->sequence = sequence;
    imputer->observed = 0;
    for (size_t i = 0; i < p; i++) {
        const double *source = imputer->covariance + sequence[i] * p;
        imputer->value[i] = imputer->mean[sequence[i]];
        for (size_t j = i / WHOLE * WHOLE; j < p; j++)
            imputer->conditional[i * imputer->stride + j] = source[sequence[j]];
    }
}

/* What the feature `now` of the sequence, of p, tells of those after it. Each row begins at a whole
 * vector, below the diagonal, where nothing is read. */
EG_WIDE static void eliminate(size_t p, size_t stride, size_t now, const double *restrict pivot,
                              double *restrict conditional)
{
    for (size_t i = now + 1; i < p; i++) {
        double *row = conditional + i * stride;
        const double share = pivot[i] / pivot[now];
        for (size_t j = i / WHOLE; j < stride / WHOLE; j++)
            for (size_t k = 0; k < WHOLE; k++)
                row[j * WHOLE + k] -= share * pivot[j * WHOLE + k];
    }
}

int eg_imputer_observe(struct eg_imputer *imputer, struct eg_error *error)
{
    const size_t p = imputer->features, now = imputer->observed;
    const double *pivot = imputer->conditional + now * imputer->stride;
    const double x = imputer->row[imputer->sequence[now]];
    if (!(pivot[now] > 0))
        return eg_fail(error, EG_DATA,
                       "impute: the covariance of the training rows is singular at feature %zu; "
                       "scale the features",
                       imputer->sequence[now]);
    const double surprise = (x - imputer->value[now]) / pivot[now];
    for (size_t i = now + 1; i < p; i++)
        imputer->value[i] += pivot[i] * surprise;
    eliminate(p, imputer->stride, now, pivot, imputer->conditional);
    imputer->value[now] = x;
    imputer->observed++;
    return EG_OK;
}

void eg_imputer_read(const struct eg_imputer *imputer, real *row)
{
    for (size_t i = 0; i < imputer->features; i++)
        row[imputer->sequence[i]] = (real)imputer->value[i];
}
