/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Batch normalisation (Ioffe and Szegedy 2015) of each channel:
 *
 *     out = scale * (in - mean) / sqrt(variance + epsilon) + shift
 *
 * with mean and variance from the parameters, where running averages stand, or
 * for the loss those of the batch. The linear part is scale / sqrt(...) * in;
 * the rest counts as the bias.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "nn/layer.h"

/* As TensorFlow's layers have it. */
static const double epsilon = 1e-3;

/* A number to be read, worked on and written takes as long as so many multiplications of a matrix
 * product. */
enum { WORK_OF_NUMBER = 8 };

enum { SCALE, SHIFT, MEAN, VARIANCE, KINDS };

static int shape_batch_norm(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    char *end;
    const double keep = *words ? strtod(words, &end) : 0.9;
    if (*words && (end == words || *end || !(keep >= 0 && keep < 1)))
        return eg_fail(
            error, EG_USAGE,
            "network: 'batchnorm %s': its running averages keep a fraction of themselves "
            "from 0 to less than 1",
            words);
    layer->keep = keep;
    layer->to = layer->from;
    layer->parameters = KINDS * layer->from.channels;
    layer->work = WORK_OF_NUMBER * layer->inputs;
    layer->scratch = 2 * layer->from.channels;
    return EG_OK;
}

static real one_over_sd(real variance)
{
    return (real)(1 / sqrt((double)variance + epsilon));
}

/* factor and, where not NULL, offset (channels each): out = factor * in + offset */
static void find_map(const struct eg_sweep *sweep, real *factor, real *offset)
{
    const size_t channels = sweep->layer->from.channels;
    for (size_t c = 0; c < channels; c++) {
        factor[c] = sweep->theta[c] * one_over_sd(sweep->theta[VARIANCE * channels + c]);
        if (offset)
            offset[c] = sweep->theta[SHIFT * channels + c] -
                        factor[c] * sweep->theta[MEAN * channels + c];
    }
}

/* The pixels of this part, of all rows. */
static void find_pixels(const struct eg_sweep *sweep, size_t *begin, size_t *end)
{
    const size_t pixels = sweep->m * sweep->layer->from.height * sweep->layer->from.width;
    *begin = eg_part_begin(pixels, sweep->part, sweep->parts);
    *end = eg_part_begin(pixels, sweep->part + 1, sweep->parts);
}

EG_WIDE static void forward_batch_norm(const struct eg_sweep *sweep, const real *restrict in,
                                       real *restrict out)
{
    const size_t channels = sweep->layer->from.channels;
    real *restrict factor = sweep->scratch, *restrict offset = factor + channels;
    size_t begin, end;
    find_map(sweep, factor, offset);
    find_pixels(sweep, &begin, &end);
    for (size_t i = begin; i < end; i++)
        for (size_t c = 0; c < channels; c++)
            out[i * channels + c] = factor[c] * in[i * channels + c] + offset[c];
}

/* The map's linear part is its own transpose. */
EG_WIDE static void scale_channels(const struct eg_sweep *sweep, const real *restrict values,
                                   real *restrict out)
{
    const size_t channels = sweep->layer->from.channels;
    real *restrict factor = sweep->scratch;
    size_t begin, end;
    find_map(sweep, factor, NULL);
    find_pixels(sweep, &begin, &end);
    for (size_t i = begin; i < end; i++)
        for (size_t c = 0; c < channels; c++)
            out[i * channels + c] = factor[c] * values[i * channels + c];
}

static void tangent_batch_norm(const struct eg_sweep *sweep, const real *in, const real *t_in,
                               real *t_out)
{
    (void)in;
    scale_channels(sweep, t_in, t_out);
}

static void backward_batch_norm(const struct eg_sweep *sweep, const real *in, const real *d_out,
                                real *d_in)
{
    (void)in;
    scale_channels(sweep, d_out, d_in);
}

/* Channels are summed up so many at a time, in registers: a cache line of them at the least. */
enum { LINE = 16 };

/* sums (LINE) = sums over all pixels of a * b, or of a where b is NULL, channels from `channel` on */
EG_WIDE static void sum_channels(const struct eg_sweep *sweep, size_t channel, size_t count,
                                 const real *a, const real *b, double sums[LINE])
{
    const size_t channels = sweep->layer->from.channels;
    const size_t pixels = sweep->m * sweep->layer->from.height * sweep->layer->from.width;
    double sum[LINE] = {0};
    for (size_t at = channel; at < pixels * channels; at += channels)
        if (b)
            for (size_t c = 0; c < count; c++)
                sum[c] += (double)a[at + c] * (double)b[at + c];
        else
            for (size_t c = 0; c < count; c++)
                sum[c] += (double)a[at + c];
    memcpy(sums, sum, sizeof sum);
}

/* Calls visit for each block of the part's channels. */
static void visit_channels(const struct eg_sweep *sweep,
                           void (*visit)(const struct eg_sweep *sweep, size_t channel, size_t count,
                                         const real *a, const real *b, real *out),
                           const real *a, const real *b, real *out)
{
    const size_t channels = sweep->layer->from.channels, lines = (channels + LINE - 1) / LINE;
    const size_t end = LINE * eg_part_begin(lines, sweep->part + 1, sweep->parts);
    for (size_t c = LINE * eg_part_begin(lines, sweep->part, sweep->parts); c < end && c < channels;
         c += LINE)
        visit(sweep, c, channels - c < LINE ? channels - c : LINE, a, b, out);
}

