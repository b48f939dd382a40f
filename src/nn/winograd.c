/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/winograd.h"

#include <float.h>
#include <string.h>

#include "nn/convolution_sums.h"
#include "nn/weight_panel.h"
#include "nn/window.h"
#include "nn/winograd_desk.h"

static size_t square(size_t side)
{
    return side * side;
}

/* The more exact first. */
const struct eg_winograd eg_winograd_forms[] = {{"T(2x2)", EG_WINOGRAD_T2, 3, 2, 2, 3, 1},
                                                {"F(2x2, 3x3)", EG_WINOGRAD_F2, 3, 4, 2, 4, 0},
                                                {"F(4x4, 3x3)", EG_WINOGRAD_F4, 3, 6, 4, 6, 0},
                                                {"F(2x2, 5x5)", EG_WINOGRAD_F25, 5, 6, 2, 6, 0},
                                                {0}};

/* --- which form --- */

int eg_winograd_fits(const struct eg_winograd *winograd, const struct eg_layer *layer)
{
    const struct eg_window *window = &layer->window;
    const struct eg_image *from = &layer->from, *to = &layer->to;
    return window->height == winograd->taps && window->width == winograd->taps &&
           window->stride == 1 && from->channels > EG_FEW_CHANNELS &&
           to->channels > EG_FEW_CHANNELS &&
           (!winograd->is_padded ||
            (from->height == 2 && from->width == 2 && to->height == 2 && to->width == 2));
}

/* Tiles along the image, and in all of it. */
static size_t tiles_across(const struct eg_winograd *winograd, const struct eg_image *image)
{
    return (image->width + winograd->gives - 1) / winograd->gives;
}

static size_t tiles_of_image(const struct eg_winograd *winograd, const struct eg_image *image)
{
    return tiles_across(winograd, image) *
           ((image->height + winograd->gives - 1) / winograd->gives);
}

/* Taps on pixels of the image, of all places along an axis. */
static size_t count_taps(size_t places, size_t pad, size_t taps, size_t size)
{
    size_t sum = 0, first, end, pixel;
    for (size_t place = 0; place < places; place++) {
        eg_window_clip(place, 1, pad, taps, size, &first, &end, &pixel);
        sum += end - first;
    }
    return sum;
}

/* What takes as long as a multiplication, of one sweep over so many rows. As measured: to transform a channel
 * of a tile, in or out, takes as long as CHANNEL products at each point, to transform a weight as long as
 * WEIGHT. */
static double count_work(const struct eg_winograd *form, const struct eg_layer *layer, size_t rows)
{
    enum { CHANNEL = 22, WEIGHT = 30, COLUMNS = 32 };
    const double in = (double)layer->from.channels, out = (double)layer->to.channels;
    const double columns = (double)eg_round_up(layer->to.channels, COLUMNS);
    const double tiles = (double)(rows * tiles_of_image(form, &layer->to));
    return (double)square(form->points) *
           (tiles * (in * columns + CHANNEL * (in + out)) + WEIGHT * in * out);
}

const struct eg_winograd *eg_winograd_choose(const struct eg_layer *layer, size_t rows)
{
    const struct eg_image *from = &layer->from, *to = &layer->to;
    const struct eg_window *window = &layer->window;
    const struct eg_winograd *best = NULL;
    double least = DBL_MAX;
    for (const struct eg_winograd *form = eg_winograd_forms; form->name; form++)
        if (eg_winograd_fits(form, layer) && count_work(form, layer, rows) < least) {
            best = form;
            least = count_work(form, layer, rows);
        }
    if (!best)
        return NULL;
    const size_t taps = count_taps(to->height, window->pad_top, window->height, from->height) *
                        count_taps(to->width, window->pad_left, window->width, from->width);
    return least < (double)(rows * taps * from->channels * to->channels) ? best : NULL;
}

/* Images that tiles are cut from, or put together to. */
struct mosaic {
    const struct eg_image *image;
    size_t side;      /* of a tile's square */
    size_t top, left; /* pixels that are not there */
    size_t across, each;
};

