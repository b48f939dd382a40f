/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/dense_columns.h"

#include "nn/dense_sums.h"
#include "nn/elementwise.h"

/* In chains; the first takes the start. */
static void add_chains(const struct eg_tile_product *product, struct eg_units units, const real *in,
                       real *out)
{
    for (size_t left = units.terms; left > 0; left -= units.terms) {
        units.terms = left < EG_DENSE_CHAIN ? left : EG_DENSE_CHAIN;
        product->add_units(&units, in, out);
        units.start = NULL;
        units.weights += units.terms * units.term_step;
        in += units.terms * product->columns;
    }
}

void eg_dense_columns(const struct eg_layer *layer, const real *theta,
                      const struct eg_tile_product *product, const real *in, real *out)
{
    add_chains(product,
               (struct eg_units){.units = layer->outputs,
                                 .terms = layer->inputs,
                                 .weights = theta,
                                 .unit_step = layer->stride,
                                 .term_step = 1,
                                 .start = theta + layer->weights,
                                 .start_step = 1},
               in, out);
}

void eg_dense_columns_back(const struct eg_layer *layer, const real *theta,
                           const struct eg_tile_product *product, const real *d_out, real *d_in)
{
    static const real zero = 0;
    add_chains(product,
               (struct eg_units){.units = layer->inputs,
                                 .terms = layer->outputs,
                                 .weights = theta,
                                 .unit_step = 1,
                                 .term_step = layer->stride,
                                 .start = &zero},
               d_out, d_in);
}

void eg_layer_columns(const struct eg_layer *layer, const real *theta,
                      const struct eg_tile_product *product, const real *in, real *out)
{
    const struct eg_elementwise *function = layer->type->elementwise;
    if (function)
        function->apply((real)layer->parameter, layer->inputs * product->columns, in, out);
    else
        eg_dense_columns(layer, theta, product, in, out);
}

void eg_layer_columns_back(const struct eg_layer *layer, const real *theta,
                           const struct eg_tile_product *product, const real *in, const real *d_out,
                           real *d_in)
{
    const struct eg_elementwise *function = layer->type->elementwise;
    if (function)
        function->multiply_slope((real)layer->parameter, layer->inputs * product->columns, in,
                                 d_out, d_in);
    else
        eg_dense_columns_back(layer, theta, product, d_out, d_in);
}
