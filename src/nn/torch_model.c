/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/torch_names.h"

static const char text_key[] = "egbench.network";

/* Epsilon of our batch norm less PyTorch's. */
static const double epsilon_gap = 1e-3 - 1e-5;

/* A tensor of a layer: where its numbers are in the layer's parameters. */
struct part {
    const char *name;
    int ndim;
    size_t shape[4]; /* as PyTorch has it */
    size_t offset;   /* from the layer's first parameter */
    double added;    /* to each number in the file, for ours */
    int is_optional;
};

enum { PARTS_MAX = 4 };

/* The tensors of a layer; 0 for layers that have none. */
static size_t list_parts(const struct eg_layer *layer, struct part parts[PARTS_MAX])
{
    const size_t to = layer->type == &eg_dense ? layer->outputs : layer->to.channels;
    const struct part bias = {"bias", 1, {to}, layer->weights, 0, 1};
    if (layer->type == &eg_dense) {
        parts[0] = (struct part){"weight", 2, {to, layer->inputs}, 0, 0, 0};
        parts[1] = bias;
        return 2;
    }
    if (layer->type == &eg_convolution) {
        parts[0] = (struct part){
            "weight", 4, {to, layer->from.channels, layer->window.height, layer->window.width},
            0,        0, 0};
        parts[1] = bias;
        return 2;
    }
    if (layer->type == &eg_batch_norm) {
        static const char *const names[] = {"weight", "bias", "running_mean", "running_var"};
        for (size_t i = 0; i < PARTS_MAX; i++)
            parts[i] = (struct part){names[i], 1, {to}, i * to, i == 3 ? -epsilon_gap : 0, 0};
        return PARTS_MAX;
    }
    return 0;
}

/* Where number i of a part in PyTorch's order stands in ours. */
static size_t find_place(const struct eg_layer *layer, const struct eg_image *order,
                         const struct part *part, size_t i)
{
    const int is_flattened = eg_image_size(order) > 0;
    if (part->ndim == 4) {
        const size_t window = part->shape[2] * part->shape[3], channels = part->shape[1];
        const size_t unit = i / (channels * window), rest = i % (channels * window);
        const struct eg_image image = {part->shape[2], part->shape[3], channels};
        return unit * channels * window + eg_channels_last(&image, rest);
    }
    if (part->ndim == 2 && is_flattened)
        return i / layer->inputs * layer->inputs + eg_channels_last(order, i % layer->inputs);
    if (layer->type == &eg_batch_norm && is_flattened)
        return eg_channels_last(order, i);
    return i;
}

/* Name of a part's tensor: "2.weight". */
struct tensor_name {
    char text[64];
};

static struct tensor_name name_part(size_t module, const struct part *part)
{
    struct tensor_name name;
    snprintf(name.text, sizeof name.text, "%zu.%s", module, part->name);
    return name;
}

/* "0.weight, 0.bias, 2.weight", the first of them */
static struct eg_shape_text list_names(const struct eg_tensors *tensors)
{
    struct eg_shape_text list = {""};
    size_t used = 0;
    for (size_t i = 0; i < tensors->count; i++) {
        if (used + strlen(tensors->items[i].name) + 8 > sizeof list.text) {
            snprintf(list.text + used, sizeof list.text - used, ", ...");
            break;
        }
        used += (size_t)snprintf(list.text + used, sizeof list.text - used, "%s%s", i ? ", " : "",
                                 tensors->items[i].name);
    }
    return list;
}

