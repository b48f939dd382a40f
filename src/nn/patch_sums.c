/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/patch_sums.h"

#include <string.h>

#include "base/wide.h"
#include "nn/convolution_sums.h"
#include "nn/patch_desk.h"
#include "nn/tile_edge.h"
#include "nn/weight_panel.h"

struct range {
    size_t begin, end;
};

static struct range cut(size_t count, const struct eg_sweep *sweep)
{
    return (struct range){eg_part_begin(count, sweep->part, sweep->parts),
                          eg_part_begin(count, sweep->part + 1, sweep->parts)};
}

/* --- patches --- */

static void pad_image(struct eg_patch_desk *desk, const real *values, size_t image)
{
    const struct eg_layer *layer = desk->layer;
    const struct eg_window *window = &layer->window;
    const size_t channels = layer->from.channels;
    const size_t lines = eg_least(layer->from.height, desk->plan.height - window->pad_top);
    const size_t columns = eg_least(layer->from.width, desk->plan.width - window->pad_left);
    for (size_t y = 0; y < lines; y++)
        memcpy(desk->padded +
                   ((y + window->pad_top) * desk->plan.width + window->pad_left) * channels,
               values + image * layer->inputs + y * layer->from.width * channels,
               columns * channels * sizeof(real));
    desk->image = image;
}

/* patches (count x stride) of places next to each other on a line, of which the window's first pixel is
 * `from`. What is copied beyond a line of the window is written over by the next, or lies between
 * patches. */
EG_WIDE static void copy_windows(const struct eg_layer *layer, const struct eg_patch_plan *plan,
                                 size_t count, const real *restrict from, real *restrict patches)
{
    const size_t channels = layer->from.channels, shift = layer->window.stride * channels;
    for (size_t ky = 0; ky < layer->window.height; ky++)
        for (size_t k = 0; k < plan->span; k += EG_PATCH_STEP) {
            const real *line = from + ky * plan->width * channels + k;
            real *to = patches + ky * plan->span + k;
            for (size_t i = 0; i < count; i++)
                memcpy(to + i * plan->stride, line + i * shift, EG_PATCH_STEP * sizeof *to);
        }
}

/* Of places from number `first` on. */
static void make_patches(struct eg_patch_desk *desk, const real *values, size_t first, size_t count)
{
    const struct eg_layer *layer = desk->layer;
    const struct eg_patch_plan *plan = &desk->plan;
    const size_t across = layer->to.width, each = layer->to.height * across;
    const size_t channels = layer->from.channels, stride = layer->window.stride;
    for (size_t done = 0, some; done < count; done += some) {
        const size_t place = first + done, y = place % each / across, x = place % across;
        some = eg_least(across - x, count - done);
        if (place / each != desk->image)
            pad_image(desk, values, place / each);
        copy_windows(layer, plan, some,
                     desk->padded + (y * stride * plan->width + x * stride) * channels,
                     desk->patches + done * plan->stride);
    }
}

/* --- forward --- */

/* All weights as panels (patch x columns of a tile), one after another. */
static void pack_weights(const struct eg_sweep *sweep, struct eg_patch_desk *desk)
{
    const size_t channels = sweep->layer->to.channels, width = desk->product->columns;
    const size_t patch = desk->plan.patch;
    for (size_t first = 0; first < channels; first += width) {
        const size_t columns = eg_least(width, channels - first);
        eg_pack_panel(sweep, 0, first, columns, eg_tile_fit(desk->product, columns)->columns,
                      desk->weights + first * patch);
    }
}

/* to (count x columns of a tile, rows `stride` apart) += patches from number `place` on times a panel, in the
 * chains of nn/convolution_sums.h */
static void add_panel(const struct eg_patch_desk *desk, const struct eg_tile_product *product,
                      const real *panel, size_t place, size_t count, real *to, size_t stride)
{
    const size_t channels = desk->layer->from.channels, patch = desk->plan.patch;
    const size_t chain = eg_chain_taps(channels) * channels, width = product->columns;
    for (size_t k = 0; k < patch; k += chain) {
        for (size_t i = 0; i < eg_round_up(count, product->rows); i++)
            desk->rows[i] = desk->patches + (place + eg_least(i, count - 1)) * desk->plan.stride +
                            k;
        for (size_t i = 0; i < count; i += product->rows)
            product->add_taps(1, eg_least(chain, patch - k), desk->rows + i, 0, panel + k * width,
                              to + i * stride, stride);
    }
}

/* Channels from `first` on, for the places that patches were made of: whole tiles where they belong, what
 * is left aside. */
