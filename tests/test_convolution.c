/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Convolution against its definition, seven loops. "same" is TensorFlow's: out =
 * ceil(in / stride), and an odd pixel of padding comes after.
 */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "layer_probe.h"

struct geometry {
    struct eg_image from;
    size_t height, width, units, stride;
    int is_same;
};

static size_t count_steps(size_t pixels, size_t window, const struct geometry *g)
{
    return g->is_same ? (pixels + g->stride - 1) / g->stride : (pixels - window) / g->stride + 1;
}

static long pad_before(size_t pixels, size_t window, const struct geometry *g)
{
    const long needed = (long)((count_steps(pixels, window, g) - 1) * g->stride + window);
    return g->is_same && needed > (long)pixels ? (needed - (long)pixels) / 2 : 0;
}

/* One pass over all (row, unit, pixel out, pixel of the window, channel). With out and no d_out: out
 * += weight * in; with d_in: d_in += weight * d_out; else d_weight += d_out * in. */
struct naive {
    const real *weight, *in, *d_out;
    real *out, *d_in, *d_weight;
};

static void touch(const struct naive *naive, size_t w, size_t in, size_t out)
{
    if (naive->out)
        naive->out[out] += naive->weight[w] * naive->in[in];
    if (naive->d_in)
        naive->d_in[in] += naive->weight[w] * naive->d_out[out];
    if (naive->d_weight)
        naive->d_weight[w] += naive->d_out[out] * naive->in[in];
}

static void run_naive(const struct geometry *g, size_t m, const struct naive *naive)
{
    const size_t h = g->from.height, w = g->from.width, channels = g->from.channels;
    const size_t down = count_steps(h, g->height, g), across = count_steps(w, g->width, g);
    const long top = pad_before(h, g->height, g), left = pad_before(w, g->width, g);
    for (size_t row = 0; row < m; row++)
        for (size_t y = 0; y < down; y++)
            for (size_t x = 0; x < across; x++)
                for (size_t unit = 0; unit < g->units; unit++)
                    for (size_t i = 0; i < g->height; i++)
                        for (size_t j = 0; j < g->width; j++) {
                            const long at_y = (long)(y * g->stride + i) - top;
                            const long at_x = (long)(x * g->stride + j) - left;
                            if (at_y < 0 || at_x < 0 || at_y >= (long)h || at_x >= (long)w)
                                continue;
                            for (size_t c = 0; c < channels; c++)
                                touch(naive, ((unit * g->height + i) * g->width + j) * channels + c,
                                      ((row * h + (size_t)at_y) * w + (size_t)at_x) * channels + c,
                                      ((row * down + y) * across + x) * g->units + unit);
                        }
}

static void expect_close(const struct layer_probe *probe, enum sweep_kind kind, const real *naive,
                         const char *text)
{
    real *ours = probe_sweep(probe, kind, 2);
    const double gap = gap_of(probe_size(probe, kind), ours, naive);
    cr_expect_lt(gap, 1e-12, "%s, image %zux%zux%zu, sweep %d: off by %.3g", text,
                 probe->layer->from.height, probe->layer->from.width, probe->layer->from.channels,
                 (int)kind, gap);
    free(ours);
}

static void check_sweeps(const struct layer_probe *probe, const struct geometry *g,
                         const char *text)
{
    const struct eg_layer *layer = probe->layer;
    const size_t outputs = probe->m * layer->outputs;
    real *out = malloc(outputs * sizeof *out), *t_out = calloc(outputs, sizeof *t_out);
    real *d_in = calloc(probe->m * layer->inputs, sizeof *d_in);
    real *gradient = calloc(layer->parameters, sizeof *gradient);
    real *d_bias = calloc(layer->parameters, sizeof *d_bias);
    for (size_t i = 0; i < outputs; i++) {
        out[i] = probe->theta[layer->weights + i % g->units];
        d_bias[layer->weights + i % g->units] += probe->d_out[i];
    }
    run_naive(g, probe->m, &(struct naive){.weight = probe->theta, .in = probe->in, .out = out});
    run_naive(g, probe->m,
              &(struct naive){.weight = probe->theta, .in = probe->t_in, .out = t_out});
    run_naive(g, probe->m,
              &(struct naive){.weight = probe->theta, .d_out = probe->d_out, .d_in = d_in});
    run_naive(g, probe->m,
              &(struct naive){.in = probe->in, .d_out = probe->d_out, .d_weight = gradient});
    expect_close(probe, SWEEP_FORWARD, out, text);
    expect_close(probe, SWEEP_TANGENT, t_out, text);
    expect_close(probe, SWEEP_BACKWARD, d_in, text);
    expect_close(probe, SWEEP_WEIGHTS, gradient, text);
    expect_close(probe, SWEEP_BIAS, d_bias, text);
    free(out);
    free(t_out);
    free(d_in);
    free(gradient);
    free(d_bias);
}

