/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Max-pooling and mean-pooling, each channel by itself. The largest of a window
 * is found again from the input wherever its place is needed: of equal ones the
 * first in row-major order. Pixels that are not there take no part.
 */
#include <string.h>

#include "base/wide.h"
#include "nn/window.h"

/* A comparison or copy takes about as long as so many multiplications of a matrix product. */
enum { WORK_OF_PIXEL = 8 };

/* Channels go by two vectors, by one, and what is left; all that is known of them stays in registers. GCC
 * compares vectors longer than AVX2's number by number where it has no AVX-512. */
enum { LANES = 32 / sizeof(real), VECTORS = 2 };

static int shape_pooling(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    const int status = eg_window_shape(layer, words, 0, error);
    layer->work = WORK_OF_PIXEL * layer->window.height * layer->window.width *
                  eg_image_size(&layer->to);
    return status;
}

static int shape_global(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    if (*words)
        return eg_fail(error, EG_USAGE, "network: 'global_mean_pool %s': it takes no number",
                       words);
    layer->window = (struct eg_window){
        .height = layer->from.height, .width = layer->from.width, .stride = 1};
    layer->to = (struct eg_image){1, 1, layer->from.channels};
    layer->work = WORK_OF_PIXEL * layer->inputs;
    return EG_OK;
}

/* The pixels of one window: rows y to y_end and columns x to x_end of the image. */
struct cover {
    size_t y, y_end, x, x_end;
};

static struct cover cover_window(const struct eg_layer *layer, size_t to_y, size_t to_x)
{
    const struct eg_window *window = &layer->window;
    struct cover cover;
    size_t first, end;
    eg_window_clip(to_y, window->stride, window->pad_top, window->height, layer->from.height,
                   &first, &end, &cover.y);
    cover.y_end = cover.y + end - first;
    eg_window_clip(to_x, window->stride, window->pad_left, window->width, layer->from.width, &first,
                   &end, &cover.x);
    cover.x_end = cover.x + end - first;
    return cover;
}

/* As wide as a real, so that a comparison of reals is a mask for marks. */
#ifdef EG_SINGLE
typedef int32_t mark;
#else
typedef int64_t mark;
#endif
typedef real real_vector __attribute__((vector_size(LANES * sizeof(real))));
typedef mark mark_vector __attribute__((vector_size(LANES * sizeof(mark))));

/* One place of the windows: where it lies in out, and its image in in. */
struct spot {
    size_t from, to;
    struct cover cover;
};

typedef void visitor(const struct eg_layer *layer, const struct spot *spot, const real *in,
                     const real *read, real *write);

/* The same for `count` channels from number c on. */
typedef void block_visitor(const struct eg_layer *layer, const struct spot *spot, size_t c,
                           size_t count, const real *in, const real *read, real *write);

/* The first number of the window's first pixel. */
static inline size_t first_number(const struct eg_layer *layer, const struct spot *spot)
{
    return spot->from + (spot->cover.y * layer->from.width + spot->cover.x) * layer->from.channels;
}

/* For every spot of the part's rows. */
static void visit_spots(const struct eg_sweep *sweep, visitor *visit, const real *in,
                        const real *read, real *write)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    for (size_t row = eg_part_begin(sweep->m, sweep->part, sweep->parts); row < end; row++)
        for (size_t y = 0; y < layer->to.height; y++)
            for (size_t x = 0; x < layer->to.width; x++) {
                const struct spot spot = {row * layer->inputs,
                                          row * layer->outputs +
                                              (y * layer->to.width + x) * layer->to.channels,
                                          cover_window(layer, y, x)};
                visit(layer, &spot, in, read, write);
            }
}

static void clear_part(const struct eg_sweep *sweep, real *d_in)
{
    const size_t begin = eg_part_begin(sweep->m, sweep->part, sweep->parts);
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    memset(d_in + begin * sweep->layer->inputs, 0,
           (end - begin) * sweep->layer->inputs * sizeof *d_in);
}

/* A copy of a size that is known here is no call. Inlined, or the vectors would go through memory. */
#define INLINE static inline __attribute__((always_inline))

INLINE void load(size_t count, const real *from, real_vector *vector)
{
    if (count >= LANES) {
        memcpy(vector, from, sizeof *vector);
        return;
    }
    *vector = (real_vector){0};
    memcpy(vector, from, count * sizeof *from);
}

