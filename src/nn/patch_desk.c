/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/patch_desk.h"

#include <string.h>

#include "nn/convolution_sums.h"

static struct eg_patch_plan make_plan(const struct eg_layer *layer)
{
    const struct eg_window *window = &layer->window;
    struct eg_patch_plan plan = {.span = window->width * layer->from.channels};
    plan.patch = window->height * plan.span;
    plan.stride = eg_round_up(plan.patch + EG_PATCH_STEP - 1, EG_PATCH_STEP);
    plan.height = (layer->to.height - 1) * window->stride + window->height;
    plan.width = (layer->to.width - 1) * window->stride + window->width;
    plan.pitch = eg_round_up(plan.width, EG_PATCH_BLOCK);
    plan.line = layer->to.width + window->width - 1;
    plan.lines = eg_least(layer->to.height,
                          plan.line < EG_PATCH_BACK ? EG_PATCH_BACK / plan.line : 1);
    plan.places = eg_round_up(plan.lines * plan.line + window->width - 1, EG_TILE_COLUMNS);
    return plan;
}

/* What a sweep keeps in its scratch. */
enum piece {
    PADDED,  /* height x width x channels; backward channels x height x pitch */
    PATCHES, /* EG_CHAIN_PLACES x stride; backward patch x places */
    TURNED,  /* d_out, channels out x places; also the last channels of a block of it */
    WEIGHTS, /* in panels */
    ROWS,    /* pointers */
    TILE,    /* EG_PATCH_CHUNK x columns of a tile */
    PIECES
};

static void measure_pieces(const struct eg_layer *layer, const struct eg_patch_plan *plan,
                           size_t pieces[PIECES])
{
    const size_t channels = layer->to.channels;
    const size_t rows = eg_most(channels, EG_CHAIN_PLACES);
    const size_t forward = EG_CHAIN_PLACES * plan->stride;
    const size_t backward = (plan->patch + EG_TILE_ROWS) * plan->places;
    const size_t turned = channels * plan->places, left = EG_CHAIN_PLACES * EG_TILE_ROWS;
    pieces[PADDED] = plan->height * plan->pitch * layer->from.channels + EG_PATCH_STEP;
    pieces[PATCHES] = eg_most(forward, backward) + EG_TILE_COLUMNS;
    pieces[TURNED] = eg_most(turned, left);
    pieces[WEIGHTS] = (plan->patch + EG_TILE_ROWS) * eg_round_up(channels, EG_TILE_COLUMNS);
    pieces[ROWS] = eg_round_up(rows, EG_TILE_ROWS) * sizeof(real *) / sizeof(real);
    pieces[TILE] = EG_PATCH_CHUNK * EG_TILE_COLUMNS;
    for (size_t i = 0; i < PIECES; i++)
        pieces[i] = eg_round_up(pieces[i], EG_TILE_COLUMNS);
}

size_t eg_patch_scratch(const struct eg_layer *layer)
{
    const struct eg_patch_plan plan = make_plan(layer);
    size_t pieces[PIECES], sum = 0;
    measure_pieces(layer, &plan, pieces);
    for (size_t i = 0; i < PIECES; i++)
        sum += pieces[i];
    return sum;
}

struct eg_patch_desk eg_patch_lay_out(const struct eg_sweep *sweep,
                                      const struct eg_tile_product *product)
{
    struct eg_patch_desk desk = {.layer = sweep->layer, .product = product, .image = SIZE_MAX};
    size_t pieces[PIECES];
    real *at[PIECES + 1] = {sweep->scratch};
    desk.plan = make_plan(sweep->layer);
    measure_pieces(sweep->layer, &desk.plan, pieces);
    for (size_t i = 0; i < PIECES; i++)
        at[i + 1] = at[i] + pieces[i];
    /* The padding stays zero, and so do columns beyond a patch. */
    memset(at[PADDED], 0, (pieces[PADDED] + pieces[PATCHES]) * sizeof(real));
    desk.padded = at[PADDED];
    desk.patches = at[PATCHES];
    desk.turned = at[TURNED];
    desk.weights = at[WEIGHTS];
    desk.rows = (const real **)(void *)at[ROWS];
    desk.tile = at[TILE];
    return desk;
}
