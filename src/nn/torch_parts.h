/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to torch_model: the tensors of a layer, in PyTorch's order and in ours. */
#ifndef EG_NN_TORCH_PARTS_H
#define EG_NN_TORCH_PARTS_H

#include "base/safetensors.h"
#include "nn/torch_names.h"

enum { EG_TORCH_PARTS_MAX = 4 };

/* A tensor of a layer: where its numbers are in the layer's parameters. */
struct eg_torch_part {
    const char *name;
    int ndim;
    size_t shape[4]; /* as PyTorch has it */
    size_t offset;   /* from the layer's first parameter */
    double added;    /* to each number in the file, for ours */
    int is_optional;
    double otherwise; /* each number, where it is optional and missing */
};

/* The tensors of a layer; 0 for layers that have none. */
size_t eg_torch_list_parts(const struct eg_layer *layer,
                           struct eg_torch_part parts[EG_TORCH_PARTS_MAX]);

/* Where number i of a part in PyTorch's order stands in ours. */
size_t eg_torch_find_place(const struct eg_layer *layer, const struct eg_image *order,
                           const struct eg_torch_part *part, size_t i);

/* Name of a part's tensor: "2.weight". */
struct eg_tensor_name {
    char text[64];
};
struct eg_tensor_name eg_torch_name_part(size_t module, const struct eg_torch_part *part);

/* Biases of layers before a batch norm are often left out, since they change nothing. Of the others, some
 * with and some without are rather a file that lost one, and so is a batch norm with scale or shift alone:
 * EG_DATA. */
int eg_torch_check_missing(const char *path, const struct eg_tensors *tensors,
                           const struct eg_network *network, const struct eg_torch_layer *facts,
                           struct eg_error *error);

#endif
