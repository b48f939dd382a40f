/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "nn/window.h"
#include "nn/winograd.h"
#include "nn/workers.h"

static const struct eg_layer_type *const layer_types[] = {
    &eg_dense,      &eg_convolution,       &eg_max_pool,   &eg_mean_pool,  &eg_global_mean_pool,
    &eg_batch_norm, &eg_graph_convolution, &eg_layer_norm, &eg_group_norm, &eg_leaky_relu,
    &eg_elu,        &eg_gelu,              &eg_gelu_tanh,  &eg_silu,       &eg_scaled_softplus,
    NULL};

/* One item of the text form, without the blanks around it: its first word and the others. */
struct item {
    char name[24], words[64];
    char text[90];   /* all of it, for messages */
    int is_too_long; /* and therefore cut */
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
        size_t layer;
    } marks[EG_LAYERS_MAX];
};

static int add_joining_layer(struct draft *draft, const struct eg_layer_type *type,
                             const char *words, size_t joins, struct eg_error *error)
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
    if (joins)
        layer->to = network->layers[joins - 1].to;
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
    const int status = add_joining_layer(draft, type, words, 0, error);
    return status || !type->second ? status : add_layer(draft, type->second, "", error);
}

/* Makes a copy of what there is, so that the layers from now on do not change it. */
static int add_copy(struct draft *draft, struct eg_error *error)
{
    return add_joining_layer(draft, &eg_join, "", 0, error);
}

/* "mark NAME": the output of the last layer, or a copy of the network's input */
static int add_mark(struct draft *draft, const struct item *item, struct eg_error *error)
{
    struct eg_network *network = draft->network;
    size_t i = 0;
    if (!*item->words || strchr(item->words, ' ') || strlen(item->words) >= sizeof draft->marks[0].name)
        return eg_fail(error, EG_USAGE, "network: '%s': give one short name, as \"mark a\"",
                       item->text);
    const int status = network->layer_count ? EG_OK : add_copy(draft, error);
    while (i < draft->count && strcmp(draft->marks[i].name, item->words) != 0)
        i++;
    if (!status && i == EG_LAYERS_MAX)
        return eg_fail(error, EG_USAGE, "network: more than %d marks", EG_LAYERS_MAX);
    draft->count += i == draft->count;
    strcpy(draft->marks[i].name, item->words);
    draft->marks[i].layer = network->layer_count - 1;
    return status;
}

/* "add NAME" and "from NAME" */
static int add_join(struct draft *draft, const struct eg_layer_type *type, const struct item *item,
                    struct eg_error *error)
{
    struct eg_network *network = draft->network;
    const struct eg_image now = network->shape;
    size_t i = 0;
    while (i < draft->count && strcmp(draft->marks[i].name, item->words) != 0)
        i++;
    if (i == draft->count)
        return eg_fail(error, EG_USAGE,
                       "network: '%s': there is no mark of that name before it; write \"mark %s\" "
                       "after the layer that it is to take",
                       item->text, *item->words ? item->words : "a");
    struct eg_layer *marked = &network->layers[draft->marks[i].layer];
    const struct eg_image *to = &marked->to;
    if (type == &eg_join &&
        (now.height != to->height || now.width != to->width || now.channels != to->channels))
        return eg_fail(error, EG_USAGE,
                       "network: '%s': %zux%zux%zu cannot be added to the mark's %zux%zux%zu: bring "
                       "it to that shape (\"mark b, from a, conv 1x1x%zu stride N, add b\")",
                       item->text, now.height, now.width, now.channels, to->height, to->width,
                       to->channels, now.channels);
    marked->is_marked = 1;
    return add_joining_layer(draft, type, "", draft->marks[i].layer + 1, error);
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

int eg_network_alloc_on_graph(struct eg_network *network, size_t inputs, const char *text,
                              const struct eg_graph *propagation, struct eg_error *error)
{
    *network = (struct eg_network){
        .inputs = inputs, .outputs = inputs, .shape = {1, 1, inputs}, .graph = propagation};
    struct draft draft = {.network = network};
    int status = EG_OK;
    struct item item;
    for (const char *cursor = text; !status && next_item(&cursor, &item); draft.items++)
        status = add_item(&draft, &item, error);
    if (!status && network->layer_count == 0)
        status = eg_fail(error, EG_USAGE, "network: '%s' has no layer", text);
    if (status)
        return status;
    network->theta = eg_alloc(network->parameters + 1, sizeof *network->theta, error);
    if (!network->theta)
        return EG_INTERNAL;
    eg_network_choose_convolutions(network, EG_USUAL_ROWS);
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].parameters && !network->layers[l].weights)
            network->layers[l].type->initialise(&network->layers[l], EG_GLOROT_UNIFORM, NULL,
                                                network->theta + network->layers[l].offset);
    return EG_OK;
}

