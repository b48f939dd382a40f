/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of a convolution against plain loops of fma(), bit by bit, with each kind of instructions
 * that this processor has and for several counts of parts. tests/single does the same with float.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nn/convolution_sums.h"
#include "nn/network.h"

static real fuse(real a, real b, real c)
{
#ifdef EG_SINGLE
    return fmaf(a, b, c);
#else
    return fma(a, b, c);
#endif
}

static real *draw(size_t count, uint64_t seed)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 8, 0);
    real *values = malloc((count + 1) * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (real)eg_stream_normal(&stream);
    return values;
}

enum sums { FORWARD, TANGENT, BACKWARD, WEIGHTS };
static const char *const titles[] = {"forward", "tangent", "backward", "weights"};

struct problem {
    struct eg_network network;
    const struct eg_layer *layer;
    size_t m;
    real *theta, *in, *d_out, *gradient; /* gradient: what the weights' sums are added to */
};

static void open_problem(struct problem *problem, const char *text, size_t inputs, size_t m)
{
    struct eg_error error = {0};
    *problem = (struct problem){.m = m};
    cr_assert_eq(eg_network_alloc(&problem->network, inputs, text, &error), EG_OK, "%s",
                 error.message);
    const struct eg_layer *layer = problem->layer = &problem->network.layers[0];
    problem->theta = draw(layer->parameters, 1);
    problem->in = draw(m * layer->inputs, 2);
    problem->d_out = draw(m * layer->outputs, 3);
    problem->gradient = draw(layer->weights, 4);
}

static void close_problem(struct problem *problem)
{
    eg_network_free(&problem->network);
    free(problem->theta);
    free(problem->in);
    free(problem->d_out);
    free(problem->gradient);
}

static size_t size_of(const struct problem *problem, enum sums sums)
{
    const struct eg_layer *layer = problem->layer;
    return sums == WEIGHTS    ? layer->weights
           : sums == BACKWARD ? problem->m * layer->inputs
                              : problem->m * layer->outputs;
}

/* The pixel's channels under one cell of the window, or NULL outside the image. */
static const real *pixel_under(const struct problem *problem, size_t place, size_t tap)
{
    const struct eg_layer *layer = problem->layer;
    const struct eg_window *window = &layer->window;
    const size_t each = layer->to.height * layer->to.width, at = place % each;
    const size_t y = at / layer->to.width * window->stride + tap / window->width - window->pad_top;
    const size_t x = at % layer->to.width * window->stride + tap % window->width - window->pad_left;
    if (y >= layer->from.height || x >= layer->from.width) /* below 0 is very large */
        return NULL;
    return problem->in +
           ((place / each * layer->from.height + y) * layer->from.width + x) * layer->from.channels;
}

static real sum_at_place(const struct problem *problem, size_t place, size_t co, real sum)
{
    const struct eg_layer *layer = problem->layer;
    const size_t taps = layer->window.height * layer->window.width, ci = layer->from.channels;
    real chain = 0;
    for (size_t tap = 0; tap < taps; tap++) {
        const real *pixel = pixel_under(problem, place, tap);
        for (size_t c = 0; c < ci; c++)
            chain = fuse(pixel ? pixel[c] : 0, problem->theta[(co * taps + tap) * ci + c], chain);
        if (tap + 1 == taps || (tap + 1) % eg_chain_taps(ci) == 0) {
            sum += chain;
            chain = 0;
        }
    }
    return sum;
}

static void sum_forward(const struct problem *problem, int has_bias, real *out)
{
    const struct eg_layer *layer = problem->layer;
    const size_t channels = layer->to.channels;
    for (size_t i = 0; i < problem->m * layer->outputs; i++)
        out[i] = sum_at_place(problem, i / channels, i % channels,
                              has_bias ? problem->theta[layer->weights + i % channels] : 0);
}

/* For each pixel, which place each tap joins it with (or -1): the same relation, turned round. */
static long *find_places(const struct problem *problem)
{
    const struct eg_layer *layer = problem->layer;
    const size_t taps = layer->window.height * layer->window.width, ci = layer->from.channels;
    const size_t pixels = problem->m * layer->inputs / ci;
    const size_t places = problem->m * layer->outputs / layer->to.channels;
    long *joined = malloc(pixels * taps * sizeof *joined);
    for (size_t i = 0; i < pixels * taps; i++)
        joined[i] = -1;
    for (size_t place = 0; place < places; place++)
        for (size_t tap = 0; tap < taps; tap++) {
            const real *pixel = pixel_under(problem, place, tap);
            if (pixel)
                joined[(size_t)(pixel - problem->in) / ci * taps + tap] = (long)place;
        }
    return joined;
}

/* One sum over channels out, for one tap; place -1 is a pixel of zeros. */
static real chain_over_channels(const struct problem *problem, long place, size_t tap, size_t c,
                                real sum)
{
    const struct eg_layer *layer = problem->layer;
    const size_t taps = layer->window.height * layer->window.width, co = layer->to.channels;
    for (size_t k = 0; k < co; k++)
        sum = fuse(place < 0 ? 0 : problem->d_out[(size_t)place * co + k],
                   problem->theta[(k * taps + tap) * layer->from.channels + c], sum);
    return sum;
}

