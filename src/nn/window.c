/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/window.h"

#include <ctype.h>
#include <stdlib.h>
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

/* A whole number from 1 to a million, or 0 where there is none. */
static size_t read_number(const char **cursor)
{
    char *end;
    if (!isdigit((unsigned char)**cursor))
        return 0;
    const unsigned long number = strtoul(*cursor, &end, 10);
    *cursor = end;
    return number <= 1000000 ? number : 0;
}

size_t eg_read_sizes(const char **cursor, size_t sizes[3])
{
    for (size_t count = 0; count < 3; count++) {
        sizes[count] = read_number(cursor);
        if (sizes[count] == 0)
            return 0;
        if (**cursor == '\0' || **cursor == ' ')
            return count + 1;
        if (*(*cursor)++ != 'x')
            return 0;
    }
    return 0;
}

/* Whether the rest is options alone. */
static int read_options(const char *cursor, int *same, size_t *stride)
{
    static const char stride_word[] = "stride ";
    while (*cursor) {
        cursor += strspn(cursor, " ");
        if (strncmp(cursor, stride_word, strlen(stride_word)) == 0) {
            cursor += strlen(stride_word);
            *stride = read_number(&cursor);
            if (*stride == 0)
                return 0;
        } else if (strncmp(cursor, "same", 4) == 0 || strncmp(cursor, "valid", 5) == 0) {
            *same = *cursor == 's';
            cursor += *same ? 4 : 5;
        }
        if (*cursor && *cursor != ' ')
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
    const size_t count = eg_read_sizes(&rest, sizes);
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
