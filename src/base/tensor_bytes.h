/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to safetensors: what reader and writer share. */
#ifndef EG_BASE_TENSOR_BYTES_H
#define EG_BASE_TENSOR_BYTES_H

#include "base/safetensors.h"

/* Appends a tensor that has a name and nothing else; NULL when memory is short. */
struct eg_tensor *eg_tensors_add_bare(struct eg_tensors *tensors, const char *name,
                                      struct eg_error *error);

#endif
