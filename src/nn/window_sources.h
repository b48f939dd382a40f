/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pixels meet under a convolution's window, as pointers: no patch is ever copied. */
#ifndef EG_NN_WINDOW_SOURCES_H
#define EG_NN_WINDOW_SOURCES_H

#include "nn/layer.h"

/*
 * The window's taps (its pixels, row by row) join a place of the output with pixels of the input. For
 * `count` places from number `first` on, counted through over images,
 *     sources[tap * pitch + i] = the channels of the pixel of `values` that the tap joins with place
 *                                first + i, or `none` where there is no such pixel
 * Places are of the output, values images of the input; the other way round with is_backward.
 */
void eg_window_sources(const struct eg_layer *layer, int is_backward, size_t first, size_t count,
                       const real *values, const real *none, size_t pitch, const real **sources);

#endif