static real sum_at_pixel(const struct problem *problem, const long *places, size_t c)
{
    const struct eg_layer *layer = problem->layer;
    const size_t taps = layer->window.height * layer->window.width;
    const size_t length = eg_chain_taps(layer->to.channels);
    real sum = 0;
    if (layer->from.channels <= EG_FEW_CHANNELS) { /* a later tap joins an earlier place */
        for (size_t tap = taps; tap-- > 0;)
            if (places[tap] >= 0)
                sum += chain_over_channels(problem, places[tap], tap, c, 0);
        return sum;
    }
    for (size_t first = 0; first < taps; first += length) {
        real chain = 0;
        for (size_t tap = first; tap < first + length && tap < taps; tap++)
            chain = chain_over_channels(problem, places[tap], tap, c, chain);
        sum += chain;
    }
    return sum;
}

static void sum_backward(const struct problem *problem, real *d_in)
{
    const struct eg_layer *layer = problem->layer;
    const size_t taps = layer->window.height * layer->window.width, ci = layer->from.channels;
    long *joined = find_places(problem);
    for (size_t i = 0; i < problem->m * layer->inputs; i++)
        d_in[i] = sum_at_pixel(problem, joined + i / ci * taps, i % ci);
    free(joined);
}

static void sum_weights(const struct problem *problem, real *gradient)
{
    const struct eg_layer *layer = problem->layer;
    const size_t taps = layer->window.height * layer->window.width, ci = layer->from.channels;
    const size_t channels = layer->to.channels, places = problem->m * layer->outputs / channels;
    for (size_t i = 0; i < layer->weights; i++) {
        const size_t co = i / (taps * ci), tap = i / ci % taps;
        gradient[i] = problem->gradient[i];
        for (size_t block = 0; block < places; block += EG_CHAIN_PLACES) {
            real sum = 0;
            for (size_t at = block; at < places && at < block + EG_CHAIN_PLACES; at++) {
                const real *pixel = pixel_under(problem, at, tap);
                sum = fuse(problem->d_out[at * channels + co], pixel ? pixel[i % ci] : 0, sum);
            }
            gradient[i] += sum;
        }
    }
}

static void sum_plainly(const struct problem *problem, enum sums sums, real *out)
{
    if (sums == WEIGHTS)
        sum_weights(problem, out);
    else if (sums == BACKWARD)
        sum_backward(problem, out);
    else
        sum_forward(problem, sums == FORWARD, out);
}

static void sum_part(const struct problem *problem, const struct eg_tile_product *product,
                     enum sums sums, size_t part, size_t parts, real *out)
{
    const struct eg_layer *layer = problem->layer;
    real *scratch = malloc(layer->scratch * sizeof *scratch);
    memset(scratch, 0xff, layer->scratch * sizeof *scratch); /* NaN */
    const struct eg_sweep sweep = {layer, problem->theta, problem->m, part, parts, scratch};
    if (sums == WEIGHTS)
        eg_convolve_weights(&sweep, product, problem->in, problem->d_out, out);
    else if (sums == BACKWARD)
        eg_convolve_back(&sweep, product, problem->d_out, out);
    else
        eg_convolve(&sweep, product, problem->in,
                    sums == FORWARD ? problem->theta + layer->weights : NULL, out);
    free(scratch);
}

static void check_sums(const struct problem *problem, enum sums sums, const char *text)
{
    const size_t size = size_of(problem, sums), bytes = size * sizeof(real);
    real *plain = malloc(bytes), *ours = malloc(bytes);
    const struct eg_tile_product *product;
    sum_plainly(problem, sums, plain);
    for (size_t rank = 0; (product = eg_tile_product_at(rank)) != NULL; rank++)
        for (size_t parts = 1; parts < 6; parts += 2) {
            memset(ours, 0xff, bytes);
            if (sums == WEIGHTS)
                memcpy(ours, problem->gradient, bytes);
            for (size_t part = 0; part < parts; part++)
                sum_part(problem, product, sums, part, parts, ours);
            cr_expect_eq(memcmp(ours, plain, bytes), 0, "%s, %s, %s, %zu parts: other bits", text,
                         titles[sums], product->name, parts);
        }
    free(plain);
    free(ours);
}

Test(convolution_bits, are_those_of_plain_loops)
{
    static const struct {
        size_t height, width, channels;
        const char *layer;
    } shapes[] = {
        {13, 11, 1, "conv 5x5x32 same"},
        {9, 14, 3, "conv 3x3x37 same"},
        {9, 13, 3, "conv 3x2x5 valid stride 2"},
        {11, 9, 5, "conv 4x3x12 same stride 2"},
        {10, 11, 32, "conv 3x3x64 same"},
        {7, 8, 64, "conv 3x3x9 valid"},
        {11, 10, 40, "conv 2x4x33 same stride 2"},
        {9, 9, 17, "conv 1x1x16 valid stride 3"},
        {5, 5, 8, "conv 5x5x3 valid"},
        {2, 3, 64, "conv 5x5x32 same"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char text[128];
        struct problem problem;
        snprintf(text, sizeof text, "image %zux%zux%zu, %s", shapes[i].height, shapes[i].width,
                 shapes[i].channels, shapes[i].layer);
        open_problem(&problem, text, shapes[i].height * shapes[i].width * shapes[i].channels, 3);
        for (enum sums sums = FORWARD; sums <= WEIGHTS; sums++)
            check_sums(&problem, sums, text);
        close_problem(&problem);
    }
}

/* The last kind takes no special instructions, so every processor has it and compares the others. */
Test(convolution_bits, some_kind_is_always_there)
{
    size_t count = 0;
    while (eg_tile_product_at(count))
        count++;
    cr_assert_gt(count, 0);
    cr_expect_str_eq(eg_tile_product_at(count - 1)->name, "portable");
}
