/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to torch_model: what the names and shapes of tensors alone tell of a network. */
#ifndef EG_NN_TORCH_GUESS_H
#define EG_NN_TORCH_GUESS_H

#include "base/safetensors.h"
#include "nn/network.h"

/* Where a Sequential stands in what was saved. */
enum eg_torch_place {
    EG_TORCH_BARE, /* it was saved itself, or wrapped: "module." (DataParallel), "_orig_mod." (compile) */
    EG_TORCH_INSIDE /* it is a member of a module, "net."; it may also be a ModuleList, whose numbers
                       leave no room for what is called between its layers */
};

/* Takes away what stands before the module's number in all names, where it is the same. */
enum eg_torch_place eg_torch_strip_prefix(struct eg_tensors *tensors);

/* The numbers of the modules that have tensors, rising; returns how many, EG_LAYERS_MAX at most. */
size_t eg_torch_list_modules(const struct eg_tensors *tensors, size_t modules[EG_LAYERS_MAX]);

/* A text whose modules are so numbered: "dense 32, relu, dense 1". Activations are taken to be relu
 * where a number is left out, further ones dropout. *is_certain: none is, and there is no room for any.
 * NULL with *error filled where a module's tensors are those of no layer that there is. */
char *eg_torch_guess_alloc(const char *path, const struct eg_tensors *tensors,
                           const size_t *modules, size_t count, int *is_certain,
                           struct eg_error *error);

#endif
