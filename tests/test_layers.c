/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every layer type owes: backward is the transpose of tangent, gradients
 * are those of the map, and any number of parts gives the same numbers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "layer_probe.h"
#include "nn/workers.h"

enum { ROWS = 5 };

static const struct {
    struct eg_image from;
    const char *text;
} layers[] = {
    {{1, 1, 7}, "dense 5"},
    {{1, 1, 1}, "dense 1"},
    {{3, 2, 2}, "dense 9"},
    {{8, 8, 2}, "conv 5x5x4 same"},
    {{8, 8, 2}, "conv 5x5x4"},
    {{6, 7, 3}, "conv 2x3x2 same stride 2"},
    {{6, 7, 1}, "conv 3x2x1 valid stride 3"},
    {{4, 5, 3}, "conv 1x1x6"},
    {{4, 5, 3}, "conv 1x1x6 same stride 2"},
    {{2, 3, 2}, "conv 5x5x3 same"},
    {{5, 5, 2}, "conv 5x5x20"},
    {{8, 6, 3}, "pool 2"},
    {{7, 5, 2}, "pool 2 same"},
    {{7, 5, 2}, "pool 3 same stride 2"},
    {{7, 8, 1}, "pool 2x3 stride 1"},
    {{2, 1, 3}, "pool 3 same"},
    {{8, 6, 3}, "mean_pool 2"},
    {{7, 5, 2}, "mean_pool 3 same stride 2"},
    {{7, 8, 1}, "mean_pool 2x3 stride 1"},
    {{4, 3, 5}, "batchnorm"},
    {{1, 1, 6}, "batchnorm"},
    {{1, 1, 9}, "graphconv 4"},
    {{9, 1, 1}, "graphconv 1"},
    {{3, 4, 5}, "graphconv 3"},
    {{6, 1, 19}, "graphconv 10"},
    {{6, 7, 3}, "conv 3x3x4 pad 1 stride 2"},
    {{7, 9, 12}, "conv 3x3x16 pad 2"},
    {{6, 7, 4}, "conv 3x3x8 pad 1 stride 2 groups 2"},
    {{5, 5, 6}, "conv 3x3x6 same groups 6"},
    {{5, 4, 6}, "conv 2x3x12 groups 3"},
    {{3, 3, 20}, "conv 1x1x40 groups 20"},
    {{7, 5, 2}, "pool 3 pad 1 stride 2"},
    {{7, 5, 9}, "global_mean_pool"},
    {{3, 5, 4}, "leaky_relu 0.1"},
    {{3, 5, 4}, "elu 1.3"},
    {{1, 1, 23}, "gelu"},
    {{3, 5, 4}, "gelu_tanh"},
    {{3, 5, 4}, "silu"},
    {{3, 5, 4}, "softplus 2"},
    {{1, 1, 23}, "layernorm"},
    {{3, 5, 4}, "layernorm epsilon 0.1"},
    {{3, 5, 4}, "groupnorm 2"},
    {{3, 5, 18}, "groupnorm 2 epsilon 1e-3"},
};
enum { LAYERS = sizeof layers / sizeof *layers };

static void open_layer(struct layer_probe *probe, size_t which)
{
    probe_open(probe, layers[which].from, layers[which].text, ROWS, 100 * which);
}

Test(layers, backward_is_the_transpose_of_tangent)
{
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_probe probe;
        open_layer(&probe, i);
        real *t_out = probe_sweep(&probe, SWEEP_TANGENT, 1);
        real *d_in = probe_sweep(&probe, SWEEP_BACKWARD, 1);
        const double forth = dot_of(probe_size(&probe, SWEEP_TANGENT), probe.d_out, t_out);
        const double back = dot_of(probe_size(&probe, SWEEP_BACKWARD), d_in, probe.t_in);
        cr_expect_float_eq(forth, back, 1e-12 * (1 + fabs(back)), "%s: %.15g and %.15g",
                           layers[i].text, forth, back);
        free(t_out);
        free(d_in);
        probe_close(&probe);
    }
}

