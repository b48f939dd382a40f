/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pooling against its definition. Padding is no pixel: it never is the largest,
 * and no mean counts it. Of equal pixels the first in row-major order is the largest.
 */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "layer_probe.h"

struct geometry {
    struct eg_image from;
    size_t height, width, stride;
    int is_same, is_mean;
};

static size_t count_steps(size_t pixels, size_t window, const struct geometry *g)
{
    return g->is_same ? (pixels + g->stride - 1) / g->stride : (pixels - window) / g->stride + 1;
}

static size_t pad_before(size_t pixels, size_t window, const struct geometry *g)
{
    const size_t needed = (count_steps(pixels, window, g) - 1) * g->stride + window;
    return g->is_same && needed > pixels ? (needed - pixels) / 2 : 0;
}

/* The pixels under one window, in row-major order, and how many. */
struct view {
    size_t count, pixel[64];
};

static struct view look(const struct geometry *g, size_t y, size_t x)
{
    struct view view = {0};
    const size_t top = pad_before(g->from.height, g->height, g);
    const size_t left = pad_before(g->from.width, g->width, g);
    for (size_t i = y * g->stride; i < y * g->stride + g->height; i++)
        for (size_t j = x * g->stride; j < x * g->stride + g->width; j++)
            if (i >= top && j >= left && i - top < g->from.height && j - left < g->from.width)
                view.pixel[view.count++] = (i - top) * g->from.width + j - left;
    return view;
}

/* What each pixel under the window counts, for the image at in. */
static void weigh(const struct geometry *g, const struct view *view, const real *in, real *weight)
{
    size_t best = 0;
    for (size_t k = 1; k < view->count; k++)
        if (in[view->pixel[k] * g->from.channels] > in[view->pixel[best] * g->from.channels])
            best = k;
    for (size_t k = 0; k < view->count; k++)
        weight[k] = g->is_mean ? 1 / (real)view->count : (real)(k == best);
}

/* out and t_out (m x outputs) from in and t_in; d_in from d_out */
static void run_naive(const struct layer_probe *probe, const struct geometry *g, real *out,
                      real *t_out, real *d_in)
{
    const size_t channels = g->from.channels, across = count_steps(g->from.width, g->width, g);
    for (size_t at = 0; at < probe->m * probe->layer->outputs; at++) {
        const size_t row = at / probe->layer->outputs, c = at % channels;
        const size_t pixel = at % probe->layer->outputs / channels;
        const size_t first = row * probe->layer->inputs + c;
        const struct view view = look(g, pixel / across, pixel % across);
        real weight[64];
        weigh(g, &view, probe->in + first, weight);
        out[at] = t_out[at] = 0;
        for (size_t k = 0; k < view.count; k++) {
            const size_t from = first + view.pixel[k] * channels;
            out[at] += weight[k] * probe->in[from];
            t_out[at] += weight[k] * probe->t_in[from];
            d_in[from] += weight[k] * probe->d_out[at];
        }
    }
}

static void check_probe(const struct layer_probe *probe, const struct geometry *g)
{
    real *naive[3];
    for (int kind = 0; kind < 3; kind++)
        naive[kind] = calloc(probe_size(probe, (enum sweep_kind)kind), sizeof *naive[kind]);
    run_naive(probe, g, naive[SWEEP_FORWARD], naive[SWEEP_TANGENT], naive[SWEEP_BACKWARD]);
    for (int kind = 0; kind < 3; kind++) {
        real *ours = probe_sweep(probe, (enum sweep_kind)kind, 3);
        const double gap = gap_of(probe_size(probe, (enum sweep_kind)kind), ours, naive[kind]);
        cr_expect_lt(gap, 1e-13,
                     "mean %d, same %d, %zux%zu stride %zu on %zux%zux%zu, sweep %d: off by %.3g",
                     g->is_mean, g->is_same, g->height, g->width, g->stride, g->from.height,
                     g->from.width, g->from.channels, kind, gap);
        free(ours);
        free(naive[kind]);
    }
}

