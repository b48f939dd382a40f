/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as a safetensors file with the names that a PyTorch Sequential gives its parameters: the
 * number of the module, then ".weight" and ".bias" ("0.weight", "0.bias", "2.weight", ...).
 *
 * Each item of the network's text form is one module (dense: Linear, conv: Conv2d, pool: MaxPool2d,
 * batchnorm: BatchNorm, relu: ReLU, ...), but for "image". A dense layer straight after an image has a
 * Flatten before it that counts. PyTorch stores convolutions as out x in x height x width and flattens
 * channels first; here it is out x height x width x in and channels last, and weights are converted.
 * PyTorch's batch norm has an epsilon of 1e-5 where ours is 1e-3: the variances are moved by the
 * difference, so that outputs are the same.
 */
#ifndef EG_NN_TORCH_MODEL_H
#define EG_NN_TORCH_MODEL_H

#include "base/safetensors.h"
#include "nn/network.h"

enum eg_text_source {
    EG_TEXT_GIVEN,   /* by the caller */
    EG_TEXT_STORED,  /* in the file's metadata: it was written here */
    EG_TEXT_INFERRED /* from the shapes: dense layers with relu between. Say so to the user */
};

struct eg_torch_model {
    struct eg_network network;
    char *text; /* the network's text form, owned */
    enum eg_text_source source;
};

/*
 * Reads a network. text may be NULL: then that of the file's metadata is taken, and where there is
 * none, the shapes tell the dense layers. inputs is the number of features that the network must take,
 * 0: any. A bias that is missing is zero (bias=False). EG_DATA naming file, tensor and what was
 * expected when names, shapes or types do not fit; EG_USAGE when text is malformed.
 */
int eg_torch_model_read(const char *path, size_t inputs, const char *text,
                        struct eg_torch_model *model, struct eg_error *error);

/* Writes a network that was made from that text, and the text itself as metadata "egbench.network".
 * is_single: as F32, else as real is. EG_USAGE for graph convolutions and where the text does not make
 * this network. */
int eg_torch_model_write(const char *path, const struct eg_network *network, const char *text,
                         int is_single, struct eg_error *error);

void eg_torch_model_free(struct eg_torch_model *model);

#endif
