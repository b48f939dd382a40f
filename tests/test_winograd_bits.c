/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Minimal filtering against plain loops of fma(), bit by bit, with each kind of instructions that this
 * processor has and for several counts of parts. tests/single does the same with float.
 */
#include "convolution_problem.h"
#include "nn/winograd_desk.h"

enum { SQUARE = EG_WINOGRAD_SQUARE, TAPS_MOST = EG_WINOGRAD_TAPS_MOST };

/* --- plain transforms --- */

static real axpy(double number, real a, real b)
{
    return fuse((real)number, a, b);
}

static const double near = EG_WINOGRAD_NEAR, far = EG_WINOGRAD_FAR;

static double norm(double a, double b)
{
    return 2 * a * a * (a * a - b * b);
}

/* The numbers of points a and -a, of polynomials d[even] + p d[odd]. */
static void set_pair(double a, real even, real odd, real *t)
{
    t[0] = axpy(a, odd, even);
    t[1] = axpy(-a, odd, even);
}

static void line_f4(enum eg_winograd_map map, const real *d, real *t)
{
    const double a2 = near * near, b2 = far * far, an = norm(near, far), bn = norm(far, near);
    const real s = axpy(1, d[1], d[2]), v = axpy(-1, d[2], d[1]);
    switch (map) {
    case EG_WINOGRAD_WINDOW:
        t[0] = axpy(a2 * b2, d[0], axpy(-(a2 + b2), d[2], d[4]));
        set_pair(near, axpy(-b2, d[2], d[4]), axpy(-b2, d[1], d[3]), t + 1);
        set_pair(far, axpy(-a2, d[2], d[4]), axpy(-a2, d[1], d[3]), t + 3);
        t[5] = axpy(a2 * b2, d[1], axpy(-(a2 + b2), d[3], d[5]));
        return;
    case EG_WINOGRAD_ADJOINT:
        t[0] = d[0];
        set_pair(near, axpy(a2, d[2], d[0]), axpy(a2, d[3], d[1]), t + 1);
        set_pair(far, axpy(b2, d[2], d[0]), axpy(b2, d[3], d[1]), t + 3);
        t[5] = d[3];
        return;
    case EG_WINOGRAD_TAPS:
        t[0] = axpy(1 / (a2 * b2), d[0], 0);
        set_pair(near / an, axpy(a2 / an, d[2], axpy(1 / an, d[0], 0)), d[1], t + 1);
        set_pair(far / bn, axpy(b2 / bn, d[2], axpy(1 / bn, d[0], 0)), d[1], t + 3);
        t[5] = d[2];
        return;
    default:
        break;
    }
    const real r = axpy(1, d[3], d[4]), w = axpy(-1, d[4], d[3]);
    if (map == EG_WINOGRAD_OUTCOME) {
        t[0] = axpy(1, axpy(1, d[0], s), r);
        t[1] = axpy(far, w, axpy(near, v, 0));
        t[2] = axpy(b2, r, axpy(a2, s, 0));
        t[3] = axpy(b2 * far, w, axpy(a2 * near, v, d[5]));
    } else {
        t[0] = axpy(1 / bn, r, axpy(1 / an, s, axpy(1 / (a2 * b2), d[0], 0)));
        t[1] = axpy(far / bn, w, axpy(near / an, v, 0));
        t[2] = axpy(b2 / bn, r, axpy(a2 / an, s, d[5]));
    }
}

