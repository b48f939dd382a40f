/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_table.h"
#include "base/npy.h"
#include "datasets/subset.h"
#include "public/handles.h"

static const struct eg_dataset_source *source_at(size_t i)
{
    size_t at = 0;
    while (at < i && eg_dataset_sources[at])
        at++;
    return eg_dataset_sources[at];
}

const char *egbench_dataset_name(size_t i)
{
    const struct eg_dataset_source *source = source_at(i);
    return source ? source->name : NULL;
}

const char *egbench_dataset_summary(size_t i)
{
    const struct eg_dataset_source *source = source_at(i);
    return source ? source->summary : NULL;
}

void egbench_dataset_free(struct egbench_dataset *dataset)
{
    if (dataset)
        eg_dataset_free(&dataset->dataset);
    free(dataset);
}

static int keep_or_free(struct egbench_dataset **dataset, int status)
{
    if (status) {
        egbench_dataset_free(*dataset);
        *dataset = NULL;
    }
    return status;
}

int egbench_dataset_alloc(struct egbench_dataset **dataset, size_t rows, size_t features,
                          struct egbench_error *error)
{
    if (!EG_HANDLE(error, *dataset))
        return EG_INTERNAL;
    return keep_or_free(dataset,
                        eg_dataset_alloc(&(*dataset)->dataset, rows, features, eg_error_of(error)));
}

int egbench_dataset_load(struct egbench_dataset **dataset, const char *name, const char *folder,
                         uint64_t seed, size_t rows, struct egbench_error *error)
{
    const struct eg_dataset_options options = {.data_folder = folder, .seed = seed, .rows = rows};
    if (!EG_HANDLE(error, *dataset))
        return EG_INTERNAL;
    int status = eg_dataset_load(name, &options, &(*dataset)->dataset, eg_error_of(error));
    if (status == EG_DATA && !folder)
        status = egbench_fail(error, EG_USAGE,
                              "data set '%s' is read from files: give their folder", name);
    return keep_or_free(dataset, status);
}

/* Columns of the table: those that are not the label become features. */
static int take_table(struct eg_dataset *dataset, const struct eg_csv_table *table,
                      const struct eg_csv_column *label, const char *path, struct eg_error *error)
{
    const size_t p = table->cols - (label != NULL);
    if (!p)
        return eg_fail(error, EG_DATA, "%s: it has no column beside '%s'", path, label->name);
    int status = eg_dataset_alloc(dataset, table->rows, p, error);
    size_t j = 0;
    for (const struct eg_csv_column *c = table->columns;
         !status && c < table->columns + table->cols; c++) {
        for (size_t i = 0; i < table->rows; i++)
            *(c == label ? &dataset->y[i] : &eg_row(&dataset->x, i)[j]) = (real)c->numbers[i];
        if (c != label)
            status = eg_dataset_name_feature(dataset, j++, c->name, error);
    }
    return status;
}

int egbench_dataset_read_csv(struct egbench_dataset **dataset, const char *path, const char *label,
                             struct egbench_error *error)
{
    struct eg_error *own = eg_error_of(error);
    const struct eg_csv_want wanted[] = {{label, EG_CSV_FILLED}, {0}};
    struct eg_csv_table table = {0};
    *dataset = NULL;
    int status = eg_csv_read(path, label ? wanted : NULL, EG_CSV_NUMBER, &table, own);
    if (status)
        return status;
    if (!EG_HANDLE(error, *dataset))
        status = EG_INTERNAL;
    if (!status)
        status = take_table(&(*dataset)->dataset, &table, label ? eg_csv_find(&table, label) : NULL,
                            path, own);
    eg_csv_free(&table);
    return keep_or_free(dataset, status);
}

static int read_label(const char *path, struct eg_dataset *dataset, struct eg_error *error)
{
    struct eg_matrix y = {0};
    int status = eg_npy_read_matrix(path, &y, error);
    if (!status && (y.rows != dataset->n || y.cols != 1))
        status = eg_fail(error, EG_DATA,
                         "%s: %zu x %zu numbers, but there are %zu rows: give one each", path,
                         y.rows, y.cols, dataset->n);
    if (!status)
        memcpy(dataset->y, y.data, dataset->n * sizeof *y.data);
    eg_matrix_free(&y);
    return status;
}

