/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_files.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/folder.h"
#include "base/npy.h"
#include "nn/torch_model.h"

/* The array is freed. */
static int write_array(const char *folder, const char *name, struct eg_npy *array,
                       struct eg_error *error)
{
    char file[64];
    snprintf(file, sizeof file, "%s.npy", name);
    char *path = eg_join_path_alloc(folder, file, error);
    const int status = path ? eg_npy_write(path, array, EG_NPY_F4, error) : EG_INTERNAL;
    free(path);
    eg_npy_free(array);
    return status;
}

int eg_write_array(const char *folder, const char *name, size_t rows, size_t cols,
                   const real *values, struct eg_error *error)
{
    struct eg_npy array = {.ndim = 2, .shape = {rows, cols}};
    array.data = eg_alloc(rows * cols, sizeof *array.data, error);
    if (!array.data)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows * cols; i++)
        array.data[i] = (double)values[i];
    return write_array(folder, name, &array, error);
}

int eg_write_indices(const char *folder, const char *name, size_t rows, size_t cols,
                     const uint32_t *values, struct eg_error *error)
{
    struct eg_npy array = {.ndim = 2, .shape = {rows, cols}};
    array.data = eg_alloc(rows * cols, sizeof *array.data, error);
    if (!array.data)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows * cols; i++)
        array.data[i] = values[i];
    return write_array(folder, name, &array, error);
}

int eg_write_parameters(const char *folder, const char *name, const struct eg_network *network,
                        const char *text, real *theta, struct eg_error *error)
{
    char file[64];
    struct eg_network other = *network;
    if (theta)
        other.theta = theta;
    snprintf(file, sizeof file, "%s.safetensors", name);
    char *path = eg_join_path_alloc(folder, file, error);
    const int status = path ? eg_torch_model_write(path, &other, text, 1, error) : EG_INTERNAL;
    free(path);
    return status;
}
