/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/torch_guess.h"
#include "nn/torch_parts.h"

static const char text_key[] = "egbench.network";

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
                     const struct eg_torch_part *part, real *theta, struct eg_error *error)
{
    const struct eg_tensor_name name = eg_torch_name_part(facts->module, part);
    const struct eg_tensor *tensor = eg_tensors_find(tensors, name.text);
    const struct eg_shape_text wanted = eg_format_shape(part->ndim, part->shape);
    if (!tensor && part->is_optional) {
        size_t numbers = 1;
        for (int i = 0; i < part->ndim; i++)
            numbers *= part->shape[i];
        for (size_t i = 0; i < numbers; i++)
            theta[part->offset + i] = (real)part->otherwise;
        return EG_OK;
    }
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
        return eg_fail(
            error, EG_DATA,
            "%s: tensor '%s' is of type %s where F64, F32, F16 or BF16 is needed; save it "
            "after model.float()",
            path, name.text, tensor->type);
    for (size_t i = 0; strcmp(part->name, "running_var") == 0 && i < tensor->count; i++)
        if (tensor->data[i] < 0)
            return eg_fail(error, EG_DATA,
                           "%s: tensor '%s': number %zu is %g; no variance is below 0", path,
                           name.text, i, (double)tensor->data[i]);
    for (size_t i = 0; i < tensor->count; i++)
        theta[part->offset + eg_torch_find_place(layer, &facts->order, part, i)] =
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
            struct eg_torch_part parts[EG_TORCH_PARTS_MAX];
            const size_t count = eg_torch_list_parts(&network->layers[l], parts);
            for (size_t k = 0; k < count; k++)
                is_known |= strcmp(eg_torch_name_part(facts[l].module, &parts[k]).text, name) == 0;
        }
        if (!is_known)
            return eg_fail(
                error, EG_DATA, "%s: tensor '%s' %s belongs to no layer of the network \"%s\"",
                path, name, eg_format_shape(tensors->items[i].ndim, tensors->items[i].shape).text,
                text);
    }
    return EG_OK;
}

/* Whether the modules are those that the walk numbered, each of them `more` further. */
static int are_modules(const size_t *modules, const size_t *walked, size_t count, size_t more)
{
    for (size_t i = 0; i < count; i++)
        if (modules[i] != walked[i] + more)
            return 0;
    return 1;
}

/* A Flatten that rows do not need may stand before all, and a ModuleList numbers its layers alone. */
static void find_modules(const struct eg_network *network, const size_t *modules, size_t count,
                         enum eg_torch_place place, struct eg_torch_layer *facts)
{
    struct eg_torch_part parts[EG_TORCH_PARTS_MAX];
    size_t walked[EG_LAYERS_MAX], owners[EG_LAYERS_MAX], own = 0;
    int is_list = place == EG_TORCH_INSIDE;
    for (size_t l = 0; l < network->layer_count; l++)
        if (eg_torch_list_parts(&network->layers[l], parts)) {
            walked[own] = facts[l].module;
            owners[own++] = l;
        }
    for (size_t i = 0; i < count; i++)
        is_list &= modules[i] == i;
    if (own != count || (!are_modules(modules, walked, count, 1) && !is_list) ||
        are_modules(modules, walked, count, 0))
        return;
    for (size_t i = 0; i < count; i++)
        facts[owners[i]].module = modules[i];
}

/* The text where nobody gave one; NULL with *error filled, and *guess where it is only guessed. */
static char *infer_text(const char *path, const struct eg_tensors *tensors, const size_t *modules,
                        size_t count, enum eg_torch_place place, char **guess,
                        struct eg_error *error)
{
    int is_certain;
    if (count == 0) {
        eg_fail(error, EG_DATA,
                "%s: no tensor is named as a PyTorch Sequential names them (\"0.weight\"); save "
                "model.NAME.state_dict() of the Sequential in it; the file has %s",
                path, tensors->count ? list_names(tensors).text : "none");
        return NULL;
    }
    char *text = eg_torch_guess_alloc(path, tensors, modules, count, &is_certain, error);
    if (!text || (is_certain && place == EG_TORCH_BARE))
        return text;
    *guess = text;
    eg_fail(error, EG_DATA,
            "%s: it does not tell the activations of its network; give the network's text, which "
            "with ReLU would be \"%s\"",
            path, text);
    return NULL;
}

