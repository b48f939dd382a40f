/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct eg_layer_type *const layer_types[] = {&eg_dense, NULL};

/* One word of the text form, without the blanks around it. */
struct item {
    const char *text;
    size_t length;      /* of the whole item */
    size_t name_length; /* of its first word */
    double number;      /* after the first word; -1 where there is none */
};

static int next_item(const char **cursor, struct item *item)
{
    while (isspace((unsigned char)**cursor))
        (*cursor)++;
    const char *end = strchr(*cursor, ',');
    if (!end)
        end = *cursor + strlen(*cursor);
    const char *next = *end ? end + 1 : end;
    while (end > *cursor && isspace((unsigned char)end[-1]))
        end--;
    item->text = *cursor;
    item->length = (size_t)(end - *cursor);
    item->name_length = 0;
    while (item->name_length < item->length &&
           !isspace((unsigned char)item->text[item->name_length]))
        item->name_length++;
    item->number = -1;
    if (item->name_length < item->length) {
        char *stop;
        item->number = strtod(item->text + item->name_length, &stop);
        if (stop != end)
            item->number = -2;
    }
    *cursor = next;
    return item->length > 0;
}

static int is_named(const struct item *item, const char *name)
{
    return item->name_length == strlen(name) && memcmp(item->text, name, item->name_length) == 0;
}

static int add_layer(struct eg_network *network, const struct eg_layer_type *type, size_t number,
                     struct eg_error *error)
{
    if (network->layer_count == EG_LAYERS_MAX)
        return eg_fail(error, EG_USAGE, "a network of more than %d layers", EG_LAYERS_MAX);
    struct eg_layer *layer = &network->layers[network->layer_count++];
    *layer = (struct eg_layer){.type = type,
                               .activation = &eg_identity,
                               .inputs = network->outputs,
                               .offset = network->parameters};
    const int status = type->shape(layer, number, error);
    network->outputs = layer->outputs;
    network->parameters += layer->parameters;
    return status;
}

static int add_item(struct eg_network *network, const struct item *item, struct eg_error *error)
{
    for (size_t i = 0; layer_types[i]; i++)
        if (is_named(item, layer_types[i]->name) && item->number >= 0 && item->number < 1e9)
            return add_layer(network, layer_types[i], (size_t)item->number, error);
    struct eg_layer *last = network->layer_count ? &network->layers[network->layer_count - 1]
                                                 : NULL;
    if (last && is_named(item, "dropout") && item->number >= 0 && item->number < 1) {
        last->dropout = item->number;
        return EG_OK;
    }
    const struct eg_activation *activation = eg_activation_find(item->text, item->name_length);
    if (last && activation && item->number == -1) {
        last->activation = activation;
        return EG_OK;
    }
    return eg_fail(error, EG_USAGE,
                   "network: '%.*s' is not a layer: write \"dense UNITS\", an activation (relu, "
                   "softplus, tanh, sigmoid) or \"dropout RATE\" after a layer",
                   (int)item->length, item->text);
}

int eg_network_alloc(struct eg_network *network, size_t inputs, const char *text,
                     struct eg_error *error)
{
    *network = (struct eg_network){.inputs = inputs, .outputs = inputs};
    int status = EG_OK;
    struct item item;
    for (const char *cursor = text; !status && next_item(&cursor, &item);)
        status = add_item(network, &item, error);
    if (!status && network->layer_count == 0)
        status = eg_fail(error, EG_USAGE, "network: '%s' has no layer", text);
    if (status)
        return status;
    network->theta = eg_alloc(network->parameters, sizeof *network->theta, error);
    return network->theta ? EG_OK : EG_INTERNAL;
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

int eg_network_predict(const struct eg_network *network, size_t rows, const real *x, real *output,
                       struct eg_error *error)
{
    const size_t block = rows < 256 ? rows : 256; /* small enough for the cache */
    const size_t width = eg_network_width(network);
    real *scratch = eg_alloc(2 * block * width, sizeof *scratch, error);
    if (!scratch)
        return EG_INTERNAL;
    for (size_t first = 0; first < rows; first += block) {
        const size_t m = rows - first < block ? rows - first : block;
        const real *in = x + first * network->inputs;
        for (size_t l = 0; l < network->layer_count; l++) {
            const struct eg_layer *layer = &network->layers[l];
            real *out = scratch + (l % 2) * block * width;
            layer->type->forward(layer, network->theta + layer->offset, m, in, out);
            layer->activation->apply(m * layer->outputs, out);
            in = out;
        }
        memcpy(output + first * network->outputs, in, m * network->outputs * sizeof *output);
    }
    free(scratch);
    return EG_OK;
}

static int predict_one_output(const void *context, size_t rows, const real *x, real *output,
                              struct eg_error *error)
{
    return eg_network_predict(context, rows, x, output, error);
}

struct eg_predictor eg_network_predictor(const struct eg_network *network)
{
    return (struct eg_predictor){
        .context = network, .inputs = network->inputs, .predict = predict_one_output};
}