/* Four kinds of rows: normals, all negative, few values and so many ties, all equal. */
static void check_geometry(const struct geometry *g)
{
    char text[128];
    struct layer_probe probe;
    snprintf(text, sizeof text, "%s %zux%zu %s stride %zu", g->is_mean ? "mean_pool" : "pool",
             g->height, g->width, g->is_same ? "same" : "valid", g->stride);
    probe_open(&probe, g->from, text, 4, 5);
    const size_t size = probe.layer->inputs;
    cr_assert_eq(probe.layer->parameters, 0);
    cr_assert_eq(probe.layer->to.height, count_steps(g->from.height, g->height, g), "%s", text);
    cr_assert_eq(probe.layer->to.width, count_steps(g->from.width, g->width, g), "%s", text);
    cr_assert_eq(probe.layer->to.channels, g->from.channels);
    for (size_t i = 0; i < size; i++) {
        probe.in[size + i] = -1 - probe.in[size + i] * probe.in[size + i];
        probe.in[2 * size + i] = (real)((i * i * 7 + i / 3) % 3) - 2;
        probe.in[3 * size + i] = -4;
    }
    check_probe(&probe, g);
    probe_close(&probe);
}

Test(pooling, equals_its_definition)
{
    static const size_t windows[][2] = {{1, 1}, {2, 2}, {3, 3}, {2, 3}, {4, 1}};
    static const struct eg_image images[] = {{8, 8, 1}, {7, 5, 3}, {4, 9, 2}};
    for (size_t w = 0; w < 5; w++)
        for (size_t i = 0; i < 3; i++)
            for (size_t stride = 1; stride < 5; stride++)
                for (int kind = 0; kind < 4; kind++)
                    check_geometry(&(struct geometry){images[i], windows[w][0], windows[w][1],
                                                      stride, kind % 2, kind / 2});
}

Test(pooling, windows_larger_than_the_image_take_what_is_there)
{
    static const struct eg_image images[] = {{1, 1, 2}, {2, 3, 1}, {3, 1, 3}};
    for (size_t i = 0; i < 3; i++)
        for (size_t stride = 1; stride < 5; stride++)
            for (int is_mean = 0; is_mean < 2; is_mean++)
                check_geometry(&(struct geometry){images[i], 5, 4, stride, 1, is_mean});
}

/* "pool 2" is 2x2 with nothing around, 2 apart: the last odd line is left out. */
Test(pooling, steps_are_as_long_as_the_window_unless_told)
{
    struct layer_probe probe;
    probe_open(&probe, (struct eg_image){7, 5, 2}, "pool 2", 4, 5);
    cr_expect_eq(probe.layer->to.height, 3);
    cr_expect_eq(probe.layer->to.width, 2);
    check_probe(&probe, &(struct geometry){{7, 5, 2}, 2, 2, 2, 0, 0});
    probe_close(&probe);
    probe_open(&probe, (struct eg_image){7, 5, 2}, "mean_pool 3 same", 4, 5);
    cr_expect_eq(probe.layer->to.height, 3);
    cr_expect_eq(probe.layer->to.width, 2);
    check_probe(&probe, &(struct geometry){{7, 5, 2}, 3, 3, 3, 1, 1});
    probe_close(&probe);
}

Test(pooling, ties_go_to_the_first_pixel)
{
    struct layer_probe probe;
    probe_open(&probe, (struct eg_image){2, 2, 1}, "pool 2", 1, 5);
    const real ties[][4] = {{3, 3, 3, 3}, {1, 3, 3, 3}, {1, 0, 3, 3}, {0, 0, 0, -1}};
    const size_t first[] = {0, 1, 2, 0};
    for (size_t t = 0; t < 4; t++) {
        for (size_t i = 0; i < 4; i++)
            probe.in[i] = ties[t][i];
        real *d_in = probe_sweep(&probe, SWEEP_BACKWARD, 1);
        real *t_out = probe_sweep(&probe, SWEEP_TANGENT, 1);
        for (size_t i = 0; i < 4; i++)
            cr_expect_eq(d_in[i], i == first[t] ? probe.d_out[0] : 0);
        cr_expect_eq(t_out[0], probe.t_in[first[t]]);
        free(d_in);
        free(t_out);
    }
    probe_close(&probe);
}
