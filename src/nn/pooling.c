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

/* Channels go so many at a time, so that what is known of them stays in registers. */
enum { BLOCK = 8 };

static int shape_pooling(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    const int status = eg_window_shape(layer, words, 0, error);
    layer->work = WORK_OF_PIXEL * layer->window.height * layer->window.width *
                  eg_image_size(&layer->to);
    return status;
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
typedef real real_block __attribute__((vector_size(BLOCK * sizeof(real))));
typedef mark mark_block __attribute__((vector_size(BLOCK * sizeof(mark))));

/* One place of the windows: where it lies in out, and its image in in. */
struct spot {
    size_t from, to;
    struct cover cover;
};

typedef void visitor(const struct eg_layer *layer, const struct spot *spot, const real *in,
                     const real *read, real *write);

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

INLINE void load(size_t count, const real *from, real_block *block)
{
    if (count == BLOCK) {
        memcpy(block, from, sizeof *block);
        return;
    }
    *block = (real_block){0};
    memcpy(block, from, count * sizeof *from);
}

INLINE void store(size_t count, const real_block *block, real *to)
{
    if (count == BLOCK)
        memcpy(to, block, sizeof *block);
    else
        memcpy(to, block, count * sizeof *to);
}

/* kept = other, where so marked */
INLINE void replace(const mark_block *marks, const real_block *other, real_block *kept)
{
    *kept = (real_block)((*marks & (mark_block)*other) | (~*marks & (mark_block)*kept));
}

/* For `count` channels from number c on: the largest of each, and where not NULL the pixel it was found
 * at, and what `read` has there. */
INLINE void find_largest(const struct eg_layer *layer, const struct spot *spot, size_t c,
                         size_t count, const real *in, real_block *largest, mark_block *found,
                         const real *read, real_block *picked)
{
    const size_t channels = layer->from.channels;
    const struct cover *cover = &spot->cover;
    real_block most = {0}, candidate;
    mark_block is_first = ~(mark_block){0};
    for (size_t y = cover->y; y < cover->y_end; y++)
        for (size_t x = cover->x; x < cover->x_end; x++, is_first = (mark_block){0}) {
            const size_t pixel = y * layer->from.width + x;
            const size_t at = spot->from + pixel * channels + c;
            load(count, in + at, &candidate);
            const mark_block is_larger = (candidate > most) | is_first;
            replace(&is_larger, &candidate, &most);
            if (found)
                *found = (is_larger & (mark)pixel) | (~is_larger & *found);
            if (!picked)
                continue;
            load(count, read + at, &candidate);
            replace(&is_larger, &candidate, picked);
        }
    *largest = most;
}

INLINE void take_largest_of(const struct eg_layer *layer, const struct spot *spot, size_t c,
                            size_t count, const real *in, real *out)
{
    real_block largest;
    find_largest(layer, spot, c, count, in, &largest, NULL, NULL, NULL);
    store(count, &largest, out + spot->to + c);
}

EG_WIDE static void take_largest(const struct eg_layer *layer, const struct spot *spot,
                                 const real *in, const real *read, real *out)
{
    size_t c = 0;
    (void)read;
    for (; c + BLOCK <= layer->from.channels; c += BLOCK)
        take_largest_of(layer, spot, c, BLOCK, in, out);
    if (c < layer->from.channels)
        take_largest_of(layer, spot, c, layer->from.channels - c, in, out);
}

INLINE void take_routed_of(const struct eg_layer *layer, const struct spot *spot, size_t c,
                           size_t count, const real *in, const real *t_in, real *t_out)
{
    real_block largest, picked = {0};
    find_largest(layer, spot, c, count, in, &largest, NULL, t_in, &picked);
    store(count, &picked, t_out + spot->to + c);
}

EG_WIDE static void take_routed(const struct eg_layer *layer, const struct spot *spot,
                                const real *in, const real *t_in, real *t_out)
{
    size_t c = 0;
    for (; c + BLOCK <= layer->from.channels; c += BLOCK)
        take_routed_of(layer, spot, c, BLOCK, in, t_in, t_out);
    if (c < layer->from.channels)
        take_routed_of(layer, spot, c, layer->from.channels - c, in, t_in, t_out);
}

INLINE void give_routed_of(const struct eg_layer *layer, const struct spot *spot, size_t c,
                           size_t count, const real *in, const real *d_out, real *d_in)
{
    const struct cover *cover = &spot->cover;
    real_block largest, given, sum;
    mark_block found = {0};
    load(count, d_out + spot->to + c, &given);
    find_largest(layer, spot, c, count, in, &largest, &found, NULL, NULL);
    for (size_t y = cover->y; y < cover->y_end; y++)
        for (size_t x = cover->x; x < cover->x_end; x++) {
            const size_t pixel = y * layer->from.width + x;
            real *to = d_in + spot->from + pixel * layer->from.channels + c;
            load(count, to, &sum);
            sum += (real_block)((found == (mark)pixel) & (mark_block)given);
            store(count, &sum, to);
        }
}

EG_WIDE static void give_routed(const struct eg_layer *layer, const struct spot *spot,
                                const real *in, const real *d_out, real *d_in)
{
    size_t c = 0;
    for (; c + BLOCK <= layer->from.channels; c += BLOCK)
        give_routed_of(layer, spot, c, BLOCK, in, d_out, d_in);
    if (c < layer->from.channels)
        give_routed_of(layer, spot, c, layer->from.channels - c, in, d_out, d_in);
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