/* Tangent is the slope of forward: exact for a step that moves no maximum. */
Test(layers, tangent_is_the_slope_of_forward)
{
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_probe probe;
        open_layer(&probe, i);
        const size_t size = probe_size(&probe, SWEEP_FORWARD), inputs = ROWS * probe.layer->inputs;
        const real step = (real)1e-6;
        real *ends[2], *t_out = probe_sweep(&probe, SWEEP_TANGENT, 1);
        for (int end = 0; end < 2; end++) {
            for (size_t j = 0; j < inputs; j++)
                probe.in[j] += (end ? -2 : 1) * step * probe.t_in[j];
            ends[end] = probe_sweep(&probe, SWEEP_FORWARD, 1);
        }
        for (size_t j = 0; j < size; j++)
            ends[0][j] = (ends[0][j] - ends[1][j]) / (2 * step);
        const double gap = gap_of(size, ends[0], t_out);
        cr_expect_lt(gap, 1e-8, "%s: off by %.3g", layers[i].text, gap);
        free(ends[0]);
        free(ends[1]);
        free(t_out);
        probe_close(&probe);
    }
}

/* d_out' J(in) t_in */
static double tangent_along(const struct layer_probe *probe)
{
    real *t_out = probe_sweep(probe, SWEEP_TANGENT, 1);
    const double sum = dot_of(probe_size(probe, SWEEP_TANGENT), probe->d_out, t_out);
    free(t_out);
    return sum;
}

/* curve is the slope of d_out' J(in) t_in for `in`, whatever the number of parts. */
Test(layers, curve_is_the_slope_of_tangent)
{
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_probe probe;
        open_layer(&probe, i);
        const size_t inputs = ROWS * probe.layer->inputs;
        real *direction = draw_normals(inputs, 11), *curve = calloc(inputs, sizeof *curve);
        const double step = 1e-5;
        double ends[2];
        for (size_t part = 0; part < 3 && probe.layer->type->curve; part++) {
            const struct eg_sweep sweep = {probe.layer, probe.theta, ROWS, part, 3, NULL};
            probe.layer->type->curve(&sweep, probe.in, probe.t_in, probe.d_out, curve);
        }
        for (int end = 0; end < 2; end++) {
            for (size_t j = 0; j < inputs; j++)
                probe.in[j] += (real)(end ? -2 * step : step) * direction[j];
            ends[end] = tangent_along(&probe);
        }
        const double along = dot_of(inputs, curve, direction);
        cr_expect_float_eq(along, (ends[0] - ends[1]) / (2 * step), 1e-7 * (1 + fabs(along)),
                           "%s: %.12g and %.12g", layers[i].text, along,
                           (ends[0] - ends[1]) / (2 * step));
        free(direction);
        free(curve);
        probe_close(&probe);
    }
}

/* sum of d_out * the map's linear part, or of d_out * what the map adds to it */
static double project(const struct layer_probe *probe, enum sweep_kind kind)
{
    struct layer_probe along = *probe;
    along.t_in = along.in;
    const size_t size = probe_size(probe, SWEEP_FORWARD);
    real *linear = probe_sweep(&along, SWEEP_TANGENT, 1);
    real *whole = probe_sweep(&along, SWEEP_FORWARD, 1);
    const double part = dot_of(size, probe->d_out, linear);
    const double total = dot_of(size, probe->d_out, whole);
    free(linear);
    free(whole);
    return kind == SWEEP_WEIGHTS ? part : total - part;
}

/* All maps are linear in their parameters, but for batch norm's statistics, whose gradient is zero by
 * decree: differences over any step are exact. */
static void check_parameters(struct layer_probe *probe, enum sweep_kind kind, const char *text)
{
    const size_t count = probe->layer->parameters;
    const size_t moving = probe->layer->type == &eg_batch_norm ? count / 2 : count;
    real *gradient = probe_sweep(probe, kind, 1), *direction = draw_normals(count, 8);
    double ends[2], along = dot_of(moving, gradient, direction);
    for (int end = 0; end < 2; end++) {
        for (size_t j = 0; j < moving; j++)
            probe->theta[j] += (end ? -1 : (real)0.5) * direction[j];
        ends[end] = project(probe, kind);
    }
    for (size_t j = 0; j < moving; j++)
        probe->theta[j] += (real)0.5 * direction[j];
    cr_expect_float_eq(along, ends[0] - ends[1], 1e-11 * (1 + fabs(along)),
                       "%s, sweep %d: %.15g and %.15g", text, (int)kind, along, ends[0] - ends[1]);
    for (size_t j = moving; j < count; j++)
        cr_expect_eq(gradient[j], 0, "%s: statistic %zu has a gradient", text, j);
    free(gradient);
    free(direction);
}