INLINE void store(size_t count, const real_vector *vector, real *to)
{
    if (count >= LANES)
        memcpy(to, vector, sizeof *vector);
    else
        memcpy(to, vector, count * sizeof *to);
}

/* kept = other, where so marked */
INLINE void replace(const mark_vector *marks, const real_vector *other, real_vector *kept)
{
    *kept = (real_vector)((*marks & (mark_vector)*other) | (~*marks & (mark_vector)*kept));
}

/* What is known of a block of channels: the largest of each, how many pixels after the window's first it
 * was found, and what `read` has there. */
struct block {
    real_vector largest[VECTORS], picked[VECTORS];
    mark_vector found[VECTORS];
};

INLINE size_t count_vectors(size_t count)
{
    return count <= LANES ? 1 : VECTORS;
}

/* For `count` channels from number c on; read: NULL to pick nothing. */
INLINE void find_largest(const struct eg_layer *layer, const struct spot *spot, size_t c,
                         size_t count, const real *in, const real *read, struct block *block)
{
    const size_t channels = layer->from.channels, width = layer->from.width;
    const struct cover cover = spot->cover;
    const size_t vectors = count_vectors(count), first = first_number(layer, spot) + c;
    *block = (struct block){0};
    for (size_t v = 0; v < vectors; v++) {
        load(count, in + first + v * LANES, &block->largest[v]);
        if (read)
            load(count, read + first + v * LANES, &block->picked[v]);
    }
    for (size_t y = 0; y < cover.y_end - cover.y; y++)
        for (size_t pixel = y * width; pixel < y * width + cover.x_end - cover.x; pixel++)
#pragma GCC unroll 2
            for (size_t v = 0; v < vectors; v++) {
                const size_t at = first + pixel * channels + v * LANES;
                real_vector candidate;
                load(count, in + at, &candidate);
                const mark_vector is_larger = candidate > block->largest[v];
                replace(&is_larger, &candidate, &block->largest[v]);
                block->found[v] = (is_larger & (mark)pixel) | (~is_larger & block->found[v]);
                if (!read)
                    continue;
                load(count, read + at, &candidate);
                replace(&is_larger, &candidate, &block->picked[v]);
            }
}

/* Counts are constants but for the last. */
INLINE void visit_blocks(block_visitor *visit, const struct eg_layer *layer,
                         const struct spot *spot, const real *in, const real *read, real *write)
{
    const size_t channels = layer->from.channels;
    size_t c = 0;
    for (; c + VECTORS * LANES <= channels; c += VECTORS * LANES)
        visit(layer, spot, c, VECTORS * LANES, in, read, write);
    if (c + LANES <= channels) {
        visit(layer, spot, c, LANES, in, read, write);
        c += LANES;
    }
    if (c < channels)
        visit(layer, spot, c, channels - c, in, read, write);
}

INLINE void take_largest_of(const struct eg_layer *layer, const struct spot *spot, size_t c,
                            size_t count, const real *in, const real *read, real *out)
{
    struct block block;
    (void)read;
    find_largest(layer, spot, c, count, in, NULL, &block);
#pragma GCC unroll 2
    for (size_t v = 0; v < count_vectors(count); v++)
        store(count, &block.largest[v], out + spot->to + c + v * LANES);
}

EG_WIDE static void take_largest(const struct eg_layer *layer, const struct spot *spot,
                                 const real *in, const real *read, real *out)
{
    visit_blocks(take_largest_of, layer, spot, in, read, out);
}

INLINE void take_routed_of(const struct eg_layer *layer, const struct spot *spot, size_t c,
                           size_t count, const real *in, const real *t_in, real *t_out)
{
    struct block block = {.picked = {{0}}};
    find_largest(layer, spot, c, count, in, t_in, &block);
#pragma GCC unroll 2
    for (size_t v = 0; v < count_vectors(count); v++)
        store(count, &block.picked[v], t_out + spot->to + c + v * LANES);
}

EG_WIDE static void take_routed(const struct eg_layer *layer, const struct spot *spot,
                                const real *in, const real *t_in, real *t_out)
{
    visit_blocks(take_routed_of, layer, spot, in, t_in, t_out);
}

