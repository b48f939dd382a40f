/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/weight_panel.h"

#include <string.h>

void eg_pack_panel(const struct eg_sweep *sweep, int is_backward, size_t first, size_t columns,
                   size_t width, real *restrict panel)
{
    enum { STEP = 16 }; /* so that what is written across stays in the cache */
    const struct eg_layer *layer = sweep->layer;
    const size_t in = layer->from.channels, out = layer->to.channels;
    const size_t taps = layer->window.height * layer->window.width, patch = taps * in;
    const size_t rows = taps * (is_backward ? out : in);
    if (columns < width)
        memset(panel, 0, rows * width * sizeof *panel);
    if (is_backward)
        for (size_t row = 0; row < rows; row++)
            memcpy(panel + row * width, sweep->theta + row % out * patch + row / out * in + first,
                   columns * sizeof *panel);
    else
        for (size_t row = 0; row < rows; row += STEP)
            for (size_t column = 0; column < columns; column++)
                for (size_t k = row; k < row + STEP && k < rows; k++)
                    panel[k * width + column] = sweep->theta[(first + column) * patch + k];
}