/* pixels (side x side) of a tile, `none` beyond the image. */
static void find_pixels(const struct eg_winograd_desk *desk, const struct mosaic *mosaic,
                        size_t tile, const real *values, const real *none, const real **pixels)
{
    const struct eg_image *image = mosaic->image;
    const size_t number = tile / mosaic->each, at = tile % mosaic->each;
    const size_t top = at / mosaic->across * desk->winograd->gives - mosaic->top;
    const size_t left = at % mosaic->across * desk->winograd->gives - mosaic->left;
    const real *pixel = values + number * eg_image_size(image);
    for (size_t y = top; y != top + mosaic->side; y++)
        for (size_t x = left; x != left + mosaic->side; x++) /* below 0 is very large */
            *pixels++ = y < image->height && x < image->width
                            ? pixel + (y * image->width + x) * image->channels
                            : none;
}

/* Tiles of values, from number `tile` on, are mapped to rows of planes. */
static void split_tiles(const struct eg_winograd_desk *desk, const struct mosaic *mosaic,
                        enum eg_winograd_map map, size_t tile, size_t count, const real *values,
                        size_t channels, real *rows, size_t stride, size_t plane)
{
    const real *pixels[EG_WINOGRAD_SQUARE];
    real *planes[EG_WINOGRAD_SQUARE];
    for (size_t i = 0; i < count; i++) {
        find_pixels(desk, mosaic, tile + i, values, desk->zeros, pixels);
        eg_winograd_find_planes(desk, rows + i * stride, plane, planes);
        eg_winograd_transform(desk, map, channels, square(mosaic->side), pixels, NULL, desk->points,
                              planes);
    }
}

/* --- forward and backward --- */

struct range {
    size_t begin, end;
};

/* The part's share of count things, by whole units. */
static struct range cut(const struct eg_sweep *sweep, size_t count, size_t unit)
{
    const size_t units = (count + unit - 1) / unit;
    return (struct range){
        eg_least(count, unit * eg_part_begin(units, sweep->part, sweep->parts)),
        eg_least(count, unit * eg_part_begin(units, sweep->part + 1, sweep->parts))};
}

/* A sweep as products: tiles of the images from, transformed, times weights, give tiles of the images to. */
struct map {
    int is_backward;
    const struct eg_image *from, *to;
    const real *values, *start; /* start: of each channel out, or NULL for 0 */
    real *out;
};

static struct mosaic seen_images(const struct eg_winograd_desk *desk,
                                 const struct eg_window *window, int is_backward,
                                 const struct eg_image *from, const struct eg_image *to)
{
    const size_t last = desk->winograd->taps - 1;
    const size_t top = is_backward ? last - window->pad_top : window->pad_top;
    const size_t left = is_backward ? last - window->pad_left : window->pad_left;
    const int is_padded = desk->winograd->is_padded;
    return (struct mosaic){.image = from,
                           .side = desk->winograd->sees,
                           .top = is_padded ? 0 : top,
                           .left = is_padded ? 0 : left,
                           .across = tiles_across(desk->winograd, to),
                           .each = tiles_of_image(desk->winograd, to)};
}

static struct mosaic given_images(const struct eg_winograd_desk *desk, const struct eg_image *to)
{
    return (struct mosaic){.image = to,
                           .side = desk->winograd->gives,
                           .across = tiles_across(desk->winograd, to),
                           .each = tiles_of_image(desk->winograd, to)};
}

/* A box of weights: `channels` channels of what comes out from number `first` on, `terms` of what comes in
 * from number `term` on. */
struct box {
    size_t first, channels, term, terms;
};

static void transform_weights(const struct eg_sweep *sweep, const struct eg_winograd_desk *desk,
                              int is_backward, const struct box *box)
{
    const size_t width = desk->product->columns, size = box->terms * width;
    const size_t count = square(desk->winograd->taps);
    const real *taps[EG_WINOGRAD_TAPS_MOST];
    real *planes[EG_WINOGRAD_SQUARE];
    for (size_t tap = 0; tap < count; tap++)
        taps[is_backward ? count - 1 - tap : tap] = desk->panel + tap * size;
    for (size_t c = 0; c < box->channels; c += width) {
        eg_pack_terms(sweep, is_backward, box->term, box->terms, box->first + c,
                      eg_least(width, box->channels - c), width, desk->panel);
        eg_winograd_find_planes(desk, desk->weights + c * box->terms, desk->plan.weights_plane,
                                planes);
        eg_winograd_transform(desk, EG_WINOGRAD_TAPS, size, count, taps, NULL, desk->points,
                              planes);
    }
}

