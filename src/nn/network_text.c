/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "nn/window.h"

static const struct eg_layer_type *const layer_types[] = {&eg_dense,
                                                          &eg_convolution,
                                                          &eg_max_pool,
                                                          &eg_mean_pool,
                                                          &eg_global_mean_pool,
                                                          &eg_batch_norm,
                                                          &eg_graph_convolution,
                                                          &eg_layer_norm,
                                                          &eg_group_norm,
                                                          &eg_leaky_relu,
                                                          &eg_elu,
                                                          &eg_gelu,
                                                          &eg_gelu_tanh,
                                                          &eg_silu,
                                                          &eg_scaled_softplus,
                                                          NULL};

/* One item of the text form, without the blanks around it: its first word and the others. */
struct item {
    char name[24], words[64];
    char text[90];   /* all of it, for messages */
    int is_too_long; /* and therefore cut */
    int ends_in_comma;
};

/* Copies length characters, or as many as there is room for. */
static void copy_words(char *to, size_t size, const char *from, size_t length)
{
    const size_t count = length < size ? length : size - 1;
    memcpy(to, from, count);
    to[count] = '\0';
}

/* 0 at the end of the text. */
static int next_item(const char **cursor, struct item *item)
{
    *cursor += strspn(*cursor, " \t\n");
    if (!**cursor)
        return 0;
    const char *end = *cursor + strcspn(*cursor, ",");
    const char *next = *end ? end + 1 : end;
    item->ends_in_comma = *end == ',';
    while (end > *cursor && isspace((unsigned char)end[-1]))
        end--;
    const size_t length = (size_t)(end - *cursor), first = strcspn(*cursor, " ,");
    const size_t name = first < length ? first : length;
    const size_t gap = strspn(*cursor + name, " ");
    const size_t rest = name + gap < length ? name + gap : length;
    copy_words(item->name, sizeof item->name, *cursor, name);
    copy_words(item->words, sizeof item->words, *cursor + rest, length - rest);
    copy_words(item->text, sizeof item->text, *cursor, length);
    item->is_too_long = name >= sizeof item->name || length - rest >= sizeof item->words;
    *cursor = next;
    return 1;
}

/* In floating point, where nothing wraps around. */
static double sizes_product(const size_t sizes[3])
{
    return (double)sizes[0] * (double)sizes[1] * (double)sizes[2];
}

/* What is made on the way through the text. */
struct draft {
    struct eg_network *network;
    size_t items; /* so far */
    size_t count; /* of marks */
    struct {
        char name[24];
        size_t layer;          /* whose output it names ... */
        struct eg_image shape; /* ... as what comes next sees it */
    } marks[EG_LAYERS_MAX];
};

/* joins: 1 + the layer that it joins, or 0; shape: what it gives where its type does
 * not say, or NULL */
static int add_joining_layer(struct draft *draft, const struct eg_layer_type *type,
                             const char *words, size_t joins, const struct eg_image *shape,
                             struct eg_error *error)
{
    struct eg_network *network = draft->network;
    if (network->layer_count == EG_LAYERS_MAX)
        return eg_fail(error, EG_USAGE, "network: more than %d layers", EG_LAYERS_MAX);
    struct eg_layer *layer = &network->layers[network->layer_count++];
    *layer = (struct eg_layer){.type = type,
                               .activation = &eg_identity,
                               .from = network->shape,
                               .inputs = network->outputs,
                               .graph = network->graph,
                               .item = draft->items,
                               .joins = joins,
                               .offset = network->parameters};
    if (shape)
        layer->to = *shape;
    const int status = type->shape(layer, words, error);
    const size_t to[] = {layer->to.height, layer->to.width, layer->to.channels};
    if (!status && sizes_product(to) > EG_LAYER_MOST)
        return eg_fail(error, EG_USAGE,
                       "network: '%s %s' gives %.3g numbers a row: make it smaller", type->name,
                       words, sizes_product(to));
    network->shape = layer->to;
    network->outputs = layer->outputs = eg_image_size(&layer->to);
    network->parameters += layer->parameters;
    return status;
}

