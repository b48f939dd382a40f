/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of a convolution (cross-correlation) without patches (indirect convolution, Dukhan 2019):
 * pointers to the pixels under the window take their place, and tiles of the outcome are summed in
 * registers. What is summed in which order is fixed here, and nothing else decides on the bits: neither
 * processor nor parts. "+=" is a fused multiply-add but where it is called addition, and what lies
 * outside the image is a zero that takes part:
 *
 *     forward   out[place][co] = bias[co], then for all (ky, kx, ci): += in * weight
 *     tangent   the same from 0 on
 *     backward  d_in[pixel][ci] = 0, then for all (ky, kx, co): += d_out * weight; with up to
 *               EG_FEW_CHANNELS of input, where that would leave most of a vector empty, for each
 *               place and tap a sum over co from 0 on, and the addition of these by ascending place
 *     weights   for each EG_PLACES_BLOCK places, counted through the images, a sum over them from 0 on
 *               of d_out * in, and its addition to the gradient
 */
#ifndef EG_NN_CONVOLUTION_SUMS_H
#define EG_NN_CONVOLUTION_SUMS_H

#include "nn/layer.h"
#include "nn/tile_product.h"

enum { EG_FEW_CHANNELS = 8, EG_PLACES_BLOCK = 256 };

/* Numbers of scratch for any of the sweeps below; the same for all processors. */
size_t eg_convolution_scratch(const struct eg_layer *layer);

/* out (m x outputs) = the map of in (m x inputs), bias: of each channel out, or NULL for 0 */
void eg_convolve(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                 const real *in, const real *bias, real *out);
/* d_in (m x inputs) = the transposed map of d_out (m x outputs) */
void eg_convolve_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                      const real *d_out, real *d_in);
/* gradient += that for the weights */
void eg_convolve_weights(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                         const real *in, const real *d_out, real *gradient);

#endif
