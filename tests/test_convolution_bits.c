/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of a convolution against plain loops of fma(), bit by bit, with each kind of instructions
 * that this processor has and for several counts of parts. tests/single does the same with float.
 */
#include "convolution_problem.h"

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
        {8, 9, 16, "conv 3x3x48 same"}, /* a tile and a narrow one; tiles of one tap */
        {9, 6, 48, "conv 3x3x16 same"},
        {7, 9, 8, "conv 7x7x9 same"}, /* patches of several chains */
        {2, 3, 4, "conv 5x5x3 same"}, /* a window larger than the image */
        {9, 8, 2, "conv 2x2x3 same stride 3"},
        {10, 11, 3, "conv 2x2x8 valid stride 3"}, /* pixels under no window */
        {3, 150, 1, "conv 3x3x8 same"}, /* a line longer than what goes backward at a time */
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char text[128];
        struct problem problem;
        snprintf(text, sizeof text, "image %zux%zux%zu, %s", shapes[i].height, shapes[i].width,
                 shapes[i].channels, shapes[i].layer);
        open_problem(&problem, text, shapes[i].height * shapes[i].width * shapes[i].channels, 3);
        for (enum sums sums = FORWARD; sums <= WEIGHTS; sums++)
            check_sums(&problem, sums, sum_plainly, text);
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