static int take_part(const char *path, const struct eg_tensors *tensors,
                     const struct eg_layer *layer, const struct eg_torch_layer *facts,
                     const struct part *part, real *theta, struct eg_error *error)
{
    const struct tensor_name name = name_part(facts->module, part);
    const struct eg_tensor *tensor = eg_tensors_find(tensors, name.text);
    const struct eg_shape_text wanted = eg_format_shape(part->ndim, part->shape);
    if (!tensor && part->is_optional)
        return EG_OK;
    if (!tensor)
        return eg_fail(error, EG_DATA,
                       "%s: no tensor '%s', of shape %s, for the layer '%s'; the file has %s", path,
                       name.text, wanted.text, layer->type->name,
                       tensors->count ? list_names(tensors).text : "none");
    if (tensor->ndim != part->ndim ||
        memcmp(tensor->shape, part->shape, (size_t)part->ndim * sizeof *part->shape) != 0)
        return eg_fail(error, EG_DATA, "%s: tensor '%s' has shape %s where the layer '%s' needs %s",
                       path, name.text, eg_format_shape(tensor->ndim, tensor->shape).text,
                       layer->type->name, wanted.text);
    if (!tensor->data)
        return eg_fail(error, EG_DATA,
                       "%s: tensor '%s' is of type %s where F32 or F64 is needed; save it after "
                       "model.float()",
                       path, name.text, tensor->type);
    for (size_t i = 0; i < tensor->count; i++)
        theta[part->offset + find_place(layer, &facts->order, part, i)] =
            (real)((double)tensor->data[i] + part->added);
    return EG_OK;
}

/* Every tensor of the file must be somebody's; PyTorch's batch norm counts its batches besides. */
static int find_strangers(const char *path, const struct eg_tensors *tensors,
                          const struct eg_network *network, const char *text,
                          const struct eg_torch_layer *facts, struct eg_error *error)
{
    for (size_t i = 0; i < tensors->count; i++) {
        const char *name = tensors->items[i].name, *dot = strrchr(name, '.');
        int is_known = dot && strcmp(dot, ".num_batches_tracked") == 0;
        for (size_t l = 0; l < network->layer_count; l++) {
            struct part parts[PARTS_MAX];
            const size_t count = list_parts(&network->layers[l], parts);
            for (size_t k = 0; k < count; k++)
                is_known |= strcmp(name_part(facts[l].module, &parts[k]).text, name) == 0;
        }
        if (!is_known)
            return eg_fail(
                error, EG_DATA, "%s: tensor '%s' %s belongs to no layer of the network \"%s\"",
                path, name, eg_format_shape(tensors->items[i].ndim, tensors->items[i].shape).text,
                text);
    }
    return EG_OK;
}

/* Numbers of the modules with a weight, rising; returns how many, or 0 with *error filled. */
static size_t list_modules(const char *path, const struct eg_tensors *tensors,
                           size_t modules[EG_LAYERS_MAX], struct eg_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < tensors->count && count < EG_LAYERS_MAX; i++) {
        char *end;
        const char *name = tensors->items[i].name;
        const size_t module = *name >= '0' && *name <= '9' ? strtoul(name, &end, 10) : 0;
        if (*name < '0' || *name > '9' || strcmp(end, ".weight") != 0)
            continue;
        size_t at = count++;
        for (; at > 0 && modules[at - 1] > module; at--)
            modules[at] = modules[at - 1];
        modules[at] = module;
    }
    if (count == 0)
        eg_fail(error, EG_DATA,
                "%s: no tensor is named as a PyTorch Sequential names them (\"0.weight\"); the "
                "file has %s",
                path, tensors->count ? list_names(tensors).text : "none");
    return count;
}

/* "dense 32, relu, dense 1" from the shapes; NULL with *error filled. */
static char *infer_text(const char *path, const struct eg_tensors *tensors,
                        struct eg_torch_layer facts[EG_LAYERS_MAX], struct eg_error *error)
{
    enum { LONGEST_ITEM = 40 };
    size_t modules[EG_LAYERS_MAX], used = 0;
    const size_t count = list_modules(path, tensors, modules, error);
    char *text = count ? eg_alloc(count, LONGEST_ITEM, error) : NULL;
    for (size_t l = 0; text && l < count; l++) {
        char name[64];
        snprintf(name, sizeof name, "%zu.weight", modules[l]);
        const struct eg_tensor *tensor = eg_tensors_find(tensors, name);
        if (!tensor || tensor->ndim != 2) {
            eg_fail(error, EG_DATA,
                    "%s: tensor '%s' is not the matrix of a dense layer; name the network's layers "
                    "(\"image 28x28x1, conv 5x5x32, relu, flatten, dense 10\")",
                    path, name);
            free(text);
            return NULL;
        }
        used += (size_t)snprintf(text + used, count * LONGEST_ITEM - used, "%sdense %zu",
                                 l ? ", relu, " : "", tensor->shape[0]);
        facts[l] = (struct eg_torch_layer){.module = modules[l]};
    }
    return text;
}

