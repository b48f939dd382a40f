/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Minimal filtering, and direct sums of few channels, against the definition of a convolution in double
 * precision, and where which is chosen. tests/single does the same with float.
 */
#include "convolution_problem.h"

/* m: rows that the choice is made for. Images of few pixels with many channels have to come by dozens; few
 * channels, other windows and strides stay direct. */
Test(winograd, is_chosen_where_it_takes_less_time)
{
    static const struct shape shapes[] = {{32, 32, 64, "conv 3x3x64 same", 1, F4},
                                          {28, 28, 512, "conv 3x3x512 same", 4, F4},
                                          {8, 8, 256, "conv 3x3x256 same", 4, F2},
                                          {4, 4, 512, "conv 3x3x512 same", 64, F4},
                                          {4, 4, 512, "conv 3x3x512 same", 4, NULL},
                                          {2, 2, 512, "conv 3x3x512 same", 64, T2},
                                          {2, 2, 512, "conv 3x3x512 same", 4, NULL},
                                          {6, 6, 512, "conv 3x3x512 same", 64, F2},
                                          {14, 14, 32, "conv 5x5x64 same", 50, F25},
                                          {4, 4, 64, "conv 5x5x64 same", 1, NULL},
                                          {8, 8, 3, "conv 3x3x64 same", 64, NULL},
                                          {8, 8, 64, "conv 3x3x8 same", 64, NULL},
                                          {8, 8, 64, "conv 7x7x64 same", 64, NULL},
                                          {8, 8, 64, "conv 3x3x64 same stride 2", 64, NULL},
                                          {8, 8, 64, "conv 3x5x64 same", 64, NULL},
                                          {1, 1, 64, "conv 3x3x64 same", 64, NULL},
                                          {8, 8, 64, "conv 3x3x64 same", 0, NULL}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *shape = &shapes[i];
        struct eg_network network;
        char text[128];
        snprintf(text, sizeof text, "image %zux%zux%zu, %s", shape->height, shape->width,
                 shape->channels, shape->layer);
        cr_assert_eq(
            eg_network_alloc(&network, shape->height * shape->width * shape->channels, text, NULL),
            EG_OK);
        eg_network_choose_convolutions(&network, shape->m);
        const struct eg_winograd *form = network.layers[0].winograd;
        cr_expect_str_eq(form ? form->name : "direct", shape->form ? shape->form : "direct",
                         "%s for %zu rows", text, shape->m);
        eg_network_free(&network);
    }
}

static size_t count_taps(const struct problem *problem)
{
    return problem->layer->window.height * problem->layer->window.width;
}

/* The pixel's first number under a tap, or -1. */
static long number_under(const struct problem *problem, size_t place, size_t tap)
{
    const struct eg_layer *layer = problem->layer;
    const struct eg_image *from = &layer->from;
    const size_t each = layer->to.height * layer->to.width, at = place % each;
    const size_t y = at / layer->to.width + tap / layer->window.width - layer->window.pad_top;
    const size_t x = at % layer->to.width + tap % layer->window.width - layer->window.pad_left;
    if (y >= from->height || x >= from->width) /* below 0 is very large */
        return -1;
    return (long)(((place / each * from->height + y) * from->width + x) * from->channels);
}

static void add_products(const struct problem *problem, enum sums sums, size_t place, size_t tap,
                         size_t pixel, double *out)
{
    const size_t in = problem->layer->from.channels, channels = problem->layer->to.channels;
    const size_t taps = count_taps(problem);
    for (size_t co = 0; co < channels; co++)
        for (size_t ci = 0; ci < in; ci++) {
            const size_t weight = (co * taps + tap) * in + ci, at = place * channels + co;
            const double w = (double)problem->theta[weight];
            const double x = (double)problem->in[pixel + ci], d = (double)problem->d_out[at];
            if (sums == WEIGHTS)
                out[weight] += d * x;
            else if (sums == BACKWARD)
                out[pixel + ci] += w * d;
            else
                out[at] += w * x;
        }
}

