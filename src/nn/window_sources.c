/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/window_sources.h"

#include "base/wide.h"

/* One axis of the window: cell k of the window at place `to` lies on pixel to * stride + shift, shift
 * being k less the padding. */
struct cell {
    long stride, shift;
};

struct span {
    long begin, end;
};

static long divide_up(long a, long b)
{
    if (b == 1) /* nearly always, and a division takes long */
        return a;
    return a > 0 ? (a + b - 1) / b : -(-a / b);
}

/* The places of `to` that the cell joins with a pixel of `from`. */
static struct span meet(const struct cell *cell, struct span to, struct span from)
{
    const long first = divide_up(from.begin - cell->shift, cell->stride);
    const long end = divide_up(from.end - cell->shift, cell->stride);
    return (struct span){first > to.begin ? first : to.begin, end < to.end ? end : to.end};
}

/* Some places next to each other in a row of an image. */
struct run {
    size_t image, y, x, count;
};

/* The row of values that a window row joins with the run, or NULL. */
static const real *find_row(const struct eg_layer *layer, int is_backward, const struct run *run,
                            size_t ky, const real *values)
{
    const struct eg_window *window = &layer->window;
    const struct eg_image *image = is_backward ? &layer->to : &layer->from;
    const struct cell cell = {(long)window->stride, (long)ky - (long)window->pad_top};
    const struct span here = {(long)run->y, (long)run->y + 1}, there = {0, (long)image->height};
    const struct span met = is_backward ? meet(&cell, there, here) : meet(&cell, here, there);
    if (met.begin >= met.end)
        return NULL;
    const size_t row = (size_t)(is_backward ? met.begin : met.begin * cell.stride + cell.shift);
    return values + (run->image * image->height + row) * image->width * image->channels;
}

/* Inline, so that the usual step of 1 is known and whole vectors of pointers are written. */
static inline void set_pointers(size_t count, const real *first, size_t apart, const real **to,
                                size_t step)
{
    for (size_t i = 0; i < count; i++, first += apart)
        to[i * step] = first;
}

/* The sources of one tap, given the row of values. */
static void link_run(const struct eg_layer *layer, int is_backward, const struct run *run,
                     size_t kx, const real *row, const real *none, const real **sources)
{
    const struct eg_window *window = &layer->window;
    const struct eg_image *image = is_backward ? &layer->to : &layer->from;
    const struct cell cell = {(long)window->stride, (long)kx - (long)window->pad_left};
    const struct span here = {(long)run->x, (long)(run->x + run->count)};
    const struct span there = {0, (long)image->width};
    const struct span met = !row          ? (struct span){0, 0}
                            : is_backward ? meet(&cell, there, here)
                                          : meet(&cell, here, there);
    const size_t pairs = met.begin < met.end ? (size_t)(met.end - met.begin) : 0;
    const size_t channels = image->channels, stride = (size_t)cell.stride;
    if (pairs < run->count)
        for (size_t i = 0; i < run->count; i++)
            sources[i] = none;
    if (pairs == 0)
        return;
    const size_t to = (size_t)met.begin, from = (size_t)(met.begin * cell.stride + cell.shift);
    if (!is_backward)
        set_pointers(pairs, row + from * channels, stride * channels, sources + to - run->x, 1);
    else if (stride == 1)
        set_pointers(pairs, row + to * channels, channels, sources + from - run->x, 1);
    else
        set_pointers(pairs, row + to * channels, channels, sources + from - run->x, stride);
}

EG_WIDE void eg_window_sources(const struct eg_layer *layer, int is_backward, size_t first,
                               size_t count, const real *values, const real *none, size_t pitch,
                               const real **sources)
{
    const struct eg_image *places = is_backward ? &layer->from : &layer->to;
    const size_t width = layer->window.width, each = places->height * places->width;
    for (size_t done = 0; done < count;) {
        const size_t number = first + done, left = count - done;
        struct run run = {number / each, number % each / places->width, number % places->width, 0};
        run.count = places->width - run.x < left ? places->width - run.x : left;
        for (size_t ky = 0; ky < layer->window.height; ky++) {
            const real *row = find_row(layer, is_backward, &run, ky, values);
            for (size_t kx = 0; kx < width; kx++)
                link_run(layer, is_backward, &run, kx, row, none,
                         sources + (ky * width + kx) * pitch + done);
        }
        done += run.count;
    }
}
