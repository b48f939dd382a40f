/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as a safetensors file with the names that a PyTorch Sequential gives its parameters: the
 * number of the module, then ".weight" and ".bias" ("0.weight", "0.bias", "2.weight", ...).
 *
 * Each item of the network's text form is one module (dense: Linear, conv: Conv2d, pool: MaxPool2d,
 * batchnorm: BatchNorm, layernorm: LayerNorm of a whole row, relu: ReLU, ...), but for "image", "mark",
 * "add" and "from", which have no number. A dense layer straight after an image has a Flatten before it
 * that counts. PyTorch stores convolutions as out x in x height x width and flattens channels first; here
 * it is out x height x width x in and channels last, and weights are converted.
 * What stands before the number in all names ("module.", "net.") is passed over; after such a prefix the
 * numbers may also be those of a ModuleList, which counts its layers alone. All numbers may be one further:
 * a Flatten that rows do not need.
 * PyTorch's batch norm has an epsilon of 1e-5 where ours is 1e-3: the variances are moved by the
 * difference, so that outputs are the same.
 */
#ifndef EG_NN_TORCH_MODEL_H
#define EG_NN_TORCH_MODEL_H

#include "base/safetensors.h"
#include "nn/network.h"

enum eg_text_source {
    EG_TEXT_GIVEN,  /* by the caller */
    EG_TEXT_STORED, /* in the file's metadata: it was written here */
    EG_TEXT_INFERRED /* from the shapes: modules from 0 on without a gap, with no room between them */
};

struct eg_torch_model {
    struct eg_network network;
    char *text; /* the network's text form, owned */
    enum eg_text_source source;
    char *
        guess; /* owned: after a failure because nothing tells the activations, the text with relu */
};

/*
 * Reads a network. text may be NULL: then that of the file's metadata is taken, and where there is
 * none, layers are told from shapes, if their numbers leave no room for activations; nothing is guessed.
 * inputs is the number of features that the network must take, 0: any. Biases that are missing are zero
 * (bias=False), of a layer before a batch norm, or of all others; so are scale and shift of a batch norm
 * 1 and 0 (affine=False). EG_DATA naming file, tensor and what was expected when names, shapes or types do
 * not fit, or a number is not finite; EG_USAGE when text is malformed. Free the model after failure too.
 */
int eg_torch_model_read(const char *path, size_t inputs, const char *text,
                        struct eg_torch_model *model, struct eg_error *error);

/* The same from tensors whose names are "N.weight" and the like, with a text. path stands for the file in messages. */
int eg_torch_model_of(const char *path, const struct eg_tensors *tensors, const char *text,
                      struct eg_torch_model *model, struct eg_error *error);

/* Writes a network that was made from that text, and the text itself as metadata "egbench.network".
 * is_single: as F32, else as real is. EG_USAGE for graph convolutions and where the text does not make
 * this network. */
int eg_torch_model_write(const char *path, const struct eg_network *network, const char *text,
                         int is_single, struct eg_error *error);

void eg_torch_model_free(struct eg_torch_model *model);

#endif