static int add_layer(struct draft *draft, const struct eg_layer_type *type, const char *words,
                     struct eg_error *error)
{
    const int status = add_joining_layer(draft, type, words, 0, NULL, error);
    return status || !type->second ? status : add_layer(draft, type->second, "", error);
}

/* Makes a copy of what there is, so that the layers from now on do not change it. */
static int add_copy(struct draft *draft, struct eg_error *error)
{
    return add_joining_layer(draft, &eg_join, "", 0, NULL, error);
}

/* The number of the mark of that name, or how many there are. */
static size_t find_mark(const struct draft *draft, const char *name)
{
    size_t i = 0;
    while (i < draft->count && strcmp(draft->marks[i].name, name) != 0)
        i++;
    return i;
}

/* "mark NAME": the output of the last layer, or a copy of the network's input */
static int add_mark(struct draft *draft, const struct item *item, struct eg_error *error)
{
    struct eg_network *network = draft->network;
    if (!*item->words || strchr(item->words, ' ') ||
        strlen(item->words) >= sizeof draft->marks[0].name)
        return eg_fail(error, EG_USAGE, "network: '%s': give one short name, as \"mark a\"",
                       item->text);
    const int status = network->layer_count ? EG_OK : add_copy(draft, error);
    if (status)
        return status;
    const size_t i = find_mark(draft, item->words);
    if (i == EG_LAYERS_MAX)
        return eg_fail(error, EG_USAGE, "network: more than %d marks", EG_LAYERS_MAX);
    draft->count += i == draft->count;
    strcpy(draft->marks[i].name, item->words);
    draft->marks[i].layer = network->layer_count - 1;
    draft->marks[i].shape = network->shape;
    return EG_OK;
}

/* "add NAME" and "from NAME" */
static int add_join(struct draft *draft, const struct eg_layer_type *type, const struct item *item,
                    struct eg_error *error)
{
    struct eg_network *network = draft->network;
    const struct eg_image now = network->shape;
    const size_t i = find_mark(draft, item->words);
    if (i == draft->count)
        return eg_fail(error, EG_USAGE,
                       "network: '%s': there is no mark of that name before it; write \"mark %s\" "
                       "after the layer that it is to take",
                       item->text, *item->words ? item->words : "a");
    const struct eg_image *to = &draft->marks[i].shape;
    if (type == &eg_join &&
        (now.height != to->height || now.width != to->width || now.channels != to->channels))
        return eg_fail(
            error, EG_USAGE,
            "network: '%s': %zux%zux%zu cannot be added to the mark's %zux%zux%zu: bring "
            "it to that shape (\"mark b, from a, conv 1x1x%zu stride N, add b\")",
            item->text, now.height, now.width, now.channels, to->height, to->width, to->channels,
            now.channels);
    network->layers[draft->marks[i].layer].is_marked = 1;
    return add_joining_layer(draft, type, "", draft->marks[i].layer + 1, to, error);
}

/* "image HxWxC": only the shape of what follows */
static int set_shape(struct eg_network *network, const char *words, int is_first,
                     struct eg_error *error)
{
    size_t sizes[3];
    const char *rest = words;
    if (!is_first || eg_read_sizes(&rest, sizes) != 3 || *rest)
        return eg_fail(error, EG_USAGE,
                       "network: 'image %s': the shape comes first, as HEIGHTxWIDTHxCHANNELS",
                       words);
    network->shape = (struct eg_image){sizes[0], sizes[1], sizes[2]};
    if (sizes_product(sizes) != (double)network->inputs)
        return eg_fail(error, EG_USAGE, "network: 'image %s' has %.0f numbers, but a row has %zu",
                       words, sizes_product(sizes), network->inputs);
    return EG_OK;
}