static void apply_panel(const struct eg_patch_desk *desk, size_t first, size_t count,
                        const real *bias, real *out)
{
    static const real zeros[EG_TILE_COLUMNS];
    const size_t channels = desk->layer->to.channels;
    const size_t columns = eg_least(desk->product->columns, channels - first);
    const struct eg_tile_product *product = eg_tile_fit(desk->product, columns);
    const size_t width = product->columns, rows = product->rows;
    const size_t whole = columns < width ? 0 : count / rows * rows, rest = count - whole;
    const real *start = bias ? bias + first : zeros,
               *panel = desk->weights + first * desk->plan.patch;
    out += first;
    eg_copy_rows(whole, columns, start, 0, out, channels);
    add_panel(desk, product, panel, 0, whole, out, channels);
    eg_copy_rows(rest, columns, start, 0, desk->tile, width);
    add_panel(desk, product, panel, whole, rest, desk->tile, width);
    eg_copy_rows(rest, columns, desk->tile, width, out + whole * channels, channels);
}

/* Parts have places. */
void eg_patch_convolve(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                       const real *in, const real *bias, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t channels = layer->to.channels;
    const struct range places = cut(sweep->m * layer->to.height * layer->to.width, sweep);
    struct eg_patch_desk desk = eg_patch_lay_out(sweep, product);
    pack_weights(sweep, &desk);
    for (size_t i = places.begin; i < places.end; i += EG_PATCH_CHUNK) {
        const size_t count = eg_least(EG_PATCH_CHUNK, places.end - i);
        make_patches(&desk, in, i, count);
        for (size_t first = 0; first < channels; first += product->columns)
            apply_panel(&desk, first, count, bias, out + i * channels);
    }
}

/* --- weights --- */

/* left (count x high) = channels of d_out from the first on, with zeros where there are none. */
static void pad_left(const struct eg_layer *layer, size_t high, size_t first, size_t count,
                     const real *d_out, real *left)
{
    const size_t channels = layer->to.channels;
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < high; r++)
            left[i * high + r] = first + r < channels ? d_out[i * channels + first + r] : 0;
}

/* One tile's share of a block of places: channels out from co on, columns of patches from k on. */
static void add_tile(const struct eg_patch_desk *desk, size_t co, size_t k, size_t count,
                     const real *d_out, real *gradient)
{
    const size_t channels = desk->layer->to.channels, patch = desk->plan.patch;
    const size_t columns = eg_least(desk->product->columns, patch - k), high = desk->product->high;
    const int is_whole = co + high <= channels;
    if (!is_whole)
        pad_left(desk->layer, high, co, count, d_out, desk->turned);
    for (size_t j = 0; j < count; j++)
        desk->rows[j] = desk->patches + j * desk->plan.stride + k;
    eg_add_places(eg_tile_fit(desk->product, columns), count, is_whole ? d_out + co : desk->turned,
                  is_whole ? channels : high, desk->rows,
                  &(struct eg_tile_edge){eg_least(high, channels - co), columns,
                                         gradient + co * patch + k, patch, desk->tile});
}

/* Parts have tiles, counted through all channels out for each panel of columns. */
void eg_patch_convolve_weights(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                               const real *in, const real *d_out, real *gradient)
{
    const struct eg_layer *layer = sweep->layer;
    struct eg_patch_desk desk = eg_patch_lay_out(sweep, product);
    const size_t high = product->high, width = product->columns, channels = layer->to.channels;
    const size_t each = (channels + high - 1) / high;
    const size_t places = sweep->m * layer->to.height * layer->to.width;
    const struct range tiles = cut(each * ((desk.plan.patch + width - 1) / width), sweep);
    for (size_t i = 0; tiles.begin < tiles.end && i < places; i += EG_CHAIN_PLACES) {
        const size_t count = eg_least(EG_CHAIN_PLACES, places - i);
        make_patches(&desk, in, i, count);
        for (size_t tile = tiles.begin; tile < tiles.end; tile++)
            add_tile(&desk, tile % each * high, tile / each * width, count, d_out + i * channels,
                     gradient);
    }
}

/* --- backward --- */

/* Taps in tiles of `high` rows, each channels out x high, the last filled up with zeros. */
static void pack_taps(const struct eg_sweep *sweep, const struct eg_patch_desk *desk)
{
    const size_t patch = desk->plan.patch, high = desk->product->high;
    real *to = desk->weights;
    for (size_t first = 0; first < patch; first += high)
        for (size_t co = 0; co < sweep->layer->to.channels; co++)
            for (size_t r = 0; r < high; r++)
                *to++ = first + r < patch ? sweep->theta[co * patch + first + r] : 0;
}

/* turned (channels x places) = d_out of some lines of places, zeros before, between and after them */
static void turn_lines(const struct eg_patch_desk *desk, size_t lines, const real *restrict d_out)
{
    const struct eg_layer *layer = desk->layer;
    const size_t channels = layer->to.channels, places = desk->plan.places;
    memset(desk->turned, 0, channels * places * sizeof(real));
    for (size_t line = 0; line < lines; line++) {
        real *restrict to = desk->turned + line * desk->plan.line + layer->window.width - 1;
        for (size_t x = 0; x < layer->to.width; x++, d_out += channels)
            for (size_t c = 0; c < channels; c++)
                to[c * places + x] = d_out[c];
    }
}

