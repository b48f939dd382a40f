/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WEIGHT_BITS = 22 };

/* Which old pixels of a line make up each of some new ones. */
struct mixture {
    size_t count, room;  /* new pixels; weights for each */
    size_t *first, *old; /* count: the first old pixel, and how many of them */
    int32_t *weights;    /* count x room */
};

static void free_mixture(struct mixture *mixture)
{
    free(mixture->first);
    free(mixture->old);
    free(mixture->weights);
}

/* The weights of one new pixel, whose middle is `middle` among the old ones. */
static void weigh(double middle, double reach, size_t length, size_t *first, size_t *old,
                  int32_t *weights)
{
    const double low = middle - reach + 0.5, high = middle + reach + 0.5;
    double sum = 0;
    *first = low > 0 ? (size_t)low : 0;
    *old = (high < (double)length ? (size_t)high : length) - *first;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < *old; i++) {
            const double away = fabs(((double)(*first + i) - middle + 0.5) * (1 / reach));
            const double height = away < 1 ? 1 - away : 0;
            if (pass == 0)
                sum += height;
            else
                weights[i] = (int32_t)(0.5 + height / sum * (1 << WEIGHT_BITS));
        }
}

/* For new pixels start .. start + count - 1 of `to`, out of `from` old ones. */
static int make_mixture(size_t from, size_t to, size_t start, size_t count, struct mixture *mixture,
                        struct eg_error *error)
{
    const double scale = (double)from / (double)to, reach = scale > 1 ? scale : 1;
    *mixture = (struct mixture){.count = count, .room = 2 * (size_t)ceil(reach) + 1};
    mixture->first = eg_alloc(count, sizeof *mixture->first, error);
    mixture->old = eg_alloc(count, sizeof *mixture->old, error);
    mixture->weights = eg_alloc(count * mixture->room, sizeof *mixture->weights, error);
    if (!mixture->first || !mixture->old || !mixture->weights)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++)
        weigh(((double)(start + i) + 0.5) * scale, reach, from, &mixture->first[i],
              &mixture->old[i], mixture->weights + i * mixture->room);
    return EG_OK;
}

/* out (channels) = new pixel i of the line whose old pixels are `stride` bytes apart. */
static void mix(const struct mixture *mixture, size_t i, const uint8_t *line, size_t stride,
                size_t channels, uint8_t *out)
{
    const int32_t *weights = mixture->weights + i * mixture->room;
    const uint8_t *old = line + mixture->first[i] * stride;
    for (size_t c = 0; c < channels; c++) {
        int64_t sum = (int64_t)1 << (WEIGHT_BITS - 1);
        for (size_t k = 0; k < mixture->old[i]; k++)
            sum += (int64_t)weights[k] * old[k * stride + c];
        sum >>= WEIGHT_BITS;
        out[c] = (uint8_t)(sum > 255 ? 255 : sum);
    }
}

/* Old rows are mixed along x first, as many of them as the new rows read. */
static int mix_picture(const struct eg_image *shape, const uint8_t *pixels,
                       const struct mixture *along_x, struct mixture *along_y, uint8_t *out,
                       struct eg_error *error)
{
    const size_t channels = shape->channels, height = along_y->count, width = along_x->count;
    const size_t first = along_y->first[0];
    const size_t rows = along_y->first[height - 1] + along_y->old[height - 1] - first;
    uint8_t *mixed = eg_alloc(rows * width, channels, error);
    if (!mixed)
        return EG_INTERNAL;
    for (size_t y = 0; y < rows; y++)
        for (size_t x = 0; x < width; x++)
            mix(along_x, x, pixels + (first + y) * shape->width * channels, channels, channels,
                mixed + (y * width + x) * channels);
    for (size_t y = 0; y < height; y++)
        along_y->first[y] -= first;
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            mix(along_y, y, mixed + x * channels, width * channels, channels,
                out + (y * width + x) * channels);
    free(mixed);
    return EG_OK;
}

struct eg_image eg_resized(const struct eg_image *shape, size_t short_side)
{
    const int is_tall = shape->height > shape->width;
    const size_t shorter = is_tall ? shape->width : shape->height;
    const size_t longer = is_tall ? shape->height : shape->width;
    const size_t grown = (size_t)((double)(short_side * longer) / (double)shorter);
    return (struct eg_image){is_tall ? grown : short_side, is_tall ? short_side : grown,
                             shape->channels};
}

/* Half of what is left over, a half rounded to the even number. */
static size_t half(size_t over)
{
    const size_t below = over / 2;
    return below + (over % 2 && below % 2);
}

struct eg_cut eg_central_cut(const struct eg_image *shape, size_t height, size_t width)
{
    return (struct eg_cut){half(shape->height - height), half(shape->width - width), height, width};
}

static void copy_window(const struct eg_image *shape, const uint8_t *pixels,
                        const struct eg_cut *cut, uint8_t *out)
{
    for (size_t y = 0; y < cut->height; y++)
        memcpy(out + y * cut->width * shape->channels,
               pixels + ((cut->top + y) * shape->width + cut->left) * shape->channels,
               cut->width * shape->channels);
}

int eg_resize_cut(const struct eg_image *shape, const uint8_t *pixels, size_t short_side,
                  const struct eg_cut *cut, uint8_t *out, struct eg_error *error)
{
    const struct eg_image to = eg_resized(shape, short_side);
    struct mixture along_x = {0}, along_y = {0};
    if (to.height == shape->height && to.width == shape->width) {
        copy_window(shape, pixels, cut, out);
        return EG_OK;
    }
    int status = make_mixture(shape->width, to.width, cut->left, cut->width, &along_x, error);
    if (!status)
        status = make_mixture(shape->height, to.height, cut->top, cut->height, &along_y, error);
    if (!status)
        status = mix_picture(shape, pixels, &along_x, &along_y, out, error);
    free_mixture(&along_x);
    free_mixture(&along_y);
    return status;
}
