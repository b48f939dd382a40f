/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_parts.h"

#include <stdio.h>
#include <string.h>

/* Epsilon of our batch norm less PyTorch's. */
static const double epsilon_gap = 1e-3 - 1e-5;

static int is_scale(const struct eg_layer *layer)
{
    return layer->type == &eg_scale_numbers || layer->type == &eg_scale_channels;
}

/* Of channels, or of a row's numbers as the image that it is. */
static size_t list_scale_parts(const struct eg_layer *layer,
                               struct eg_torch_part parts[EG_TORCH_PARTS_MAX])
{
    const struct eg_image *row = &layer->from;
    const size_t count = layer->parameters / 2;
    const int is_image = layer->type == &eg_scale_numbers && row->height * row->width > 1;
    parts[0] = (struct eg_torch_part){"weight", 1, {count}, 0, 0, 1, 1};
    if (is_image) {
        const size_t shape[] = {row->channels, row->height, row->width};
        parts[0].ndim = 3;
        memcpy(parts[0].shape, shape, sizeof shape);
    }
    parts[1] = parts[0];
    parts[1].name = "bias";
    parts[1].offset = count;
    parts[1].otherwise = 0;
    return 2;
}

size_t eg_torch_list_parts(const struct eg_layer *layer,
                           struct eg_torch_part parts[EG_TORCH_PARTS_MAX])
{
    const size_t to = layer->type == &eg_dense ? layer->outputs : layer->to.channels;
    const struct eg_torch_part bias = {"bias", 1, {to}, layer->weights, 0, 1, 0};
    if (layer->type == &eg_dense) {
        parts[0] = (struct eg_torch_part){"weight", 2, {to, layer->inputs}, 0, 0, 0, 0};
        parts[1] = bias;
        return 2;
    }
    if (layer->type == &eg_convolution || layer->type == &eg_grouped_convolution) {
        const size_t from = layer->from.channels / layer->groups;
        parts[0] = (struct eg_torch_part){
            "weight", 4, {to, from, layer->window.height, layer->window.width}, 0, 0, 0, 0};
        parts[1] = bias;
        return 2;
    }
    if (layer->type == &eg_batch_norm) {
        static const char *const names[] = {"weight", "bias", "running_mean", "running_var"};
        for (size_t i = 0; i < EG_TORCH_PARTS_MAX; i++)
            parts[i] = (struct eg_torch_part){
                names[i], 1, {to}, i * to, i == 3 ? -epsilon_gap : 0, i < 2, i == 0};
        return EG_TORCH_PARTS_MAX;
    }
    return is_scale(layer) ? list_scale_parts(layer, parts) : 0;
}

size_t eg_torch_find_place(const struct eg_layer *layer, const struct eg_image *order,
                           const struct eg_torch_part *part, size_t i)
{
    const int is_flattened = eg_image_size(order) > 0;
    if (part->ndim == 4) {
        const size_t window = part->shape[2] * part->shape[3], channels = part->shape[1];
        const size_t unit = i / (channels * window), rest = i % (channels * window);
        const struct eg_image image = {part->shape[2], part->shape[3], channels};
        return unit * channels * window + eg_channels_last(&image, rest);
    }
    if (part->ndim == 3)
        return eg_channels_last(&layer->from, i);
    if (part->ndim == 2 && is_flattened)
        return i / layer->inputs * layer->inputs + eg_channels_last(order, i % layer->inputs);
    if ((layer->type == &eg_batch_norm || is_scale(layer)) && is_flattened)
        return eg_channels_last(order, i);
    return i;
}

struct eg_tensor_name eg_torch_name_part(size_t module, const struct eg_torch_part *part)
{
    struct eg_tensor_name name;
    snprintf(name.text, sizeof name.text, "%zu.%s", module, part->name);
    return name;
}

/* Optional parts that should be there together. */
struct seen {
    struct eg_tensor_name there, missing;
    int is_scale; /* that is missing */
};

static int check_seen(const char *path, const struct seen *seen, struct eg_error *error)
{
    if (!*seen->there.text || !*seen->missing.text)
        return EG_OK;
    return eg_fail(
        error, EG_DATA,
        "%s: no tensor '%s', though there is '%s'; if that layer has none, save %s as it", path,
        seen->missing.text, seen->there.text, seen->is_scale ? "ones" : "zeros");
}

int eg_torch_check_missing(const char *path, const struct eg_tensors *tensors,
                           const struct eg_network *network, const struct eg_torch_layer *facts,
                           struct eg_error *error)
{
    struct seen biases = {0};
    int status = EG_OK;
    for (size_t l = 0; l < network->layer_count && !status; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const int is_norm = layer->type == &eg_batch_norm || is_scale(layer);
        const int is_before_norm = l + 1 < network->layer_count &&
                                   (network->layers[l + 1].type == &eg_batch_norm ||
                                    network->layers[l + 1].type->second);
        struct eg_torch_part parts[EG_TORCH_PARTS_MAX];
        const size_t count = eg_torch_list_parts(layer, parts);
        struct seen own = {0}, *seen = is_norm ? &own : &biases;
        for (size_t k = 0; k < count; k++) {
            const struct eg_tensor_name name = eg_torch_name_part(facts[l].module, &parts[k]);
            const int is_there = eg_tensors_find(tensors, name.text) != NULL;
            if (!parts[k].is_optional || (is_before_norm && !is_norm))
                continue;
            *(is_there ? &seen->there : &seen->missing) = name;
            seen->is_scale |= !is_there && parts[k].otherwise == 1;
        }
        status = check_seen(path, seen, error);
    }
    return status;
}