static void line_f25(enum eg_winograd_map map, const real *d, real *t)
{
    const double a2 = near * near, b2 = far * far, an = norm(near, far), bn = norm(far, near);
    const real s = axpy(1, d[1], d[2]), v = axpy(-1, d[2], d[1]);
    switch (map) {
    case EG_WINOGRAD_WINDOW:
        line_f4(map, d, t);
        return;
    case EG_WINOGRAD_ADJOINT:
        t[0] = d[0];
        set_pair(near, d[0], d[1], t + 1);
        set_pair(far, d[0], d[1], t + 3);
        t[5] = d[1];
        return;
    case EG_WINOGRAD_TAPS:
        t[0] = axpy(1 / (a2 * b2), d[0], 0);
        set_pair(near / an, axpy(a2 * a2 / an, d[4], axpy(a2 / an, d[2], axpy(1 / an, d[0], 0))),
                 axpy(a2, d[3], d[1]), t + 1);
        set_pair(far / bn, axpy(b2 * b2 / bn, d[4], axpy(b2 / bn, d[2], axpy(1 / bn, d[0], 0))),
                 axpy(b2, d[3], d[1]), t + 3);
        t[5] = d[4];
        return;
    default:
        break;
    }
    const real r = axpy(1, d[3], d[4]), w = axpy(-1, d[4], d[3]);
    if (map == EG_WINOGRAD_OUTCOME) {
        t[0] = axpy(1, axpy(1, d[0], s), r);
        t[1] = axpy(far, w, axpy(near, v, d[5]));
        return;
    }
    const real even[] = {axpy(1 / an, s, 0), axpy(1 / bn, r, 0)};
    const real odd[] = {axpy(near / an, v, 0), axpy(far / bn, w, 0)};
    t[0] = axpy(1 / (a2 * b2), d[0], axpy(1, even[0], even[1]));
    t[1] = axpy(1, odd[0], odd[1]);
    t[2] = axpy(b2, even[1], axpy(a2, even[0], 0));
    t[3] = axpy(b2, odd[1], axpy(a2, odd[0], 0));
    t[4] = axpy(b2 * b2, even[1], axpy(a2 * a2, even[0], d[5]));
}

static void line_f2(enum eg_winograd_map map, const real *d, real *t)
{
    const real sum = map == EG_WINOGRAD_TAPS      ? axpy(1, d[0], d[2])
                     : map != EG_WINOGRAD_ADJOINT ? axpy(1, d[1], d[2])
                                                  : axpy(1, d[0], d[1]);
    switch (map) {
    case EG_WINOGRAD_WINDOW:
        t[0] = axpy(-1, d[2], d[0]);
        t[1] = sum;
        t[2] = axpy(-1, d[1], d[2]);
        t[3] = axpy(-1, d[3], d[1]);
        return;
    case EG_WINOGRAD_OUTCOME:
        t[0] = axpy(1, axpy(1, d[0], d[1]), d[2]);
        t[1] = axpy(-1, d[3], axpy(-1, d[2], d[1]));
        return;
    case EG_WINOGRAD_ADJOINT:
        t[0] = d[0];
        t[1] = sum;
        t[2] = axpy(-1, d[1], d[0]);
        t[3] = axpy(-1, d[1], 0);
        return;
    case EG_WINOGRAD_TAPS:
        t[0] = d[0];
        set_pair(0.5, axpy(0.5, sum, 0), d[1], t + 1);
        t[3] = d[2];
        return;
    default:
        t[0] = axpy(0.5, sum, d[0]);
        t[1] = axpy(0.5, axpy(-1, d[2], d[1]), 0);
        t[2] = axpy(0.5, sum, d[3]);
    }
}

static void line_t2(enum eg_winograd_map map, const real *d, real *t)
{
    const real first = d[0], second = d[1];
    switch (map) {
    case EG_WINOGRAD_WINDOW:
    case EG_WINOGRAD_ADJOINT:
        t[0] = axpy(1, first, second);
        t[1] = map == EG_WINOGRAD_WINDOW ? second : first;
        t[2] = map == EG_WINOGRAD_WINDOW ? first : second;
        return;
    case EG_WINOGRAD_OUTCOME:
        t[0] = axpy(1, first, second);
        t[1] = axpy(1, first, d[2]);
        return;
    case EG_WINOGRAD_TAPS:
        t[0] = second;
        t[1] = axpy(-1, second, d[2]);
        t[2] = axpy(-1, second, first);
        return;
    default:
        t[0] = d[2];
        t[1] = axpy(-1, d[2], axpy(-1, second, first));
        t[2] = second;
    }
}

static size_t side_after(const struct eg_winograd *form, enum eg_winograd_map map)
{
    return map == EG_WINOGRAD_OUTCOME    ? form->gives
           : map == EG_WINOGRAD_GRADIENT ? form->taps
                                         : form->points;
}

/* Along columns, then rows. */
static void map_square(const struct eg_winograd *form, enum eg_winograd_map map, size_t sees,
                       const real *from, real *to)
{
    static void (*const lines[])(enum eg_winograd_map, const real *, real *) = {line_f4, line_f2,
                                                                                line_t2, line_f25};
    const size_t gives = side_after(form, map);
    real half[6][6] = {0};
    for (size_t j = 0; j < sees; j++) {
        real d[6] = {0}, t[6];
        for (size_t i = 0; i < sees; i++)
            d[i] = from[i * sees + j];
        lines[form->form](map, d, t);
        for (size_t i = 0; i < gives; i++)
            half[i][j] = t[i];
    }
    for (size_t i = 0; i < gives; i++)
        lines[form->form](map, half[i], to + i * gives);
}

