/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense layers, normalisations, means of channels, zeros around an image, and the softmax at the end. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "onnx/onnx_graph.h"

/* --- dense layers --- */

/* Which feature of the file's order number i is, of an image that was flattened, in the order of channels first. */
static size_t find_feature(const struct eg_onnx_rows *rows, size_t i)
{
    const size_t pixels = rows->image.height * rows->image.width;
    if (rows->order != EG_ONNX_LAST || eg_image_size(&rows->image) != rows->dims[0])
        return i;
    return i % pixels * rows->image.channels + i / pixels;
}

/* given: features x units, or units x features; made: the latter, as the layer takes features. */
static int turn_weights(struct eg_onnx_graph *graph, const struct eg_onnx_rows *rows,
                        const struct eg_onnx_array *given, int is_turned, double factor,
                        struct eg_onnx_array *made)
{
    const size_t dims[] = {given->dims[is_turned ? 0 : 1], rows->dims[0]};
    int status = eg_onnx_charge(graph, (double)given->count);
    if (!status)
        status = eg_onnx_array_alloc(made, 2, dims, graph->error);
    for (size_t unit = 0; unit < dims[0] && !status; unit++)
        for (size_t i = 0; i < dims[1]; i++) {
            const size_t feature = find_feature(rows, i);
            made->data[unit * dims[1] + i] =
                factor *
                given->data[is_turned ? unit * dims[1] + feature : feature * dims[0] + unit];
        }
    return status;
}

/* Of one number for all units, or one each. */
static int spread_bias(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t units,
                       double factor, struct eg_onnx_array *bias)
{
    struct eg_onnx_array given;
    int status = eg_onnx_constant(graph, node, 2, -1, &given);
    if (status)
        return status;
    if (given.count != 1 && (given.count != units || given.dims[given.ndim - 1] != units))
        status = eg_onnx_refuse(graph, node, "its bias has %zu numbers where there are %zu units",
                                given.count, units);
    if (!status)
        status = eg_onnx_array_alloc(bias, 1, &units, graph->error);
    for (size_t i = 0; i < units && !status; i++)
        bias->data[i] = factor * given.data[given.count == 1 ? 0 : i];
    eg_onnx_array_free(&given);
    return status;
}

static int add_dense(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                     const struct eg_onnx_array *given, struct eg_onnx_rows *rows)
{
    const int is_turned = eg_onnx_int(node, "transB", 0) != 0;
    const size_t units = given->dims[is_turned ? 0 : 1], features = given->dims[is_turned ? 1 : 0];
    struct eg_onnx_array weights, bias = {0};
    if (features != rows->dims[0] || !given->count)
        return eg_onnx_refuse(graph, node,
                              "its weights of shape (%zu, %zu) do not fit %zu features",
                              given->dims[0], given->dims[1], rows->dims[0]);
    int status = turn_weights(graph, rows, given, is_turned, eg_onnx_float(node, "alpha", 1),
                              &weights);
    if (status)
        return status;
    if (eg_onnx_input(graph, node, 2))
        status = spread_bias(graph, node, units, eg_onnx_float(node, "beta", 1), &bias);
    struct eg_onnx_item *item = status ? NULL
                                       : eg_onnx_add_item(graph, EG_ONNX_LINEAR, rows->item, node);
    if (!item) {
        eg_onnx_array_free(&weights);
        eg_onnx_array_free(&bias);
        return EG_DATA;
    }
    snprintf(item->text, sizeof item->text, "dense %zu", units);
    item->channels = units;
    eg_onnx_add_part(item, "weight", &weights);
    if (bias.data)
        eg_onnx_add_part(item, "bias", &bias);
    eg_onnx_stand_behind(graph, rows);
    *rows = (struct eg_onnx_rows){.item = rows->item, .ndim = 1, .dims = {units}};
    eg_onnx_clear_curve(rows);
    return EG_OK;
}

/* How many features the input's rows have may be known from the weights alone. */
static void learn_features(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                           const struct eg_onnx_array *weights, struct eg_onnx_rows *rows)
{
    if (rows->item != 0 || rows->ndim != 1 || rows->dims[0] != 0)
        return;
    rows->dims[0] = weights->dims[eg_onnx_int(node, "transB", 0) ? 1 : 0];
    graph->features = rows->dims[0];
}

