/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/weight_panel.h"

#include <string.h>

void eg_pack_terms(const struct eg_sweep *sweep, int is_backward, size_t term, size_t terms,
                   size_t first, size_t columns, size_t width, real *restrict panel)
{
    enum { STEP = 16 }; /* so that what is written across stays in the cache */
    const struct eg_layer *layer = sweep->layer;
    const size_t in = layer->from.channels, taps = layer->window.height * layer->window.width;
    const size_t patch = taps * in;
    if (columns < width)
        memset(panel, 0, taps * terms * width * sizeof *panel);
    for (size_t tap = 0; tap < taps; tap++, panel += terms * width) {
        const real *from = sweep->theta + tap * in;
        if (is_backward)
            for (size_t k = 0; k < terms; k++)
                memcpy(panel + k * width, from + (term + k) * patch + first,
                       columns * sizeof *panel);
        else
            for (size_t row = 0; row < terms; row += STEP)
                for (size_t column = 0; column < columns; column++)
                    for (size_t k = row; k < row + STEP && k < terms; k++)
                        panel[k * width + column] = from[(first + column) * patch + term + k];
    }
}

void eg_pack_panel(const struct eg_sweep *sweep, int is_backward, size_t first, size_t columns,
                   size_t width, real *restrict panel)
{
    const struct eg_layer *layer = sweep->layer;
    eg_pack_terms(sweep, is_backward, 0, is_backward ? layer->to.channels : layer->from.channels,
                  first, columns, width, panel);
}