int egbench_dataset_read_npy(struct egbench_dataset **dataset, const char *x_path,
                             const char *y_path, struct egbench_error *error)
{
    struct eg_error *own = eg_error_of(error);
    struct eg_matrix x = {0};
    *dataset = NULL;
    int status = eg_npy_read_matrix(x_path, &x, own);
    if (!status)
        status = egbench_dataset_alloc(dataset, x.rows, x.cols, error);
    if (!status) {
        memcpy((*dataset)->dataset.x.data, x.data, x.rows * x.cols * sizeof *x.data);
        status = y_path ? read_label(y_path, &(*dataset)->dataset, own) : EG_OK;
    }
    eg_matrix_free(&x);
    return keep_or_free(dataset, status);
}

int egbench_dataset_take(struct egbench_dataset **part, const struct egbench_dataset *dataset,
                         size_t count, const size_t *index, struct egbench_error *error)
{
    const struct eg_dataset *from = &dataset->dataset;
    *part = NULL;
    for (size_t i = 0; i < count; i++)
        if (index[i] >= from->n)
            return egbench_fail(error, EG_USAGE, "data set: row %zu of %zu, from 0", index[i],
                                from->n);
    int status = egbench_dataset_alloc(part, count, from->p, error);
    for (size_t i = 0; !status && i < count; i++) {
        memcpy(eg_row(&(*part)->dataset.x, i), eg_row(&from->x, index[i]), from->p * sizeof(real));
        (*part)->dataset.y[i] = from->y[index[i]];
    }
    for (size_t j = 0; !status && j < from->p; j++)
        status = eg_dataset_name_feature(
            &(*part)->dataset, j, egbench_dataset_feature_name(dataset, j), eg_error_of(error));
    return keep_or_free(part, status);
}

int egbench_dataset_standardise(struct egbench_dataset *train, struct egbench_dataset *test,
                                struct egbench_error *error)
{
    struct eg_scaler scaler = {0};
    const size_t p = train->dataset.p;
    if (test && test->dataset.p != p)
        return egbench_fail(error, EG_USAGE, "data set: %zu features to train with, %zu to test",
                            train->dataset.p, test->dataset.p);
    int status = eg_scaler_fit(&scaler, &train->dataset.x, eg_error_of(error));
    for (size_t j = 0; !status && j < p; j++)
        if (!isfinite(scaler.mean[j]) || !isfinite(scaler.sd[j]))
            status = egbench_fail(
                error, EG_DATA,
                "data set: feature %zu ('%s') is missing in all %zu rows to train "
                "with, or not finite: leave it out",
                j, egbench_dataset_feature_name(train, j), train->dataset.n);
    if (!status) {
        eg_scaler_apply(&scaler, &train->dataset.x);
        if (test)
            eg_scaler_apply(&scaler, &test->dataset.x);
    }
    eg_scaler_free(&scaler);
    return status;
}

size_t egbench_dataset_rows(const struct egbench_dataset *dataset)
{
    return dataset->dataset.n;
}

size_t egbench_dataset_features(const struct egbench_dataset *dataset)
{
    return dataset->dataset.p;
}

eg_real *egbench_dataset_x(struct egbench_dataset *dataset)
{
    return dataset->dataset.x.data;
}

eg_real *egbench_dataset_y(struct egbench_dataset *dataset)
{
    return dataset->dataset.y;
}

const eg_real *egbench_dataset_const_x(const struct egbench_dataset *dataset)
{
    return dataset->dataset.x.data;
}

const eg_real *egbench_dataset_const_y(const struct egbench_dataset *dataset)
{
    return dataset->dataset.y;
}

const char *egbench_dataset_feature_name(const struct egbench_dataset *dataset, size_t j)
{
    const char *name = dataset->dataset.feature_names[j];
    return name ? name : "";
}

int egbench_write_npy(const char *path, size_t rows, size_t columns, const eg_real *numbers,
                      struct egbench_error *error)
{
    const size_t count = rows * columns;
    struct eg_npy array = {.ndim = 2, .shape = {rows, columns}};
    array.data = eg_alloc(count, sizeof *array.data, eg_error_of(error));
    if (!array.data)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++)
        array.data[i] = numbers[i];
    const int status = eg_npy_write(path, &array, sizeof(real) == 4 ? EG_NPY_F4 : EG_NPY_F8,
                                    eg_error_of(error));
    eg_npy_free(&array);
    return status;
}