Test(layers, gradients_of_weights_and_biases_equal_differences)
{
    for (size_t i = 0; i < LAYERS; i++)
        for (enum sweep_kind kind = SWEEP_WEIGHTS; kind <= SWEEP_BIAS; kind++) {
            struct layer_probe probe;
            open_layer(&probe, i);
            if (probe_has(&probe, kind))
                check_parameters(&probe, kind, layers[i].text);
            else
                cr_expect_eq(probe.layer->parameters, 0, "%s", layers[i].text);
            probe_close(&probe);
        }
}

/* += and not =: what was there before stays. */
Test(layers, gradients_are_added)
{
    for (size_t i = 0; i < LAYERS; i++)
        for (enum sweep_kind kind = SWEEP_WEIGHTS; kind <= SWEEP_BIAS; kind++) {
            struct layer_probe probe;
            open_layer(&probe, i);
            if (probe_has(&probe, kind)) {
                const size_t size = probe_size(&probe, kind);
                real *once = probe_sweep(&probe, kind, 1), *sum = draw_normals(size, 9);
                real *before = draw_normals(size, 9);
                probe_part(&probe, kind, 0, 1, sum);
                for (size_t j = 0; j < size; j++)
                    cr_expect_float_eq(sum[j] - before[j], once[j], 1e-12 * (1 + fabs(once[j])),
                                       "%s", layers[i].text);
                free(once);
                free(sum);
                free(before);
            }
            probe_close(&probe);
        }
}

static const size_t part_counts[] = {2, 3, 8};

Test(layers, any_number_of_parts_gives_the_same_numbers)
{
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_probe probe;
        open_layer(&probe, i);
        for (size_t kind = 0; kind < SWEEP_KINDS; kind++) {
            if (!probe_has(&probe, (enum sweep_kind)kind))
                continue;
            const size_t size = probe_size(&probe, (enum sweep_kind)kind);
            real *whole = probe_sweep(&probe, (enum sweep_kind)kind, 1);
            for (size_t p = 0; p < 3; p++) {
                real *cut = probe_sweep(&probe, (enum sweep_kind)kind, part_counts[p]);
                const double gap = gap_of(size, cut, whole);
                cr_expect_lt(gap, 1e-12, "%s, sweep %zu in %zu parts: off by %.3g", layers[i].text,
                             kind, part_counts[p], gap);
                free(cut);
            }
            free(whole);
        }
        probe_close(&probe);
    }
}

/* Each part alone on a mark of its own: every number is written by one part and no other. */
static void check_writers(const struct layer_probe *probe, enum sweep_kind kind, size_t parts,
                          const char *text)
{
    const size_t size = probe_size(probe, kind);
    const int adds = kind == SWEEP_WEIGHTS || kind == SWEEP_BIAS;
    const real mark = (real)1.2345678e5;
    int *writers = calloc(size + 1, sizeof *writers);
    real *out = malloc((size + 1) * sizeof *out), *whole = probe_sweep(probe, kind, 1);
    for (size_t part = 0; part < parts; part++) {
        for (size_t j = 0; j <= size; j++)
            out[j] = mark;
        probe_part(probe, kind, part, parts, out);
        for (size_t j = 0; j <= size; j++)
            writers[j] += out[j] != mark;
    }
    for (size_t j = 0; j < size; j++) {
        const int expected = !adds || whole[j] != 0;
        cr_expect_eq(writers[j], expected, "%s, sweep %d in %zu parts: number %zu has %d writers",
                     text, (int)kind, parts, j, writers[j]);
    }
    cr_expect_eq(writers[size], 0, "%s, sweep %d wrote past the end", text, (int)kind);
    free(writers);
    free(out);
    free(whole);
}

