/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A convolution whose channels are in groups, each of which sees its own inputs alone: depthwise, where
 * a group is one channel. Weights are channels out x window x channels in of a group. Sums over the
 * window run tap by tap and in a tap by channel in; those of the weights' gradient row by row, and in a row
 * by place. The channels out of a place go side by side, so that the loops have whole vectors.
 */
#include "nn/grouped_convolution.h"

#include <string.h>

#include "base/wide.h"
#include "nn/window.h"

/* Channels in and out of a group. */
static size_t group_in(const struct eg_layer *layer)
{
    return layer->from.channels / layer->groups;
}

static size_t group_out(const struct eg_layer *layer)
{
    return layer->to.channels / layer->groups;
}

/* Weights turned, or sums for them: tap by tap, channels in of a group x channels out. */
size_t eg_grouped_scratch(const struct eg_layer *layer)
{
    return layer->weights;
}

/* turned[tap][ci][co] = weight[co][tap][ci] */
static void turn_weights(const struct eg_sweep *sweep)
{
    const size_t channels = sweep->layer->to.channels, patch = sweep->layer->weights / channels;
    for (size_t co = 0; co < channels; co++)
        for (size_t i = 0; i < patch; i++)
            sweep->scratch[i * channels + co] = sweep->theta[co * patch + i];
}

/* What a sweep over one row reads, two of these, and what it adds to, for groups first to end - 1. */
struct view {
    const struct eg_layer *layer;
    size_t first, end;
    const real *in, *d_out, *weights;
    real *sum;
};

/* A tap of the window at a place, and the pixel under it. */
struct touch {
    size_t tap, pixel, place;
};

typedef void visitor(const struct view *view, const struct touch *touch);

/* For all taps that lie on the image, of all places of a row. */
static void visit_row(const struct view *view, visitor *visit)
{
    const struct eg_layer *layer = view->layer;
    const struct eg_window *window = &layer->window;
    size_t ky, end_y, top, kx, end_x, left;
    for (size_t y = 0; y < layer->to.height; y++) {
        eg_window_clip(y, window->stride, window->pad_top, window->height, layer->from.height, &ky,
                       &end_y, &top);
        for (size_t x = 0; x < layer->to.width; x++) {
            eg_window_clip(x, window->stride, window->pad_left, window->width, layer->from.width,
                           &kx, &end_x, &left);
            for (size_t i = 0; i < end_y - ky; i++)
                for (size_t j = 0; j < end_x - kx; j++) {
                    const struct touch touch = {(ky + i) * window->width + kx + j,
                                                (top + i) * layer->from.width + left + j,
                                                y * layer->to.width + x};
                    visit(view, &touch);
                }
        }
    }
}

/* out at the place += the pixel times the tap's weights */
EG_WIDE static void add_forward(const struct view *view, const struct touch *touch)
{
    const struct eg_layer *layer = view->layer;
    const size_t in = group_in(layer), each = group_out(layer), channels = layer->to.channels;
    const real *restrict pixel = view->in + touch->pixel * layer->from.channels;
    const real *restrict weight = view->weights + touch->tap * in * channels;
    real *restrict out = view->sum + touch->place * channels;
    for (size_t c = view->first; c < view->end && in * each == 1; c++)
        out[c] += pixel[c] * weight[c];
    for (size_t group = view->first; group < view->end && in * each > 1; group++)
        for (size_t ci = 0; ci < in; ci++)
            for (size_t co = group * each; co < (group + 1) * each; co++)
                out[co] += pixel[group * in + ci] * weight[ci * channels + co];
}

/* d_in at the pixel += d_out at the place times the tap's weights */
EG_WIDE static void add_backward(const struct view *view, const struct touch *touch)
{
    const struct eg_layer *layer = view->layer;
    const size_t in = group_in(layer), each = group_out(layer), channels = layer->to.channels;
    const real *restrict d_out = view->d_out + touch->place * channels;
    const real *restrict weight = view->weights + touch->tap * in * channels;
    real *restrict d_in = view->sum + touch->pixel * layer->from.channels;
    for (size_t c = view->first; c < view->end && in * each == 1; c++)
        d_in[c] += d_out[c] * weight[c];
    for (size_t group = view->first; group < view->end && in * each > 1; group++)
        for (size_t ci = 0; ci < in; ci++) {
            real sum = 0;
            for (size_t co = group * each; co < (group + 1) * each; co++)
                sum += d_out[co] * weight[ci * channels + co];
            d_in[group * in + ci] += sum;
        }
}