int eg_network_alloc(struct eg_network *network, size_t inputs, const char *text,
                     struct eg_error *error)
{
    return eg_network_alloc_on_graph(network, inputs, text, NULL, error);
}

void eg_network_free(struct eg_network *network)
{
    free(network->theta);
    *network = (struct eg_network){0};
}

void eg_network_initialise(struct eg_network *network, enum eg_initialiser initialiser,
                           struct eg_stream stream)
{
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        struct eg_stream own = eg_stream_item(&stream, l);
        if (layer->type->initialise)
            layer->type->initialise(layer, initialiser, &own, network->theta + layer->offset);
    }
}

void eg_network_choose_convolutions(struct eg_network *network, size_t rows)
{
    for (struct eg_layer *l = network->layers; l < network->layers + network->layer_count; l++)
        if (l->type == &eg_convolution)
            eg_convolution_use(l, rows ? eg_winograd_choose(l, rows) : NULL);
}

int eg_network_is_curved(const struct eg_network *network)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].activation->curve || network->layers[l].type->curve)
            return 1;
    return 0;
}

size_t eg_network_marked(const struct eg_network *network)
{
    size_t sum = 0;
    for (size_t l = 0; l < network->layer_count; l++)
        sum += network->layers[l].is_marked ? network->layers[l].outputs : 0;
    return sum;
}

size_t eg_network_width(const struct eg_network *network)
{
    size_t width = network->inputs;
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].outputs > width)
            width = network->layers[l].outputs;
    return width;
}

/* Rows that go through at once: few enough for the cache, enough for a matrix product. */
static size_t choose_block(size_t rows, size_t width)
{
    enum { MOST = 256, LEAST = 32, NUMBERS = 1 << 20 };
    const size_t fit = NUMBERS / width;
    const size_t block = fit > MOST ? MOST : fit < LEAST ? LEAST : fit;
    return rows < block ? rows : block;
}

/* rooms: two in turn, then that of marked layers */
static void predict_block(const struct eg_network *network, const struct eg_workers *workers,
                          size_t m, const real *x, real *const rooms[3], real *output)
{
    const real *in = x;
    real *values[EG_LAYERS_MAX] = {0}, *marked = rooms[2];
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        real *out = l + 1 < network->layer_count ? rooms[l % 2] : output;
        if (layer->is_marked) {
            out = values[l] = marked;
            marked += m * layer->outputs;
        }
        eg_layer_forward(workers, layer, network->theta + layer->offset, m, in, out);
        eg_layer_join(workers, layer, m, values, out);
        eg_layer_activate(workers, layer, m, out);
        in = out;
    }
}

size_t eg_network_predict_bytes(const struct eg_network *network, size_t rows)
{
    const size_t width = eg_network_width(network);
    const size_t each = 2 * width + eg_network_marked(network);
    return (choose_block(rows, width) * each + 1) * sizeof(real) + eg_workers_bytes(network, 1);
}

int eg_network_predict(const struct eg_network *network, size_t rows, const real *x, real *output,
                       struct eg_error *error)
{
    const size_t width = eg_network_width(network);
    /* A call of a black box costs more than its rows. */
    const size_t block = network->layers[0].black_box ? rows : choose_block(rows, width);
    struct eg_workers workers = {0};
    real *scratch = eg_alloc(block * (2 * width + eg_network_marked(network)) + 1, sizeof *scratch,
                             error);
    if (!scratch || eg_workers_alloc(&workers, network, 1, error)) {
        free(scratch);
        return EG_INTERNAL;
    }
    real *const rooms[] = {scratch, scratch + block * width, scratch + 2 * block * width};
    for (size_t first = 0; first < rows; first += block)
        predict_block(network, &workers, rows - first < block ? rows - first : block,
                      x + first * network->inputs, rooms, output + first * network->outputs);
    eg_workers_free(&workers);
    free(scratch);
    return EG_OK;
}
