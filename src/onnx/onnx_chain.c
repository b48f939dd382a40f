/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/onnx_chain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known of an item in the chain. */
struct link {
    int is_needed, is_marked;
    size_t users; /* that are needed */
    size_t is;    /* the item that it is: itself, or the one that it was folded into */
};

struct chain {
    struct eg_onnx_graph *graph;
    struct link *links;
    size_t last;
    FILE *out;
    struct eg_tensors *tensors;
    size_t modules;
    int is_empty, has_layer, has_activation; /* has_activation: the last layer */
};

static size_t count_sources(const struct eg_onnx_item *item)
{
    return item->role == EG_ONNX_SUM ? 2 : 1;
}

/* An item stands behind those it hangs on. */
static void find_needed(struct chain *chain)
{
    const struct eg_onnx_graph *graph = chain->graph;
    for (size_t i = 0; i < graph->item_count; i++)
        chain->links[i].is = i;
    chain->links[chain->last].is_needed = 1;
    for (size_t i = chain->last; i > 0; i--)
        for (size_t k = 0; chain->links[i].is_needed && k < count_sources(&graph->items[i]); k++) {
            struct link *source = &chain->links[graph->items[i].from[k]];
            source->is_needed = 1;
            source->users++;
        }
}

/* --- factors and shifts as part of a layer's weights --- */

static int ensure_bias(struct chain *chain, struct eg_onnx_item *item)
{
    struct eg_onnx_array zeros;
    if (item->part_count > 1)
        return EG_OK;
    const int status = eg_onnx_array_alloc(&zeros, 1, &item->channels, chain->graph->error);
    if (!status)
        eg_onnx_add_part(item, "bias", &zeros);
    return status;
}

static void fold(const struct eg_onnx_item *scale, struct eg_onnx_item *into)
{
    const struct eg_onnx_array *weights = &into->parts[0].array;
    const size_t each = weights->count / into->channels;
    for (size_t i = 0; i < weights->count; i++)
        weights->data[i] *= scale->parts[0].array.data[i / each];
    for (size_t i = 0; i < into->channels; i++)
        into->parts[1].array.data[i] = into->parts[1].array.data[i] *
                                           scale->parts[0].array.data[i] +
                                       scale->parts[1].array.data[i];
}

static int fold_scales(struct chain *chain)
{
    struct eg_onnx_graph *graph = chain->graph;
    for (size_t i = 1; i <= chain->last; i++) {
        struct eg_onnx_item *item = &graph->items[i];
        const size_t from = chain->links[item->from[0]].is;
        struct eg_onnx_item *into = &graph->items[from];
        if (!chain->links[i].is_needed)
            continue;
        if (item->role == EG_ONNX_LINEAR && ensure_bias(chain, item))
            return EG_INTERNAL;
        if (item->role != EG_ONNX_SCALE || chain->links[item->from[0]].users != 1 ||
            (into->role != EG_ONNX_LINEAR && into->role != EG_ONNX_SCALE) ||
            into->channels != item->channels)
            continue;
        fold(item, into);
        chain->links[i].is = from;
        chain->links[item->from[0]].users = chain->links[i].users;
        chain->links[from].users = chain->links[i].users;
    }
    return EG_OK;
}

/* --- the row of layers --- */

static size_t find_source(const struct chain *chain, size_t item, size_t k)
{
    return chain->links[chain->graph->items[item].from[k]].is;
}

/* What is to be marked: what is added, and where the row goes on from another place than the last one. */
static void find_marks(struct chain *chain)
{
    size_t current = 0;
    for (size_t i = 1; i <= chain->last; i++) {
        if (!chain->links[i].is_needed || chain->links[i].is != i)
            continue;
        const size_t a = find_source(chain, i, 0), b = find_source(chain, i, 1);
        const int is_sum = chain->graph->items[i].role == EG_ONNX_SUM;
        if (a != current && !(is_sum && b == current))
            chain->links[a].is_marked = 1;
        if (is_sum)
            chain->links[a == current || b != current ? b : a].is_marked = 1;
        current = i;
    }
}

static void write_item(struct chain *chain, const char *word, size_t number)
{
    fprintf(chain->out, chain->is_empty ? "%s" : ", %s", word);
    if (number != (size_t)-1)
        fprintf(chain->out, " %zu", number);
    chain->is_empty = 0;
}