Test(layers, no_number_has_two_writers)
{
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_probe probe;
        open_layer(&probe, i);
        for (size_t kind = 0; kind < SWEEP_KINDS; kind++)
            for (size_t p = 0; p < 3; p++)
                if (probe_has(&probe, (enum sweep_kind)kind))
                    check_writers(&probe, (enum sweep_kind)kind, part_counts[p], layers[i].text);
        probe_close(&probe);
    }
}

/* The sweeps as a whole, on any number of threads. */
static void run_workers(const struct layer_probe *probe, const struct eg_workers *workers,
                        enum sweep_kind kind, real *out)
{
    const struct eg_layer *layer = probe->layer;
    const real *theta = probe->theta, *in = probe->in;
    if (kind == SWEEP_FORWARD)
        eg_layer_forward(workers, layer, theta, ROWS, in, out);
    else if (kind == SWEEP_TANGENT)
        eg_layer_tangent(workers, layer, theta, ROWS, in, probe->t_in, out);
    else if (kind == SWEEP_BACKWARD)
        eg_layer_backward(workers, layer, theta, ROWS, in, probe->d_out, out);
    else if (kind == SWEEP_WEIGHTS)
        eg_layer_accumulate_weights(workers, layer, theta, ROWS, in, probe->d_out, out);
    else
        eg_layer_accumulate_bias(workers, layer, theta, ROWS, probe->d_out, out);
}

static void check_threads(const struct layer_probe *probe, enum sweep_kind kind, const char *text)
{
    const size_t size = probe_size(probe, kind);
    real *whole = probe_has(probe, kind) ? probe_sweep(probe, kind, 1)
                                         : calloc(size + 1, sizeof *whole);
    real *first = NULL;
    for (size_t threads = 1; threads < 4; threads++) {
        struct eg_workers workers;
        real *out = calloc(size + 1, sizeof *out);
        cr_assert_eq(eg_workers_alloc(&workers, &probe->network, threads, NULL), EG_OK);
        run_workers(probe, &workers, kind, out);
        eg_workers_free(&workers);
        const double gap = gap_of(size, out, whole);
        cr_expect_lt(gap, 1e-12, "%s, sweep %d on %zu threads: off by %.3g", text, (int)kind,
                     threads, gap);
        if (first)
            cr_expect_arr_eq(out, first, size * sizeof *out, "%s, sweep %d", text, (int)kind);
        if (threads > 1)
            free(out);
        else
            first = out;
    }
    free(first);
    free(whole);
}

Test(layers, threads_run_the_same_sweeps)
{
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_probe probe;
        open_layer(&probe, i);
        for (size_t kind = 0; kind < SWEEP_KINDS; kind++)
            check_threads(&probe, (enum sweep_kind)kind, layers[i].text);
        probe_close(&probe);
    }
}

/* Large enough to be cut into parts; the last has fewer units than there could be parts. */
Test(layers, threads_share_large_sweeps_to_the_bit)
{
    static const struct {
        struct eg_image from;
        const char *text;
    } large[] = {
        {{1, 1, 2048}, "dense 2048"},
        {{28, 28, 8}, "conv 5x5x32 same"},
        {{40, 41, 64}, "pool 3 stride 1"},
        {{41, 40, 64}, "mean_pool 3 same stride 1"},
        {{80, 81, 64}, "batchnorm"},
        {{80, 81, 3}, "conv 9x9x5 stride 1"},
        {{1, 1, 1000000}, "dense 5"},
        {{80, 81, 64}, "conv 3x3x64 same groups 64"},
        {{80, 81, 64}, "gelu"},
        {{80, 81, 64}, "groupnorm 4"},
    };
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        struct layer_probe probe;
        probe_open(&probe, large[i].from, large[i].text, ROWS, 100 * i);
        for (size_t kind = 0; kind < SWEEP_KINDS; kind++)
            check_threads(&probe, (enum sweep_kind)kind, large[i].text);
        probe_close(&probe);
    }
}
