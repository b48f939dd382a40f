/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of PyTorch models for tests. */
#ifndef EG_TESTS_TORCH_FILE_H
#define EG_TESTS_TORCH_FILE_H

#include "nn/torch_model.h"
#include "tests/scratch_folder.h"

/* Adds a tensor that holds data; zeros where that is NULL. */
void add_tensor(struct eg_tensors *tensors, const char *name, int ndim, const size_t *shape,
                const double *data);

/* Writes the file and frees the tensors. */
struct scratch_path save_tensors(const struct scratch *scratch, struct eg_tensors *tensors);

struct eg_torch_model read_model(const char *path, size_t inputs, const char *text);
double predict_one(const struct eg_network *network, const real *x, size_t output);

/* The message after the file's name. Frees the tensors. */
void refuse_model(struct eg_tensors *tensors, size_t inputs, const char *text, const char *message);

#endif
