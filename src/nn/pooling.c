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
enum { BLOCK = 16 };

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

/* For `count` channels of `in`, an image from the first of these channels on: the largest of each, and
 * the pixel it was found at. Vectors by hand, which stay in registers from pixel to pixel. */
EG_WIDE static void find_largest(const struct eg_layer *layer, const struct cover *cover,
                                 size_t count, const real *in, real largest[BLOCK],
                                 mark pixel[BLOCK])
{
    const size_t channels = layer->from.channels, width = layer->from.width;
    real_block most = {0}, candidate = {0};
    mark_block found = {0};
    for (size_t y = cover->y; y < cover->y_end; y++)
        for (size_t x = cover->x; x < cover->x_end; x++) {
            const real *from = in + (y * width + x) * channels;
            if (count == BLOCK)
                memcpy(&candidate, from, sizeof candidate);
            else
                memcpy(&candidate, from, count * sizeof *from);
            const mark_block is_first = (mark_block){0} - (y == cover->y && x == cover->x);
            const mark_block is_larger = (candidate > most) | is_first;
            most = (real_block)((is_larger & (mark_block)candidate) |
                                (~is_larger & (mark_block)most));
            found = (is_larger & (mark)(y * width + x)) | (~is_larger & found);
        }
    memcpy(largest, &most, sizeof most);
    memcpy(pixel, &found, sizeof found);
}

/* One place of the windows, and some of its channels. */
struct spot {
    size_t from, to; /* where the first of its channels lies: in its image in, in out */
    size_t count;
    struct cover cover;
};

/* Calls visit for every spot of the part's rows. */
static void visit_spots(const struct eg_sweep *sweep,
                        void (*visit)(const struct eg_sweep *sweep, const struct spot *spot,
                                      const real *in, const real *read, real *write),
                        const real *in, const real *read, real *write)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t channels = layer->to.channels;
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    for (size_t row = eg_part_begin(sweep->m, sweep->part, sweep->parts); row < end; row++)
        for (size_t y = 0; y < layer->to.height; y++)
            for (size_t x = 0; x < layer->to.width; x++) {
                struct spot spot = {.cover = cover_window(layer, y, x)};
                for (size_t c = 0; c < channels; c += BLOCK) {
                    spot.from = row * layer->inputs + c;
                    spot.to = row * layer->outputs + (y * layer->to.width + x) * channels + c;
                    spot.count = channels - c < BLOCK ? channels - c : BLOCK;
                    visit(sweep, &spot, in, read, write);
                }
            }
}

static void clear_part(const struct eg_sweep *sweep, real *d_in)
{
    const size_t begin = eg_part_begin(sweep->m, sweep->part, sweep->parts);
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    memset(d_in + begin * sweep->layer->inputs, 0,
           (end - begin) * sweep->layer->inputs * sizeof *d_in);
}

static void take_largest(const struct eg_sweep *sweep, const struct spot *spot, const real *in,
                         const real *read, real *out)
{
    real largest[BLOCK];
    mark pixel[BLOCK];
    (void)read;
    find_largest(sweep->layer, &spot->cover, spot->count, in + spot->from, largest, pixel);
    memcpy(out + spot->to, largest, spot->count * sizeof *out);
}

static void take_routed(const struct eg_sweep *sweep, const struct spot *spot, const real *in,
                        const real *t_in, real *t_out)
{
    const size_t channels = sweep->layer->from.channels;
    real largest[BLOCK];
    mark pixel[BLOCK];
    find_largest(sweep->layer, &spot->cover, spot->count, in + spot->from, largest, pixel);
    for (size_t c = 0; c < spot->count; c++)
        t_out[spot->to + c] = t_in[spot->from + (size_t)pixel[c] * channels + c];
}

static void give_routed(const struct eg_sweep *sweep, const struct spot *spot, const real *in,
                        const real *d_out, real *d_in)
{
    const size_t channels = sweep->layer->from.channels;
    real largest[BLOCK];
    mark pixel[BLOCK];
    find_largest(sweep->layer, &spot->cover, spot->count, in + spot->from, largest, pixel);
    for (size_t c = 0; c < spot->count; c++)
        d_in[spot->from + (size_t)pixel[c] * channels + c] += d_out[spot->to + c];
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

static void take_mean(const struct eg_sweep *sweep, const struct spot *spot, const real *in,
                      const real *read, real *out)
{
    const size_t channels = sweep->layer->from.channels, width = sweep->layer->from.width;
    const real scale = one_over_pixels(&spot->cover);
    real sum[BLOCK] = {0};
    (void)read;
    for (size_t y = spot->cover.y; y < spot->cover.y_end; y++)
        for (size_t x = spot->cover.x; x < spot->cover.x_end; x++)
            for (size_t c = 0; c < spot->count; c++)
                sum[c] += in[spot->from + (y * width + x) * channels + c];
    for (size_t c = 0; c < spot->count; c++)
        out[spot->to + c] = scale * sum[c];
}

static void give_mean(const struct eg_sweep *sweep, const struct spot *spot, const real *in,
                      const real *d_out, real *d_in)
{
    const size_t channels = sweep->layer->from.channels, width = sweep->layer->from.width;
    const real scale = one_over_pixels(&spot->cover);
    (void)in;
    for (size_t y = spot->cover.y; y < spot->cover.y_end; y++)
        for (size_t x = spot->cover.x; x < spot->cover.x_end; x++)
            for (size_t c = 0; c < spot->count; c++)
                d_in[spot->from + (y * width + x) * channels + c] += scale * d_out[spot->to + c];
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
