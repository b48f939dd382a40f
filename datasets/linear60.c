/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/linear60.h"

#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_matrix.h>

#include "base/numpy_stream.h"

enum { FEATURES = 60, GROUPS = 10, GROUP_SIZE = 3 };

static void fill_centred(gsl_matrix *x, struct eg_numpy_stream *stream)
{
    for (size_t i = 0; i < x->size1; i++)
        for (size_t j = 0; j < FEATURES; j++)
            gsl_matrix_set(x, i, j, eg_numpy_normal(stream));
    for (size_t j = 0; j < FEATURES; j++) {
        double sum = 0;
        for (size_t i = 0; i < x->size1; i++)
            sum += gsl_matrix_get(x, i, j);
        gsl_vector_view column = gsl_matrix_column(x, j);
        gsl_vector_add_constant(&column.vector, -sum / (double)x->size1);
    }
}

/* x := x L with L L' the inverse of x' x / n, after which x' x / n is the identity. */
static int whiten(gsl_matrix *x, gsl_matrix *square)
{
    gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1.0 / (double)x->size1, x, x, 0, square);
    if (gsl_linalg_cholesky_decomp1(square) || gsl_linalg_cholesky_invert(square) ||
        gsl_linalg_cholesky_decomp1(square))
        return 0;
    gsl_blas_dtrmm(CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, 1, square, x);
    return 1;
}

/* x := x L' with L L' the wanted correlations. */
static int correlate_groups(gsl_matrix *x, gsl_matrix *square)
{
    gsl_matrix_set_identity(square);
    for (size_t i = 0; i < GROUPS * GROUP_SIZE; i++)
        for (size_t j = 0; j < i; j++)
            if (i / GROUP_SIZE == j / GROUP_SIZE) {
                gsl_matrix_set(square, i, j, 0.99);
                gsl_matrix_set(square, j, i, 0.99);
            }
    if (gsl_linalg_cholesky_decomp1(square))
        return 0;
    gsl_blas_dtrmm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1, square, x);
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
static int fill_dataset(struct eg_dataset *dataset, const gsl_matrix *x,
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
            const double value = gsl_matrix_get(x, i, j);
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
    const size_t square_size = FEATURES * FEATURES;
    int status = eg_dataset_alloc(dataset, rows, FEATURES, error);
    if (status)
        return status;
    double *memory = eg_alloc(rows * FEATURES + square_size, sizeof *memory, error);
    if (!memory)
        return EG_INTERNAL;
    gsl_matrix_view square = gsl_matrix_view_array(memory, FEATURES, FEATURES);
    gsl_matrix_view x = gsl_matrix_view_array(memory + square_size, rows, FEATURES);
    struct eg_numpy_stream stream;
    eg_numpy_seed(&stream, (uint32_t)options->seed);
    fill_centred(&x.matrix, &stream);
    if (correlated &&
        !(whiten(&x.matrix, &square.matrix) && correlate_groups(&x.matrix, &square.matrix)))
        status = eg_fail(error, EG_INTERNAL, "seed %llu, %zu rows: the covariance is singular",
                         (unsigned long long)options->seed, rows);
    else
        status = fill_dataset(dataset, &x.matrix, &stream, error);
    snprintf(dataset->description, sizeof dataset->description, "%s 60 (%zu rows, generated)",
             correlated ? "Correlated Groups" : "Independent Linear", rows);
    free(memory);
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
