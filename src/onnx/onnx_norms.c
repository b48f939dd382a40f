/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normalisations. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "onnx/onnx_graph.h"

/* Numbers of channels, the node's inputs from 1 on, as parts of the item. */
static int add_parts(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                     const struct eg_onnx_rows *rows, size_t count, const char *const *names,
                     size_t item)
{
    const size_t channels = rows->ndim == 1 ? rows->dims[0] : rows->image.channels;
    for (size_t i = 0; i < count; i++) {
        struct eg_onnx_array array;
        int status = eg_onnx_constant(graph, node, 1 + i, 1, &array);
        if (!status && array.count != channels)
            status = eg_onnx_refuse(graph, node,
                                    "its input %zu has %zu numbers where there are %zu "
                                    "channels",
                                    1 + i, array.count, channels);
        if (!status)
            status = eg_onnx_put_channels_first(rows, &array, graph->error);
        if (status) {
            eg_onnx_array_free(&array);
            return status;
        }
        eg_onnx_add_part(&graph->items[item], names[i], &array);
    }
    return EG_OK;
}

/* PyTorch's epsilon is 1e-5: the variances take the difference up, and the scale what they cannot. */
static void move_epsilon(struct eg_onnx_item *item, double epsilon)
{
    double *scale = item->parts[0].array.data, *variance = item->parts[3].array.data;
    for (size_t i = 0; i < item->channels; i++) {
        const double wanted = variance[i] + epsilon;
        variance[i] = fmax(wanted - 1e-5, 0);
        if (wanted > 0)
            scale[i] *= sqrt((variance[i] + 1e-5) / wanted);
    }
}

/* Rows whose channels are known. */
static int take_channels(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                         struct eg_onnx_rows *rows)
{
    int status = eg_onnx_rows_of(graph, node, 0, 0, rows);
    if (!status && rows->ndim != 1)
        status = eg_onnx_take_image(graph, node, EG_ONNX_FIRST, rows);
    return status ? status : eg_onnx_settle(graph, node, rows);
}

static int take_batch_norm(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    static const char *const names[] = {"weight", "bias", "running_mean", "running_var"};
    struct eg_onnx_rows rows;
    int status = take_channels(graph, node, &rows);
    if (!status && (eg_onnx_int(node, "training_mode", 0) || !eg_onnx_int(node, "spatial", 1)))
        status = eg_onnx_refuse(graph, node, "it was exported while training: export model.eval()");
    struct eg_onnx_item *item = status ? NULL
                                       : eg_onnx_add_item(graph, EG_ONNX_LAYER, rows.item, node);
    if (!item)
        return EG_DATA;
    status = add_parts(graph, node, &rows, EG_ONNX_PARTS, names, graph->item_count - 1);
    if (status)
        return status;
    item->channels = item->parts[0].array.count;
    for (size_t i = 0; i < item->channels; i++)
        if (item->parts[3].array.data[i] < 0)
            return eg_onnx_refuse(graph, node, "its variance number %zu is below 0", i);
    move_epsilon(item, eg_onnx_float(node, "epsilon", 1e-5));
    snprintf(item->text, sizeof item->text, "batchnorm");
    eg_onnx_stand_behind(graph, &rows);
    return eg_onnx_give_rows(graph, node, &rows);
}

void eg_onnx_write_norm(struct eg_onnx_item *item, size_t groups, double epsilon)
{
    snprintf(item->text, sizeof item->text, "layernorm");
    if (groups)
        snprintf(item->text, sizeof item->text, "groupnorm %zu", groups);
    if (fabs(epsilon - 1e-5) > 1e-11)
        snprintf(item->text + strlen(item->text), sizeof item->text - strlen(item->text),
                 " epsilon %.7g", epsilon);
}

