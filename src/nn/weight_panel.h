/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolution's weights in the order in which they are multiplied. */
#ifndef EG_NN_WEIGHT_PANEL_H
#define EG_NN_WEIGHT_PANEL_H

#include "nn/layer.h"

/*
 * panel (taps x terms x width) = the weights, for `columns` channels of what comes out from channel number
 * `first` on; zeros beyond. Forward, terms are the layer's channels in, and channels out are columns;
 * backward it is the other way round.
 */
void eg_pack_panel(const struct eg_sweep *sweep, int is_backward, size_t first, size_t columns,
                   size_t width, real *restrict panel);

/* The same of `terms` terms from number `term` on. */
void eg_pack_terms(const struct eg_sweep *sweep, int is_backward, size_t term, size_t terms,
                   size_t first, size_t columns, size_t width, real *restrict panel);

#endif
