/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/attribution_rows.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics.h>

static int check_finite(const char *measure, const char *name, const struct eg_matrix *matrix,
                        struct eg_error *error)
{
    for (size_t i = 0; i < matrix->rows; i++)
        for (size_t j = 0; j < matrix->cols; j++)
            if (!isfinite(eg_row(matrix, i)[j]))
                return eg_fail(error, EG_DATA,
                               "%s: row %zu, column %zu of the %s is %g; all must be finite",
                               measure, i, j, name, (double)eg_row(matrix, i)[j]);
    return EG_OK;
}

int eg_check_pair(const char *measure, const char *a_name, const struct eg_matrix *a,
                  const char *b_name, const struct eg_matrix *b, struct eg_error *error)
{
    if (a->rows != b->rows || a->cols != b->cols)
        return eg_fail(
            error, EG_DATA,
            "%s: the %s are %zu x %zu, but the %s %zu x %zu; give both for the same rows", measure,
            a_name, a->rows, a->cols, b_name, b->rows, b->cols);
    if (a->rows == 0 || a->cols == 0)
        return eg_fail(error, EG_DATA, "%s: the %s are %zu x %zu; it needs a number", measure,
                       a_name, a->rows, a->cols);
    const int status = check_finite(measure, a_name, a, error);
    return status ? status : check_finite(measure, b_name, b, error);
}

int eg_column_moments(const char *measure, const struct eg_matrix *x, size_t columns, double *mean,
                      double *sd, struct eg_error *error)
{
    if (x->rows == 0 || x->cols != columns)
        return eg_fail(error, EG_DATA,
                       "%s: the training rows are %zu x %zu; it needs a row or more of %zu columns",
                       measure, x->rows, x->cols, columns);
    const int status = check_finite(measure, "training rows", x, error);
    if (status)
        return status;
    const double n = (double)x->rows;
    for (size_t j = 0; j < columns; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < x->rows; i++)
            sum += (double)eg_row(x, i)[j];
        mean[j] = sum / n;
        for (size_t i = 0; i < x->rows; i++) {
            const double off = (double)eg_row(x, i)[j] - mean[j];
            squares += off * off;
        }
        if (sd)
            sd[j] = sqrt(squares / n);
    }
    return EG_OK;
}

static int compare_ranked(const void *left, const void *right)
{
    const struct eg_ranked *a = left, *b = right;
    if (a->key != b->key)
        return a->key > b->key ? -1 : 1;
    return (a->tie > b->tie) - (a->tie < b->tie);
}

void eg_rank_features(size_t p, const real *phi, double sign, struct eg_stream stream,
                      struct eg_ranked *ranked)
{
    for (size_t j = 0; j < p; j++) {
        const double value = (double)phi[j];
        ranked[j] = (struct eg_ranked){.key = sign != 0 ? sign * value : fabs(value),
                                       .tie = eg_stream_uniform(&stream),
                                       .feature = j};
    }
    qsort(ranked, p, sizeof *ranked, compare_ranked);
}

double eg_row_rank_correlation(size_t p, const real *a, const real *b, double *work)
{
    int a_differs = 0, b_differs = 0;
    for (size_t j = 0; j < p; j++) {
        work[j] = (double)a[j];
        work[p + j] = (double)b[j];
        a_differs |= a[j] != a[0];
        b_differs |= b[j] != b[0];
    }
    if (!a_differs || !b_differs)
        return NAN;
    return gsl_stats_spearman(work, 1, work + p, 1, p, work + 2 * p);
}