static int set_dropout(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    char *end;
    const double rate = strtod(words, &end);
    if (end == words || *end || !(rate >= 0 && rate < 1))
        return eg_fail(error, EG_USAGE, "network: 'dropout %s': give a rate from 0 to less than 1",
                       words);
    layer->dropout = rate;
    return EG_OK;
}

static int is_marked(const struct draft *draft, size_t layer)
{
    for (size_t i = 0; i < draft->count; i++)
        if (draft->marks[i].layer == layer)
            return 1;
    return 0;
}

/* An activation or a dropout belongs to the last layer; after a mark, to a copy. */
static int modify_last(struct draft *draft, const struct item *item,
                       const struct eg_activation *activation, struct eg_error *error)
{
    struct eg_network *network = draft->network;
    const int status = is_marked(draft, network->layer_count - 1) ? add_copy(draft, error) : EG_OK;
    struct eg_layer *last = &network->layers[network->layer_count - 1];
    if (status)
        return status;
    if (activation ? last->activation != &eg_identity : last->dropout > 0)
        return eg_fail(error, EG_USAGE,
                       "network: '%s' comes second behind one layer, which has one activation and "
                       "one dropout at most",
                       item->text);
    if (!activation)
        return set_dropout(last, item->words, error);
    last->activation = activation;
    return EG_OK;
}

static int refuse_item(const struct item *item, struct eg_error *error)
{
    return eg_fail(
        error, EG_USAGE,
        "network: '%s' is not a layer: write \"dense UNITS\", \"conv HxWxC\", \"pool N\", "
        "\"mean_pool N\", \"global_mean_pool\", \"graphconv C\", \"batchnorm\", \"layernorm\", "
        "\"groupnorm N\", \"flatten\", \"leaky_relu\", \"elu\", \"gelu\", \"gelu_tanh\", \"silu\", "
        "\"softplus BETA\", \"mark NAME\", \"add NAME\", \"from NAME\", and after a layer an "
        "activation (relu, softplus, tanh, sigmoid) or \"dropout RATE\"",
        item->text);
}

static int add_item(struct draft *draft, const struct item *item, struct eg_error *error)
{
    struct eg_network *network = draft->network;
    const struct eg_activation *activation = eg_activation_find(item->text, strlen(item->text));
    if (item->is_too_long)
        return refuse_item(item, error);
    if (network->layer_count && (activation || strcmp(item->name, "dropout") == 0))
        return modify_last(draft, item, activation, error);
    for (size_t i = 0; layer_types[i]; i++)
        if (strcmp(item->name, layer_types[i]->name) == 0)
            return add_layer(draft, layer_types[i], item->words, error);
    if (strcmp(item->name, "image") == 0)
        return set_shape(network, item->words, draft->items == 0, error);
    if (strcmp(item->name, "mark") == 0)
        return add_mark(draft, item, error);
    if (strcmp(item->name, "add") == 0)
        return add_join(draft, &eg_join, item, error);
    if (strcmp(item->name, "from") == 0)
        return add_join(draft, &eg_restart, item, error);
    if (strcmp(item->text, "flatten") != 0)
        return refuse_item(item, error);
    network->shape = (struct eg_image){1, 1, network->outputs};
    return EG_OK;
}

int eg_network_read_text(struct eg_network *network, const char *text, struct eg_error *error)
{
    struct draft draft = {.network = network};
    int status = EG_OK;
    struct item item = {0};
    for (const char *cursor = text; !status && next_item(&cursor, &item); draft.items++)
        status = add_item(&draft, &item, error);
    if (!status && item.ends_in_comma)
        status = eg_fail(error, EG_USAGE, "network: '%s' ends in a comma: take it away", text);
    if (!status && network->layer_count == 0)
        status = eg_fail(error, EG_USAGE, "network: '%s' has no layer", text);
    return status;
}