/* patches (patch x places) = weights' times turned */
static void multiply_taps(const struct eg_patch_desk *desk, size_t count)
{
    const size_t channels = desk->layer->to.channels, places = desk->plan.places;
    const size_t patch = desk->plan.patch, high = desk->product->high;
    const size_t width = desk->product->columns;
    memset(desk->patches, 0, eg_round_up(patch, high) * places * sizeof(real));
    for (size_t i = 0; i < count; i += width) {
        const struct eg_tile_product *product = eg_tile_fit(desk->product, count - i);
        for (size_t c = 0; c < channels; c++)
            desk->rows[c] = desk->turned + c * places + i;
        for (size_t k = 0; k < patch; k += high)
            product->add_places(channels, desk->weights + k * channels, high, desk->rows,
                                desk->patches + k * places + i, places);
    }
}

/* pixels (count) += what the taps of a line of the window give them, of which the first begins at `taps`
 * and the next lie `pitch` further: a later tap joins a pixel with an earlier place. */
EG_WIDE static void add_taps_of_line(size_t width, size_t count, const real *taps, size_t pitch,
                                     real *pixels)
{
    for (size_t x = 0; x < count; x += EG_PATCH_BLOCK) {
        real_block sum, term;
        memcpy(&sum, pixels + x, sizeof sum);
        for (size_t kx = width; kx-- > 0;) {
            memcpy(&term, taps + kx * pitch + x + width - 1 - kx, sizeof term);
            sum += term;
        }
        memcpy(pixels + x, &sum, sizeof sum);
    }
}

/* The same where a tap joins only every stride-th pixel with a place. */
static void add_strided_taps(const struct eg_layer *layer, const real *restrict taps, size_t pitch,
                             real *restrict pixels)
{
    const size_t width = layer->window.width, stride = layer->window.stride;
    for (size_t kx = width; kx-- > 0;)
        for (size_t x = 0; x < layer->to.width; x++)
            pixels[x * stride + kx] += taps[kx * pitch + width - 1 + x];
}

/* To the planes, what line y of the places gives them; from: its first column in patches. */
static void add_line(const struct eg_patch_desk *desk, const real *from, size_t y)
{
    const struct eg_layer *layer = desk->layer;
    const struct eg_patch_plan *plan = &desk->plan;
    const size_t channels = layer->from.channels, stride = layer->window.stride;
    const size_t pitch = channels * plan->places; /* from a tap to the next */
    for (size_t ky = 0; ky < layer->window.height; ky++)
        for (size_t c = 0; c < channels; c++) {
            const real *taps = from + (ky * plan->span + c) * plan->places;
            real *pixels = desk->padded + (c * plan->height + y * stride + ky) * plan->pitch;
            if (stride == 1)
                add_taps_of_line(layer->window.width, plan->width, taps, pitch, pixels);
            else
                add_strided_taps(layer, taps, pitch, pixels);
        }
}

/* d_in of an image = the planes without their padding */
static void join_planes(const struct eg_patch_desk *desk, real *restrict d_in)
{
    const struct eg_layer *layer = desk->layer;
    const struct eg_window *window = &layer->window;
    const size_t channels = layer->from.channels, each = desk->plan.height * desk->plan.pitch;
    for (size_t y = 0; y < layer->from.height; y++)
        for (size_t x = 0; x < layer->from.width; x++, d_in += channels) {
            const size_t row = y + window->pad_top, column = x + window->pad_left;
            const int is_seen = row < desk->plan.height && column < desk->plan.width;
            for (size_t c = 0; c < channels; c++)
                d_in[c] = is_seen ? desk->padded[c * each + row * desk->plan.pitch + column] : 0;
        }
}

/* Parts have images, since the windows of places next to each other overlap. */
void eg_patch_convolve_back(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                            const real *d_out, real *d_in)
{
    const struct eg_layer *layer = sweep->layer;
    const struct eg_patch_desk desk = eg_patch_lay_out(sweep, product);
    const struct range images = cut(sweep->m, sweep);
    const size_t planes = desk.plan.height * desk.plan.pitch * layer->from.channels;
    pack_taps(sweep, &desk);
    for (size_t image = images.begin; image < images.end; image++) {
        memset(desk.padded, 0, planes * sizeof(real));
        for (size_t y = 0; y < layer->to.height; y += desk.plan.lines) {
            const size_t lines = eg_least(desk.plan.lines, layer->to.height - y);
            turn_lines(&desk, lines,
                       d_out + image * layer->outputs + y * layer->to.width * layer->to.channels);
            multiply_taps(&desk, lines * desk.plan.line + layer->window.width - 1);
            for (size_t line = 0; line < lines; line++)
                add_line(&desk, desk.patches + line * desk.plan.line, y + line);
        }
        join_planes(&desk, d_in + image * layer->inputs);
    }
}