/* scale: sum of d_out * in / sd; what the shift of the mean takes off comes with the bias */
static void add_scale_gradient(const struct eg_sweep *sweep, size_t channel, size_t count,
                               const real *in, const real *d_out, real *gradient)
{
    const size_t channels = sweep->layer->from.channels;
    double sum[LINE];
    sum_channels(sweep, channel, count, in, d_out, sum);
    for (size_t c = 0; c < count; c++)
        gradient[channel + c] += (real)sum[c] *
                                 one_over_sd(sweep->theta[VARIANCE * channels + channel + c]);
}

static void accumulate_scale(const struct eg_sweep *sweep, const real *in, const real *d_out,
                             real *gradient)
{
    visit_channels(sweep, add_scale_gradient, in, d_out, gradient);
}

/* The bias is shift - scale * mean / sd. */
static void add_shift_gradient(const struct eg_sweep *sweep, size_t channel, size_t count,
                               const real *d_out, const real *unused, real *gradient)
{
    const size_t channels = sweep->layer->from.channels;
    const real *mean = sweep->theta + MEAN * channels, *variance = mean + channels;
    double sum[LINE];
    (void)unused;
    sum_channels(sweep, channel, count, d_out, NULL, sum);
    for (size_t c = 0; c < count; c++) {
        const size_t at = channel + c;
        gradient[at] -= (real)sum[c] * mean[at] * one_over_sd(variance[at]);
        gradient[SHIFT * channels + at] += (real)sum[c];
    }
}

static void accumulate_shift(const struct eg_sweep *sweep, const real *d_out, real *gradient)
{
    visit_channels(sweep, add_shift_gradient, d_out, NULL, gradient);
}

static void initialise_batch_norm(const struct eg_layer *layer, enum eg_initialiser initialiser,
                                  struct eg_stream *stream, real *theta)
{
    const size_t channels = layer->from.channels;
    (void)initialiser;
    (void)stream;
    memset(theta, 0, layer->parameters * sizeof *theta);
    for (size_t c = 0; c < channels; c++)
        theta[SCALE * channels + c] = theta[VARIANCE * channels + c] = 1;
}

/* Sums are taken around the first value of a channel, or a large mean would swallow the variance. */
EG_WIDE static void measure_channels(const struct eg_sweep *sweep, size_t channel, size_t count,
                                     const real *in, const real *unused, real *of_batch)
{
    const size_t channels = sweep->layer->from.channels;
    const size_t n = sweep->m * sweep->layer->from.height * sweep->layer->from.width;
    double sum[LINE] = {0}, square[LINE] = {0};
    (void)unused;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < count; c++) {
            const double value = (double)in[i * channels + channel + c] - (double)in[channel + c];
            sum[c] += value;
            square[c] += value * value;
        }
    for (size_t c = 0; c < count; c++) {
        const double mean = sum[c] / (double)n;
        const double variance = square[c] / (double)n - mean * mean;
        const size_t at = channel + c;
        of_batch[SCALE * channels + at] = sweep->theta[SCALE * channels + at];
        of_batch[SHIFT * channels + at] = sweep->theta[SHIFT * channels + at];
        of_batch[MEAN * channels + at] = (real)((double)in[at] + mean);
        of_batch[VARIANCE * channels + at] = (real)fmax(variance, 0);
    }
}

static void measure_batch(const struct eg_sweep *sweep, const real *in, real *of_batch)
{
    visit_channels(sweep, measure_channels, in, NULL, of_batch);
}

static void move_averages(const struct eg_layer *layer, size_t m, const real *of_batch, real *theta)
{
    const size_t channels = layer->from.channels;
    const double n = (double)(m * layer->from.height * layer->from.width);
    const double unbiased = n > 1 ? n / (n - 1) : 1;
    for (size_t i = MEAN * channels; i < KINDS * channels; i++) {
        const double factor = i < VARIANCE * channels ? 1 : unbiased;
        theta[i] = (real)(layer->keep * (double)theta[i] +
                          (1 - layer->keep) * factor * (double)of_batch[i]);
    }
}

/* With x^ = (in - mean) / sd over n values, d_in = scale / sd * (d_out - sum d_out / n -
 * x^ * sum (d_out x^) / n), and the two sums are the gradients of shift and scale. */
EG_WIDE static void correct_for_batch(const struct eg_sweep *sweep, const real *restrict in,
                                      const real *restrict gradient, real *restrict d_in)
{
    const size_t channels = sweep->layer->from.channels;
    const double n = (double)(sweep->m * sweep->layer->from.height * sweep->layer->from.width);
    const real *mean = sweep->theta + MEAN * channels, *variance = mean + channels;
    real *restrict slope = sweep->scratch, *restrict constant = slope + channels;
    size_t begin, end;
    for (size_t c = 0; c < channels; c++) {
        const double inverse = (double)one_over_sd(variance[c]);
        const double factor = (double)sweep->theta[c] * inverse / n;
        slope[c] = (real)(factor * inverse * (double)gradient[SCALE * channels + c]);
        constant[c] = (real)(factor * (double)gradient[SHIFT * channels + c] -
                             (double)slope[c] * (double)mean[c]);
    }
    find_pixels(sweep, &begin, &end);
    for (size_t i = begin; i < end; i++)
        for (size_t c = 0; c < channels; c++)
            d_in[i * channels + c] -= slope[c] * in[i * channels + c] + constant[c];
}

static const struct eg_batch_statistics statistics = {
    .measure = measure_batch, .move = move_averages, .correct = correct_for_batch};

const struct eg_layer_type eg_batch_norm = {
    .name = "batchnorm",
    .shape = shape_batch_norm,
    .forward = forward_batch_norm,
    .tangent = tangent_batch_norm,
    .backward = backward_batch_norm,
    .accumulate_weights = accumulate_scale,
    .accumulate_bias = accumulate_shift,
    .initialise = initialise_batch_norm,
    .statistics = &statistics,
};
