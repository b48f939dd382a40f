/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators on whole numbers that follow from shapes, and constants. */
#include <string.h>

#include "onnx/onnx_graph.h"

static int take_shape(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    struct eg_onnx_sizes sizes = {0};
    const int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (status)
        return status;
    const int64_t ndim = rows.ndim + 1;
    int64_t start = eg_onnx_int(node, "start", 0), end = eg_onnx_int(node, "end", ndim);
    start += start < 0 ? ndim : 0;
    end += end < 0 ? ndim : 0;
    for (int64_t i = start < 0 ? 0 : start; i < end && i < ndim; i++)
        sizes.numbers[sizes.count++] = i == 0 ? EG_ONNX_BATCH : (int64_t)rows.dims[i - 1];
    return eg_onnx_give_whole(graph, node, &sizes);
}

static int take_gather(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_sizes sizes, places, made = {0};
    int status = eg_onnx_whole(graph, node, 0, &sizes);
    if (!status)
        status = eg_onnx_whole(graph, node, 1, &places);
    if (status)
        return status;
    made.is_scalar = places.is_scalar;
    for (size_t i = 0; i < places.count; i++) {
        const int64_t place = places.numbers[i] +
                              (places.numbers[i] < 0 ? (int64_t)sizes.count : 0);
        if (place < 0 || place >= (int64_t)sizes.count)
            return eg_onnx_refuse(graph, node, "it takes a number that there is not");
        made.numbers[made.count++] = sizes.numbers[place];
    }
    return eg_onnx_give_whole(graph, node, &made);
}

/* Input number i, or else that attribute of early opsets: one number. */
static int read_bound(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                      const char *name, int64_t otherwise, int64_t *bound)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, name);
    struct eg_onnx_sizes sizes = {0};
    *bound = attribute && attribute->n_ints == 1 ? attribute->ints[0] : otherwise;
    if (attribute || !eg_onnx_input(graph, node, i))
        return EG_OK;
    const int status = eg_onnx_whole(graph, node, i, &sizes);
    if (!status && sizes.count != 1)
        return eg_onnx_refuse(graph, node, "of its %s, one number can be read", name);
    *bound = sizes.count ? sizes.numbers[0] : otherwise;
    return status;
}

static int take_slice(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_sizes sizes, made = {0};
    int64_t start = 0, end = 0, step = 1;
    int status = eg_onnx_whole(graph, node, 0, &sizes);
    if (!status)
        status = read_bound(graph, node, 1, "starts", 0, &start);
    if (!status)
        status = read_bound(graph, node, 2, "ends", EG_ONNX_SIZES, &end);
    if (!status)
        status = read_bound(graph, node, 4, "steps", 1, &step);
    if (!status && step != 1)
        status = eg_onnx_refuse(graph, node, "its step is not 1");
    if (status)
        return status;
    const int64_t count = (int64_t)sizes.count;
    start += start < 0 ? count : 0;
    end += end < 0 ? count : 0;
    for (int64_t i = start < 0 ? 0 : start; i < end && i < count; i++)
        made.numbers[made.count++] = sizes.numbers[i];
    return eg_onnx_give_whole(graph, node, &made);
}

static int take_concat(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_sizes part, made = {0};
    for (size_t i = 0; i < node->n_input; i++) {
        const struct eg_onnx_value *value = eg_onnx_input(graph, node, i);
        if (value && value->kind == EG_ONNX_ROWS)
            return eg_onnx_refuse(graph, node,
                                  "branches of a network can be added and not put side by "
                                  "side; take the model as a command (--predict)");
        const int status = eg_onnx_whole(graph, node, i, &part);
        if (status)
            return status;
        if (made.count + part.count > EG_ONNX_SIZES)
            return eg_onnx_refuse(graph, node, "it makes more than %d sizes", EG_ONNX_SIZES);
        memcpy(made.numbers + made.count, part.numbers, part.count * sizeof *part.numbers);
        made.count += part.count;
    }
    return eg_onnx_give_whole(graph, node, &made);
}

/* --- constants --- */

static int give_numbers(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                        const Onnx__AttributeProto *given, int is_list)
{
    const size_t count = !is_list ? 1 : given->n_floats + given->n_ints;
    struct eg_onnx_array array;
    int status = eg_onnx_charge(graph, (double)count);
    if (!status)
        status = eg_onnx_array_alloc(&array, is_list, &count, graph->error);
    if (status)
        return status;
    const int are_floats = is_list ? given->n_floats > 0 : strstr(given->name, "float") != NULL;
    for (size_t i = 0; i < count; i++)
        array.data[i] = is_list ? are_floats ? (double)given->floats[i] : (double)given->ints[i]
                        : are_floats ? (double)given->f
                                     : (double)given->i;
    return eg_onnx_give_array(graph, node, &array);
}

static int take_constant(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const Onnx__AttributeProto *tensor = eg_onnx_attribute(node, "value");
    static const char *const names[] = {"value_float", "value_int", "value_floats", "value_ints"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (eg_onnx_attribute(node, names[i]))
            return give_numbers(graph, node, eg_onnx_attribute(node, names[i]), i > 1);
    if (!tensor || !tensor->t || !node->n_output)
        return eg_onnx_refuse(graph, node, "it holds no numbers");
    struct eg_onnx_value *value = eg_onnx_add_value(graph, node->output[0]);
    if (!value)
        return EG_DATA;
    value->kind = EG_ONNX_CONSTANT;
    value->tensor = tensor->t;
    return EG_OK;
}

const struct eg_onnx_operator eg_onnx_whole_numbers[] = {
    {"Shape", take_shape},   {"Gather", take_gather},     {"Slice", take_slice},
    {"Concat", take_concat}, {"Constant", take_constant}, {NULL, NULL}};