/* Of a whole row: features, or images with channels first. */
static int take_layer_norm(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    static const char *const names[] = {"weight", "bias"};
    struct eg_onnx_rows rows;
    int status = take_channels(graph, node, &rows);
    const int64_t axis = eg_onnx_int(node, "axis", -1);
    if (!status && axis != 1 && axis != -rows.ndim)
        status = eg_onnx_refuse(graph, node,
                                "it is not over the whole of a row; take the model as a "
                                "command (--predict)");
    struct eg_onnx_item *item = status ? NULL
                                       : eg_onnx_add_item(graph, EG_ONNX_LAYER, rows.item, node);
    if (!item)
        return EG_DATA;
    for (size_t i = 0; i < 2; i++) {
        struct eg_onnx_array array = {0};
        const size_t count = (size_t)rows.ndim;
        if (i == 0 || eg_onnx_input(graph, node, 2))
            status = eg_onnx_constant(graph, node, 1 + i, rows.ndim, &array);
        else
            status = eg_onnx_array_alloc(&array, rows.ndim, rows.dims, graph->error);
        if (!status && memcmp(array.dims, rows.dims, count * sizeof *array.dims) != 0)
            status = eg_onnx_refuse(graph, node, "its input %zu is not of a row's shape", 1 + i);
        if (!status)
            status = eg_onnx_put_channels_first(&rows, &array, graph->error);
        eg_onnx_add_part(item, names[i], &array);
        if (status)
            return status;
    }
    item->role = rows.ndim == 1 ? EG_ONNX_LINEAR : EG_ONNX_LAYER;
    item->channels = rows.dims[0];
    eg_onnx_write_norm(item, 0, eg_onnx_float(node, "epsilon", 1e-5));
    eg_onnx_stand_behind(graph, &rows);
    return eg_onnx_give_rows(graph, node, &rows);
}

/* Scale and shift of each group, or of each channel already. */
static int add_group_parts(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t groups,
                           struct eg_onnx_item *item)
{
    static const char *const names[] = {"weight", "bias"};
    for (size_t i = 0; i < 2; i++) {
        struct eg_onnx_array given, array;
        int status = eg_onnx_constant(graph, node, 1 + i, 1, &given);
        if (status)
            return status;
        if (given.count != groups && given.count != item->channels)
            status = eg_onnx_refuse(graph, node, "its input %zu has %zu numbers for %zu groups",
                                    1 + i, given.count, groups);
        else
            status = eg_onnx_array_alloc(&array, 1, &item->channels, graph->error);
        for (size_t c = 0; c < item->channels && !status; c++)
            array.data[c] =
                given.data[given.count == item->channels ? c : c / (item->channels / groups)];
        eg_onnx_array_free(&given);
        if (status)
            return status;
        eg_onnx_add_part(item, names[i], &array);
    }
    return EG_OK;
}

/* InstanceNormalization is of each channel, or after a Reshape of each group: exporters write it so. */
static int take_group_norm(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (!status && !rows.groups)
        status = eg_onnx_take_image(graph, node, EG_ONNX_FIRST, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    if (status)
        return status;
    const size_t channels = rows.image.channels;
    const int64_t said = eg_onnx_int(node, "num_groups", 0);
    const size_t groups = rows.groups ? rows.groups : said > 0 ? (size_t)said : channels;
    if (groups > channels || channels % groups)
        return eg_onnx_refuse(graph, node, "there are no %zu groups of %zu channels", groups,
                              channels);
    struct eg_onnx_item *item = eg_onnx_add_item(graph, EG_ONNX_LINEAR, rows.item, node);
    if (!item)
        return EG_DATA;
    item->channels = channels;
    status = add_group_parts(graph, node, groups, item);
    if (status)
        return status;
    eg_onnx_write_norm(item, groups, eg_onnx_float(node, "epsilon", 1e-5));
    eg_onnx_stand_behind(graph, &rows);
    return eg_onnx_give_rows(graph, node, &rows);
}

const struct eg_onnx_operator eg_onnx_norms[] = {{"BatchNormalization", take_batch_norm},
                                                 {"LayerNormalization", take_layer_norm},
                                                 {"GroupNormalization", take_group_norm},
                                                 {"InstanceNormalization", take_group_norm},
                                                 {NULL, NULL}};
