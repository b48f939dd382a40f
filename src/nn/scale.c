/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second layer of a normalisation: out = scale * in + shift, of each number or of each channel. */
#include "base/wide.h"
#include "nn/layer.h"

/* A number to be read, worked on and written takes as long as so many multiplications. */
enum { WORK_OF_NUMBER = 8 };

static int shape_scale(struct eg_layer *layer, size_t count)
{
    layer->to = layer->from;
    layer->parameters = 2 * count;
    layer->work = WORK_OF_NUMBER * layer->inputs;
    return EG_OK;
}

static int shape_numbers(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    (void)words;
    (void)error;
    return shape_scale(layer, layer->inputs);
}

static int shape_channels(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    (void)words;
    (void)error;
    return shape_scale(layer, layer->from.channels);
}

/* out = scale * values, + shift where that is not NULL; of the part's rows */
EG_WIDE static void scale_values(const struct eg_sweep *sweep, const real *restrict values,
                                 const real *restrict shift, real *restrict out)
{
    const size_t count = sweep->layer->parameters / 2, each = sweep->layer->inputs / count;
    const size_t end = eg_part_begin(sweep->m * each, sweep->part + 1, sweep->parts) * count;
    for (size_t at = eg_part_begin(sweep->m * each, sweep->part, sweep->parts) * count; at < end;
         at += count)
        for (size_t i = 0; i < count; i++)
            out[at + i] = sweep->theta[i] * values[at + i] + (shift ? shift[i] : 0);
}

static void forward_scale(const struct eg_sweep *sweep, const real *in, real *out)
{
    scale_values(sweep, in, sweep->theta + sweep->layer->parameters / 2, out);
}

/* The map's linear part is its own transpose. */
static void multiply_scale(const struct eg_sweep *sweep, const real *in, const real *values,
                           real *out)
{
    (void)in;
    scale_values(sweep, values, NULL, out);
}

/* Scales are summed so many at a time, in registers. */
enum { LINE = 16 };

/* gradient[i] += sum of a * b over all that scale i or shift i is for, b NULL for 1; the part's i */
EG_WIDE static void add_sums(const struct eg_sweep *sweep, const real *a, const real *b,
                             real *gradient)
{
    const size_t count = sweep->layer->parameters / 2, lines = (count + LINE - 1) / LINE;
    const size_t numbers = sweep->m * sweep->layer->inputs;
    const size_t end = LINE * eg_part_begin(lines, sweep->part + 1, sweep->parts);
    for (size_t first = LINE * eg_part_begin(lines, sweep->part, sweep->parts);
         first < end && first < count; first += LINE) {
        const size_t width = count - first < LINE ? count - first : LINE;
        double sum[LINE] = {0};
        for (size_t at = first; at < numbers; at += count)
            for (size_t i = 0; i < width; i++)
                sum[i] += (double)a[at + i] * (b ? (double)b[at + i] : 1);
        for (size_t i = 0; i < width; i++)
            gradient[first + i] += (real)sum[i];
    }
}

static void accumulate_scales(const struct eg_sweep *sweep, const real *in, const real *d_out,
                              real *gradient)
{
    add_sums(sweep, in, d_out, gradient);
}

static void accumulate_shifts(const struct eg_sweep *sweep, const real *d_out, real *gradient)
{
    add_sums(sweep, d_out, NULL, gradient + sweep->layer->parameters / 2);
}

static void initialise_scale(const struct eg_layer *layer, enum eg_initialiser initialiser,
                             struct eg_stream *stream, real *theta)
{
    (void)initialiser;
    (void)stream;
    for (size_t i = 0; i < layer->parameters; i++)
        theta[i] = i < layer->parameters / 2;
}

const struct eg_layer_type eg_scale_numbers = {.name = "layernorm",
                                               .shape = shape_numbers,
                                               .forward = forward_scale,
                                               .tangent = multiply_scale,
                                               .backward = multiply_scale,
                                               .accumulate_weights = accumulate_scales,
                                               .accumulate_bias = accumulate_shifts,
                                               .initialise = initialise_scale};
const struct eg_layer_type eg_scale_channels = {.name = "groupnorm",
                                                .shape = shape_channels,
                                                .forward = forward_scale,
                                                .tangent = multiply_scale,
                                                .backward = multiply_scale,
                                                .accumulate_weights = accumulate_scales,
                                                .accumulate_bias = accumulate_shifts,
                                                .initialise = initialise_scale};
