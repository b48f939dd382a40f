/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/window.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const struct eg_layer *layer, const char *words, int channels,
                  struct eg_error *error)
{
    return eg_fail(error, EG_USAGE,
                   "network: '%s %s': write %s, then \"same\", \"valid\" or \"pad N\", then "
                   "\"stride N\"%s",
                   layer->type->name, words,
                   channels ? "HEIGHTxWIDTHxCHANNELS" : "the window's size or HEIGHTxWIDTH",
                   channels ? ", then \"groups N\"" : "");
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

/* What stands behind a window's sizes; groups 0: there can be none. */
struct options {
    int is_same;
    size_t pad, stride, groups;
};

/* One option; whether it is one. */
static int read_option(const char **cursor, struct options *options)
{
    const struct {
        const char *word;
        size_t *number;
    } numbers[] = {{"pad ", &options->pad},
                   {"stride ", &options->stride},
                   {"groups ", options->groups ? &options->groups : NULL}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].number && strncmp(*cursor, numbers[i].word, strlen(numbers[i].word)) == 0) {
            *cursor += strlen(numbers[i].word);
            options->is_same &= i > 0;
            return (*numbers[i].number = read_number(cursor)) > 0;
        }
    options->is_same = strncmp(*cursor, "same", 4) == 0;
    options->pad = 0;
    if (!options->is_same && strncmp(*cursor, "valid", 5) != 0)
        return 0;
    *cursor += options->is_same ? 4 : 5;
    return 1;
}

/* Whether the rest is options alone. */
static int read_options(const char *cursor, struct options *options)
{
    while (*cursor) {
        cursor += strspn(cursor, " ");
        if (!read_option(&cursor, options) || (*cursor && *cursor != ' '))
            return 0;
    }
    return 1;
}

static int place_windows(const struct eg_layer *layer, const char *words,
                         const struct options *options, size_t length, size_t size, size_t *places,
                         size_t *pad, struct eg_error *error)
{
    const size_t stride = layer->window.stride, padded = size + 2 * options->pad;
    if (options->is_same) {
        *places = (size + stride - 1) / stride;
        const size_t covered = (*places - 1) * stride + length;
        *pad = covered > size ? (covered - size) / 2 : 0;
        return EG_OK;
    }
    if (options->pad >= length)
        return eg_fail(
            error, EG_USAGE,
            "network: '%s %s': windows of %zu would lie in the padding of %zu alone: pad "
            "with less",
            layer->type->name, words, length, options->pad);
    if (length > padded && layer->from.height * layer->from.width == 1)
        return eg_fail(error, EG_USAGE,
                       "network: '%s %s' has plain features before it, no image: begin with "
                       "\"image HxWxC\"",
                       layer->type->name, words);
    if (length > padded)
        return eg_fail(error, EG_USAGE,
                       "network: '%s %s': the window is larger than the image of %zux%zu: take a "
                       "smaller one, or \"same\"",
                       layer->type->name, words, layer->from.height, layer->from.width);
    *places = (padded - length) / stride + 1;
    *pad = options->pad;
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
    struct options options = {.groups = channels ? 1 : 0};
    window->height = sizes[0];
    window->width = count > 1 ? sizes[1] : sizes[0];
    options.stride = channels ? 1 : window->height;
    if (!read_options(rest, &options))
        return refuse(layer, words, channels, error);
    window->stride = options.stride;
    layer->groups = options.groups;
    layer->to.channels = channels ? sizes[2] : layer->from.channels;
    const int status = place_windows(layer, words, &options, window->height, layer->from.height,
                                     &layer->to.height, &window->pad_top, error);
    return status ? status
                  : place_windows(layer, words, &options, window->width, layer->from.width,
                                  &layer->to.width, &window->pad_left, error);
}
