/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NumPy's NPY files: an array of 0 to 4 dimensions, in and out.
 */
#ifndef EG_BASE_NPY_H
#define EG_BASE_NPY_H

#include <stddef.h>

#include "base/error.h"
#include "base/input_file.h"
#include "base/matrix.h"

enum { EG_NPY_DIMENSIONS = 4 };

struct eg_npy {
    int ndim;                        /* 0 to 4 */
    size_t shape[EG_NPY_DIMENSIONS]; /* the first ndim of them hold */
    char type[4];                    /* of the file that was read: "<f4", "<i8" ... */
    double *data; /* the product of shape elements (one when ndim is 0), the last index fastest */
};

enum eg_npy_type { EG_NPY_F4, EG_NPY_F8 };

/* Bytes of the numbers of the largest array that is read: the largest file, of 4-byte floats. */
#define EG_NPY_MOST (2 * EG_INPUT_MOST)

size_t eg_npy_count(const struct eg_npy *array);

/* Reads format versions 1.0, 2.0 and 3.0, in C or Fortran order, of little-endian floats of 2, 4 and 8
 * bytes, integers of 1, 2, 4 and 8, with sign or without, and bool; an integer beyond 2^53 is refused.
 * Header and size are checked before the numbers are read: as doubles they take at most
 * EG_NPY_MOST bytes. EG_DATA with the file's name and what is wrong
 * with it. */
int eg_npy_read(const char *path, struct eg_npy *array, struct eg_error *error);

/* Its shape and type alone, after the same checks of header and size: data stays NULL. */
int eg_npy_peek(const char *path, struct eg_npy *array, struct eg_error *error);

/* The same as eg_npy_read from size bytes in memory; name stands for the file in messages. */
int eg_npy_parse(const char *name, const void *bytes, size_t size, struct eg_npy *array,
                 struct eg_error *error);

/* Reads an array of 2 dimensions, or of 1 (which becomes one column). */
int eg_npy_read_matrix(const char *path, struct eg_matrix *matrix, struct eg_error *error);

/* Writes version 1.0, the data at a multiple of 64 bytes, by way of a temporary file that is renamed
 * at the end: path holds the old bytes or the new ones, never half of them. */
int eg_npy_write(const char *path, const struct eg_npy *array, enum eg_npy_type type,
                 struct eg_error *error);

void eg_npy_free(struct eg_npy *array);

#endif
