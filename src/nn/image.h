/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_NN_IMAGE_H
#define EG_NN_IMAGE_H

#include <stddef.h>

/* The shape of one row: pixels row by row, the channels of a pixel next to each other. */
struct eg_image {
    size_t height, width, channels;
};

static inline size_t eg_image_size(const struct eg_image *image)
{
    return image->height * image->width * image->channels;
}

#endif
