/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Data sets: rows of features and a label for each, made, from files, or those of the paper's
 * experiments. */
#ifndef EGBENCH_DATASET_H
#define EGBENCH_DATASET_H

#include "egbench_base.h"

/** Rows x (rows x features) and y (rows), with names of features. */
struct egbench_dataset;

/** The name of built-in data set number i from 0; NULL beyond the last. */
EGBENCH_API const char *egbench_dataset_name(size_t i);

/** What that data set is, in one line; NULL beyond the last. */
EGBENCH_API const char *egbench_dataset_summary(size_t i);

/** Zeros, to be filled through egbench_dataset_x() and egbench_dataset_y(). Returns
 * EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_dataset_alloc(struct egbench_dataset **dataset, size_t rows,
                                      size_t features, struct egbench_error *error);

/** The built-in data set of that name. folder: where its files are, NULL for those that are
 * generated. seed and rows (0: the usual number) are of generated ones. Returns EGBENCH_USAGE,
 * listing the names, for another one, or where a folder is needed, EGBENCH_DATA for a file that is
 * missing or malformed, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_dataset_load(struct egbench_dataset **dataset, const char *name,
                                     const char *folder, uint64_t seed, size_t rows,
                                     struct egbench_error *error);

/** A CSV file with a header row, plain or gzipped: the column named `label` is y (NULL: y is 0),
 * all others are features. An empty cell of a feature is NAN. Returns EGBENCH_DATA naming file,
 * line and column, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_dataset_read_csv(struct egbench_dataset **dataset, const char *path,
                                         const char *label, struct egbench_error *error);

/** NumPy's files: x an array of rows x features, y one of rows (NULL: y is 0), of any real type.
 * Returns EGBENCH_DATA naming the file and what is wrong with it, EGBENCH_INTERNAL when memory is
 * short. */
EGBENCH_API int egbench_dataset_read_npy(struct egbench_dataset **dataset, const char *x_path,
                                         const char *y_path, struct egbench_error *error);

/** The rows index[0 .. count-1] (from 0) of a data set, in that order, copied: a split. Returns
 * EGBENCH_USAGE for a row that is not there, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_dataset_take(struct egbench_dataset **part,
                                     const struct egbench_dataset *dataset, size_t count,
                                     const size_t *index, struct egbench_error *error);

/** Releases a data set; NULL is allowed. */
EGBENCH_API void egbench_dataset_free(struct egbench_dataset *dataset);

/** Imputes missing features by the mean and standardises all to mean 0 and sd 1 (divisor: rows),
 * fitted on train and applied to train and test (NULL: none) in place, as scikit-learn's
 * SimpleImputer and StandardScaler do. A constant feature becomes 0. Returns EGBENCH_USAGE when
 * test has other features, EGBENCH_DATA, naming the feature, where all of train lacks one or a
 * number is infinite, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_dataset_standardise(struct egbench_dataset *train,
                                            struct egbench_dataset *test,
                                            struct egbench_error *error);

/** The number of rows. */
EGBENCH_API size_t egbench_dataset_rows(const struct egbench_dataset *dataset);

/** The number of features. */
EGBENCH_API size_t egbench_dataset_features(const struct egbench_dataset *dataset);

/** Rows x features, row-major, to be read and written. Belongs to the data set. */
EGBENCH_API eg_real *egbench_dataset_x(struct egbench_dataset *dataset);

/** A number for each row, to be read and written. Belongs to the data set. */
EGBENCH_API eg_real *egbench_dataset_y(struct egbench_dataset *dataset);

/** The same, to be read. */
EGBENCH_API const eg_real *egbench_dataset_const_x(const struct egbench_dataset *dataset);

/** The same, to be read. */
EGBENCH_API const eg_real *egbench_dataset_const_y(const struct egbench_dataset *dataset);

/** The name of feature j from 0; "" where it has none. Belongs to the data set. */
EGBENCH_API const char *egbench_dataset_feature_name(const struct egbench_dataset *dataset,
                                                     size_t j);

/** Writes rows x columns numbers as one of NumPy's files; as 4-byte floats where eg_real is float,
 * else as 8-byte ones. The file is replaced whole or not at all. Returns EGBENCH_DATA when it
 * cannot be written, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_write_npy(const char *path, size_t rows, size_t columns,
                                  const eg_real *numbers, struct egbench_error *error);

#endif
