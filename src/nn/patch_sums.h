/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of nn/convolution_sums.h for up to EG_FEW_CHANNELS channels in, where a tap alone has too few
 * numbers for a vector: patches (what the window sees at a place) are put together from a copy of the image
 * with its padding, some places at a time. The same chains, so the same bits.
 */
#ifndef EG_NN_PATCH_SUMS_H
#define EG_NN_PATCH_SUMS_H

#include "nn/layer.h"
#include "nn/tile_product.h"

size_t eg_patch_scratch(const struct eg_layer *layer);

void eg_patch_convolve(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                       const real *in, const real *bias, real *out);
void eg_patch_convolve_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                            const real *d_out, real *d_in);
void eg_patch_convolve_weights(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                               const real *in, const real *d_out, real *gradient);

#endif
