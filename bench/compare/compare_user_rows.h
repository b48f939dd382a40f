/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of the user's own: NPY (base/npy.h), or CSV with a line of names or without, plain or gzipped
 * (".csv", ".csv.gz"). Rows are rows x columns, or images of 4 dimensions.
 */
#ifndef EG_BENCH_COMPARE_USER_ROWS_H
#define EG_BENCH_COMPARE_USER_ROWS_H

#include "base/matrix.h"
#include "nn/image.h"

struct eg_user_rows {
    const char *path; /* borrowed */
    struct eg_matrix x;
    size_t dims[3]; /* of a row that is an image, as the file has it; else 0 */
    real *labels;   /* of the column of labels, owned; NULL: none */
    char **names;   /* of the columns of x, owned; NULL: the file names none */
};

/* Two rows at least, of finite numbers. label: the column of a CSV file that is not of x but its labels; NULL: none.
 * EG_DATA with the file's name and what is wrong. Free it after failure too. */
int eg_user_rows_read(const char *path, const char *label, struct eg_user_rows *rows,
                      struct eg_error *error);
void eg_user_rows_free(struct eg_user_rows *rows);

/* That rows have the columns of those trained on, in the same order: EG_DATA otherwise. */
int eg_user_rows_fit(const struct eg_user_rows *rows, const struct eg_user_rows *trained,
                     struct eg_error *error);

/*
 * Puts each row's image into the order of networks here, channels last. image: what the network takes.
 * channels: "first" or "last", as the file has them; NULL: what follows from 4 dimensions, else last. EG_DATA where the
 * file's dimensions are others, EG_USAGE where channels must be told or the network takes no images.
 */
int eg_user_rows_order(struct eg_user_rows *rows, const struct eg_image *image,
                       const char *channels, struct eg_error *error);

/* labels (owned by the caller) = a file's one column; of: whose labels they are, of so many rows. */
int eg_user_labels_read(const char *path, const char *of, size_t rows, real **labels,
                        struct eg_error *error);

#endif