INLINE void give_routed_of(const struct eg_layer *layer, const struct spot *spot, size_t c,
                           size_t count, const real *in, const real *d_out, real *d_in)
{
    const size_t channels = layer->from.channels, width = layer->from.width;
    const struct cover cover = spot->cover;
    const size_t vectors = count_vectors(count);
    struct block block;
    real_vector given[VECTORS], sum;
    find_largest(layer, spot, c, count, in, NULL, &block);
    for (size_t v = 0; v < vectors; v++)
        load(count, d_out + spot->to + c + v * LANES, &given[v]);
    d_in += first_number(layer, spot) + c;
    for (size_t y = 0; y < cover.y_end - cover.y; y++)
        for (size_t pixel = y * width; pixel < y * width + cover.x_end - cover.x; pixel++)
#pragma GCC unroll 2
            for (size_t v = 0; v < vectors; v++) {
                real *to = d_in + pixel * channels + v * LANES;
                load(count, to, &sum);
                sum += (real_vector)((block.found[v] == (mark)pixel) & (mark_vector)given[v]);
                store(count, &sum, to);
            }
}

EG_WIDE static void give_routed(const struct eg_layer *layer, const struct spot *spot,
                                const real *in, const real *d_out, real *d_in)
{
    visit_blocks(give_routed_of, layer, spot, in, d_out, d_in);
}

static void forward_max(const struct eg_sweep *sweep, const real *in, real *out)
{
    visit_spots(sweep, take_largest, in, NULL, out);
}

static void tangent_max(const struct eg_sweep *sweep, const real *in, const real *t_in, real *t_out)
{
    visit_spots(sweep, take_routed, in, t_in, t_out);
}

static void backward_max(const struct eg_sweep *sweep, const real *in, const real *d_out,
                         real *d_in)
{
    clear_part(sweep, d_in);
    visit_spots(sweep, give_routed, in, d_out, d_in);
}

static real one_over_pixels(const struct cover *cover)
{
    return 1 / (real)((cover->y_end - cover->y) * (cover->x_end - cover->x));
}

EG_WIDE static void take_mean(const struct eg_layer *layer, const struct spot *spot, const real *in,
                              const real *read, real *out)
{
    const size_t channels = layer->from.channels;
    const real scale = one_over_pixels(&spot->cover);
    real *restrict mean = out + spot->to;
    (void)read;
    memset(mean, 0, channels * sizeof *mean);
    for (size_t y = spot->cover.y; y < spot->cover.y_end; y++)
        for (size_t x = spot->cover.x; x < spot->cover.x_end; x++) {
            const real *restrict pixel = in + spot->from + (y * layer->from.width + x) * channels;
            for (size_t c = 0; c < channels; c++)
                mean[c] += pixel[c];
        }
    for (size_t c = 0; c < channels; c++)
        mean[c] *= scale;
}

EG_WIDE static void give_mean(const struct eg_layer *layer, const struct spot *spot, const real *in,
                              const real *d_out, real *d_in)
{
    const size_t channels = layer->from.channels;
    const real scale = one_over_pixels(&spot->cover);
    const real *restrict given = d_out + spot->to;
    (void)in;
    for (size_t y = spot->cover.y; y < spot->cover.y_end; y++)
        for (size_t x = spot->cover.x; x < spot->cover.x_end; x++) {
            real *restrict pixel = d_in + spot->from + (y * layer->from.width + x) * channels;
            for (size_t c = 0; c < channels; c++)
                pixel[c] += scale * given[c];
        }
}

static void forward_mean(const struct eg_sweep *sweep, const real *in, real *out)
{
    visit_spots(sweep, take_mean, in, NULL, out);
}

static void tangent_mean(const struct eg_sweep *sweep, const real *in, const real *t_in,
                         real *t_out)
{
    (void)in;
    visit_spots(sweep, take_mean, t_in, NULL, t_out);
}

static void backward_mean(const struct eg_sweep *sweep, const real *in, const real *d_out,
                          real *d_in)
{
    clear_part(sweep, d_in);
    visit_spots(sweep, give_mean, in, d_out, d_in);
}

const struct eg_layer_type eg_max_pool = {
    .name = "pool",
    .shape = shape_pooling,
    .forward = forward_max,
    .tangent = tangent_max,
    .backward = backward_max,
};

const struct eg_layer_type eg_mean_pool = {
    .name = "mean_pool",
    .shape = shape_pooling,
    .forward = forward_mean,
    .tangent = tangent_mean,
    .backward = backward_mean,
};

const struct eg_layer_type eg_global_mean_pool = {
    .name = "global_mean_pool",
    .shape = shape_global,
    .forward = forward_mean,
    .tangent = tangent_mean,
    .backward = backward_mean,
};
