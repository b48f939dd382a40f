/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* hsearch_r */
#include "onnx/onnx_graph.h"

#include <math.h>
#include <search.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/layer.h"

enum { MOST_NODES = 20000, MOST_ITEMS = 2000, FEW_NUMBERS = 1 << 20, MOST_NUMBERS = 1 << 29 };

int eg_onnx_refuse(const struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                   const char *format, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *name = node->name && *node->name ? node->name
                       : node->n_output          ? node->output[0]
                                                 : "";
    return eg_fail(graph->error, EG_DATA, "%s: operator '%s' (node '%s'): %s", graph->file->path,
                   eg_onnx_quote(node->op_type).text, eg_onnx_quote(name).text, text);
}

/* --- values --- */

const struct eg_onnx_value *eg_onnx_find(const struct eg_onnx_graph *graph, const char *name)
{
    ENTRY *found = NULL;
    hsearch_r((ENTRY){.key = (char *)name}, FIND, &found, graph->names);
    return found ? &graph->values[(uintptr_t)found->data] : NULL;
}

struct eg_onnx_value *eg_onnx_add_value(struct eg_onnx_graph *graph, const char *name)
{
    ENTRY *entry = NULL;
    const ENTRY wanted = {.key = (char *)name, .data = (void *)(uintptr_t)graph->value_count};
    if (eg_onnx_find(graph, name)) {
        eg_fail(graph->error, EG_DATA, "%s: two values are named '%s'", graph->file->path,
                eg_onnx_quote(name).text);
        return NULL;
    }
    if (graph->value_count == graph->value_room ||
        !hsearch_r(wanted, ENTER, &entry, graph->names)) {
        eg_fail(graph->error, EG_DATA, "%s: it has more values than nodes and tensors give",
                graph->file->path);
        return NULL;
    }
    return &graph->values[graph->value_count++];
}

const struct eg_onnx_value *eg_onnx_input(const struct eg_onnx_graph *graph,
                                          const Onnx__NodeProto *node, size_t i)
{
    if (i >= node->n_input || !*node->input[i])
        return NULL;
    return eg_onnx_find(graph, node->input[i]);
}

int eg_onnx_charge(struct eg_onnx_graph *graph, double count)
{
    if (count > (double)graph->numbers_left)
        return eg_fail(graph->error, EG_DATA,
                       "%s: its network has more weights than can be worked with here",
                       graph->file->path);
    graph->numbers_left -= (size_t)count;
    return EG_OK;
}

/* As its dimensions say; in floating point, where nothing wraps around. */
static double count_numbers(const Onnx__TensorProto *tensor)
{
    double count = 1;
    for (size_t i = 0; i < tensor->n_dims; i++)
        count *= (double)tensor->dims[i];
    return fmax(count, 0);
}

int eg_onnx_load(struct eg_onnx_graph *graph, const struct eg_onnx_value *value,
                 struct eg_onnx_array *array)
{
    int status;
    *array = (struct eg_onnx_array){0};
    status = eg_onnx_charge(graph, value->tensor ? count_numbers(value->tensor)
                                                 : (double)value->array.count);
    if (!status && value->tensor)
        status = eg_onnx_read_tensor(graph->file, value->tensor, array, graph->error);
    else if (!status)
        status = eg_onnx_array_copy(&value->array, array, graph->error);
    if (status)
        eg_onnx_array_free(array);
    return status;
}

int eg_onnx_constant(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i, int ndim,
                     struct eg_onnx_array *array)
{
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, i);
    *array = (struct eg_onnx_array){0};
    if (!value || value->kind != EG_ONNX_CONSTANT)
        return eg_onnx_refuse(graph, node, "its input %zu is not constant: weights must be", i);
    int status = eg_onnx_load(graph, value, array);
    if (!status && ndim >= 0 && array->ndim != ndim)
        status = eg_onnx_refuse(graph, node, "its input %zu has %d dimensions where %d are read", i,
                                array->ndim, ndim);
    for (size_t n = 0; n < array->count && !status; n++)
        if (!isfinite(array->data[n]))
            status = eg_onnx_refuse(graph, node, "number %zu of its input '%s' is %g", n,
                                    eg_onnx_quote(node->input[i]).text, array->data[n]);
    if (status)
        eg_onnx_array_free(array);
    return status;
}

