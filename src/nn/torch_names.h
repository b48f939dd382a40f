/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to torch_model: which module of a PyTorch Sequential each layer is. */
#ifndef EG_NN_TORCH_NAMES_H
#define EG_NN_TORCH_NAMES_H

#include "nn/network.h"

struct eg_torch_layer {
    size_t module;         /* its number in the Sequential */
    struct eg_image order; /* the image whose flattened pixels are its inputs; its size is 0 where
                              the inputs are not those of an image */
};

/* What the text's "image" says; its size is 0 without one. The text need not be right. */
void eg_torch_read_shape(const char *text, struct eg_image *shape);

/* Fills `module` of the layers of the network that was made from the text. */
void eg_torch_number(const char *text, const struct eg_network *network,
                     struct eg_torch_layer layers[EG_LAYERS_MAX]);

/* Fills `order`, likewise; shape as read above. */
void eg_torch_find_orders(const struct eg_network *network, const struct eg_image *shape,
                          struct eg_torch_layer layers[EG_LAYERS_MAX]);

/* Where channels-first number i of an image's pixels stands in channels-last order. */
static inline size_t eg_channels_last(const struct eg_image *image, size_t i)
{
    const size_t pixels = image->height * image->width;
    return i % pixels * image->channels + i / pixels;
}

#endif