/* Where the block's rows begin; whole tiles of them. */
static void link_rows(const struct eg_winograd_desk *desk, const real *first, size_t count)
{
    for (size_t i = 0; i < eg_round_up(count, desk->product->rows); i++)
        desk->rows[i] = i < count ? first + i * desk->plan.left_stride : desk->zeros;
}

/* right (tiles x channels) += left (tiles x terms) times the box of weights, at each point */
static void add_box(const struct eg_winograd_desk *desk, const struct box *box, size_t count)
{
    const struct eg_tile_product *product = desk->product;
    const size_t stride = desk->plan.right_stride;
    for (size_t point = 0; point < desk->points; point++) {
        const real *left = desk->left + point * desk->plan.left_plane + box->term;
        const real *weights = desk->weights + point * desk->plan.weights_plane;
        real *right = desk->right + point * desk->plan.right_plane;
        if (box->term == 0)
            memset(right, 0, eg_round_up(count, product->rows) * stride * sizeof *right);
        for (size_t k = 0; k < box->terms; k += EG_CHAIN_TERMS) {
            link_rows(desk, left + k, count);
            for (size_t c = 0; c < box->channels; c += product->columns)
                for (size_t i = 0; i < count; i += product->rows)
                    product->add_taps(1, eg_least(EG_CHAIN_TERMS, box->terms - k), desk->rows + i,
                                      0, weights + c * box->terms + k * product->columns,
                                      right + i * stride + c, stride);
        }
    }
}

/* right = left times the weights of a group of channels. These are transformed where they are needed: a
 * box that the nearer caches hold, or all, which stay for the blocks to come. */
static void multiply(const struct eg_sweep *sweep, const struct eg_winograd_desk *desk,
                     int is_backward, size_t first, size_t channels, size_t terms, size_t count,
                     int is_first_block)
{
    struct box box = {.first = first, .channels = channels};
    for (; box.term < terms; box.term += box.terms) {
        box.terms = eg_least(desk->plan.depth, terms - box.term);
        if (is_first_block || desk->plan.depth < terms)
            transform_weights(sweep, desk, is_backward, &box);
        add_box(desk, &box, count);
    }
}

/* Tiles from number `tile` on; out and start: of the group's first channel. */
static void join_tiles(const struct eg_winograd_desk *desk, const struct mosaic *mosaic,
                       size_t tile, size_t count, size_t channels, const real *start, real *out)
{
    const size_t places = square(mosaic->side);
    const real *starts[EG_WINOGRAD_SQUARE];
    real *planes[EG_WINOGRAD_SQUARE], *pixels[EG_WINOGRAD_SQUARE];
    for (size_t i = 0; i < places; i++)
        starts[i] = start;
    for (size_t i = 0; i < count; i++) {
        eg_winograd_find_planes(desk, desk->right + i * desk->plan.right_stride,
                                desk->plan.right_plane, planes);
        find_pixels(desk, mosaic, tile + i, out, desk->sink, (const real **)pixels);
        eg_winograd_transform(desk, EG_WINOGRAD_OUTCOME, channels, desk->points,
                              (const real *const *)planes, start ? starts : NULL, places, pixels);
    }
}

/* Parts have channels out to themselves where these cost more to transform than tiles; else tiles. */
static void apply_map(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                      const struct map *map)
{
    const size_t terms = map->from->channels, channels = map->to->channels;
    const size_t tiles = sweep->m * tiles_of_image(sweep->layer->winograd, map->to);
    const struct eg_winograd_desk desk = eg_winograd_lay_out(sweep, product, terms, channels,
                                                             tiles);
    const struct eg_winograd_plan *plan = &desk.plan;
    const struct mosaic seen = seen_images(&desk, &sweep->layer->window, map->is_backward,
                                           map->from, map->to);
    const struct mosaic given = given_images(&desk, map->to);
    const int is_by_channel = channels > tiles && channels >= sweep->parts * product->columns;
    const struct range channel = is_by_channel ? cut(sweep, channels, product->columns)
                                               : (struct range){0, channels};
    const struct range tile = is_by_channel ? (struct range){0, tiles}
                                            : cut(sweep, tiles, product->rows);
    for (size_t first = channel.begin; first < channel.end; first += plan->group) {
        const size_t some = eg_least(plan->group, channel.end - first);
        for (size_t i = tile.begin; i < tile.end; i += plan->block) {
            const size_t count = eg_least(plan->block, tile.end - i);
            if (first == channel.begin || tile.end - tile.begin > plan->block)
                split_tiles(&desk, &seen, EG_WINOGRAD_WINDOW, i, count, map->values, terms,
                            desk.left, plan->left_stride, plan->left_plane);
            multiply(sweep, &desk, map->is_backward, first, some, terms, count, i == tile.begin);
            join_tiles(&desk, &given, i, count, some, map->start ? map->start + first : NULL,
                       map->out + first);
        }
    }
}