int eg_onnx_whole(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                  struct eg_onnx_sizes *sizes)
{
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, i);
    struct eg_onnx_array array;
    if (value && value->kind == EG_ONNX_WHOLE) {
        *sizes = value->sizes;
        return EG_OK;
    }
    if (!value || value->kind != EG_ONNX_CONSTANT)
        return eg_onnx_refuse(graph, node, "its input %zu is not known before it is run", i);
    int status = eg_onnx_load(graph, value, &array);
    if (status)
        return status;
    *sizes = (struct eg_onnx_sizes){.is_scalar = array.ndim == 0, .count = array.count};
    int fine = array.count <= EG_ONNX_SIZES && array.ndim <= 1;
    for (size_t n = 0; fine && n < array.count; n++) {
        const double number = fmax(fmin(array.data[n], 0x1p53), -0x1p53);
        fine = number == floor(number);
        sizes->numbers[n] = fine ? (int64_t)number : 0;
    }
    eg_onnx_array_free(&array);
    return fine ? EG_OK : eg_onnx_refuse(graph, node, "its input %zu is no list of sizes", i);
}

int eg_onnx_rows_of(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                    int takes_pads, struct eg_onnx_rows *rows)
{
    static const size_t none[4];
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, i);
    if (value && value->kind == EG_ONNX_PROBED)
        return eg_onnx_refuse(graph, node,
                              "its input %zu follows a mean over features, which is read as "
                              "part of a layer norm alone; take the model as a command "
                              "(--predict)",
                              i);
    if (!value || value->kind != EG_ONNX_ROWS)
        return eg_onnx_refuse(graph, node, "its input %zu is not what the layers before it give",
                              i);
    *rows = value->rows;
    if (rows->head)
        return eg_onnx_refuse(graph, node, "it follows a %s, which is read at the end alone",
                              rows->head);
    if (!takes_pads && memcmp(rows->pads, none, sizeof none) != 0)
        return eg_onnx_refuse(graph, node, "it follows a Pad, which is read before a Conv alone");
    return EG_OK;
}

/* --- attributes --- */

const Onnx__AttributeProto *eg_onnx_attribute(const Onnx__NodeProto *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (node->attribute[i]->name && strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    return NULL;
}

int64_t eg_onnx_int(const Onnx__NodeProto *node, const char *name, int64_t otherwise)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, name);
    return attribute ? attribute->i : otherwise;
}

double eg_onnx_float(const Onnx__NodeProto *node, const char *name, double otherwise)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, name);
    return attribute ? (double)attribute->f : otherwise;
}

int eg_onnx_says(const Onnx__NodeProto *node, const char *name, const char *text)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, name);
    return attribute && attribute->s.len == strlen(text) &&
           memcmp(attribute->s.data, text, attribute->s.len) == 0;
}

int eg_onnx_ints(const Onnx__NodeProto *node, const char *name, size_t count, size_t *sizes,
                 size_t otherwise)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, name);
    for (size_t i = 0; i < count; i++)
        sizes[i] = otherwise;
    if (!attribute || !attribute->n_ints)
        return 1;
    for (size_t i = 0; i < attribute->n_ints && i < count; i++) {
        if (attribute->ints[i] < 0 || attribute->ints[i] > EG_LAYER_MOST)
            return 0;
        sizes[i] = (size_t)attribute->ints[i];
    }
    return attribute->n_ints == count;
}

/* --- what nodes give --- */

static struct eg_onnx_value *add_output(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                                        enum eg_onnx_kind kind)
{
    struct eg_onnx_value *value = node->n_output ? eg_onnx_add_value(graph, node->output[0]) : NULL;
    if (!node->n_output)
        eg_onnx_refuse(graph, node, "it has no output");
    if (value)
        value->kind = kind;
    return value;
}

int eg_onnx_give_rows(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      const struct eg_onnx_rows *rows)
{
    struct eg_onnx_value *value = add_output(graph, node, EG_ONNX_ROWS);
    if (!value)
        return EG_DATA;
    value->rows = *rows;
    return EG_OK;
}

