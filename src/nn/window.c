/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/window.h"

#include <stdio.h>
#include <string.h>

static int refuse(const struct eg_layer *layer, const char *words, int channels,
                  struct eg_error *error)
{
    return eg_fail(error, EG_USAGE,
                   "network: '%s %s': write %s, then \"same\" or \"valid\", then "
                   "\"stride N\"",
                   layer->type->name, words,
                   channels ? "HEIGHTxWIDTHxCHANNELS" : "the window's size or HEIGHTxWIDTH");
}

/* The numbers before the first blank, joined by x; 0 when they are not whole and positive. */
static size_t read_sizes(const char **words, size_t sizes[3])
{
    size_t count = 0;
    const char *cursor = *words;
    for (;;) {
        int length = 0;
        unsigned size;
        if (count == 3 || *cursor < '0' || *cursor > '9' ||
            sscanf(cursor, "%8u%n", &size, &length) != 1 || size == 0 || size > 1u << 20)
            return 0;
        sizes[count++] = size;
        cursor += length;
        if (*cursor != 'x')
            break;
        cursor++;
    }
    *words = cursor;
    return *cursor == '\0' || *cursor == ' ' ? count : 0;
}

static int read_options(const char *words, int *same, size_t *stride)
{
    while (*words) {
        int length = 0;
        unsigned number = 0;
        words += strspn(words, " ");
        if (sscanf(words, "stride %8u%n", &number, &length) == 1 && number > 0) {
            *stride = number;
            words += length;
        } else if (strncmp(words, "same", 4) == 0 || strncmp(words, "valid", 5) == 0) {
            *same = *words == 's';
            words += *same ? 4 : 5;
        }
        if (*words && *words != ' ')
            return 0;
    }
    return 1;
}

static int place_windows(const struct eg_layer *layer, const char *words, int same, size_t length,
                         size_t size, size_t *places, size_t *pad, struct eg_error *error)
{
    const size_t stride = layer->window.stride;
    if (same) {
        *places = (size + stride - 1) / stride;
        const size_t covered = (*places - 1) * stride + length;
        *pad = covered > size ? (covered - size) / 2 : 0;
        return EG_OK;
    }
    if (length > size)
        return eg_fail(error, EG_USAGE,
                       "network: '%s %s': the window is larger than the image of %zux%zu: take a "
                       "smaller one, or \"same\"",
                       layer->type->name, words, layer->from.height, layer->from.width);
    *places = (size - length) / stride + 1;
    *pad = 0;
    return EG_OK;
}

int eg_window_shape(struct eg_layer *layer, const char *words, int channels, struct eg_error *error)
{
    size_t sizes[3] = {0};
    const char *rest = words;
    const size_t count = read_sizes(&rest, sizes);
    if (channels ? count != 3 : count != 1 && count != 2)
        return refuse(layer, words, channels, error);
    struct eg_window *window = &layer->window;
    int same = 0;
    window->height = sizes[0];
    window->width = count > 1 ? sizes[1] : sizes[0];
    window->stride = channels ? 1 : window->height;
    if (!read_options(rest, &same, &window->stride))
        return refuse(layer, words, channels, error);
    layer->to.channels = channels ? sizes[2] : layer->from.channels;
    const int status = place_windows(layer, words, same, window->height, layer->from.height,
                                     &layer->to.height, &window->pad_top, error);
    return status ? status
                  : place_windows(layer, words, same, window->width, layer->from.width,
                                  &layer->to.width, &window->pad_left, error);
}
