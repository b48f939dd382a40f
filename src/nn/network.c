/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "nn/window.h"
#include "nn/winograd.h"
#include "nn/workers.h"

static const struct eg_layer_type *const layer_types[] = {
    &eg_dense,      &eg_convolution,       &eg_max_pool, &eg_mean_pool,
    &eg_batch_norm, &eg_graph_convolution, NULL};

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

static int add_layer(struct eg_network *network, const struct eg_layer_type *type,
                     const char *words, struct eg_error *error)
{
    if (network->layer_count == EG_LAYERS_MAX)
        return eg_fail(error, EG_USAGE, "network: more than %d layers", EG_LAYERS_MAX);
    struct eg_layer *layer = &network->layers[network->layer_count++];
    *layer = (struct eg_layer){.type = type,
                               .activation = &eg_identity,
                               .from = network->shape,
                               .inputs = network->outputs,
                               .graph = network->graph,
                               .offset = network->parameters};
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

static int add_item(struct eg_network *network, const struct item *item, int is_first,
                    struct eg_error *error)
{
    for (size_t i = 0; layer_types[i] && !item->is_too_long; i++)
        if (strcmp(item->name, layer_types[i]->name) == 0)
            return add_layer(network, layer_types[i], item->words, error);
    if (strcmp(item->name, "image") == 0 && !item->is_too_long)
        return set_shape(network, item->words, is_first, error);
    struct eg_layer *last = network->layer_count ? &network->layers[network->layer_count - 1]
                                                 : NULL;
    if (last && strcmp(item->name, "dropout") == 0 && !item->is_too_long)
        return set_dropout(last, item->words, error);
    if (strcmp(item->text, "flatten") == 0) {
        network->shape = (struct eg_image){1, 1, network->outputs};
        return EG_OK;
    }
    const struct eg_activation *activation = eg_activation_find(item->text, strlen(item->text));
    if (last && activation) {
        last->activation = activation;
        return EG_OK;
    }
    return eg_fail(
        error, EG_USAGE,
        "network: '%s' is not a layer: write \"dense UNITS\", \"conv HxWxC\", \"pool N\", "
        "\"mean_pool N\", \"graphconv C\", \"batchnorm\", \"flatten\", and after a layer an "
        "activation (relu, softplus, tanh, sigmoid) or \"dropout RATE\"",
        item->text);
}

int eg_network_alloc_on_graph(struct eg_network *network, size_t inputs, const char *text,
                              const struct eg_graph *propagation, struct eg_error *error)
{
    *network = (struct eg_network){
        .inputs = inputs, .outputs = inputs, .shape = {1, 1, inputs}, .graph = propagation};
    int status = EG_OK;
    int is_first = 1;
    struct item item;
    for (const char *cursor = text; !status && next_item(&cursor, &item); is_first = 0)
        status = add_item(network, &item, is_first, error);
    if (!status && network->layer_count == 0)
        status = eg_fail(error, EG_USAGE, "network: '%s' has no layer", text);
    if (status)
        return status;
    network->theta = eg_alloc(network->parameters + 1, sizeof *network->theta, error);
    if (!network->theta)
        return EG_INTERNAL;
    eg_network_choose_convolutions(network, EG_USUAL_ROWS);
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].type->statistics)
            network->layers[l].type->initialise(&network->layers[l], EG_GLOROT_UNIFORM, NULL,
                                                network->theta + network->layers[l].offset);
    return EG_OK;
}

int eg_network_alloc(struct eg_network *network, size_t inputs, const char *text,
                     struct eg_error *error)
{
    return eg_network_alloc_on_graph(network, inputs, text, NULL, error);
}

int eg_network_count_work(size_t inputs, const char *text, double *work, struct eg_error *error)
{
    struct eg_network network = {0};
    const int status = eg_network_alloc(&network, inputs, text, error);
    *work = 0;
    for (size_t l = 0; l < network.layer_count && !status; l++)
        *work += (double)network.layers[l].work;
    eg_network_free(&network);
    return status;
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
        if (network->layers[l].activation->curve)
            return 1;
    return 0;
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

static void predict_block(const struct eg_network *network, const struct eg_workers *workers,
                          size_t m, const real *x, real *const halves[2], real *output)
{
    const real *in = x;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        real *out = l + 1 < network->layer_count ? halves[l % 2] : output;
        eg_layer_forward(workers, layer, network->theta + layer->offset, m, in, out);
        eg_layer_activate(workers, layer, m, out);
        in = out;
    }
}

size_t eg_network_predict_bytes(const struct eg_network *network, size_t rows)
{
    const size_t width = eg_network_width(network);
    return (2 * choose_block(rows, width) * width + 1) * sizeof(real) +
           eg_workers_bytes(network, 1);
}

int eg_network_predict(const struct eg_network *network, size_t rows, const real *x, real *output,
                       struct eg_error *error)
{
    const size_t width = eg_network_width(network);
    /* A call of a black box costs more than its rows. */
    const size_t block = network->layers[0].black_box ? rows : choose_block(rows, width);
    struct eg_workers workers = {0};
    real *scratch = eg_alloc(2 * block * width + 1, sizeof *scratch, error);
    if (!scratch || eg_workers_alloc(&workers, network, 1, error)) {
        free(scratch);
        return EG_INTERNAL;
    }
    real *const halves[2] = {scratch, scratch + block * width};
    for (size_t first = 0; first < rows; first += block)
        predict_block(network, &workers, rows - first < block ? rows - first : block,
                      x + first * network->inputs, halves, output + first * network->outputs);
    eg_workers_free(&workers);
    free(scratch);
    return EG_OK;
}
