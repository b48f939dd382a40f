/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures made smaller or larger, and cut, as torchvision's Resize and CenterCrop do it with Pillow:
 * the short side becomes a given number of pixels, each new pixel is the mean of the old ones under a
 * triangle that is as wide as two new pixels (two old ones where it grows), rows first and then columns,
 * with weights of 22 bits and a rounding to bytes after each.
 */
#ifndef EG_DATASETS_RESIZE_H
#define EG_DATASETS_RESIZE_H

#include <stdint.h>

#include "base/error.h"
#include "nn/image.h"

/* A window of a picture. */
struct eg_cut {
    size_t top, left, height, width;
};

/* The shape that a picture gets when its short side becomes short_side: the long one is rounded down. */
struct eg_image eg_resized(const struct eg_image *shape, size_t short_side);

/* The window of that size in the middle; half a pixel goes to the even side. The shape must hold it. */
struct eg_cut eg_central_cut(const struct eg_image *shape, size_t height, size_t width);

/* out (height x width x channels of cut) = that window of the picture as it is when its short side is
 * short_side; only what it needs is computed. The window must be within. EG_INTERNAL when memory is
 * short. */
int eg_resize_cut(const struct eg_image *shape, const uint8_t *pixels, size_t short_side,
                  const struct eg_cut *cut, uint8_t *out, struct eg_error *error);

#endif
