/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/window_sources.h"

#include "base/wide.h"

/* So many places at a time: what is known of them stays in the nearest cache. */
enum { BATCH = 128 };

/* The row, column and number (in an array of whole images) of the pixel that the window's first tap
 * joins with a place. Unsigned, and large where it lies before the image. */
struct corners {
    size_t row[BATCH], column[BATCH], number[BATCH];
};

void eg_list_places(const struct eg_image *image, size_t images, size_t group, size_t first,
                    size_t count, struct eg_place *places)
{
    const size_t whole = group * image->height * image->width, rest = first % whole;
    size_t begin = first / whole * group, size = images - begin < group ? images - begin : group;
    size_t at = rest % size, y = rest / size / image->width, x = rest / size % image->width;
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct eg_place){begin + at, y, x};
        if (++at < size)
            continue;
        at = 0;
        if (++x < image->width)
            continue;
        x = 0;
        if (++y < image->height)
            continue;
        y = 0;
        begin += group;
        size = images - begin < group ? images - begin : group;
    }
}

/* Places look at images like `pixels`: place (y, x) at pixel (y * stride + down, x * stride + across). */
static void find_corners(const struct eg_place *places, const struct eg_image *pixels,
                         size_t stride, size_t down, size_t across, size_t count,
                         struct corners *corners)
{
    for (size_t i = 0; i < count; i++) {
        corners->row[i] = places[i].y * stride + down;
        corners->column[i] = places[i].x * stride + across;
        corners->number[i] = (places[i].image * pixels->height + corners->row[i]) * pixels->width +
                             corners->column[i];
    }
}

/* The sources of the tap that is so far from the first. */
static inline void link_tap(const struct corners *corners, const struct eg_image *pixels,
                            size_t down, size_t across, size_t count, const real *values,
                            const real *none, const real **sources)
{
    const size_t height = pixels->height, width = pixels->width, channels = pixels->channels;
    const size_t shift = down * width + across;
    for (size_t i = 0; i < count; i++) {
        const int is_inside = (corners->row[i] + down < height) &
                              (corners->column[i] + across < width);
        const real *pixel = values + (is_inside ? (corners->number[i] + shift) * channels : 0);
        sources[i] = is_inside ? pixel : none;
    }
}

/* Backward only every stride-th pixel of a row is joined by a tap, and only in every stride-th row: with
 * rows and columns of corners as if the stride were 1. */
static void link_strided_tap(const struct corners *corners, const struct eg_image *pixels,
                             size_t stride, const struct eg_place *places, size_t ky, size_t kx,
                             size_t count, const real *values, const real *none,
                             const real **sources)
{
    for (size_t i = 0; i < count; i++) {
        const size_t row = corners->row[i] - ky, column = corners->column[i] - kx;
        const size_t y = row / stride, x = column / stride;
        const int is_inside = row % stride == 0 && column % stride == 0 && y < pixels->height &&
                              x < pixels->width;
        const size_t number = (places[i].image * pixels->height + y) * pixels->width + x;
        sources[i] = is_inside ? values + number * pixels->channels : none;
    }
}

EG_WIDE void eg_window_sources(const struct eg_layer *layer, int is_backward,
                               const struct eg_place *places, size_t count, const real *values,
                               const real *none, size_t pitch, const real **sources)
{
    const struct eg_window *window = &layer->window;
    const struct eg_image *pixels = is_backward ? &layer->to : &layer->from;
    const size_t top = window->pad_top, left = window->pad_left;
    struct corners corners;
    for (size_t done = 0; done < count; done += BATCH) {
        const size_t some = count - done < BATCH ? count - done : BATCH;
        if (is_backward)
            find_corners(places + done, pixels, 1, top, left, some, &corners);
        else
            find_corners(places + done, pixels, window->stride, -top, -left, some, &corners);
        for (size_t tap = 0; tap < window->height * window->width; tap++) {
            const size_t ky = tap / window->width, kx = tap % window->width;
            const real **of_tap = sources + tap * pitch + done;
            if (is_backward && window->stride > 1)
                link_strided_tap(&corners, pixels, window->stride, places + done, ky, kx, some,
                                 values, none, of_tap);
            else
                link_tap(&corners, pixels, is_backward ? -ky : ky, is_backward ? -kx : kx, some,
                         values, none, of_tap);
        }
    }
}
