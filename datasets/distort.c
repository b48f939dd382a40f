/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/distort.h"

#include <math.h>

static long clamp(long place, size_t count)
{
    return place < 0 ? 0 : place >= (long)count ? (long)count - 1 : place;
}

/* The channels of a pixel, or what stands for one that lies outside. */
static const real *find_pixel(const struct eg_moving *moving, const real *row, long i, long j)
{
    const struct eg_image *shape = &moving->shape;
    const long near_i = clamp(i, shape->height), near_j = clamp(j, shape->width);
    if (!moving->extends && (i != near_i || j != near_j))
        return moving->fill;
    i = near_i;
    j = near_j;
    return row + ((size_t)i * shape->width + (size_t)j) * shape->channels;
}

/* out gets the image's value at a point between pixels. */
static void interpolate(const struct eg_moving *moving, const real *row, double y, double x,
                        real *out)
{
    const double top = floor(y), left = floor(x), below = y - top, right = x - left;
    const long i = (long)top, j = (long)left;
    const real *corner[4] = {find_pixel(moving, row, i, j), find_pixel(moving, row, i, j + 1),
                             find_pixel(moving, row, i + 1, j),
                             find_pixel(moving, row, i + 1, j + 1)};
    for (size_t c = 0; c < moving->shape.channels; c++)
        out[c] = (real)((1 - below) *
                            ((1 - right) * (double)corner[0][c] + right * (double)corner[1][c]) +
                        below *
                            ((1 - right) * (double)corner[2][c] + right * (double)corner[3][c]));
}

void eg_rotate_and_shift(const struct eg_moving *moving, double degrees, long down, long across,
                         const real *row, real *out)
{
    const struct eg_image *shape = &moving->shape;
    const double angle = degrees * (M_PI / 180), cosine = cos(angle), sine = sin(angle);
    const double middle_y = ((double)shape->height - 1) / 2,
                 middle_x = ((double)shape->width - 1) / 2;
    for (size_t i = 0; i < shape->height; i++)
        for (size_t j = 0; j < shape->width; j++) {
            const double y = (double)i - (double)down - middle_y;
            const double x = (double)j - (double)across - middle_x;
            interpolate(moving, row, middle_y + cosine * y + sine * x,
                        middle_x + cosine * x - sine * y,
                        out + (i * shape->width + j) * shape->channels);
        }
}

static long draw_shift(struct eg_stream *stream, size_t shift, int pads)
{
    if (!pads)
        return (long)eg_stream_below(stream, 2 * (uint64_t)shift + 1) - (long)shift;
    const uint64_t before = eg_stream_below(stream, (uint64_t)shift + 1);
    const uint64_t behind = eg_stream_below(stream, (uint64_t)shift + 1);
    return (long)before - (long)eg_stream_below(stream, before + behind + 1);
}

static void flip(const struct eg_image *shape, real *image)
{
    const size_t width = shape->width, channels = shape->channels;
    for (size_t i = 0; i < shape->height; i++)
        for (size_t j = 0; j < width / 2; j++)
            for (size_t c = 0; c < channels; c++) {
                real *left = image + (i * width + j) * channels + c;
                real *right = image + (i * width + width - 1 - j) * channels + c;
                const real kept = *left;
                *left = *right;
                *right = kept;
            }
}

void eg_move_image(void *context, struct eg_stream stream, const real *row, real *out)
{
    const struct eg_moving *moving = context;
    const double degrees = moving->degrees * (2 * eg_stream_uniform(&stream) - 1);
    const long down = draw_shift(&stream, moving->shift, moving->pads),
               across = draw_shift(&stream, moving->shift, moving->pads);
    eg_rotate_and_shift(moving, degrees, down, across, row, out);
    if (moving->flips && eg_stream_uniform(&stream) < 0.5)
        flip(&moving->shape, out);
}

void eg_flip_pixels(void *context, struct eg_stream stream, const real *row, real *out)
{
    const struct eg_flipping *flipping = context;
    const size_t channels = flipping->shape.channels, size = eg_image_size(&flipping->shape);
    for (size_t k = 0; k < size; k += channels) {
        const int is_flipped = eg_stream_uniform(&stream) < flipping->fraction;
        const int is_high = eg_stream_uniform(&stream) < 0.5;
        const real *flipped = is_high ? flipping->highest : flipping->lowest;
        for (size_t c = 0; c < channels; c++)
            out[k + c] = is_flipped ? flipped[c] : row[k + c];
    }
}
