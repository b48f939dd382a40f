/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks from ONNX files, as PyTorch (torch.onnx.export) and Keras (tf2onnx) export them: as a network's text form
 * and tensors with the names of a PyTorch Sequential, which eg_torch_model_of (nn/torch_model.h) makes a network of.
 *
 * An operator is a row of a table (onnx_layers.c, onnx_norms.c, onnx_windows.c, onnx_shapes.c, onnx_sizes.c, onnx_elementwise.c).
 * Functions are known again by their values (onnx_curves.c), and so are layer norms (onnx_row_norms.c).
 * Rows are images of channels last, whatever the file has. A last sigmoid or softmax is left out: what is explained is
 * the output before it.
 */
#ifndef EG_ONNX_NETWORK_H
#define EG_ONNX_NETWORK_H

#include "base/safetensors.h"

struct eg_onnx_network {
    char *text; /* owned */
    struct eg_tensors tensors;
    const char *head; /* "Sigmoid", "Softmax" or "LogSoftmax", which was left out; NULL: none */
};

/* Whether the name ends in ".onnx". */
int eg_onnx_is_named(const char *path);

/*
 * features: of a row, 0: as many as the network takes. Files beside it that hold its numbers are read too. EG_DATA
 * with the file's name, and where there is one the operator, its node and what to do, when the file is no ONNX model,
 * is damaged, or holds what there is not here. Free it after failure too.
 */
int eg_onnx_network_read(const char *path, size_t features, struct eg_onnx_network *network,
                         struct eg_error *error);

/* The same from size bytes in memory, and no file beside it; path stands for the file in messages. */
int eg_onnx_network_parse(const char *path, const void *bytes, size_t size, size_t features,
                          struct eg_onnx_network *network, struct eg_error *error);

void eg_onnx_network_free(struct eg_onnx_network *network);

/* For each file beside it that holds numbers, once: visit(context, path). It stops at what that returns other than 0. */
int eg_onnx_visit_files(const char *path,
                        int (*visit)(void *context, const char *path, struct eg_error *error),
                        void *context, struct eg_error *error);

#endif
