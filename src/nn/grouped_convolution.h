/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to the convolutions: what a plain and a grouped one share. */
#ifndef EG_NN_GROUPED_CONVOLUTION_H
#define EG_NN_GROUPED_CONVOLUTION_H

#include "nn/layer.h"

/* Numbers of scratch for any sweep of a grouped convolution. */
size_t eg_grouped_scratch(const struct eg_layer *layer);

void eg_accumulate_channel_bias(const struct eg_sweep *sweep, const real *d_out, real *gradient);
void eg_initialise_convolution(const struct eg_layer *layer, enum eg_initialiser initialiser,
                               struct eg_stream *stream, real *theta);

#endif