/* How many features the network takes: what its image says, else what its first weight has. */
static size_t find_inputs(const struct eg_tensors *tensors, const size_t *modules, size_t count,
                          const struct eg_image *shape)
{
    char name[64];
    if (eg_image_size(shape) > 0)
        return eg_image_size(shape);
    snprintf(name, sizeof name, "%zu.weight", count ? modules[0] : 0);
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
    int status = eg_torch_check_missing(path, tensors, network, facts, error);
    for (size_t l = 0; !status && l < network->layer_count; l++) {
        struct eg_torch_part parts[EG_TORCH_PARTS_MAX];
        const struct eg_layer *layer = &network->layers[l];
        const size_t count = eg_torch_list_parts(layer, parts);
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
                      const struct eg_tensors *tensors, enum eg_torch_place place,
                      struct eg_torch_model *model, struct eg_error *error)
{
    struct eg_torch_layer facts[EG_LAYERS_MAX] = {0};
    struct eg_image shape = {0};
    size_t modules[EG_LAYERS_MAX];
    const size_t count = eg_torch_list_modules(tensors, modules);
    const char *stored = eg_tensors_note(tensors, text_key);
    model->source = text ? EG_TEXT_GIVEN : stored ? EG_TEXT_STORED : EG_TEXT_INFERRED;
    model->text = text || stored
                      ? copy_text(text ? text : stored, error)
                      : infer_text(path, tensors, modules, count, place, &model->guess, error);
    if (!model->text)
        return error ? error->status : EG_DATA;
    eg_torch_read_shape(model->text, &shape);
    const size_t own = find_inputs(tensors, modules, count, &shape);
    int status = eg_network_alloc(&model->network,
                                  inputs ? inputs
                                  : own  ? own
                                         : 1,
                                  model->text, error);
    if (status)
        return status;
    eg_torch_number(model->text, &model->network, facts);
    find_modules(&model->network, modules, count, place, facts);
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
    const enum eg_torch_place place = eg_torch_strip_prefix(&tensors);
    status = make_model(path, inputs, text, &tensors, place, model, error);
    eg_tensors_free(&tensors);
    if (status) {
        char *guess = model->guess;
        model->guess = NULL;
        eg_torch_model_free(model);
        model->guess = guess;
    }
    return status;
}

int eg_torch_model_of(const char *path, const struct eg_tensors *tensors, const char *text,
                      struct eg_torch_model *model, struct eg_error *error)
{
    *model = (struct eg_torch_model){0};
    const int status = make_model(path, 0, text, tensors, EG_TORCH_BARE, model, error);
    if (status)
        eg_torch_model_free(model);
    return status;
}

static int add_layer(const struct eg_layer *layer, const real *theta,
                     const struct eg_torch_layer *facts, struct eg_tensors *tensors,
                     struct eg_error *error)
{
    struct eg_torch_part parts[EG_TORCH_PARTS_MAX];
    const size_t count = eg_torch_list_parts(layer, parts);
    for (size_t k = 0; k < count; k++) {
        struct eg_tensor *tensor = eg_tensors_add(tensors,
                                                  eg_torch_name_part(facts->module, &parts[k]).text,
                                                  parts[k].ndim, parts[k].shape, error);
        if (!tensor)
            return EG_INTERNAL;
        for (size_t i = 0; i < tensor->count; i++)
            tensor->data[i] =
                (real)((double)theta[parts[k].offset +
                                     eg_torch_find_place(layer, &facts->order, &parts[k], i)] -
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
                  made.layers[l].parameter == network->layers[l].parameter &&
                  made.layers[l].joins == network->layers[l].joins &&
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
    eg_torch_read_shape(text, &shape);
    eg_torch_number(text, network, facts);
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
    free(model->guess);
    *model = (struct eg_torch_model){0};
}