/* How many features the network takes: what its image says, else what its first weight has. */
static size_t find_inputs(const struct eg_tensors *tensors, const struct eg_torch_layer *first,
                          const struct eg_image *shape)
{
    char name[64];
    if (eg_image_size(shape) > 0)
        return eg_image_size(shape);
    snprintf(name, sizeof name, "%zu.weight", first->module);
    const struct eg_tensor *tensor = eg_tensors_find(tensors, name);
    if (!tensor || tensor->ndim == 0)
        return 1; /* the layer says what is missing */
    return tensor->ndim == 2 ? tensor->shape[1] : tensor->shape[0];
}

/* A first weight that fits but for its columns: it is rather the rows that are others. */
static int check_inputs(const char *path, const struct eg_tensors *tensors,
                        const struct eg_torch_layer *first, const struct eg_network *network,
                        struct eg_error *error)
{
    char name[64];
    snprintf(name, sizeof name, "%zu.weight", first->module);
    const struct eg_tensor *tensor = eg_tensors_find(tensors, name);
    if (!tensor || network->layers[0].type != &eg_dense || tensor->ndim != 2 ||
        tensor->shape[0] != network->layers[0].outputs || tensor->shape[1] == network->inputs)
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "%s: the network takes %zu features (tensor '%s' has shape %s), the rows have "
                   "%zu",
                   path, tensor->shape[1], name, eg_format_shape(2, tensor->shape).text,
                   network->inputs);
}

static int fill_network(const char *path, const struct eg_tensors *tensors,
                        const struct eg_torch_layer *facts, struct eg_torch_model *model,
                        struct eg_error *error)
{
    struct eg_network *network = &model->network;
    int status = EG_OK;
    for (size_t l = 0; !status && l < network->layer_count; l++) {
        struct part parts[PARTS_MAX];
        const struct eg_layer *layer = &network->layers[l];
        const size_t count = list_parts(layer, parts);
        if (layer->type == &eg_graph_convolution)
            return eg_fail(error, EG_USAGE, "%s: graph convolutions cannot be read", path);
        for (size_t k = 0; !status && k < count; k++)
            status = take_part(path, tensors, layer, &facts[l], &parts[k],
                               network->theta + layer->offset, error);
    }
    return status ? status : find_strangers(path, tensors, network, model->text, facts, error);
}

static char *copy_text(const char *text, struct eg_error *error)
{
    char *copy = eg_alloc(strlen(text) + 1, 1, error);
    if (copy)
        strcpy(copy, text);
    return copy;
}

static int make_model(const char *path, size_t inputs, const char *text,
                      const struct eg_tensors *tensors, struct eg_torch_model *model,
                      struct eg_error *error)
{
    struct eg_torch_layer facts[EG_LAYERS_MAX] = {0};
    struct eg_image shape = {0};
    const char *stored = eg_tensors_note(tensors, text_key);
    model->source = text ? EG_TEXT_GIVEN : stored ? EG_TEXT_STORED : EG_TEXT_INFERRED;
    if (text || stored) {
        model->text = copy_text(text ? text : stored, error);
        eg_torch_walk(text ? text : stored, facts, &shape);
    } else {
        model->text = infer_text(path, tensors, facts, error);
    }
    if (!model->text)
        return error ? error->status : EG_DATA;
    const size_t own = find_inputs(tensors, &facts[0], &shape);
    int status = eg_network_alloc(&model->network,
                                  inputs ? inputs
                                  : own  ? own
                                         : 1,
                                  model->text, error);
    if (status)
        return status;
    status = check_inputs(path, tensors, &facts[0], &model->network, error);
    if (status)
        return status;
    eg_torch_find_orders(&model->network, &shape, facts);
    return fill_network(path, tensors, facts, model, error);
}

