/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/subset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int eg_subset_alloc(struct eg_subset *subset, const struct eg_dataset *dataset, const size_t *index,
                    size_t n, struct eg_error *error)
{
    *subset = (struct eg_subset){0};
    subset->y = eg_alloc(n, sizeof *subset->y, error);
    if (!subset->y || eg_matrix_alloc(&subset->x, n, dataset->p, error)) {
        eg_subset_free(subset);
        return EG_INTERNAL;
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(eg_row(&subset->x, i), eg_row(&dataset->x, index[i]), dataset->p * sizeof(real));
        subset->y[i] = dataset->y[index[i]];
    }
    return EG_OK;
}

void eg_subset_free(struct eg_subset *subset)
{
    eg_matrix_free(&subset->x);
    free(subset->y);
    *subset = (struct eg_subset){0};
}

static void fit_column(const struct eg_matrix *x, size_t column, double *mean, double *sd)
{
    double sum = 0, square = 0;
    size_t observed = 0;
    for (size_t i = 0; i < x->rows; i++)
        if (!isnan(eg_row(x, i)[column])) {
            sum += (double)eg_row(x, i)[column];
            observed++;
        }
    *mean = observed ? sum / (double)observed : 0;
    for (size_t i = 0; i < x->rows; i++)
        if (!isnan(eg_row(x, i)[column])) {
            const double gap = (double)eg_row(x, i)[column] - *mean;
            square += gap * gap;
        }
    /* Imputed values add nothing to the squares, but count. */
    const double spread = sqrt(square / (double)x->rows);
    /* A constant column leaves rounding behind, not a spread. */
    *sd = spread > 1e-12 * fabs(*mean) ? spread : 1;
    if (!observed)
        *sd = INFINITY;
}

int eg_scaler_fit(struct eg_scaler *scaler, const struct eg_matrix *x, struct eg_error *error)
{
    *scaler = (struct eg_scaler){.p = x->cols};
    scaler->mean = eg_alloc(2 * x->cols, sizeof *scaler->mean, error);
    if (!scaler->mean)
        return EG_INTERNAL;
    scaler->sd = scaler->mean + x->cols;
    for (size_t j = 0; j < x->cols; j++)
        fit_column(x, j, &scaler->mean[j], &scaler->sd[j]);
    return EG_OK;
}

void eg_scaler_free(struct eg_scaler *scaler)
{
    free(scaler->mean);
    *scaler = (struct eg_scaler){0};
}

void eg_scaler_apply(const struct eg_scaler *scaler, struct eg_matrix *x)
{
    for (size_t i = 0; i < x->rows; i++)
        for (size_t j = 0; j < x->cols; j++) {
            const double value = eg_row(x, i)[j];
            eg_row(x, i)[j] = isnan(value) ? 0 : (real)((value - scaler->mean[j]) / scaler->sd[j]);
        }
}
