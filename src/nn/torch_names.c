/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_names.h"

#include <string.h>

#include "nn/window.h"

static int is_word(const char *item, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(item, word, length) == 0 && strchr(" \t\n,", item[length]);
}

static int is_layer(const char *item)
{
    static const struct eg_layer_type *const types[] = {&eg_dense,      &eg_convolution,
                                                        &eg_max_pool,   &eg_mean_pool,
                                                        &eg_batch_norm, &eg_graph_convolution};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_word(item, types[i]->name))
            return 1;
    return 0;
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

size_t eg_torch_walk(const char *text, struct eg_torch_layer layers[EG_LAYERS_MAX],
                     struct eg_image *shape)
{
    size_t count = 0, module = 0;
    int is_image = 0; /* the rows that come next are images, not flattened yet */
    *shape = (struct eg_image){0};
    for (const char *item = text + strspn(text, " \t\n"); *item;) {
        if (is_word(item, "image")) {
            read_image(item, shape);
            is_image = 1;
        } else {
            if (is_word(item, "flatten"))
                is_image = 0;
            if (is_word(item, "dense") && is_image) {
                module++;
                is_image = 0;
            }
            if (is_layer(item) && count < EG_LAYERS_MAX)
                layers[count++] = (struct eg_torch_layer){.module = module};
            module++;
        }
        item += strcspn(item, ",");
        item += strspn(item, ", \t\n");
    }
    return count;
}

void eg_torch_find_orders(const struct eg_network *network, const struct eg_image *shape,
                          struct eg_torch_layer layers[EG_LAYERS_MAX])
{
    struct eg_image image = *shape; /* of what comes in, before it was flattened */
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const int is_flat = layer->from.height * layer->from.width == 1;
        const int takes_flat = layer->type == &eg_dense || is_flat;
        if (takes_flat && eg_image_size(&image) == layer->inputs)
            layers[l].order = image;
        if (layer->type == &eg_dense)
            image = (struct eg_image){0};
        else if (!is_flat)
            image = layer->to;
    }
}
