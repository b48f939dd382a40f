/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of a convolution (cross-correlation) without patches (indirect convolution, Dukhan 2019):
 * pointers to the pixels under the window take their place, and tiles of the outcome are summed in
 * registers. What is summed in which order is fixed here, and nothing else decides on the bits: neither
 * processor nor parts. A chain is a sum of products from 0 on, by fused multiply-adds; what lies outside
 * the image is a zero, which changes no sum and is left out where that saves time:
 *
 *     forward   out[place][co] = bias[co], to which chains of in * weight are added, each over some of
 *               the taps (ky, kx), in order, and in a tap over ci
 *     tangent   the same from 0 on
 *     backward  d_in[pixel][ci] = 0, to which chains of d_out * weight are added, each over some of the
 *               taps and in a tap over co; with up to EG_FEW_CHANNELS of input, where that would leave
 *               most of a vector empty, over one tap each and by ascending place
 *     weights   gradient[co][tap][ci], to which chains of d_out * in are added, each over
 *               EG_CHAIN_PLACES places, counted through the images
 *
 * A chain is as short as this for the sake of accuracy: its error grows with its length. Up to
 * EG_FEW_CHANNELS of input nn/patch_sums.h takes the sums.
 */
#ifndef EG_NN_CONVOLUTION_SUMS_H
#define EG_NN_CONVOLUTION_SUMS_H

#include "nn/layer.h"
#include "nn/tile_product.h"

enum { EG_FEW_CHANNELS = 8, EG_CHAIN_PLACES = 256, EG_CHAIN_TERMS = 256 };

/* How many taps a chain goes through, with so many channels in each. */
static inline size_t eg_chain_taps(size_t channels)
{
    return channels < EG_CHAIN_TERMS ? EG_CHAIN_TERMS / channels : 1;
}

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
