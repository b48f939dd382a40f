/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pixels meet under a convolution's window, as pointers: no patch is ever copied. */
#ifndef EG_NN_WINDOW_SOURCES_H
#define EG_NN_WINDOW_SOURCES_H

#include "nn/layer.h"

struct eg_place {
    size_t image, y, x;
};

/* Places number first to first + count - 1 of so many images: `group` images at a time, and of these each
 * place in all of them before the next. With a group of 1 in the order that the numbers lie in. */
void eg_list_places(const struct eg_image *image, size_t images, size_t group, size_t first,
                    size_t count, struct eg_place *places);

/*
 * The window's taps (its pixels, row by row) join a place of the output with pixels of the input. For
 * `count` places
 *     sources[tap * pitch + i] = the channels of the pixel of `values` that the tap joins with place i,
 *                                or `none` where there is no such pixel
 * Places are of the output, values images of the input; the other way round with is_backward.
 */
void eg_window_sources(const struct eg_layer *layer, int is_backward, const struct eg_place *places,
                       size_t count, const real *values, const real *none, size_t pitch,
                       const real **sources);

#endif