int eg_onnx_give_whole(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       const struct eg_onnx_sizes *sizes)
{
    struct eg_onnx_value *value = add_output(graph, node, EG_ONNX_WHOLE);
    if (!value)
        return EG_DATA;
    value->sizes = *sizes;
    return EG_OK;
}

int eg_onnx_give_array(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       struct eg_onnx_array *array)
{
    struct eg_onnx_value *value = add_output(graph, node, EG_ONNX_CONSTANT);
    if (!value) {
        eg_onnx_array_free(array);
        return EG_DATA;
    }
    value->array = *array;
    return EG_OK;
}

struct eg_onnx_item *eg_onnx_add_item(struct eg_onnx_graph *graph, enum eg_onnx_role role,
                                      size_t from, const Onnx__NodeProto *node)
{
    if (graph->item_count == graph->item_room) {
        eg_fail(graph->error, EG_DATA, "%s: its network has more than %zu layers",
                graph->file->path, graph->item_room);
        return NULL;
    }
    struct eg_onnx_item *item = &graph->items[graph->item_count++];
    *item = (struct eg_onnx_item){.role = role, .from = {from, from}, .node = node};
    return item;
}

void eg_onnx_add_part(struct eg_onnx_item *item, const char *name, struct eg_onnx_array *array)
{
    item->parts[item->part_count++] = (struct eg_onnx_part){name, *array};
    *array = (struct eg_onnx_array){0};
}

void eg_onnx_stand_behind(const struct eg_onnx_graph *graph, struct eg_onnx_rows *rows)
{
    rows->item = graph->item_count - 1;
    eg_onnx_clear_curve(rows);
    memset(rows->pads, 0, sizeof rows->pads);
}

/* --- all of it --- */

int eg_onnx_graph_alloc(const struct eg_onnx_file *file, size_t features,
                        struct eg_onnx_graph *graph, struct eg_error *error)
{
    const Onnx__GraphProto *own = file->model->graph;
    double numbers = 0;
    *graph = (struct eg_onnx_graph){.file = file, .error = error, .features = features};
    if (own->n_node > MOST_NODES || own->n_initializer > MOST_NODES)
        return eg_fail(error, EG_DATA,
                       "%s: its graph has %zu nodes and %zu tensors; at most %d can "
                       "be read",
                       file->path, own->n_node, own->n_initializer, MOST_NODES);
    for (size_t i = 0; i < own->n_initializer; i++)
        numbers += count_numbers(own->initializer[i]);
    for (size_t i = 0; i < own->n_node; i++)
        for (size_t k = 0; k < own->node[i]->n_attribute; k++)
            if (own->node[i]->attribute[k]->t)
                numbers += count_numbers(own->node[i]->attribute[k]->t);
    graph->numbers_left = (size_t)fmin(8 * numbers + FEW_NUMBERS, MOST_NUMBERS);
    graph->value_room = own->n_node + own->n_initializer + own->n_input + 1;
    graph->item_room = 2 * own->n_node + 2 < MOST_ITEMS ? 2 * own->n_node + 2 : MOST_ITEMS;
    graph->values = eg_alloc(graph->value_room, sizeof *graph->values, error);
    graph->items = eg_alloc(graph->item_room, sizeof *graph->items, error);
    graph->names = eg_alloc(1, sizeof *graph->names, error);
    if (!graph->values || !graph->items || !graph->names)
        return EG_INTERNAL;
    if (!hcreate_r(2 * graph->value_room, graph->names))
        return eg_fail(error, EG_INTERNAL, "%s: out of memory", file->path);
    return EG_OK;
}

void eg_onnx_graph_free(struct eg_onnx_graph *graph)
{
    for (size_t i = 0; i < graph->value_count; i++)
        eg_onnx_array_free(&graph->values[i].array);
    for (size_t i = 0; i < graph->item_count; i++)
        for (size_t k = 0; k < graph->items[i].part_count; k++)
            eg_onnx_array_free(&graph->items[i].parts[k].array);
    free(graph->values);
    free(graph->items);
    if (graph->names)
        hdestroy_r(graph->names);
    free(graph->names);
    *graph = (struct eg_onnx_graph){0};
}