static int take_dense(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_array given = {0};
    struct eg_onnx_rows rows;
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (!status && (rows.ndim != 1 || eg_onnx_int(node, "transA", 0)))
        status = eg_onnx_refuse(
            graph, node,
            "it takes rows of features, and a row has %d dimensions here: flatten "
            "it first, or take the model as a command (--predict)",
            rows.ndim);
    if (!status)
        status = eg_onnx_constant(graph, node, 1, 2, &given);
    if (!status)
        learn_features(graph, node, &given, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    if (!status)
        status = add_dense(graph, node, &given, &rows);
    eg_onnx_array_free(&given);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

/* --- means over an image --- */

static int add_mean(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, int keeps_pixel)
{
    struct eg_onnx_rows rows;
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (!status && rows.order != EG_ONNX_LAST)
        status = eg_onnx_take_image(graph, node, EG_ONNX_FIRST, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    struct eg_onnx_item *item = status ? NULL
                                       : eg_onnx_add_item(graph, EG_ONNX_LAYER, rows.item, node);
    if (!item)
        return EG_DATA;
    snprintf(item->text, sizeof item->text, "global_mean_pool");
    const size_t channels = rows.image.channels;
    rows.image = (struct eg_image){1, 1, channels};
    rows.dims[0] = rows.dims[1] = rows.dims[2] = 1;
    rows.dims[rows.order == EG_ONNX_FIRST ? 0 : 2] = channels;
    eg_onnx_stand_behind(graph, &rows);
    if (!keeps_pixel) {
        item = eg_onnx_add_item(graph, EG_ONNX_FLATTEN, rows.item, node);
        if (!item)
            return EG_DATA;
        snprintf(item->text, sizeof item->text, "flatten");
        rows.ndim = 1;
        rows.dims[0] = channels;
        eg_onnx_stand_behind(graph, &rows);
    }
    return eg_onnx_give_rows(graph, node, &rows);
}

static int take_global_mean(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    return add_mean(graph, node, 1);
}

/* Over height and width, wherever the channels are; over features, as part of a layer norm. */
static int take_mean(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, "axes");
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, 0);
    const int keeps_dims = eg_onnx_int(node, "keepdims", 1) != 0;
    struct eg_onnx_sizes axes = {0};
    int status = EG_OK;
    if (eg_onnx_input(graph, node, 1))
        status = eg_onnx_whole(graph, node, 1, &axes);
    else if (attribute && attribute->n_ints && attribute->n_ints <= 2) {
        axes.count = attribute->n_ints;
        memcpy(axes.numbers, attribute->ints, sizeof attribute->ints[0] * attribute->n_ints);
    }
    if (status)
        return status;
    if (value && value->rows.ndim == 1 && keeps_dims && axes.count == 1 &&
        (axes.numbers[0] == 1 || axes.numbers[0] == -1))
        return eg_onnx_take_row_mean(graph, node);
    const int64_t first = value && value->rows.order == EG_ONNX_LAST ? 1 : 2;
    unsigned found = 0;
    for (size_t i = 0; i < axes.count; i++) {
        const int64_t axis = axes.numbers[i] < 0 ? axes.numbers[i] + 4 : axes.numbers[i];
        found |= axis == first ? 1 : axis == first + 1 ? 2 : 4;
    }
    if (found != 3)
        return eg_onnx_refuse(graph, node,
                              "of means, those over height and width of an image and over "
                              "features can be read; take the model as a command (--predict)");
    return add_mean(graph, node, keeps_dims);
}

/* --- the rest --- */

/* Zeros around an image, for the convolution after it. */
static int take_pad(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, "pads");
    struct eg_onnx_rows rows;
    struct eg_onnx_sizes pads = {0};
    struct eg_onnx_array value = {0};
    int status = eg_onnx_rows_of(graph, node, 0, 1, &rows);
    if (!status && eg_onnx_input(graph, node, 1))
        status = eg_onnx_whole(graph, node, 1, &pads);
    else if (!status && attribute && attribute->n_ints && attribute->n_ints <= EG_ONNX_SIZES) {
        pads.count = attribute->n_ints;
        memcpy(pads.numbers, attribute->ints, pads.count * sizeof *pads.numbers);
    }
    if (!status && eg_onnx_input(graph, node, 2))
        status = eg_onnx_constant(graph, node, 2, -1, &value);
    const double with = value.count ? value.data[0] : eg_onnx_float(node, "value", 0);
    eg_onnx_array_free(&value);
    if (status)
        return status;
    int64_t all = 0;
    int fine = !eg_onnx_input(graph, node, 3) && pads.count == 2 * (size_t)(rows.ndim + 1);
    for (size_t i = 0; i < pads.count; i++) {
        fine &= pads.numbers[i] >= 0 && pads.numbers[i] < 1 << 20;
        all += fine ? pads.numbers[i] : 0;
    }
    if (fine && all == 0)
        return eg_onnx_give_rows(graph, node, &rows);
    const int64_t *p = pads.numbers;
    const int is_mode = eg_onnx_attribute(node, "mode") && !eg_onnx_says(node, "mode", "constant");
    if (!fine || pads.count != 8 || p[0] || p[1] || p[4] || p[5] || with != 0 || is_mode)
        return eg_onnx_refuse(graph, node,
                              "of pads, zeros around images with channels first can be read");
    status = eg_onnx_take_image(graph, node, EG_ONNX_FIRST, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    const int64_t around[] = {p[2], p[3], p[6], p[7]};
    for (size_t i = 0; i < 4; i++)
        rows.pads[i] += (size_t)around[i];
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

static int take_softmax(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    const int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (status)
        return status;
    if (rows.ndim != 1 ||
        (eg_onnx_int(node, "axis", -1) != -1 && eg_onnx_int(node, "axis", 1) != 1))
        return eg_onnx_refuse(graph, node,
                              "it is not over the outputs of each row; take the model as a "
                              "command (--predict)");
    rows.head = strcmp(node->op_type, "Softmax") == 0 ? "Softmax" : "LogSoftmax";
    return eg_onnx_give_rows(graph, node, &rows);
}

const struct eg_onnx_operator eg_onnx_layers[] = {{"Gemm", take_dense},
                                                  {"MatMul", take_dense},
                                                  {"GlobalAveragePool", take_global_mean},
                                                  {"ReduceMean", take_mean},
                                                  {"Pad", take_pad},
                                                  {"Softmax", take_softmax},
                                                  {"LogSoftmax", take_softmax},
                                                  {NULL, NULL}};
