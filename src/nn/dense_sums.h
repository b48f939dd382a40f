/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of small dense layers, on tiles. What is summed in which order is fixed here, and
 * nothing else decides on the bits: neither processor nor BLAS nor parts. A chain is a sum of
 * products from 0 on, by fused multiply-adds, over at most EG_DENSE_CHAIN terms:
 *
 *     forward   out[row][unit] = bias[unit], to which chains of in * weight are added, over inputs
 *     tangent   the same from 0 on
 *     backward  d_in[row][input] = 0, to which chains of d_out * weight are added, over the units
 *     weights   gradient[unit][input], to which chains of d_out * in are added, over the rows
 */
#ifndef EG_NN_DENSE_SUMS_H
#define EG_NN_DENSE_SUMS_H

#include "nn/layer.h"
#include "nn/tile_product.h"

enum { EG_DENSE_CHAIN = 256 };

/* Whether a dense layer is one for these sums: by its shape alone, with views of it alike. */
int eg_dense_is_small(const struct eg_layer *layer);

/* Numbers of scratch for any of the sweeps below; the same for all processors. */
size_t eg_dense_scratch(const struct eg_layer *layer);

/* out (m x outputs) = bias, or 0 where that is NULL, + in (m x inputs) times weights */
void eg_dense_sum(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                  const real *in, const real *bias, real *out);
/* d_in (m x inputs) = d_out (m x outputs) times weights */
void eg_dense_sum_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                       const real *d_out, real *d_in);
/* gradient (outputs rows, layer->stride numbers apart) += that for the weights */
void eg_dense_sum_weights(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                          const real *in, const real *d_out, real *gradient);

#endif
