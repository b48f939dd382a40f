/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/dense_columns.h"

#include <string.h>

#include "base/wide.h"
#include "nn/dense_sums.h"

EG_WIDE static void start_units(size_t units, size_t columns, const real *restrict bias,
                                real *restrict out)
{
    for (size_t unit = 0; unit < units; unit++)
        for (size_t c = 0; c < columns; c++)
            out[unit * columns + c] = bias[unit];
}

void eg_dense_columns(const struct eg_layer *layer, const real *theta,
                      const struct eg_tile_product *product, const real *in, real *out)
{
    const size_t inputs = layer->inputs, columns = product->columns;
    start_units(layer->outputs, columns, theta + layer->weights, out);
    for (size_t term = 0; term < inputs; term += EG_DENSE_CHAIN) {
        const size_t left = inputs - term, terms = left < EG_DENSE_CHAIN ? left : EG_DENSE_CHAIN;
        product->add_units(layer->outputs, terms, theta + term, layer->stride, 1,
                           in + term * columns, out);
    }
}

void eg_dense_columns_back(const struct eg_layer *layer, const real *theta,
                           const struct eg_tile_product *product, const real *d_out, real *d_in)
{
    const size_t outputs = layer->outputs, columns = product->columns;
    memset(d_in, 0, layer->inputs * columns * sizeof *d_in);
    for (size_t term = 0; term < outputs; term += EG_DENSE_CHAIN) {
        const size_t left = outputs - term, terms = left < EG_DENSE_CHAIN ? left : EG_DENSE_CHAIN;
        product->add_units(layer->inputs, terms, theta + term * layer->stride, 1, layer->stride,
                           d_out + term * columns, d_in);
    }
}
