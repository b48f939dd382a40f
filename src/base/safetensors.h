/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Safetensors files: named arrays with a JSON header. Eight bytes hold the header's length, then comes
 * the header, {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}, then the
 * arrays without gaps, the last index fastest. "__metadata__" maps words to texts.
 */
#ifndef EG_BASE_SAFETENSORS_H
#define EG_BASE_SAFETENSORS_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"
#include "base/real.h"

enum { EG_TENSOR_DIMENSIONS = 8 };

struct eg_tensor {
    char *name;
    char type[8]; /* "F64", "F32", "F16", "BF16"; others are read over: their data is NULL */
    int ndim;
    size_t shape[EG_TENSOR_DIMENSIONS]; /* the first ndim of them hold */
    size_t count;                       /* their product */
    real *data;                         /* count numbers, owned */
};

struct eg_tensors {
    size_t count, capacity;
    struct eg_tensor *items; /* in the file's order of bytes */
    json_t *metadata;        /* an object of texts, owned; NULL: none */
};

/* Reads F64, F32, F16 and BF16. Lengths, types, shapes, offsets, overlaps and gaps are checked, and that
 * each number is finite, in real too: EG_DATA with the file's name, the tensor and what is wrong with it. */
int eg_safetensors_read(const char *path, struct eg_tensors *tensors, struct eg_error *error);

/* The same from size bytes in memory; name stands for the file in messages. */
int eg_safetensors_parse(const char *name, const void *bytes, size_t size,
                         struct eg_tensors *tensors, struct eg_error *error);

/* Writes all tensors as F64, or as F32 where is_single or real is float, by way of a temporary file
 * that is renamed at the end. */
int eg_safetensors_write(const char *path, const struct eg_tensors *tensors, int is_single,
                         struct eg_error *error);

/* Appends a zeroed tensor; NULL with *error filled when memory is short. The pointer holds until the
 * next one is added. */
struct eg_tensor *eg_tensors_add(struct eg_tensors *tensors, const char *name, int ndim,
                                 const size_t *shape, struct eg_error *error);

/* The tensor of that name, or NULL. */
const struct eg_tensor *eg_tensors_find(const struct eg_tensors *tensors, const char *name);

/* The text of that key in the metadata, or NULL; borrowed. */
const char *eg_tensors_note(const struct eg_tensors *tensors, const char *key);

/* Enters key: text in the metadata. */
int eg_tensors_set_note(struct eg_tensors *tensors, const char *key, const char *text,
                        struct eg_error *error);

void eg_tensors_free(struct eg_tensors *tensors);

/* "(32, 10)", for messages. */
struct eg_shape_text {
    char text[200];
};
struct eg_shape_text eg_format_shape(int ndim, const size_t *shape);

#endif
