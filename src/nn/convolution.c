/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A convolution (cross-correlation): what each window covers is written out as
 * a row of patches, and patches times weights is a matrix product. Patches are
 * made for a chunk of places at a time, that stays in the cache.
 */
#include <string.h>

#include "base/matrix.h"
#include "nn/window.h"

/* A chunk has this many numbers, or where that would be too few rows for a matrix product these. */
enum { CHUNK_NUMBERS = 1 << 17, CHUNK_ROWS = 256 };

static size_t patch_size(const struct eg_layer *layer)
{
    return layer->window.height * layer->window.width * layer->from.channels;
}

static size_t chunk_rows(const struct eg_layer *layer)
{
    const size_t rows = CHUNK_NUMBERS / patch_size(layer);
    return rows > CHUNK_ROWS ? rows : CHUNK_ROWS;
}

static int shape_convolution(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    const int status = eg_window_shape(layer, words, 1, error);
    if (status)
        return status;
    const double weights = (double)layer->to.channels * (double)layer->window.height *
                           (double)layer->window.width * (double)layer->from.channels;
    if (weights > EG_LAYER_MOST)
        return eg_fail(error, EG_USAGE, "network: 'conv %s' has %.3g weights: make it smaller",
                       words, weights);
    layer->weights = layer->to.channels * patch_size(layer);
    layer->parameters = layer->weights + layer->to.channels;
    layer->work = layer->weights * layer->to.height * layer->to.width;
    layer->scratch = chunk_rows(layer) * patch_size(layer);
    return EG_OK;
}

/* Some places of the windows over m images, counted through, and some columns of their patches. */
struct region {
    size_t first_place, places;
    size_t first_column, columns;
};

/* Where a run of a patch's columns, one window row high, lies: columns `from` to `to` of that window
 * row, of which inside_from to inside_to are on the image, the first of them at `source`. */
struct run {
    size_t from, to, inside_from, inside_to;
    size_t source;
};

static size_t clamp(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* One place of the window: which image, where in the output, and which of the window's rows and
 * columns lie on the image, the first of them on pixel row and column row_pixel and column_pixel. */
struct place {
    size_t image, y, x;
    size_t row_first, row_end, row_pixel;
    size_t column_first, column_end, column_pixel;
};

static struct place locate(const struct eg_layer *layer, size_t number)
{
    const size_t width = layer->to.width, each = layer->to.height * width;
    const struct eg_window *window = &layer->window;
    struct place place = {.image = number / each, .y = number % each / width, .x = number % width};
    eg_window_clip(place.y, window->stride, window->pad_top, window->height, layer->from.height,
                   &place.row_first, &place.row_end, &place.row_pixel);
    eg_window_clip(place.x, window->stride, window->pad_left, window->width, layer->from.width,
                   &place.column_first, &place.column_end, &place.column_pixel);
    return place;
}

/* The run of window row ky, cut to the region's columns. */
static struct run cut_run(const struct eg_layer *layer, const struct place *place,
                          const struct region *region, size_t ky)
{
    const size_t channels = layer->from.channels, length = layer->window.width * channels;
    const size_t begin = ky * length, end = region->first_column + region->columns;
    const int is_inside = ky >= place->row_first && ky < place->row_end;
    struct run run = {.from = clamp(region->first_column, begin, begin + length) - begin,
                      .to = clamp(end, begin, begin + length) - begin};
    run.inside_from = clamp(place->column_first * channels, run.from, run.to);
    run.inside_to = clamp(is_inside ? place->column_end * channels : 0, run.inside_from, run.to);
    const size_t row = place->row_pixel + ky - place->row_first;
    run.source = ((place->image * layer->from.height + row) * layer->from.width +
                  place->column_pixel) *
                     channels +
                 run.inside_from - place->column_first * channels;
    return run;
}

/* Whether all of the region's columns lie on the image at that place. */
static int is_inside(const struct eg_layer *layer, const struct place *place,
                     const struct region *region)
{
    return region->columns == patch_size(layer) && place->row_first == 0 &&
           place->row_end == layer->window.height && place->column_first == 0 &&
           place->column_end == layer->window.width;
}

/* The usual case of the next function: no padding, all columns. */
static void gather_inside(const struct eg_layer *layer, const struct place *place,
                          const real *restrict in, real *restrict patch)
{
    const size_t channels = layer->from.channels, row = layer->from.width * channels;
    const size_t length = layer->window.width * channels;
    const real *restrict source = in +
                                  (place->image * layer->from.height + place->row_pixel) * row +
                                  place->column_pixel * channels;
    for (size_t ky = 0; ky < layer->window.height; ky++)
        for (size_t j = 0; j < length; j++)
            patch[ky * length + j] = source[ky * row + j];
}

/* patches (places x columns) of the images in */
static void gather_patches(const struct eg_layer *layer, const struct region *region,
                           const real *restrict in, real *restrict patches)
{
    const size_t length = layer->window.width * layer->from.channels;
    const size_t first = region->first_column / length;
    const size_t end = (region->first_column + region->columns + length - 1) / length;
    for (size_t i = 0; i < region->places; i++) {
        const struct place place = locate(layer, region->first_place + i);
        if (is_inside(layer, &place, region)) {
            gather_inside(layer, &place, in, patches);
            patches += region->columns;
            continue;
        }
        for (size_t ky = first; ky < end; ky++) {
            const struct run run = cut_run(layer, &place, region, ky);
            for (size_t j = run.from; j < run.inside_from; j++)
                *patches++ = 0;
            for (size_t j = run.inside_from; j < run.inside_to; j++)
                *patches++ = in[run.source + j - run.inside_from];
            for (size_t j = run.inside_to; j < run.to; j++)
                *patches++ = 0;
        }
    }
}

/* out += patches (places x all columns), each number where it came from */
static void scatter_patches(const struct eg_layer *layer, const struct region *region,
                            const real *restrict patches, real *restrict out)
{
    for (size_t i = 0; i < region->places; i++) {
        const struct place place = locate(layer, region->first_place + i);
        for (size_t ky = 0; ky < layer->window.height; ky++) {
            const struct run run = cut_run(layer, &place, region, ky);
            for (size_t j = run.inside_from; j < run.inside_to; j++)
                out[run.source + j - run.inside_from] += patches[j];
            patches += run.to;
        }
    }
}

/* The next chunk of this part's places, after the ones done; 0 when there is none. Places are cut at
 * whole images where `by_image` asks for it. */
static int next_chunk(const struct eg_sweep *sweep, int by_image, struct region *region)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t each = layer->to.height * layer->to.width;
    const size_t count = by_image ? sweep->m : sweep->m * each, unit = by_image ? each : 1;
    const size_t begin = unit * eg_part_begin(count, sweep->part, sweep->parts);
    const size_t end = unit * eg_part_begin(count, sweep->part + 1, sweep->parts);
    const size_t next = region->places ? region->first_place + region->places : begin;
    region->first_place = next;
    region->places = end - next < chunk_rows(layer) ? end - next : chunk_rows(layer);
    return region->places > 0;
}