/* --- plain sums --- */

/* Images of one side of a sweep, in tiles. */
struct images {
    const struct eg_image *image;
    size_t tiles_across, tiles, step;
};

static struct images cut_images(const struct eg_winograd *form, const struct eg_image *image)
{
    const size_t across = (image->width + form->gives - 1) / form->gives;
    const size_t down = (image->height + form->gives - 1) / form->gives;
    return (struct images){image, across, across * down, form->gives};
}

/* Number of the value at (y, x) of a tile of `to`, `before` pixels before it, of images `of`; or -1. */
static long number_at(const struct images *to, const struct eg_image *of, size_t before[2],
                      size_t tile, size_t y, size_t x, size_t channel)
{
    const size_t at = tile % to->tiles;
    const size_t row = at / to->tiles_across * to->step + y - before[0];
    const size_t column = at % to->tiles_across * to->step + x - before[1];
    if (row >= of->height || column >= of->width) /* below 0 is very large */
        return -1;
    return (long)(((tile / to->tiles * of->height + row) * of->width + column) * of->channels +
                  channel);
}

/* (square) = the mapped square (side x side) of a tile. */
static void take_tile(const struct eg_winograd *form, enum eg_winograd_map map, size_t side,
                      const struct images *to, const struct eg_image *of, size_t before[2],
                      size_t tile, size_t channel, const real *values, real *square)
{
    real d[SQUARE];
    for (size_t i = 0; i < side * side; i++) {
        const long number = number_at(to, of, before, tile, i / side, i % side, channel);
        d[i] = number < 0 ? 0 : values[number];
    }
    map_square(form, map, side, d, square);
}

static void look_before(const struct eg_layer *layer, int is_backward, size_t before[2])
{
    const size_t top = layer->window.pad_top, left = layer->window.pad_left;
    const size_t last = layer->winograd->taps - 1;
    const int is_padded = layer->winograd->form == EG_WINOGRAD_T2;
    before[0] = is_padded ? 0 : is_backward ? last - top : top;
    before[1] = is_padded ? 0 : is_backward ? last - left : left;
}

/* weights (channels x terms x square) */
static real *take_weights(const struct problem *problem, int is_backward)
{
    const struct eg_layer *layer = problem->layer;
    const size_t in = layer->from.channels, out = layer->to.channels;
    const size_t terms = is_backward ? out : in, channels = is_backward ? in : out;
    const size_t side = layer->winograd->taps, count = side * side;
    real *weights = malloc(in * out * SQUARE * sizeof *weights);
    for (size_t c = 0; c < channels; c++)
        for (size_t k = 0; k < terms; k++) {
            const size_t co = is_backward ? k : c, ci = is_backward ? c : k;
            real taps[TAPS_MOST];
            for (size_t tap = 0; tap < count; tap++)
                taps[is_backward ? count - 1 - tap : tap] =
                    problem->theta[(co * count + tap) * in + ci];
            map_square(layer->winograd, EG_WINOGRAD_TAPS, side, taps,
                       weights + (c * terms + k) * SQUARE);
        }
    return weights;
}

static real sum_chains(size_t terms, const real *left, const real *right)
{
    real sum = 0;
    for (size_t k = 0; k < terms; k += EG_CHAIN_TERMS) {
        real chain = 0;
        for (size_t i = k; i < terms && i < k + EG_CHAIN_TERMS; i++)
            chain = fuse(left[i * SQUARE], right[i * SQUARE], chain);
        sum += chain;
    }
    return sum;
}

static void sum_map(const struct problem *problem, int is_backward, const real *bias,
                    const real *values, real *out)
{
    const struct eg_layer *layer = problem->layer;
    const struct eg_winograd *form = layer->winograd;
    const struct eg_image *from = is_backward ? &layer->to : &layer->from;
    const struct images to = cut_images(form, is_backward ? &layer->from : &layer->to);
    const size_t points = form->points * form->points, gives = form->gives;
    real *weights = take_weights(problem, is_backward);
    real *left = malloc(from->channels * SQUARE * sizeof *left);
    size_t before[2], none[2] = {0};
    look_before(layer, is_backward, before);
    for (size_t tile = 0; tile < problem->m * to.tiles; tile++) {
        for (size_t k = 0; k < from->channels; k++)
            take_tile(form, EG_WINOGRAD_WINDOW, form->sees, &to, from, before, tile, k, values,
                      left + k * SQUARE);
        for (size_t c = 0; c < to.image->channels; c++) {
            real products[SQUARE], places[SQUARE];
            for (size_t i = 0; i < points; i++)
                products[i] = sum_chains(from->channels, left + i,
                                         weights + c * from->channels * SQUARE + i);
            map_square(form, EG_WINOGRAD_OUTCOME, form->points, products, places);
            for (size_t i = 0; i < gives * gives; i++) {
                const long number = number_at(&to, to.image, none, tile, i / gives, i % gives, c);
                if (number >= 0)
                    out[number] = bias ? bias[c] + places[i] : places[i];
            }
        }
    }
    free(weights);
    free(left);
}

