/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/nhanes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv_table.h"
#include "base/npy.h"

#define PATH_LENGTH 4096

static const char authors_file[] = "X_sparsity.csv", reduced_file[] = "X_large.csv",
                  released_labels[] = "y_sparsity.npy", follow_up_file[] = "follow_up.csv";

/* Writes the file's path, that of a CSV file gzipped or not, and returns whether the file is there. */
static int find_file(const struct eg_dataset_options *options, const char *file,
                     char path[PATH_LENGTH])
{
    static const char *const endings[] = {"", ".gz"};
    const int forms = strstr(file, ".csv") ? 2 : 1;
    for (int i = 0; options->data_folder && i < forms; i++) {
        const int length = snprintf(path, PATH_LENGTH, "%s/nhanes1/%s%s", options->data_folder,
                                    file, endings[i]);
        if (length > 0 && length < PATH_LENGTH && access(path, F_OK) == 0)
            return 1;
    }
    return 0;
}

int eg_nhanes_available(const struct eg_dataset_options *options)
{
    char path[PATH_LENGTH];
    return find_file(options, authors_file, path) || find_file(options, reduced_file, path);
}

static int check_labels(const char *path, const double *labels, size_t count, int unknown_allowed,
                        struct eg_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!(labels[i] == 0 || labels[i] == 1 || (unknown_allowed && isnan(labels[i]))))
            return eg_fail(error, EG_DATA,
                           "%s: the label of row %zu (from 0) is %g; 1 (alive) or 0 is needed",
                           path, i, labels[i]);
    return EG_OK;
}

static int read_follow_up(const char *path, unsigned years, double **labels, size_t *count,
                          struct eg_error *error)
{
    const struct eg_csv_want wanted[] = {{years == 10 ? "alive_10y" : "alive_15y", EG_CSV_NUMBER},
                                         {0}};
    struct eg_csv_table table;
    int status = eg_csv_read(path, wanted, EG_CSV_SKIP, &table, error);
    if (status)
        return status;
    status = check_labels(path, table.columns[0].numbers, table.rows, 1, error);
    if (status == EG_OK) {
        *labels = table.columns[0].numbers;
        *count = table.rows;
        table.columns[0].numbers = NULL;
    }
    eg_csv_free(&table);
    return status;
}

static int read_released(const char *path, double **labels, size_t *count, struct eg_error *error)
{
    struct eg_npy array;
    int status = eg_npy_read(path, &array, error);
    if (status)
        return status;
    if (array.ndim != 1)
        status = eg_fail(error, EG_DATA, "%s: %d dimensions where labels need 1", path, array.ndim);
    else
        status = check_labels(path, array.data, array.shape[0], 0, error);
    if (status) {
        eg_npy_free(&array);
        return status;
    }
    *labels = array.data;
    *count = array.shape[0];
    return EG_OK;
}

/* *labels is the caller's, to free; path says where they came from. */
static int read_labels(const struct eg_dataset_options *options, unsigned years,
                       char path[PATH_LENGTH], double **labels, size_t *count,
                       struct eg_error *error)
{
    if (years == 15 && find_file(options, released_labels, path))
        return read_released(path, labels, count, error);
    if (find_file(options, follow_up_file, path))
        return read_follow_up(path, years, labels, count, error);
    return eg_fail(error, EG_DATA, "%s/nhanes1: no labels of survival to %u years; %s%s is needed",
                   options->data_folder, years, years == 15 ? "y_sparsity.npy or " : "",
                   follow_up_file);
}

static int fill_dataset(const struct eg_csv_table *table, size_t first_column, const double *labels,
                        struct eg_dataset *dataset, struct eg_error *error)
{
    int status = eg_dataset_alloc(dataset, table->rows, table->cols - first_column, error);
    for (size_t j = 0; status == EG_OK && j < dataset->p; j++)
        status = eg_dataset_name_feature(dataset, j, table->columns[first_column + j].name, error);
    for (size_t i = 0; status == EG_OK && i < dataset->n; i++) {
        dataset->y[i] = (real)labels[i];
        for (size_t j = 0; j < dataset->p; j++)
            eg_row(&dataset->x, i)[j] = (real)table->columns[first_column + j].numbers[i];
    }
    return status;
}

