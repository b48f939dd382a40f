/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_names.h"

#include <string.h>

#include "nn/window.h"

static int is_word(const char *item, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(item, word, length) == 0 && strchr(" \t\n,", item[length]);
}

/* "image HxWxC" */
static void read_image(const char *item, struct eg_image *shape)
{
    size_t sizes[3];
    const char *cursor = item + strlen("image");
    cursor += strspn(cursor, " ");
    const char *end = cursor + strcspn(cursor, ", \t\n");
    char words[64] = "";
    if ((size_t)(end - cursor) < sizeof words)
        memcpy(words, cursor, (size_t)(end - cursor));
    const char *rest = words;
    if (eg_read_sizes(&rest, sizes) == 3)
        *shape = (struct eg_image){sizes[0], sizes[1], sizes[2]};
}

void eg_torch_read_shape(const char *text, struct eg_image *shape)
{
    const char *first = text + strspn(text, " \t\n");
    *shape = (struct eg_image){0};
    if (is_word(first, "image"))
        read_image(first, shape);
}

/* Names of points in the row of layers are no modules. */
static int is_no_module(const char *item)
{
    return is_word(item, "image") || is_word(item, "mark") || is_word(item, "add") ||
           is_word(item, "from");
}

/* A point in the row of layers, and whether the rows there are images, not flattened yet. */
struct mark {
    const char *name;
    int is_image;
};

/* The name in "mark NAME" and "from NAME": up to a comma, a blank or the end. */
static const char *find_name(const char *item)
{
    item += strcspn(item, " \t\n");
    return item + strspn(item, " \t\n");
}

/* What the last mark of that name says. */
static int is_image_at(const struct mark *marks, size_t count, const char *name)
{
    const size_t length = strcspn(name, ", \t\n");
    while (count-- > 0)
        if (strcspn(marks[count].name, ", \t\n") == length &&
            strncmp(marks[count].name, name, length) == 0)
            return marks[count].is_image;
    return 0;
}

void eg_torch_number(const char *text, const struct eg_network *network,
                     struct eg_torch_layer layers[EG_LAYERS_MAX])
{
    struct mark marks[EG_LAYERS_MAX];
    size_t module = 0, l = 0, count = 0;
    int is_image = 0; /* the rows that come next are images, not flattened yet */
    const char *item = text + strspn(text, " \t\n");
    for (size_t i = 0; *item; i++) {
        if (is_word(item, "image"))
            is_image = 1;
        if (is_word(item, "dense") && is_image)
            module++;
        if (is_word(item, "flatten") || is_word(item, "dense"))
            is_image = 0;
        if (is_word(item, "mark") && count < EG_LAYERS_MAX)
            marks[count++] = (struct mark){find_name(item), is_image};
        if (is_word(item, "from"))
            is_image = is_image_at(marks, count, find_name(item));
        for (; l < network->layer_count && network->layers[l].item == i; l++)
            layers[l].module = module;
        module += !is_no_module(item);
        item += strcspn(item, ",");
        item += strspn(item, ", \t\n");
    }
}

void eg_torch_find_orders(const struct eg_network *network, const struct eg_image *shape,
                          struct eg_torch_layer layers[EG_LAYERS_MAX])
{
    struct eg_image after[EG_LAYERS_MAX] = {{0}}; /* of what comes out, before it was flattened */
    struct eg_image image = *shape;               /* of what comes in */
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const int is_flat = layer->from.height * layer->from.width == 1;
        const int takes_flat = layer->type == &eg_dense || is_flat;
        if (takes_flat && eg_image_size(&image) == layer->inputs)
            layers[l].order = image;
        if (layer->joins && (layer->type == &eg_restart || !eg_image_size(&image)))
            image = after[layer->joins - 1];
        else if (layer->type == &eg_dense)
            image = (struct eg_image){0};
        else if (!is_flat)
            image = layer->to;
        after[l] = image;
    }
}
