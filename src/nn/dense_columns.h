/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Narrow dense layers for as many rows at once as a tile has columns, the numbers of a unit next
 * to each other: a lane is a row. Where layers are as narrow as those of tables this leaves no
 * lane idle and packs nothing. Sums are those of nn/dense_sums.h, to the bit.
 */
#ifndef EG_NN_DENSE_COLUMNS_H
#define EG_NN_DENSE_COLUMNS_H

#include "nn/layer.h"
#include "nn/tile_product.h"

/* out (outputs x columns of a tile) = bias + weights times in (inputs x columns) */
void eg_dense_columns(const struct eg_layer *layer, const real *theta,
                      const struct eg_tile_product *product, const real *in, real *out);
/* d_in (inputs x columns) = the transposed weights times d_out (outputs x columns) */
void eg_dense_columns_back(const struct eg_layer *layer, const real *theta,
                           const struct eg_tile_product *product, const real *d_out, real *d_in);

/* Whether a layer goes through as columns: it is dense or elementwise. */
static inline int eg_has_columns(const struct eg_layer *layer)
{
    return layer->type == &eg_dense || layer->type->elementwise;
}

/* The same for either; the way back reads what came in. */
void eg_layer_columns(const struct eg_layer *layer, const real *theta,
                      const struct eg_tile_product *product, const real *in, real *out);
void eg_layer_columns_back(const struct eg_layer *layer, const real *theta,
                           const struct eg_tile_product *product, const real *in, const real *d_out,
                           real *d_in);

#endif
