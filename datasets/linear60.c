/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/linear60.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numpy_stream.h"

enum { FEATURES = 60, GROUPS = 10, GROUP_SIZE = 3 };

/* The algebra is spelt out, in double precision and in a fixed order, so that the bits of the data
 * are the same on every machine: those of OpenBLAS (and of GSL, which calls it) hang on the
 * processor's type and on the number of threads. */
typedef double square[FEATURES][FEATURES];

static void fill_centred(double (*x)[FEATURES], size_t n, struct eg_numpy_stream *stream)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < FEATURES; j++)
            x[i][j] = eg_numpy_normal(stream);
    for (size_t j = 0; j < FEATURES; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += x[i][j];
        for (size_t i = 0; i < n; i++)
            x[i][j] -= sum / (double)n;
    }
}

/* The lower Cholesky factor of a, in place, zero above the diagonal; 0 when there is none. */
static int factorise(square a)
{
    for (size_t i = 0; i < FEATURES; i++)
        for (size_t j = 0; j < FEATURES; j++) {
            for (size_t k = 0; k < j && j <= i; k++)
                a[i][j] -= a[i][k] * a[j][k];
            if (j == i && !(a[i][i] > 0))
                return 0;
            a[i][j] = j < i ? a[i][j] / a[j][j] : j == i ? sqrt(a[i][i]) : 0;
        }
    return 1;
}

/* The inverse of a, whose lower Cholesky factor is given, as the product of the factor's inverses. */
static void invert(square factor, square inverse)
{
    square root = {{0}}; /* the inverse of the factor */
    for (size_t j = 0; j < FEATURES; j++)
        for (size_t i = j; i < FEATURES; i++) {
            double sum = i == j;
            for (size_t k = j; k < i; k++)
                sum -= factor[i][k] * root[k][j];
            root[i][j] = sum / factor[i][i];
        }
    for (size_t i = 0; i < FEATURES; i++)
        for (size_t j = 0; j < FEATURES; j++) {
            inverse[i][j] = 0;
            for (size_t k = 0; k < FEATURES; k++)
                inverse[i][j] += root[k][i] * root[k][j];
        }
}

/* x := x m, or x m' when transposed. */
static void multiply_rows(double (*x)[FEATURES], size_t n, square m, int transposed)
{
    for (size_t i = 0; i < n; i++) {
        double row[FEATURES] = {0};
        for (size_t j = 0; j < FEATURES; j++)
            for (size_t k = 0; k < FEATURES; k++)
                row[j] += x[i][k] * (transposed ? m[j][k] : m[k][j]);
        memcpy(x[i], row, sizeof row);
    }
}

/* x := x L with L L' the inverse of x' x / n, after which x' x / n is the identity. */
static int whiten(double (*x)[FEATURES], size_t n)
{
    square covariance = {{0}}, precision;
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < FEATURES; a++)
            for (size_t b = 0; b < FEATURES; b++)
                covariance[a][b] += x[i][a] * x[i][b] / (double)n;
    if (!factorise(covariance))
        return 0;
    invert(covariance, precision);
    if (!factorise(precision))
        return 0;
    multiply_rows(x, n, precision, 0);
    return 1;
}

/* x := x L' with L L' the wanted correlations. */
static int correlate_groups(double (*x)[FEATURES], size_t n)
{
    square wanted;
    for (size_t a = 0; a < FEATURES; a++)
        for (size_t b = 0; b < FEATURES; b++) {
            const int grouped = a < GROUPS * GROUP_SIZE && a / GROUP_SIZE == b / GROUP_SIZE;
            wanted[a][b] = a == b ? 1 : grouped ? 0.99 : 0;
        }
    if (!factorise(wanted))
        return 0;
    multiply_rows(x, n, wanted, 1);
    return 1;
}

static int name_features(struct eg_dataset *dataset, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t j = 0; j < FEATURES && status == EG_OK; j++) {
        char name[16];
        snprintf(name, sizeof name, "feature_%zu", j);
        status = eg_dataset_name_feature(dataset, j, name, error);
    }
    return status;
}

/* Draws the noise, which comes after all of x from the same stream. */
static int fill_dataset(struct eg_dataset *dataset, double (*x)[FEATURES],
                        struct eg_numpy_stream *stream, struct eg_error *error)
{
    dataset->source = "generated";
    dataset->beta = eg_alloc(FEATURES, sizeof *dataset->beta, error);
    if (!dataset->beta)
        return EG_INTERNAL;
    for (size_t g = 0; g < GROUPS; g++)
        dataset->beta[GROUP_SIZE * g] = 1;
    for (size_t i = 0; i < dataset->n; i++) {
        double y = 0;
        for (size_t j = 0; j < FEATURES; j++) {
            const double value = x[i][j];
            eg_row(&dataset->x, i)[j] = (real)value;
            y += value * dataset->beta[j];
        }
        dataset->y[i] = (real)(y + 0.01 * eg_numpy_normal(stream));
    }
    return name_features(dataset, error);
}

static int load(const struct eg_dataset_options *options, int correlated,
                struct eg_dataset *dataset, struct eg_error *error)
{
    const size_t rows = options->rows ? options->rows : 1000;
    if (options->seed > UINT32_MAX)
        return eg_fail(error, EG_USAGE, "seed %llu: the linear data sets take seeds below 2^32",
                       (unsigned long long)options->seed);
    if (rows <= FEATURES || rows > 100000000)
        return eg_fail(error, EG_USAGE,
                       "%zu rows: the linear data sets take more than %d, at most 100000000", rows,
                       FEATURES);
    int status = eg_dataset_alloc(dataset, rows, FEATURES, error);
    if (status)
        return status;
    double(*x)[FEATURES] = eg_alloc(rows, sizeof *x, error);
    if (!x)
        return EG_INTERNAL;
    struct eg_numpy_stream stream;
    eg_numpy_seed(&stream, (uint32_t)options->seed);
    fill_centred(x, rows, &stream);
    if (correlated && !(whiten(x, rows) && correlate_groups(x, rows)))
        status = eg_fail(error, EG_INTERNAL, "seed %llu, %zu rows: the covariance is singular",
                         (unsigned long long)options->seed, rows);
    else
        status = fill_dataset(dataset, x, &stream, error);
    snprintf(dataset->description, sizeof dataset->description, "%s 60 (%zu rows, generated)",
             correlated ? "Correlated Groups" : "Independent Linear", rows);
    free(x);
    return status;
}

static int load_corrgroups60(const struct eg_dataset_options *options, struct eg_dataset *dataset,
                             struct eg_error *error)
{
    return load(options, 1, dataset, error);
}

static int load_independentlinear60(const struct eg_dataset_options *options,
                                    struct eg_dataset *dataset, struct eg_error *error)
{
    return load(options, 0, dataset, error);
}

const struct eg_dataset_source eg_corrgroups60 = {
    "corrgroups60", "Correlated Groups 60: linear target, ten groups of three correlated features",
    load_corrgroups60};

const struct eg_dataset_source eg_independentlinear60 = {
    "independentlinear60", "Independent Linear 60: linear target, independent features",
    load_independentlinear60};
