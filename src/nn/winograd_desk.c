/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/winograd_desk.h"

#include <string.h>

#include "nn/convolution_sums.h"

enum { LINE = 64 / sizeof(real) };

/* Transformed weights, or gradients of them, that are kept at a time. */
enum { WEIGHTS_KEPT = 36 * 256 * 256 };

static size_t square(size_t side)
{
    return side * side;
}

enum { FEW = 48, MANY = 128 };

size_t eg_winograd_block(const struct eg_winograd *winograd, const struct eg_layer *layer)
{
    /* weights too many for the nearer caches come by less often */
    const size_t weights = square(winograd->points) * layer->from.channels * layer->to.channels;
    return weights <= WEIGHTS_KEPT / 4 ? FEW : MANY;
}

/* Channels that a sweep takes at a time, of `channels`, each with so many weights at a point. */
static size_t count_group(const struct eg_winograd *winograd, size_t channels, size_t weights)
{
    const size_t fit = WEIGHTS_KEPT / square(winograd->points) / weights;
    const size_t whole = fit / EG_TILE_COLUMNS * EG_TILE_COLUMNS;
    return eg_least(eg_most(whole, EG_TILE_COLUMNS), eg_round_up(channels, EG_TILE_COLUMNS));
}

/* From a row of so many channels to the next, with room for a tile's overhang; the line more keeps the
 * streams of a tile's rows off each other in the cache. */
static size_t row_stride(size_t channels)
{
    return eg_round_up(channels, EG_TILE_COLUMNS) + LINE;
}

/* From one point's rows to the next point's. */
static size_t plane_stride(size_t rows, size_t stride)
{
    return eg_round_up(rows, EG_TILE_ROWS) * stride + LINE;
}

/* As in struct eg_winograd_desk. */
enum piece { PANEL, WEIGHTS, LEFT, RIGHT, ROWS, ZEROS, SINK, PIECES };

static struct eg_winograd_plan make_plan(const struct eg_winograd *winograd,
                                         const struct eg_layer *layer, size_t terms,
                                         size_t channels, size_t tiles)
{
    struct eg_winograd_plan plan = {.block = eg_winograd_block(winograd, layer),
                                    .depth = terms,
                                    .left_stride = row_stride(terms),
                                    .weights_stride = eg_round_up(terms, EG_TILE_COLUMNS)};
    plan.group = count_group(winograd, channels, plan.weights_stride);
    if (tiles <=
        FEW) { /* what is transformed is used once or twice: while it is in the nearer caches */
        plan.group = EG_TILE_COLUMNS;
        plan.depth = eg_least(terms, EG_CHAIN_TERMS);
    }
    plan.right_stride = row_stride(plan.group);
    plan.left_plane = plane_stride(plan.block, plan.left_stride);
    plan.right_plane = plane_stride(plan.block, plan.right_stride);
    plan.weights_plane = plane_stride(plan.group, plan.weights_stride);
    return plan;
}

static void measure_pieces(const struct eg_winograd *winograd, const struct eg_layer *layer,
                           size_t pieces[PIECES])
{
    const size_t points = square(winograd->points), in = layer->from.channels,
                 out = layer->to.channels;
    const struct eg_winograd_plan there = make_plan(winograd, layer, in, out, SIZE_MAX),
                                  back = make_plan(winograd, layer, out, in, SIZE_MAX);
    const size_t pointers = (there.block + EG_TILE_ROWS) * sizeof(real *) / sizeof(real);
    pieces[PANEL] = square(winograd->taps) * eg_most(in, out) * EG_TILE_COLUMNS;
    pieces[WEIGHTS] = points * eg_most(there.weights_plane, back.weights_plane);
    pieces[LEFT] = points * eg_most(there.left_plane, back.left_plane);
    pieces[RIGHT] = points * eg_most(there.right_plane, back.right_plane);
    pieces[ROWS] = eg_most(pointers, there.block + EG_TILE_ROWS);
    pieces[ZEROS] = pieces[SINK] = row_stride(eg_most(in, out));
    for (size_t i = 0; i < PIECES; i++)
        pieces[i] = eg_round_up(pieces[i], LINE);
}

size_t eg_winograd_scratch(const struct eg_winograd *winograd, const struct eg_layer *layer)
{
    size_t pieces[PIECES], sum = 0;
    measure_pieces(winograd, layer, pieces);
    for (size_t i = 0; i < PIECES; i++)
        sum += pieces[i];
    return sum;
}

struct eg_winograd_desk eg_winograd_lay_out(const struct eg_sweep *sweep,
                                            const struct eg_tile_product *product, size_t terms,
                                            size_t channels, size_t tiles)
{
    const struct eg_winograd *winograd = sweep->layer->winograd;
    size_t pieces[PIECES];
    real *at[PIECES + 1] = {sweep->scratch};
    measure_pieces(winograd, sweep->layer, pieces);
    for (size_t i = 0; i < PIECES; i++)
        at[i + 1] = at[i] + pieces[i];
    memset(at[ZEROS], 0, pieces[ZEROS] * sizeof(real));
    return (struct eg_winograd_desk){
        .winograd = winograd,
        .product = product,
        .plan = make_plan(winograd, sweep->layer, terms, channels, tiles),
        .points = square(winograd->points),
        .panel = at[PANEL],
        .weights = at[WEIGHTS],
        .left = at[LEFT],
        .right = at[RIGHT],
        .rows = (const real **)(void *)at[ROWS],
        .zeros = at[ZEROS],
        .sink = at[SINK]};
}

/* What is left of a vector is brought together aside. */
void eg_winograd_transform(const struct eg_winograd_desk *desk, enum eg_winograd_map map,
                           size_t count, size_t from_count, const real *const *from,
                           const real *const *added, size_t to_count, real *const *to)
{
    eg_winograd_square *apply = desk->product->squares[desk->winograd->form][map];
    const size_t lanes = desk->product->columns / 2, whole = count / lanes * lanes;
    real room[3][EG_WINOGRAD_SQUARE][EG_TILE_COLUMNS / 2];
    const real *from_room[EG_WINOGRAD_SQUARE], *added_room[EG_WINOGRAD_SQUARE];
    real *to_room[EG_WINOGRAD_SQUARE];
    for (size_t c = 0; c < whole; c += lanes)
        apply(c, from, added, to);
    if (whole == count)
        return;
    const size_t bytes = (count - whole) * sizeof(real);
    memset(room, 0, sizeof room);
    for (size_t i = 0; i < from_count; i++)
        from_room[i] = memcpy(room[0][i], from[i] + whole, bytes);
    for (size_t i = 0; i < to_count; i++) {
        added_room[i] = added ? memcpy(room[1][i], added[i] + whole, bytes) : NULL;
        to_room[i] = room[2][i];
    }
    apply(0, from_room, added ? added_room : NULL, to_room);
    for (size_t i = 0; i < to_count; i++)
        memcpy(to[i] + whole, room[2][i], bytes);
}

void eg_winograd_find_planes(const struct eg_winograd_desk *desk, real *first, size_t plane,
                             real **planes)
{
    for (size_t i = 0; i < desk->points; i++)
        planes[i] = first + i * plane;
}
