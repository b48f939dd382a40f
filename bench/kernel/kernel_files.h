/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of a step for another program: NPY arrays and safetensors.
 */
#ifndef EG_BENCH_KERNEL_FILES_H
#define EG_BENCH_KERNEL_FILES_H

#include "nn/network.h"

/* folder/name.npy = values (rows x cols), in single precision. EG_DATA when it cannot be written. */
int eg_write_array(const char *folder, const char *name, size_t rows, size_t cols,
                   const real *values, struct eg_error *error);

/* Counts as numbers, likewise. */
int eg_write_indices(const char *folder, const char *name, size_t rows, size_t cols,
                     const uint32_t *values, struct eg_error *error);

/* folder/name.safetensors = the network's parameters, or theta in their place; text made the network. */
int eg_write_parameters(const char *folder, const char *name, const struct eg_network *network,
                        const char *text, real *theta, struct eg_error *error);

#endif