static void drop_unknown(struct eg_dataset *dataset)
{
    size_t kept = 0;
    for (size_t i = 0; i < dataset->n; i++) {
        if (isnan(dataset->y[i]))
            continue;
        dataset->y[kept] = dataset->y[i];
        memmove(eg_row(&dataset->x, kept), eg_row(&dataset->x, i),
                dataset->p * sizeof *dataset->x.data);
        kept++;
    }
    dataset->n = dataset->x.rows = kept;
}

static void describe(struct eg_dataset *dataset, unsigned years, size_t unknown)
{
    const int length = snprintf(dataset->description, sizeof dataset->description,
                                "NHANES I (%zu people, %zu columns, alive after %u years",
                                dataset->n, dataset->p, years);
    char *rest = dataset->description + length;
    const size_t room = sizeof dataset->description - (size_t)length;
    if (unknown)
        snprintf(rest, room, "; %zu of unknown outcome left out)", unknown);
    else
        snprintf(rest, room, ")");
    dataset->source = "real";
}

static int join(const struct eg_dataset_options *options, unsigned years, const char *path,
                const struct eg_csv_table *table, size_t first_column, struct eg_dataset *dataset,
                struct eg_error *error)
{
    char label_path[PATH_LENGTH];
    double *labels = NULL;
    size_t count = 0;
    if (table->cols <= first_column)
        return eg_fail(error, EG_DATA, "%s: no columns beside the index", path);
    int status = read_labels(options, years, label_path, &labels, &count, error);
    if (status == EG_OK && count != table->rows)
        status = eg_fail(error, EG_DATA,
                         "%s has %zu rows but %s has %zu; both must list the same people", path,
                         table->rows, label_path, count);
    if (status == EG_OK)
        status = fill_dataset(table, first_column, labels, dataset, error);
    if (status == EG_OK && options->missing_flags)
        status = eg_dataset_add_missing_flags(dataset, error);
    if (status == EG_OK) {
        /* After the flags, so that their number does not hang on the horizon. */
        drop_unknown(dataset);
        describe(dataset, years, table->rows - dataset->n);
    }
    free(labels);
    return status;
}

static int load(const struct eg_dataset_options *options, struct eg_dataset *dataset,
                struct eg_error *error)
{
    const unsigned years = options->label_years ? options->label_years : 15;
    char path[PATH_LENGTH];
    struct eg_csv_table table;
    if (years != 10 && years != 15)
        return eg_fail(error, EG_USAGE, "label horizon of %u years: 10 and 15 are known", years);
    if (!options->data_folder)
        return eg_fail(error, EG_DATA,
                       "nhanes: no data folder; give --data FOLDER, set EGBENCH_DATA_DIR, or run "
                       "datasets/fetch.sh nhanes");
    const size_t first_column = find_file(options, authors_file, path) ? 1 : 0;
    if (!first_column && !find_file(options, reduced_file, path))
        return eg_fail(error, EG_DATA,
                       "%s/nhanes1: neither %s nor %s is there; datasets/fetch.sh nhanes gets the "
                       "first, the data set simulated_cohort needs no file",
                       options->data_folder, authors_file, reduced_file);
    int status = eg_csv_read(path, NULL, EG_CSV_NUMBER, &table, error);
    if (status)
        return status;
    status = join(options, years, path, &table, first_column, dataset, error);
    eg_csv_free(&table);
    return status;
}

const struct eg_dataset_source eg_nhanes = {
    "nhanes", "NHANES I: survival of 13,442 people (from files; see datasets/fetch.sh)", load};
