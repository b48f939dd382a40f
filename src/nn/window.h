/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The geometry of a window that slides over an image, for convolution and pooling.
 */
#ifndef EG_NN_WINDOW_H
#define EG_NN_WINDOW_H

#include "nn/layer.h"

/* Reads up to three numbers from 1 to a million, joined by x ("28x28x1"), up to a blank or the end.
 * Returns how many; 0 when it is something else. */
size_t eg_read_sizes(const char **cursor, size_t sizes[3]);

/*
 * Reads "HxWxC" (channels 1) or "HxW" or "N" (channels 0), then "same", "valid" or "pad N", then
 * "stride N" and with channels "groups N", and fills layer->window, groups and to from layer->from. The stride is by default 1 with channels,
 * else the window's own size. "same" pads with what is needed for ceil(size / stride) places, the odd
 * pixel after; "valid" takes whole windows alone, "pad N" after N pixels on all sides. EG_USAGE names what does not fit.
 */
int eg_window_shape(struct eg_layer *layer, const char *words, int channels,
                    struct eg_error *error);

/* What a window at place `to` along one axis covers of an image of `size`: window cells first to
 * end-1, of which the first lies on pixel *pixel. */
static inline void eg_window_clip(size_t to, size_t stride, size_t pad, size_t length, size_t size,
                                  size_t *first, size_t *end, size_t *pixel)
{
    const size_t start = to * stride;
    *first = start < pad ? pad - start : 0;
    const size_t left = size + pad - start; /* cells until the image ends */
    *end = left < length ? left : length;
    *pixel = start + *first - pad;
}

#endif
