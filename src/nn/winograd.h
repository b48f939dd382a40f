/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of a convolution of 3 x 3 or 5 x 5 taps and stride 1 by minimal filtering (nn/winograd_forms.h). A
 * place takes 2.25 products of a pixel and a weight by F(4x4, 3x3) and T(2x2), 4 by F(2x2, 3x3), 9 directly; 9
 * by F(2x2, 5x5), 25 directly. Which form a layer takes hangs on its shape and on the rows that its network is
 * for (eg_network_choose_convolutions), never on the rows of a sweep, so that a row's bits do not depend on its
 * batch. Nor do they depend on processor or parts: transforms are fused multiply-adds in the order of
 * nn/winograd_template.h, and a chain is a sum of products from 0 on, as in nn/convolution_sums.h:
 *
 *     forward   out = A' M A + bias, where M[point][co] = 0, to which chains of V * U are added, each over
 *               EG_CHAIN_TERMS of ci; V = B' in B of a tile, U = G weights G'
 *     tangent   the same without bias
 *     backward  the same, of d_out with the taps turned round, over co
 *     weights   gradient += G' S G, where S[point][co][ci] = 0, to which chains of (A d_out A') * V are
 *               added, each over the tiles of a block (eg_winograd_block), counted through the images
 *
 * Errors in single precision on standard normals, in rms of the right result (tests/test_winograd.c holds
 * them; the sweeps differ little):
 *
 *                   direct    F(2x2, 3x3)   T(2x2)    F(4x4, 3x3)   F(2x2, 5x5)
 *     largest       3e-6      1e-6          3e-6      7e-6          9e-6
 *     rms           3e-7      3e-7          6e-7      1e-6          1e-6
 *
 * Nor do curves of training tell them apart: tests/outside/curves.csv, made by `make curves`, has those of
 * direct sums, F(2x2, 3x3) and F(4x4, 3x3) over five seeds, and gaps whose 95 % intervals hold 0.
 *
 * A sweep transforms the weights itself: where tiles are few, as many of them as the nearer caches hold right
 * before their products, else a group of channels for all tiles. Parts have channels out to themselves where
 * these are more than the tiles, so that no weight is transformed twice. To keep them for the sweeps to come
 * would save, by reckoning, 2 % of a step of VGG16 with a prior on batches of 128, and take 300 MB.
 */
#ifndef EG_NN_WINOGRAD_H
#define EG_NN_WINOGRAD_H

#include "nn/layer.h"
#include "nn/tile_product.h"

struct eg_winograd {
    const char *name;
    enum eg_winograd_form form;
    size_t taps, sees, gives, points; /* along an axis */
    int is_padded;                    /* zeros beyond the image are part of the form */
};

/* All forms; the last has no name. */
extern const struct eg_winograd eg_winograd_forms[];

/* Whether the layer's shape has the form: its window, stride 1, more than EG_FEW_CHANNELS of channels in and
 * out. */
int eg_winograd_fits(const struct eg_winograd *winograd, const struct eg_layer *layer);

/* The form that takes the least time for `rows` rows at a time, by a count of products and transforms; NULL
 * where direct sums take less. */
const struct eg_winograd *eg_winograd_choose(const struct eg_layer *layer, size_t rows);

/* Has a convolution use the form, which its shape has; NULL: direct sums. */
void eg_convolution_use(struct eg_layer *layer, const struct eg_winograd *form);

/* Tiles that are transformed before their products are taken. */
size_t eg_winograd_block(const struct eg_winograd *winograd, const struct eg_layer *layer);

/* Numbers of scratch for any of the sweeps below; the same for all processors. */
size_t eg_winograd_scratch(const struct eg_winograd *winograd, const struct eg_layer *layer);

/* The sweeps of nn/convolution_sums.h, by layer->winograd. */
void eg_winograd_convolve(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                          const real *in, const real *bias, real *out);
void eg_winograd_convolve_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                               const real *d_out, real *d_in);
void eg_winograd_convolve_weights(const struct eg_sweep *sweep,
                                  const struct eg_tile_product *product, const real *in,
                                  const real *d_out, real *gradient);

#endif