/* All products of the definition, in double precision. */
static void sum_doubly(const struct problem *problem, enum sums sums, double *out)
{
    const struct eg_layer *layer = problem->layer;
    const size_t channels = layer->to.channels;
    for (size_t i = 0; i < size_of(problem, sums); i++)
        out[i] = sums == FORWARD   ? (double)problem->theta[layer->weights + i % channels]
                 : sums == WEIGHTS ? (double)problem->gradient[i]
                                   : 0;
    for (size_t place = 0; place < problem->m * layer->outputs / channels; place++)
        for (size_t tap = 0; tap < count_taps(problem); tap++) {
            const long pixel = number_under(problem, place, tap);
            if (pixel >= 0)
                add_products(problem, sums, place, tap, (size_t)pixel, out);
        }
}

/* The largest and the rms difference, in rms of what is right. */
struct gap {
    double largest, rms;
};

static struct gap find_gap(const struct problem *problem, enum sums sums)
{
    const size_t size = size_of(problem, sums);
    double *right = malloc(size * sizeof *right), rms = 0;
    real *ours = malloc(size * sizeof *ours);
    struct gap gap = {0};
    sum_doubly(problem, sums, right);
    memcpy(ours, problem->gradient, sums == WEIGHTS ? size * sizeof *ours : 0);
    sum_parts(problem, eg_tile_product_at(0), sums, 1, ours);
    for (size_t i = 0; i < size; i++) {
        const double off = (double)ours[i] - right[i];
        gap.largest = fmax(gap.largest, fabs(off));
        gap.rms += off * off;
        rms += right[i] * right[i];
    }
    free(right);
    free(ours);
    return (struct gap){gap.largest / sqrt(rms / (double)size), sqrt(gap.rms / rms)};
}

/* In roundings, which are 6e-8 in single precision. */
Test(winograd, is_a_convolution_up_to_rounding)
{
#ifdef EG_SINGLE
    const double rounding = ldexp(1, -24);
#else
    const double rounding = ldexp(1, -53);
#endif
    static const struct {
        struct shape shape;
        double largest, rms;
    } cases[] = {
        {{8, 8, 64, "conv 3x3x64 same", 1, F4}, 200, 30},
        {{9, 7, 20, "conv 3x3x30 same", 16, F4}, 200, 30},
        {{7, 9, 130, "conv 3x3x24 valid", 3, F4}, 200, 30},
        {{6, 6, 64, "conv 3x3x48 same", 2, F2}, 80, 15},
        {{5, 5, 20, "conv 3x3x30 same", 16, F2}, 80, 15},
        {{2, 2, 256, "conv 3x3x64 same", 16, T2}, 150, 20},
        {{2, 2, 20, "conv 3x3x30 same", 1, T2}, 150, 20},
        {{14, 14, 32, "conv 5x5x64 same", 1, F25}, 200, 30},
        {{9, 7, 20, "conv 5x5x30 same", 16, F25}, 200, 30},
        {{7, 9, 70, "conv 5x5x24 valid", 3, F25}, 200, 30},
        {{9, 10, 8, "conv 3x3x16 same", 3, NULL}, 100, 15},
        {{10, 9, 16, "conv 3x3x8 same", 3, NULL}, 100, 15},
        {{7, 11, 8, "conv 7x7x8 valid", 5, NULL}, 100, 15},
        {{9, 7, 16, "conv 5x5x16 same", 3, NULL}, 100, 15},
        {{11, 9, 3, "conv 3x3x64 same", 3, NULL}, 100, 15},
        {{9, 12, 3, "conv 7x7x16 same", 3, NULL}, 100, 15},
        {{14, 13, 1, "conv 5x5x32 same", 3, NULL}, 100, 15},
        {{12, 9, 1, "conv 3x3x8 valid", 3, NULL}, 100, 15},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        struct problem problem;
        open_shape(&problem, &cases[i].shape, text);
        for (enum sums sums = FORWARD; sums <= WEIGHTS; sums++) {
            const struct gap gap = find_gap(&problem, sums);
            const double largest = gap.largest / rounding, rms = gap.rms / rounding;
            cr_expect_lt(largest, cases[i].largest, "%s, %s: off by %.1f", text, titles[sums],
                         largest);
            cr_expect_lt(rms, cases[i].rms, "%s, %s: off by rms %.1f", text, titles[sums], rms);
        }
        close_problem(&problem);
    }
}