int eg_torch_model_read(const char *path, size_t inputs, const char *text,
                        struct eg_torch_model *model, struct eg_error *error)
{
    struct eg_tensors tensors;
    *model = (struct eg_torch_model){0};
    int status = eg_safetensors_read(path, &tensors, error);
    if (status)
        return status;
    status = make_model(path, inputs, text, &tensors, model, error);
    eg_tensors_free(&tensors);
    if (status)
        eg_torch_model_free(model);
    return status;
}

static int add_layer(const struct eg_layer *layer, const real *theta,
                     const struct eg_torch_layer *facts, struct eg_tensors *tensors,
                     struct eg_error *error)
{
    struct part parts[PARTS_MAX];
    const size_t count = list_parts(layer, parts);
    for (size_t k = 0; k < count; k++) {
        struct eg_tensor *tensor = eg_tensors_add(tensors, name_part(facts->module, &parts[k]).text,
                                                  parts[k].ndim, parts[k].shape, error);
        if (!tensor)
            return EG_INTERNAL;
        for (size_t i = 0; i < tensor->count; i++)
            tensor->data[i] = (real)((double)theta[parts[k].offset +
                                                   find_place(layer, &facts->order, &parts[k], i)] -
                                     parts[k].added);
    }
    return EG_OK;
}

/* Whether the text makes layers of the same types and sizes. */
static int check_text(const char *path, const struct eg_network *network, const char *text,
                      struct eg_error *error)
{
    struct eg_network made = {0};
    int status = eg_network_alloc_on_graph(&made, network->inputs, text, network->graph, error);
    int is_same = made.layer_count == network->layer_count &&
                  made.parameters == network->parameters;
    for (size_t l = 0; !status && is_same && l < made.layer_count; l++) {
        is_same = made.layers[l].type == network->layers[l].type &&
                  made.layers[l].activation == network->layers[l].activation &&
                  made.layers[l].outputs == network->layers[l].outputs;
        if (made.layers[l].type == &eg_graph_convolution)
            status = eg_fail(error, EG_USAGE, "%s: PyTorch has no module for 'graphconv'", path);
    }
    if (!status && !is_same)
        status = eg_fail(error, EG_USAGE, "%s: the text \"%s\" does not make this network", path,
                         text);
    eg_network_free(&made);
    return status;
}

int eg_torch_model_write(const char *path, const struct eg_network *network, const char *text,
                         int is_single, struct eg_error *error)
{
    struct eg_torch_layer facts[EG_LAYERS_MAX] = {0};
    struct eg_image shape;
    struct eg_tensors tensors = {0};
    int status = check_text(path, network, text, error);
    if (status)
        return status;
    eg_torch_walk(text, facts, &shape);
    eg_torch_find_orders(network, &shape, facts);
    for (size_t l = 0; !status && l < network->layer_count; l++)
        status = add_layer(&network->layers[l], network->theta + network->layers[l].offset,
                           &facts[l], &tensors, error);
    if (!status)
        status = eg_tensors_set_note(&tensors, "format", "pt", error);
    if (!status)
        status = eg_tensors_set_note(&tensors, text_key, text, error);
    if (!status)
        status = eg_safetensors_write(path, &tensors, is_single, error);
    eg_tensors_free(&tensors);
    return status;
}

void eg_torch_model_free(struct eg_torch_model *model)
{
    eg_network_free(&model->network);
    free(model->text);
    *model = (struct eg_torch_model){0};
}
