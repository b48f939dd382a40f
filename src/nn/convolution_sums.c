/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/convolution_sums.h"

#include <string.h>

#include "base/sizes.h"
#include "nn/patch_sums.h"
#include "nn/tile_edge.h"
#include "nn/weight_panel.h"
#include "nn/window_sources.h"

/* Places whose pointers are kept at a time: whole tiles of any height. */
enum { CHUNK = 96 };

static size_t tap_count(const struct eg_layer *layer)
{
    return layer->window.height * layer->window.width;
}

static size_t patch_size(const struct eg_layer *layer)
{
    return tap_count(layer) * layer->from.channels;
}

/* What a sweep keeps in its scratch. */
enum piece {
    PANEL,   /* weights, as many columns of them as a tile has */
    SOURCES, /* taps x places: pointers */
    ROWS,    /* EG_CHAIN_PLACES: pointers */
    ZEROS,   /* a pixel of the padding */
    TILE,    /* CHUNK x columns of a tile */
    LEFT,    /* EG_CHAIN_PLACES x height of a tile */
    RIGHT,   /* EG_CHAIN_PLACES x columns of a tile */
    PIECES
};

static int has_few_channels(const struct eg_layer *layer)
{
    return layer->from.channels <= EG_FEW_CHANNELS;
}

/* Numbers that take as much room as so many pointers. */
static size_t pointer_numbers(size_t count)
{
    return (count * sizeof(real *) + sizeof(real) - 1) / sizeof(real);
}

/* In numbers; the same for all processors. */
static void measure_pieces(const struct eg_layer *layer, size_t pieces[PIECES])
{
    const size_t taps = tap_count(layer);
    const size_t most = eg_most(layer->from.channels, layer->to.channels);
    pieces[PANEL] = taps * most * EG_TILE_COLUMNS;
    pieces[SOURCES] = pointer_numbers(taps * EG_CHAIN_PLACES);
    pieces[ROWS] = pointer_numbers(EG_CHAIN_PLACES);
    pieces[ZEROS] = most;
    pieces[TILE] = CHUNK * EG_TILE_COLUMNS;
    pieces[LEFT] = EG_CHAIN_PLACES * EG_TILE_ROWS;
    pieces[RIGHT] = EG_CHAIN_PLACES * EG_TILE_COLUMNS;
    for (size_t i = 0; i < PIECES; i++)
        pieces[i] = eg_round_up(pieces[i], EG_TILE_COLUMNS);
}

struct desk {
    const struct eg_tile_product *product;
    const real **sources, **rows;
    real *panel, *zeros, *tile, *left, *right;
};

static struct desk lay_out(const struct eg_sweep *sweep, const struct eg_tile_product *product)
{
    size_t pieces[PIECES];
    real *at[PIECES + 1] = {sweep->scratch};
    measure_pieces(sweep->layer, pieces);
    for (size_t i = 0; i < PIECES; i++)
        at[i + 1] = at[i] + pieces[i];
    memset(at[ZEROS], 0, pieces[ZEROS] * sizeof(real));
    return (struct desk){.product = product,
                         .panel = at[PANEL],
                         .sources = (const real **)(void *)at[SOURCES],
                         .rows = (const real **)(void *)at[ROWS],
                         .zeros = at[ZEROS],
                         .tile = at[TILE],
                         .left = at[LEFT],
                         .right = at[RIGHT]};
}

size_t eg_convolution_scratch(const struct eg_layer *layer)
{
    size_t pieces[PIECES], sum = 0;
    if (has_few_channels(layer))
        return eg_patch_scratch(layer);
    measure_pieces(layer, pieces);
    for (size_t i = 0; i < PIECES; i++)
        sum += pieces[i];
    return sum;
}

struct range {
    size_t begin, end;
};

static struct range cut(size_t count, const struct eg_sweep *sweep)
{
    return (struct range){eg_part_begin(count, sweep->part, sweep->parts),
                          eg_part_begin(count, sweep->part + 1, sweep->parts)};
}

/* A sweep as a product: images of values, seen through the window, times weights, give images out. */
struct map {
    int is_backward;
    const struct eg_image *from, *to;
    const real *values, *start; /* start: of each channel out, or NULL for 0 */
    real *out;
};

/* The last tile of a chunk takes whole rows of sources. A tap that joins none of a tile's places with a
 * pixel takes no part. */
