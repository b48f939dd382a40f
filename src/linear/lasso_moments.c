/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

#include "linear/lasso.h"

/* Rows centred at a time: enough for a fast product, few enough to take little memory. */
enum { CHUNK_ROWS = 256 };

static int find_means(const struct eg_matrix *x, const real *y, double *means,
                      struct eg_error *error)
{
    const size_t p = x->cols;
    memset(means, 0, (p + 1) * sizeof *means);
    if (x->rows == 0)
        return eg_fail(error, EG_DATA, "the LASSO needs at least one row");
    for (size_t row = 0; row < x->rows; row++) {
        const real *of_row = eg_row(x, row);
        for (size_t i = 0; i < p; i++)
            means[i] += (double)of_row[i];
        means[p] += (double)y[row];
    }
    for (size_t i = 0; i <= p; i++) {
        means[i] /= (double)x->rows;
        if (!isfinite(means[i]) && i < p)
            return eg_fail(error, EG_DATA, "column %zu of the LASSO's rows has a mean of %g", i,
                           means[i]);
        if (!isfinite(means[i]))
            return eg_fail(error, EG_DATA, "the response of the LASSO's rows has a mean of %g",
                           means[i]);
    }
    return EG_OK;
}

/* The upper triangle of q, c and *y_square += the sums over these rows. */
static void add_rows(const struct eg_matrix *x, const real *y, size_t first, size_t rows,
                     const double *means, double *chunk, double *q, double *c, double *y_square)
{
    const size_t p = x->cols;
    for (size_t row = 0; row < rows; row++) {
        const real *of_row = eg_row(x, first + row);
        const double from_mean = (double)y[first + row] - means[p];
        for (size_t i = 0; i < p; i++)
            chunk[row * p + i] = (double)of_row[i] - means[i];
        cblas_daxpy((int)p, from_mean, chunk + row * p, 1, c, 1);
        *y_square += from_mean * from_mean;
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)p, (int)rows, 1, chunk, (int)p, 1, q,
                (int)p);
}

int eg_lasso_moments(const struct eg_matrix *x, const real *y, double *q, double *c,
                     double *y_square, double *means, struct eg_error *error)
{
    const size_t p = x->cols, n = x->rows;
    const int status = find_means(x, y, means, error);
    if (status)
        return status;
    double *chunk = eg_alloc(CHUNK_ROWS * p, sizeof *chunk, error);
    if (!chunk)
        return EG_INTERNAL;
    memset(q, 0, p * p * sizeof *q);
    memset(c, 0, p * sizeof *c);
    *y_square = 0;
    for (size_t first = 0; p > 0 && first < n; first += CHUNK_ROWS)
        add_rows(x, y, first, n - first < CHUNK_ROWS ? n - first : CHUNK_ROWS, means, chunk, q, c,
                 y_square);
    free(chunk);
    for (size_t i = 0; i < p; i++) {
        for (size_t j = i; j < p; j++)
            q[j * p + i] = q[i * p + j] /= (double)n;
        c[i] /= (double)n;
    }
    *y_square /= (double)n;
    return EG_OK;
}