/* out (places x channels) = scale * out + patches times weights, for this part's places */
static void multiply_patches(const struct eg_sweep *sweep, const real *in, real scale, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    struct region region = {.columns = patch_size(layer)};
    while (next_chunk(sweep, 0, &region)) {
        gather_patches(layer, &region, in, sweep->scratch);
        eg_multiply_bt(region.places, layer->to.channels, region.columns, sweep->scratch,
                       sweep->theta, scale, out + region.first_place * layer->to.channels);
    }
}

static void forward_convolution(const struct eg_sweep *sweep, const real *in, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t count = sweep->m * layer->to.height * layer->to.width;
    const size_t end = eg_part_begin(count, sweep->part + 1, sweep->parts);
    for (size_t i = eg_part_begin(count, sweep->part, sweep->parts); i < end; i++)
        memcpy(out + i * layer->to.channels, sweep->theta + layer->weights,
               layer->to.channels * sizeof *out);
    multiply_patches(sweep, in, 1, out);
}

static void tangent_convolution(const struct eg_sweep *sweep, const real *in, const real *t_in,
                                real *t_out)
{
    (void)in;
    multiply_patches(sweep, t_in, 0, t_out);
}

static void backward_convolution(const struct eg_sweep *sweep, const real *in, const real *d_out,
                                 real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t begin = eg_part_begin(sweep->m, sweep->part, sweep->parts);
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    struct region region = {.columns = patch_size(layer)};
    (void)in;
    memset(d_in + begin * layer->inputs, 0, (end - begin) * layer->inputs * sizeof *d_in);
    while (next_chunk(sweep, 1, &region)) {
        eg_multiply(region.places, region.columns, layer->to.channels,
                    d_out + region.first_place * layer->to.channels, sweep->theta, 0,
                    sweep->scratch);
        scatter_patches(layer, &region, sweep->scratch, d_in);
    }
}

/* Each part has some columns of the weights, and goes through all places. */
static void accumulate_convolution_weights(const struct eg_sweep *sweep, const real *in,
                                           const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t all = patch_size(layer), channels = layer->to.channels;
    const size_t begin = eg_part_begin(all, sweep->part, sweep->parts);
    const size_t columns = eg_part_begin(all, sweep->part + 1, sweep->parts) - begin;
    const struct eg_sweep whole = {.layer = layer, .m = sweep->m, .parts = 1};
    struct region region = {.first_column = begin, .columns = columns};
    while (columns && next_chunk(&whole, 0, &region)) {
        gather_patches(layer, &region, in, sweep->scratch);
        eg_multiply_at_block(channels, columns, region.places,
                             d_out + region.first_place * channels, channels, sweep->scratch,
                             columns, 1, gradient + begin, all);
    }
}

static void accumulate_convolution_bias(const struct eg_sweep *sweep, const real *d_out,
                                        real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    eg_add_channel_sums(sweep, layer->to.channels, layer->to.height * layer->to.width, d_out,
                        gradient + layer->weights);
}

static void initialise_convolution(const struct eg_layer *layer, enum eg_initialiser initialiser,
                                   struct eg_stream *stream, real *theta)
{
    const size_t area = layer->window.height * layer->window.width;
    eg_initialise_weights(layer, initialiser, area * layer->from.channels,
                          area * layer->to.channels, stream, theta);
}

const struct eg_layer_type eg_convolution = {
    .name = "conv",
    .shape = shape_convolution,
    .forward = forward_convolution,
    .tangent = tangent_convolution,
    .backward = backward_convolution,
    .accumulate_weights = accumulate_convolution_weights,
    .accumulate_bias = accumulate_convolution_bias,
    .initialise = initialise_convolution,
};