static void complete_sources(const struct desk *desk, size_t taps, size_t count)
{
    const size_t rows = desk->product->rows, end = eg_round_up(count, rows);
    for (size_t tap = 0; tap < taps; tap++) {
        const real **sources = desk->sources + tap * CHUNK;
        for (size_t i = count; i < end; i++)
            sources[i] = desk->zeros;
        for (size_t i = 0; i < end; i += rows) {
            size_t row = 0;
            while (row < rows && sources[i + row] == desk->zeros)
                row++;
            if (row == rows)
                sources[i] = NULL;
        }
    }
}

/* tile += sources times the panel, chain by chain, whose weights stay in the cache meanwhile. */
static void add_products(const struct desk *desk, size_t taps, size_t terms, size_t count)
{
    const size_t rows = desk->product->rows, width = desk->product->columns;
    const size_t length = eg_chain_taps(terms);
    for (size_t tap = 0; tap < taps; tap += length)
        for (size_t i = 0; i < count; i += rows)
            desk->product->add_taps(
                eg_least(length, taps - tap), terms, desk->sources + tap * CHUNK + i, CHUNK,
                desk->panel + tap * terms * width, desk->tile + i * width, width);
}

/* Copies what was summed to its places: as many at once as lie equally far apart. */
static void store_rows(const struct map *map, const struct desk *desk,
                       const struct eg_place *places, size_t first, size_t columns, size_t count)
{
    const size_t width = desk->product->columns, channels = map->to->channels;
    size_t at[CHUNK];
    for (size_t i = 0; i < count; i++)
        at[i] = (places[i].image * map->to->height + places[i].y) * map->to->width + places[i].x;
    for (size_t i = 0, end; i < count; i = end) {
        const size_t step = i + 1 < count ? at[i + 1] - at[i] : 0;
        for (end = i + 1; end < count && at[end] - at[end - 1] == step;)
            end++;
        eg_copy_rows(end - i, columns, desk->tile + i * width, width,
                     map->out + at[i] * channels + first, step * channels);
    }
}

/* The columns from `first` on, of `count` places. */
static void apply_panel(const struct eg_sweep *sweep, const struct map *map,
                        const struct desk *desk, size_t first, const struct eg_place *places,
                        size_t count)
{
    const size_t taps = tap_count(sweep->layer), width = desk->product->columns;
    const size_t columns = eg_least(width, map->to->channels - first);
    eg_window_sources(sweep->layer, map->is_backward, places, count, map->values, desk->zeros,
                      CHUNK, desk->sources);
    complete_sources(desk, taps, count);
    if (map->start)
        eg_copy_rows(count, columns, map->start + first, 0, desk->tile, width);
    else
        memset(desk->tile, 0, count * width * sizeof(real));
    add_products(desk, taps, map->from->channels, count);
    store_rows(map, desk, places, first, columns, count);
}

/* Where images are so small that much of the window lies in the padding, tiles go through places that
 * see the same of it: one place of several images. */
static size_t group_images(const struct eg_image *image)
{
    enum { SMALL = 16 * 16, IMAGES = 2 * EG_TILE_ROWS };
    return image->height * image->width <= SMALL ? IMAGES : 1;
}

/* Parts have panels of weights to themselves where there are enough of these, so that none is packed
 * twice; else places. */
static void apply_map(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                      const struct map *map)
{
    struct desk desk = lay_out(sweep, product);
    const size_t width = product->columns, channels = map->to->channels;
    const size_t panels = (channels + width - 1) / width;
    const size_t places = sweep->m * map->to->height * map->to->width;
    const int is_by_panel = panels >= sweep->parts;
    const struct range panel = is_by_panel ? cut(panels, sweep) : (struct range){0, panels};
    const struct range place = is_by_panel ? (struct range){0, places} : cut(places, sweep);
    struct eg_place chunk[CHUNK];
    for (size_t p = panel.begin; p < panel.end; p++) {
        const size_t columns = eg_least(width, channels - p * width);
        desk.product = eg_tile_fit(product, columns);
        eg_pack_panel(sweep, map->is_backward, p * width, columns, desk.product->columns,
                      desk.panel);
        for (size_t i = place.begin; i < place.end; i += CHUNK) {
            const size_t count = eg_least(CHUNK, place.end - i);
            eg_list_places(map->to, sweep->m, group_images(map->to), i, count, chunk);
            apply_panel(sweep, map, &desk, p * width, chunk, count);
        }
    }
}