void eg_winograd_convolve(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                          const real *in, const real *bias, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    apply_map(sweep, product, &(struct map){0, &layer->from, &layer->to, in, bias, out});
}

void eg_winograd_convolve_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                               const real *d_out, real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    apply_map(sweep, product, &(struct map){1, &layer->to, &layer->from, d_out, NULL, d_in});
}

/* --- weights --- */

/* weights (channels x terms) += right' (channels x tiles) times left (tiles x terms), at each point */
static void add_points(const struct eg_winograd_desk *desk, size_t terms, size_t channels,
                       size_t count)
{
    const struct eg_tile_product *product = desk->product;
    const struct eg_winograd_plan *plan = &desk->plan;
    for (size_t point = 0; point < desk->points; point++)
        for (size_t k = 0; k < terms; k += product->columns) {
            link_rows(desk, desk->left + point * plan->left_plane + k, count);
            for (size_t c = 0; c < channels; c += product->high)
                product->add_places(count, desk->right + point * plan->right_plane + c,
                                    plan->right_stride, desk->rows,
                                    desk->weights + point * plan->weights_plane +
                                        c * plan->weights_stride + k,
                                    plan->weights_stride);
        }
}

/* gradient: of the group's first channel */
static void add_gradient(const struct eg_winograd_desk *desk, size_t terms, size_t channels,
                         real *gradient)
{
    const size_t count = square(desk->winograd->taps);
    real *planes[EG_WINOGRAD_SQUARE], *taps[EG_WINOGRAD_TAPS_MOST];
    for (size_t c = 0; c < channels; c++) {
        eg_winograd_find_planes(desk, desk->weights + c * desk->plan.weights_stride,
                                desk->plan.weights_plane, planes);
        for (size_t tap = 0; tap < count; tap++)
            taps[tap] = gradient + (c * count + tap) * terms;
        eg_winograd_transform(desk, EG_WINOGRAD_GRADIENT, terms, desk->points,
                              (const real *const *)planes, (const real *const *)taps, count, taps);
    }
}

/* Parts have channels out, so that each weight is summed by one of them through all tiles. */
void eg_winograd_convolve_weights(const struct eg_sweep *sweep,
                                  const struct eg_tile_product *product, const real *in,
                                  const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t terms = layer->from.channels, channels = layer->to.channels;
    const size_t tiles = sweep->m * tiles_of_image(layer->winograd, &layer->to);
    const struct eg_winograd_desk desk = eg_winograd_lay_out(sweep, product, terms, channels,
                                                             tiles);
    const struct eg_winograd_plan *plan = &desk.plan;
    const struct mosaic seen = seen_images(&desk, &layer->window, 0, &layer->from, &layer->to);
    const struct mosaic given = given_images(&desk, &layer->to);
    const struct range channel = cut(sweep, channels, product->high);
    for (size_t first = channel.begin; first < channel.end; first += plan->group) {
        const size_t some = eg_least(plan->group, channel.end - first);
        memset(desk.weights, 0, desk.points * plan->weights_plane * sizeof(real));
        for (size_t i = 0; i < tiles; i += plan->block) {
            const size_t count = eg_least(plan->block, tiles - i);
            if (first == channel.begin || tiles > plan->block)
                split_tiles(&desk, &seen, EG_WINOGRAD_WINDOW, i, count, in, terms, desk.left,
                            plan->left_stride, plan->left_plane);
            split_tiles(&desk, &given, EG_WINOGRAD_ADJOINT, i, count, d_out + first, some,
                        desk.right, plan->right_stride, plan->right_plane);
            add_points(&desk, terms, some, count);
        }
        add_gradient(&desk, terms, some, gradient + first * square(desk.winograd->taps) * terms);
    }
}