static void sum_weight(const struct problem *problem, const struct images *to, size_t co, size_t ci,
                       real *gradient)
{
    const struct eg_layer *layer = problem->layer;
    const struct eg_winograd *form = layer->winograd;
    const size_t tiles = problem->m * to->tiles, block = eg_winograd_block(form, layer);
    real sums[SQUARE] = {0}, chains[SQUARE] = {0}, seen[SQUARE], given[SQUARE], taps[TAPS_MOST];
    size_t before[2], none[2] = {0};
    look_before(layer, 0, before);
    for (size_t tile = 0; tile < tiles; tile++) {
        take_tile(form, EG_WINOGRAD_WINDOW, form->sees, to, &layer->from, before, tile, ci,
                  problem->in, seen);
        take_tile(form, EG_WINOGRAD_ADJOINT, form->gives, to, &layer->to, none, tile, co,
                  problem->d_out, given);
        for (size_t i = 0; i < form->points * form->points; i++) {
            chains[i] = fuse(given[i], seen[i], chains[i]);
            if (tile + 1 == tiles || (tile + 1) % block == 0) {
                sums[i] += chains[i];
                chains[i] = 0;
            }
        }
    }
    map_square(form, EG_WINOGRAD_GRADIENT, form->points, sums, taps);
    const size_t count = form->taps * form->taps;
    for (size_t tap = 0; tap < count; tap++)
        gradient[(co * count + tap) * layer->from.channels + ci] += taps[tap];
}

static void sum_minimally(const struct problem *problem, enum sums sums, real *out)
{
    const struct eg_layer *layer = problem->layer;
    const struct images to = cut_images(layer->winograd, &layer->to);
    if (sums != WEIGHTS) {
        sum_map(problem, sums == BACKWARD, sums == FORWARD ? problem->theta + layer->weights : NULL,
                sums == BACKWARD ? problem->d_out : problem->in, out);
        return;
    }
    memcpy(out, problem->gradient, layer->weights * sizeof *out);
    for (size_t co = 0; co < layer->to.channels; co++)
        for (size_t ci = 0; ci < layer->from.channels; ci++)
            sum_weight(problem, &to, co, ci, out);
}

/* Channels below a panel's width and not whole vectors; more terms than a chain has; more tiles than a block;
 * more channels than a group. */
Test(winograd_bits, are_those_of_plain_loops)
{
    static const struct shape shapes[] = {
        {4, 4, 9, "conv 3x3x10 same", 1, F4},    {5, 7, 37, "conv 3x3x33 same", 3, F4},
        {13, 11, 9, "conv 3x3x16 same", 6, F4},  {7, 6, 17, "conv 3x3x20 valid", 2, F4},
        {4, 4, 300, "conv 3x3x270 same", 1, F4}, {6, 6, 21, "conv 3x3x35 same", 6, F2},
        {4, 4, 16, "conv 3x3x11 valid", 3, F2},  {2, 9, 12, "conv 3x3x40 same", 5, F2},
        {2, 2, 40, "conv 3x3x12 same", 50, T2},  {2, 2, 10, "conv 3x3x65 same", 1, T2},
        {7, 5, 9, "conv 5x5x33 same", 3, F25},   {9, 8, 37, "conv 5x5x12 valid", 2, F25},
        {4, 6, 16, "conv 5x5x20 same", 9, F25},  {6, 6, 261, "conv 5x5x10 same", 1, F25}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char text[128];
        struct problem problem;
        open_shape(&problem, &shapes[i], text);
        for (enum sums sums = FORWARD; sums <= WEIGHTS; sums++)
            check_sums(&problem, sums, sum_minimally, text);
        close_problem(&problem);
    }
}
