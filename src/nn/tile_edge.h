/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tiles that hang over the edge of what they are added to: the same bits, summed in a whole tile aside. */
#ifndef EG_NN_TILE_EDGE_H
#define EG_NN_TILE_EDGE_H

#include "nn/tile_product.h"

/* The product of which one tile takes so many columns with the fewest vectors. */
static inline const struct eg_tile_product *eg_tile_fit(const struct eg_tile_product *product,
                                                        size_t columns)
{
    return columns <= product->narrow->columns ? product->narrow : product;
}

/* rows x columns of the outcome, at most a tile; aside has room for one, and sources and left are as for
 * a whole one. */
struct eg_tile_edge {
    size_t rows, columns;
    real *out;
    size_t stride;
    real *aside;
};

/* struct eg_tile_product's add_places for the rows and columns that there are. */
void eg_add_places(const struct eg_tile_product *product, size_t places, const real *left,
                   size_t left_stride, const real *const *sources, const struct eg_tile_edge *edge);

/* to = from, rows x columns; from_stride may be 0. */
void eg_copy_rows(size_t rows, size_t columns, const real *from, size_t from_stride, real *to,
                  size_t to_stride);

#endif