void eg_convolve(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                 const real *in, const real *bias, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    if (has_few_channels(layer))
        eg_patch_convolve(sweep, product, in, bias, out);
    else
        apply_map(sweep, product, &(struct map){0, &layer->from, &layer->to, in, bias, out});
}

void eg_convolve_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                      const real *d_out, real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    if (has_few_channels(layer))
        eg_patch_convolve_back(sweep, product, d_out, d_in);
    else
        apply_map(sweep, product, &(struct map){1, &layer->to, &layer->from, d_out, NULL, d_in});
}

/* rows: where columns first to first + width of the block's patches are. Those of more than one tap
 * are brought together. */
static void find_columns(const struct eg_layer *layer, const struct desk *desk, size_t first,
                         size_t count)
{
    const size_t channels = layer->from.channels, patch = patch_size(layer);
    const size_t width = desk->product->columns, tap = first / channels, c = first % channels;
    const int is_apart = c + width > channels;
    for (size_t i = 0; i < count; i++)
        desk->rows[i] = is_apart ? desk->right + i * width
                                 : desk->sources[tap * EG_CHAIN_PLACES + i] + c;
    for (size_t j = 0; is_apart && j < width; j++) {
        const size_t column = first + j, from = column % channels;
        const real *const *sources = desk->sources + column / channels * EG_CHAIN_PLACES;
        for (size_t i = 0; i < count; i++)
            desk->right[i * width + j] = column < patch ? sources[i][from] : 0;
    }
}

/* The last channels of d_out, as many as a tile is high, with zeros where there are none. */
static void pad_left(const struct desk *desk, size_t channels, size_t count, const real *d_out)
{
    const size_t high = desk->product->high, first = channels / high * high;
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < high; r++)
            desk->left[i * high + r] = first + r < channels ? d_out[i * channels + first + r] : 0;
}

/* Adds the part's tiles of one block's sums; tiles are counted through all channels out for each panel
 * of columns. */
static void accumulate_block(const struct eg_sweep *sweep, const struct desk *desk,
                             struct range tiles, size_t count, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t high = desk->product->high, width = desk->product->columns;
    const size_t patch = patch_size(layer), channels = layer->to.channels;
    const size_t each = (channels + high - 1) / high;
    if (channels % high)
        pad_left(desk, channels, count, d_out);
    for (size_t tile = tiles.begin; tile < tiles.end; tile++) {
        const size_t first = tile / each * width, co = tile % each * high;
        const int is_whole = co + high <= channels;
        if (tile == tiles.begin || co == 0)
            find_columns(layer, desk, first, count);
        eg_add_places(desk->product, count, is_whole ? d_out + co : desk->left,
                      is_whole ? channels : high, desk->rows,
                      &(struct eg_tile_edge){eg_least(high, channels - co),
                                             eg_least(width, patch - first),
                                             gradient + co * patch + first, patch, desk->tile});
    }
}

void eg_convolve_weights(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                         const real *in, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    if (has_few_channels(layer)) {
        eg_patch_convolve_weights(sweep, product, in, d_out, gradient);
        return;
    }
    /* Tiles of one tap need no bringing together. */
    const int is_narrow = layer->from.channels % product->columns != 0 &&
                          layer->from.channels % product->narrow->columns == 0;
    const struct desk desk = lay_out(sweep, is_narrow ? product->narrow : product);
    const size_t high = desk.product->high, width = desk.product->columns;
    const size_t channels = layer->to.channels, each = (channels + high - 1) / high;
    const size_t panels = (patch_size(layer) + width - 1) / width;
    const size_t places = sweep->m * layer->to.height * layer->to.width;
    const struct range tiles = cut(each * panels, sweep);
    struct eg_place places_of_chain[EG_CHAIN_PLACES];
    for (size_t i = 0; tiles.begin < tiles.end && i < places; i += EG_CHAIN_PLACES) {
        const size_t count = eg_least(EG_CHAIN_PLACES, places - i);
        eg_list_places(&layer->to, sweep->m, 1, i, count, places_of_chain);
        eg_window_sources(layer, 0, places_of_chain, count, in, desk.zeros, EG_CHAIN_PLACES,
                          desk.sources);
        accumulate_block(sweep, &desk, tiles, count, d_out + i * channels, gradient);
    }
}