static int add_tensor(struct chain *chain, const struct eg_onnx_item *item, size_t part,
                      struct eg_error *error)
{
    struct eg_onnx_array
        *array = &chain->graph->items[item - chain->graph->items].parts[part].array;
    char name[64];
    snprintf(name, sizeof name, "%zu.%s", chain->modules, item->parts[part].name);
    struct eg_tensor *tensor = eg_tensors_add(chain->tensors, name, array->ndim, array->dims,
                                              error);
    if (!tensor)
        return EG_INTERNAL;
    for (size_t i = 0; i < array->count; i++) {
        if (!isfinite((real)array->data[i]))
            return eg_onnx_refuse(chain->graph, item->node, "number %zu of its %s is %g", i,
                                  item->parts[part].name, array->data[i]);
        tensor->data[i] = (real)array->data[i];
    }
    eg_onnx_array_free(array);
    return EG_OK;
}

/* Mean and variance of a batch norm that changes nothing but by its scale and shift. */
static int add_rest(struct chain *chain, const struct eg_onnx_item *item, struct eg_error *error)
{
    char name[64];
    for (size_t k = 0; k < 2; k++) {
        snprintf(name, sizeof name, "%zu.%s", chain->modules, k ? "running_var" : "running_mean");
        struct eg_tensor *tensor = eg_tensors_add(chain->tensors, name, 1, &item->channels, error);
        if (!tensor)
            return EG_INTERNAL;
        for (size_t i = 0; i < tensor->count && k; i++)
            tensor->data[i] = (real)(1 - 1e-5);
    }
    return EG_OK;
}

static int write_layer(struct chain *chain, const struct eg_onnx_item *item)
{
    static const char *const activations[] = {"relu", "softplus", "tanh", "sigmoid"};
    struct eg_error *error = chain->graph->error;
    int is_activation = 0, status = EG_OK;
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        is_activation |= strcmp(item->text, activations[i]) == 0;
    if (is_activation && chain->has_activation)
        return eg_onnx_refuse(chain->graph, item->node,
                              "the %s before it follows another activation, and a layer has one",
                              item->text);
    if (is_activation && !chain->has_layer)
        return eg_onnx_refuse(chain->graph, item->node, "the %s before it comes before any layer",
                              item->text);
    if (item->role != EG_ONNX_FLATTEN) {
        chain->has_activation = is_activation;
        chain->has_layer = 1;
    }
    write_item(chain, item->text, (size_t)-1);
    for (size_t k = 0; k < item->part_count && !status; k++)
        status = add_tensor(chain, item, k, error);
    if (!status && item->role == EG_ONNX_SCALE)
        status = add_rest(chain, item, error);
    chain->modules++;
    return status;
}

/* Item i after what has been written, of which `current` is the last. */
static int write_next(struct chain *chain, size_t i, size_t current)
{
    const struct eg_onnx_item *item = &chain->graph->items[i];
    const size_t a = find_source(chain, i, 0), b = find_source(chain, i, 1);
    const int is_sum = item->role == EG_ONNX_SUM;
    int status = EG_OK;
    if (a != current && !(is_sum && b == current)) {
        write_item(chain, "from", a);
        chain->has_activation = 0;
    }
    if (is_sum) {
        write_item(chain, "add", a == current || b != current ? b : a);
        chain->has_activation = 0;
    } else
        status = write_layer(chain, item);
    if (chain->links[i].is_marked)
        write_item(chain, "mark", i);
    return status;
}

static int write_all(struct chain *chain)
{
    const struct eg_image *image = &chain->graph->image;
    size_t current = 0;
    int status = EG_OK;
    if (eg_image_size(image) > 0) {
        fprintf(chain->out, "image %zux%zux%zu", image->height, image->width, image->channels);
        chain->is_empty = 0;
    }
    if (chain->links[0].is_marked)
        write_item(chain, "mark", 0);
    for (size_t i = 1; i <= chain->last && !status; i++)
        if (chain->links[i].is_needed && chain->links[i].is == i) {
            status = write_next(chain, i, current);
            current = i;
        }
    return status;
}

int eg_onnx_write_chain(struct eg_onnx_graph *graph, size_t last, struct eg_onnx_network *network)
{
    size_t size;
    struct chain chain = {
        .graph = graph, .last = last, .tensors = &network->tensors, .is_empty = 1};
    chain.links = eg_alloc(graph->item_count, sizeof *chain.links, graph->error);
    if (!chain.links)
        return EG_INTERNAL;
    find_needed(&chain);
    int status = fold_scales(&chain);
    find_marks(&chain);
    chain.out = open_memstream(&network->text, &size);
    if (!status)
        status = chain.out ? write_all(&chain) : EG_INTERNAL;
    if (chain.out && fclose(chain.out) && !status)
        status = eg_fail(graph->error, EG_INTERNAL, "%s: out of memory", graph->file->path);
    free(chain.links);
    return status;
}
