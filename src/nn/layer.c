/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/wide.h"
#include "nn/layer.h"

/* The sd of a standard normal number that is within 2 of 0. */
static const double cut_sd = 0.87962566103423978;

static double draw_cut_normal(struct eg_stream *stream)
{
    double value = eg_stream_normal(stream);
    while (fabs(value) > 2)
        value = eg_stream_normal(stream);
    return value / cut_sd;
}

static double draw_weight(enum eg_initialiser initialiser, double in, double limit,
                          struct eg_stream *stream)
{
    if (initialiser == EG_HE_NORMAL)
        return sqrt(2 / in) * eg_stream_normal(stream);
    if (initialiser == EG_HE_NORMAL_CUT)
        return sqrt(2 / in) * draw_cut_normal(stream);
    return limit * (2 * eg_stream_uniform(stream) - 1);
}

void eg_initialise_weights(const struct eg_layer *layer, enum eg_initialiser initialiser,
                           size_t fan_in, size_t fan_out, struct eg_stream *stream, real *theta)
{
    const double in = (double)fan_in, out = (double)fan_out;
    const int is_fan_in = initialiser == EG_FAN_IN_UNIFORM;
    const double limit = is_fan_in ? 1 / sqrt(in) : sqrt(6 / (in + out));
    for (size_t i = 0; i < layer->weights; i++)
        theta[i] = (real)draw_weight(initialiser, in, limit, stream);
    for (size_t i = layer->weights; i < layer->parameters; i++)
        theta[i] = is_fan_in ? (real)(limit * (2 * eg_stream_uniform(stream) - 1)) : 0;
}

/* Channels are summed so many at a time, in registers: a cache line of them at the least. */
enum { LINE = 16 };

EG_WIDE void eg_add_channel_sums(const struct eg_sweep *sweep, size_t channels, size_t pixels,
                                 const real *values, real *sums)
{
    const size_t lines = (channels + LINE - 1) / LINE, rows = sweep->m * pixels;
    const size_t begin = LINE * eg_part_begin(lines, sweep->part, sweep->parts);
    const size_t end = LINE * eg_part_begin(lines, sweep->part + 1, sweep->parts);
    for (size_t first = begin; first < end && first < channels; first += LINE) {
        const size_t count = channels - first < LINE ? channels - first : LINE;
        double sum[LINE] = {0};
        for (size_t row = 0; row < rows; row++)
            for (size_t c = 0; c < count; c++)
                sum[c] += (double)values[row * channels + first + c];
        for (size_t c = 0; c < count; c++)
            sums[first + c] += (real)sum[c];
    }
}