static void check_geometry(const struct geometry *g)
{
    char text[128];
    struct layer_probe probe;
    snprintf(text, sizeof text, "conv %zux%zux%zu %s stride %zu", g->height, g->width, g->units,
             g->is_same ? "same" : "valid", g->stride);
    probe_open(&probe, g->from, text, 3, g->stride);
    const struct eg_layer *layer = probe.layer;
    cr_assert_eq(layer->weights, g->units * g->height * g->width * g->from.channels);
    cr_assert_eq(layer->parameters, layer->weights + g->units);
    cr_assert_eq(layer->to.height, count_steps(g->from.height, g->height, g), "%s", text);
    cr_assert_eq(layer->to.width, count_steps(g->from.width, g->width, g), "%s", text);
    cr_assert_eq(layer->to.channels, g->units);
    check_sweeps(&probe, g, text);
    probe_close(&probe);
}

Test(convolution, equals_its_definition)
{
    static const size_t windows[][2] = {{1, 1}, {2, 3}, {5, 5}, {3, 2}, {4, 4}, {1, 5}};
    static const struct eg_image images[] = {{7, 6, 1}, {8, 8, 3}, {5, 9, 2}, {6, 5, 17}};
    static const size_t units[] = {1, 4, 9};
    for (size_t w = 0; w < 6; w++)
        for (size_t i = 0; i < 4; i++)
            for (size_t u = 0; u < 3; u++)
                for (size_t stride = 1; stride < 4; stride++)
                    for (int is_same = 0; is_same < 2; is_same++)
                        check_geometry(&(struct geometry){images[i], windows[w][0], windows[w][1],
                                                          units[u], stride, is_same});
}

Test(convolution, windows_larger_than_the_image_see_zeros_around_it)
{
    static const struct eg_image images[] = {{1, 1, 2}, {2, 3, 1}, {3, 1, 3}, {4, 2, 2}};
    for (size_t i = 0; i < 4; i++)
        for (size_t stride = 1; stride < 5; stride++) {
            check_geometry(&(struct geometry){images[i], 5, 5, 3, stride, 1});
            check_geometry(&(struct geometry){images[i], 4, 7, 2, stride, 1});
        }
}

/* A stride wider than the window skips pixels, which then have no slope. */
Test(convolution, strides_wider_than_the_window_skip_pixels)
{
    for (int is_same = 0; is_same < 2; is_same++) {
        check_geometry(&(struct geometry){{9, 8, 2}, 2, 1, 3, 3, is_same});
        check_geometry(&(struct geometry){{9, 8, 1}, 1, 1, 2, 5, is_same});
    }
}

/* 3x3 of ones over ones counts the pixels under the window: 4 in corners, 6 at edges, 9 inside; with
 * 2x2 the padding is below and to the right. */
Test(convolution, padding_lies_where_tensorflow_puts_it)
{
    struct layer_probe probe;
    probe_open(&probe, (struct eg_image){3, 3, 1}, "conv 3x3x1 same", 1, 1);
    const real nine[] = {4, 6, 4, 6, 9, 6, 4, 6, 4}, four[] = {4, 4, 2, 4, 4, 2, 2, 2, 1};
    for (size_t i = 0; i < 9; i++)
        probe.in[i] = probe.theta[i] = 1;
    probe.theta[9] = 0;
    expect_close(&probe, SWEEP_FORWARD, nine, "3x3");
    probe_close(&probe);
    probe_open(&probe, (struct eg_image){3, 3, 1}, "conv 2x2x1 same", 1, 1);
    for (size_t i = 0; i < 9; i++)
        probe.in[i] = 1;
    for (size_t i = 0; i < 4; i++)
        probe.theta[i] = 1;
    probe.theta[4] = 0;
    expect_close(&probe, SWEEP_FORWARD, four, "2x2");
    probe_close(&probe);
}