/* the tap's sums += the pixel times d_out at the place */
EG_WIDE static void add_weights(const struct view *view, const struct touch *touch)
{
    const struct eg_layer *layer = view->layer;
    const size_t in = group_in(layer), each = group_out(layer), channels = layer->to.channels;
    const real *restrict pixel = view->in + touch->pixel * layer->from.channels;
    const real *restrict d_out = view->d_out + touch->place * channels;
    real *restrict sum = view->sum + touch->tap * in * channels;
    for (size_t c = view->first; c < view->end && in * each == 1; c++)
        sum[c] += pixel[c] * d_out[c];
    for (size_t group = view->first; group < view->end && in * each > 1; group++)
        for (size_t ci = 0; ci < in; ci++)
            for (size_t co = group * each; co < (group + 1) * each; co++)
                sum[ci * channels + co] += pixel[group * in + ci] * d_out[co];
}

/* The part's rows. */
static size_t find_rows(const struct eg_sweep *sweep, size_t *begin)
{
    *begin = eg_part_begin(sweep->m, sweep->part, sweep->parts);
    return eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
}

/* bias: of each channel, or NULL for 0 */
static void convolve_rows(const struct eg_sweep *sweep, const real *in, const real *bias, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t channels = layer->to.channels;
    size_t row;
    const size_t end = find_rows(sweep, &row);
    turn_weights(sweep);
    for (; row < end; row++) {
        real *to = out + row * layer->outputs;
        const struct view view = {.layer = layer,
                                  .end = layer->groups,
                                  .in = in + row * layer->inputs,
                                  .weights = sweep->scratch,
                                  .sum = to};
        memset(to, 0, layer->outputs * sizeof *to);
        for (size_t i = 0; bias && i < layer->outputs; i += channels)
            memcpy(to + i, bias, channels * sizeof *to);
        visit_row(&view, add_forward);
    }
}

static void forward_grouped(const struct eg_sweep *sweep, const real *in, real *out)
{
    convolve_rows(sweep, in, sweep->theta + sweep->layer->weights, out);
}

static void tangent_grouped(const struct eg_sweep *sweep, const real *in, const real *t_in,
                            real *t_out)
{
    (void)in;
    convolve_rows(sweep, t_in, NULL, t_out);
}

static void backward_grouped(const struct eg_sweep *sweep, const real *in, const real *d_out,
                             real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    size_t row;
    const size_t end = find_rows(sweep, &row);
    (void)in;
    turn_weights(sweep);
    for (; row < end; row++) {
        const struct view view = {.layer = layer,
                                  .end = layer->groups,
                                  .d_out = d_out + row * layer->outputs,
                                  .weights = sweep->scratch,
                                  .sum = d_in + row * layer->inputs};
        memset(view.sum, 0, layer->inputs * sizeof(real));
        visit_row(&view, add_backward);
    }
}

/* Each part has some of the groups, and goes through all rows. */
static void accumulate_grouped_weights(const struct eg_sweep *sweep, const real *in,
                                       const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t channels = layer->to.channels, patch = layer->weights / channels;
    const size_t each = group_out(layer);
    struct view view = {.layer = layer,
                        .first = eg_part_begin(layer->groups, sweep->part, sweep->parts),
                        .end = eg_part_begin(layer->groups, sweep->part + 1, sweep->parts),
                        .sum = sweep->scratch};
    for (size_t row = 0; row < sweep->m && view.first < view.end; row++) {
        view.in = in + row * layer->inputs;
        view.d_out = d_out + row * layer->outputs;
        memset(view.sum, 0, layer->weights * sizeof(real));
        visit_row(&view, add_weights);
        for (size_t co = view.first * each; co < view.end * each; co++)
            for (size_t i = 0; i < patch; i++)
                gradient[co * patch + i] += view.sum[i * channels + co];
    }
}

const struct eg_layer_type eg_grouped_convolution = {
    .name = "conv",
    .shape = NULL, /* that of a plain one, which turns into it */
    .forward = forward_grouped,
    .tangent = tangent_grouped,
    .backward = backward_grouped,
    .accumulate_weights = accumulate_grouped_weights,
    .accumulate_bias = eg_accumulate_channel_bias,
    .initialise = eg_initialise_convolution,
};
