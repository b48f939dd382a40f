/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of an ONNX file: its tensors and what is worked out of them. */
#ifndef EG_ONNX_NUMBERS_H
#define EG_ONNX_NUMBERS_H

#include "onnx/onnx_file.h"

enum { EG_ONNX_DIMENSIONS = 8 };

struct eg_onnx_array {
    int ndim;
    size_t dims[EG_ONNX_DIMENSIONS], count; /* the last index fastest; count: the product */
    double *data;
};

/*
 * Numbers of any type but texts and complex ones, from the message or from a file beside the model, of which only
 * that part is read. Dimensions and the bytes there are must agree before memory is taken. EG_DATA naming the
 * tensor.
 */
int eg_onnx_read_tensor(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor,
                        struct eg_onnx_array *array, struct eg_error *error);

/* path = where the tensor's numbers are, where they are in another file. EG_DATA when that is not beside the model. */
int eg_onnx_name_outside(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor,
                         char *path, size_t size, struct eg_error *error);

int eg_onnx_array_alloc(struct eg_onnx_array *array, int ndim, const size_t *dims,
                        struct eg_error *error);
int eg_onnx_array_copy(const struct eg_onnx_array *from, struct eg_onnx_array *array,
                       struct eg_error *error);
/* to = from with dimension i of to being perm[i] of from. */
int eg_onnx_array_transpose(const struct eg_onnx_array *from, const size_t *perm,
                            struct eg_onnx_array *to, struct eg_error *error);
void eg_onnx_array_free(struct eg_onnx_array *array);

#endif
