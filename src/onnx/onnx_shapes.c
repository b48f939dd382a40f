/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that move numbers or tell of shapes, and those that change nothing. */
#include <stdio.h>
#include <string.h>

#include "nn/layer.h"
#include "onnx/onnx_graph.h"

int eg_onnx_take_image(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       enum eg_onnx_order order, struct eg_onnx_rows *rows)
{
    const size_t *d = rows->dims;
    if (rows->ndim != 3)
        return eg_onnx_refuse(graph, node,
                              "it takes images (rows x channels x height x width), and a "
                              "row has %d dimensions here",
                              rows->ndim);
    if (rows->order == order)
        return EG_OK;
    if (rows->order != EG_ONNX_PLAIN)
        return eg_onnx_refuse(graph, node, "the channels of its images come %s here",
                              order == EG_ONNX_FIRST ? "last" : "first");
    rows->image = order == EG_ONNX_FIRST ? (struct eg_image){d[1], d[2], d[0]}
                                         : (struct eg_image){d[0], d[1], d[2]};
    rows->order = order;
    const int is_reshaped = graph->input_ndim < 3 && order == EG_ONNX_FIRST && d[0] > 1 &&
                            d[1] * d[2] > 1;
    if (rows->item == 0 && is_reshaped)
        return eg_onnx_refuse(graph, node,
                              "it makes images with channels first of rows of %zu numbers: "
                              "export the model for images",
                              d[0] * d[1] * d[2]);
    if (rows->item == 0)
        graph->image = rows->image;
    return EG_OK;
}

static size_t count_numbers(const struct eg_onnx_rows *rows)
{
    size_t count = 1;
    for (int i = 0; i < rows->ndim; i++)
        count *= rows->dims[i];
    return count;
}

/* --- other dimensions --- */

/* Which order the images of an input have that is flattened before any layer. */
static enum eg_onnx_order guess_order(const struct eg_onnx_graph *graph,
                                      const struct eg_onnx_rows *rows)
{
    const char *by = graph->file->model->producer_name;
    if (by && (strncmp(by, "tf2onnx", 7) == 0 || strncmp(by, "keras", 5) == 0))
        return EG_ONNX_LAST;
    return by && strncmp(by, "pytorch", 7) == 0      ? EG_ONNX_FIRST
           : rows->dims[0] <= 4 || rows->dims[2] > 4 ? EG_ONNX_FIRST
                                                     : EG_ONNX_LAST;
}

static int flatten(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                   struct eg_onnx_rows *rows)
{
    const size_t count = count_numbers(rows);
    int status = EG_OK;
    if (rows->ndim == 3 && rows->order == EG_ONNX_PLAIN && graph->input_ndim == 3)
        status = eg_onnx_take_image(graph, node, guess_order(graph, rows), rows);
    const int is_image = rows->ndim == 3 && rows->order != EG_ONNX_PLAIN;
    if (!status && is_image)
        status = eg_onnx_settle(graph, node, rows);
    struct eg_onnx_item *item = status || !is_image
                                    ? NULL
                                    : eg_onnx_add_item(graph, EG_ONNX_FLATTEN, rows->item, node);
    if (status || (is_image && !item))
        return EG_DATA;
    if (item) {
        snprintf(item->text, sizeof item->text, "flatten");
        eg_onnx_stand_behind(graph, rows);
    }
    rows->ndim = 1;
    rows->dims[0] = count;
    return EG_OK;
}

/* Groups of an image's channels and back, as exporters write a group norm. */
static int group(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                 struct eg_onnx_rows *rows, int ndim, const size_t *dims)
{
    const struct eg_image *image = &rows->image;
    const size_t whole[] = {image->channels, image->height, image->width};
    const int is_back = rows->groups && ndim == 3 && memcmp(dims, whole, sizeof whole) == 0;
    if (!is_back && (rows->groups || dims[0] == 0 || image->channels % dims[0]))
        return eg_onnx_refuse(graph, node, "groups of channels can be made for a group norm alone");
    rows->groups = is_back ? 0 : dims[0];
    rows->ndim = ndim;
    memcpy(rows->dims, dims, (size_t)ndim * sizeof *dims);
    return EG_OK;
}

/* Whether the dimensions are the same but for some that are 1. */
static int reshape(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                   struct eg_onnx_rows *rows, int ndim, const size_t *dims)
{
    struct eg_onnx_rows made = *rows;
    made.ndim = ndim;
    memcpy(made.dims, dims, (size_t)ndim * sizeof *dims);
    if (count_numbers(&made) != count_numbers(rows))
        return eg_onnx_refuse(graph, node, "it makes rows of %zu numbers out of %zu",
                              count_numbers(&made), count_numbers(rows));
    if (ndim == rows->ndim && memcmp(dims, rows->dims, (size_t)ndim * sizeof *dims) == 0)
        return EG_OK;
    if (rows->groups || (rows->ndim == 3 && rows->order == EG_ONNX_FIRST && ndim == 2))
        return group(graph, node, rows, ndim, dims);
    if (ndim == 1)
        return flatten(graph, node, rows);
    const size_t count = count_numbers(rows);
    const int was_pixel = rows->order != EG_ONNX_PLAIN && rows->image.channels == count;
    const int is_one_pixel = (rows->ndim == 1 || was_pixel) && ndim == 3 &&
                             (dims[0] == count || dims[2] == count);
    if (rows->item != 0 && !is_one_pixel)
        return eg_onnx_refuse(graph, node,
                              "of dimensions after a layer, images can be flattened alone");
    if (rows->item != 0) {
        made.order = dims[0] == count ? EG_ONNX_FIRST : EG_ONNX_LAST;
        made.image = (struct eg_image){1, 1, count};
    }
    if (rows->item == 0 && rows->order != EG_ONNX_PLAIN)
        return eg_onnx_refuse(graph, node, "images can be flattened alone");
    *rows = made;
    return EG_OK;
}

/* What stands for the rows: their number, the one that the file was exported for, or what is left over. */
static int is_batch(const struct eg_onnx_graph *graph, int64_t size)
{
    return size == EG_ONNX_BATCH || size == -1 || size == 0 ||
           (graph->batch > 0 && size == graph->batch);
}

static int take_reshape(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_sizes sizes;
    struct eg_onnx_rows rows;
    size_t dims[3], known = 1, open = 0;
    int status = eg_onnx_whole(graph, node, 1, &sizes);
    if (!status)
        status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (status)
        return status;
    const int allows_zero = eg_onnx_int(node, "allowzero", 0) != 0;
    if (sizes.count < 2 || sizes.count > 4 || !is_batch(graph, sizes.numbers[0]))
        return eg_onnx_refuse(graph, node, "its new shape is none of rows x numbers, or of images");
    for (size_t i = 1; i < sizes.count; i++) {
        const int64_t size = sizes.numbers[i];
        if (size < -1 || size > EG_LAYER_MOST || (size == 0 && (allows_zero || (int)i > rows.ndim)))
            return eg_onnx_refuse(graph, node, "its new shape has no fixed sizes");
        dims[i - 1] = size == 0 ? rows.dims[i - 1] : size == -1 ? 1 : (size_t)size;
        open += size == -1 ? i : 0;
        if (__builtin_mul_overflow(known, dims[i - 1], &known))
            return eg_onnx_refuse(graph, node, "its new shape is too large");
    }
    if (open > 0 && open < sizes.count && known > 0)
        dims[open - 1] = count_numbers(&rows) / known;
    status = reshape(graph, node, &rows, (int)sizes.count - 1, dims);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

/* --- dimensions of 1, come and gone --- */

/* As an input of later opsets, as an attribute of earlier ones; where it has neither, count is 0. They are of ndim
 * dimensions, or of as many as there are with the new ones. */
static int read_axes(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, int ndim,
                     int are_new, struct eg_onnx_sizes *axes)
{
    const Onnx__AttributeProto *attribute = eg_onnx_attribute(node, "axes");
    *axes = (struct eg_onnx_sizes){0};
    int status = EG_OK;
    if (eg_onnx_input(graph, node, 1))
        status = eg_onnx_whole(graph, node, 1, axes);
    else if (attribute && attribute->n_ints && attribute->n_ints <= EG_ONNX_SIZES) {
        axes->count = attribute->n_ints;
        memcpy(axes->numbers, attribute->ints, attribute->n_ints * sizeof *axes->numbers);
    }
    for (size_t i = 0; i < axes->count && !status; i++) {
        const int64_t all = ndim + (are_new ? (int64_t)axes->count : 0);
        axes->numbers[i] += axes->numbers[i] < 0 ? all : 0;
        if (axes->numbers[i] < 0 || axes->numbers[i] >= all)
            status = eg_onnx_refuse(graph, node, "its axes are none of its input's");
    }
    return status;
}

static int has_axis(const struct eg_onnx_sizes *axes, size_t axis)
{
    for (size_t i = 0; i < axes->count; i++)
        if (axes->numbers[i] == (int64_t)axis)
            return 1;
    return 0;
}

static int squeeze_rows(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    struct eg_onnx_sizes axes;
    size_t dims[3] = {1};
    int ndim = 0, status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (!status)
        status = read_axes(graph, node, rows.ndim + 1, 0, &axes);
    if (!status && has_axis(&axes, 0))
        status = eg_onnx_refuse(graph, node, "it takes away the rows' dimension");
    for (size_t i = 0; !status && i < (size_t)rows.ndim; i++) {
        const int is_gone = axes.count ? has_axis(&axes, i + 1) : rows.dims[i] == 1;
        if (is_gone && rows.dims[i] != 1)
            status = eg_onnx_refuse(graph, node, "a dimension that it takes away is not 1");
        if (!is_gone)
            dims[ndim++] = rows.dims[i];
    }
    if (!status)
        status = reshape(graph, node, &rows, ndim ? ndim : 1, dims);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

static int unsqueeze_rows(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    struct eg_onnx_sizes axes;
    size_t dims[3], from = 0;
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (!status)
        status = read_axes(graph, node, rows.ndim + 1, 1, &axes);
    if (status)
        return status;
    const size_t ndim = (size_t)rows.ndim + axes.count;
    if (has_axis(&axes, 0) || ndim > 3)
        return eg_onnx_refuse(graph, node, "it gives rows of more than 3 dimensions");
    for (size_t i = 0; i < ndim; i++)
        dims[i] = has_axis(&axes, i + 1) ? 1 : from < (size_t)rows.ndim ? rows.dims[from++] : 1;
    status = reshape(graph, node, &rows, (int)ndim, dims);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

static int take_flatten(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (status)
        return status;
    const size_t count = count_numbers(&rows);
    const int64_t axis = eg_onnx_int(node, "axis", 1);
    if (axis != 1 && axis != -rows.ndim)
        return eg_onnx_refuse(graph, node, "its axis is %lld where 1 is read", (long long)axis);
    status = reshape(graph, node, &rows, 1, &count);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

/* --- orders --- */

static int read_perm(const Onnx__NodeProto *node, size_t ndim, size_t *perm)
{
    unsigned seen = 0;
    if (!eg_onnx_attribute(node, "perm"))
        for (size_t i = 0; i < ndim; i++)
            perm[i] = ndim - 1 - i;
    else if (!eg_onnx_ints(node, "perm", ndim, perm, 0))
        return 0;
    for (size_t i = 0; i < ndim; i++)
        seen |= perm[i] < ndim ? 1u << perm[i] : 0;
    return seen == (1u << ndim) - 1;
}

static int transpose_constant(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_array array, moved;
    size_t perm[EG_ONNX_DIMENSIONS];
    int status = eg_onnx_constant(graph, node, 0, -1, &array);
    if (status)
        return status;
    status = read_perm(node, (size_t)array.ndim, perm)
                 ? eg_onnx_array_transpose(&array, perm, &moved, graph->error)
                 : eg_onnx_refuse(graph, node, "its perm is no order of its dimensions");
    eg_onnx_array_free(&array);
    return status ? status : eg_onnx_give_array(graph, node, &moved);
}

static int take_transpose(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    static const size_t same[] = {0, 1, 2, 3}, first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1};
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, 0);
    struct eg_onnx_rows rows;
    size_t perm[EG_ONNX_DIMENSIONS];
    if (value && value->kind == EG_ONNX_CONSTANT)
        return transpose_constant(graph, node);
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (status)
        return status;
    const size_t ndim = (size_t)rows.ndim + 1;
    if (!read_perm(node, ndim, perm))
        return eg_onnx_refuse(graph, node, "its perm is no order of its dimensions");
    if (memcmp(perm, same, ndim * sizeof *perm) == 0)
        return eg_onnx_give_rows(graph, node, &rows);
    const int to_first = ndim == 4 && memcmp(perm, first, sizeof first) == 0;
    if (!to_first && (ndim != 4 || memcmp(perm, last, sizeof last) != 0))
        return eg_onnx_refuse(graph, node,
                              "of orders, channels first and last can be changed alone");
    status = eg_onnx_take_image(graph, node, to_first ? EG_ONNX_LAST : EG_ONNX_FIRST, &rows);
    if (status)
        return status;
    const struct eg_image *image = &rows.image;
    const size_t dims[2][3] = {{image->height, image->width, image->channels},
                               {image->channels, image->height, image->width}};
    rows.order = to_first ? EG_ONNX_FIRST : EG_ONNX_LAST;
    memcpy(rows.dims, dims[to_first], sizeof rows.dims);
    return eg_onnx_give_rows(graph, node, &rows);
}

/* --- what gives what it is given --- */

static int take_identity(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, 0);
    struct eg_onnx_array array;
    if (value && value->kind == EG_ONNX_ROWS)
        return eg_onnx_give_rows(graph, node, &value->rows);
    if (value && value->kind == EG_ONNX_WHOLE)
        return eg_onnx_give_whole(graph, node, &value->sizes);
    const int status = eg_onnx_constant(graph, node, 0, -1, &array);
    return status ? status : eg_onnx_give_array(graph, node, &array);
}

static int take_dropout(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const struct eg_onnx_value *mode = eg_onnx_input(graph, node, 2);
    struct eg_onnx_array array = {0};
    int status = mode ? eg_onnx_constant(graph, node, 2, -1, &array) : EG_OK;
    if (!status && array.count && array.data[0] != 0)
        status = eg_onnx_refuse(graph, node, "it was exported while training: export model.eval()");
    eg_onnx_array_free(&array);
    return status ? status : take_identity(graph, node);
}

/* A constant's dimensions of 1: none of them is kept by Squeeze, as nothing here hangs on those. */
static int squeeze_constant(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, int is_less)
{
    struct eg_onnx_array array;
    struct eg_onnx_sizes axes = {0};
    size_t dims[EG_ONNX_DIMENSIONS], from = 0;
    int ndim = 0, status = eg_onnx_constant(graph, node, 0, -1, &array);
    if (!status && !is_less)
        status = read_axes(graph, node, array.ndim, 1, &axes);
    const size_t all = (size_t)array.ndim + axes.count;
    if (!status && all > EG_ONNX_DIMENSIONS)
        status = eg_onnx_refuse(graph, node, "it has more than %d dimensions", EG_ONNX_DIMENSIONS);
    for (size_t i = 0; i < all && !status; i++) {
        const int is_new = has_axis(&axes, i) || from == (size_t)array.ndim;
        const size_t size = is_new ? 1 : array.dims[from++];
        if (!is_less || size != 1)
            dims[ndim++] = size;
    }
    if (status) {
        eg_onnx_array_free(&array);
        return status;
    }
    array.ndim = ndim;
    memcpy(array.dims, dims, (size_t)ndim * sizeof *dims);
    return eg_onnx_give_array(graph, node, &array);
}

static int take_squeeze(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, 0);
    const int is_less = strcmp(node->op_type, "Squeeze") == 0;
    if (value && value->kind == EG_ONNX_CONSTANT)
        return squeeze_constant(graph, node, is_less);
    if (value && value->kind == EG_ONNX_ROWS)
        return is_less ? squeeze_rows(graph, node) : unsqueeze_rows(graph, node);
    struct eg_onnx_sizes sizes;
    const int status = eg_onnx_whole(graph, node, 0, &sizes);
    if (status)
        return status;
    sizes.is_scalar = is_less && sizes.count == 1;
    return eg_onnx_give_whole(graph, node, &sizes);
}

const struct eg_onnx_operator eg_onnx_shapes[] = {
    {"Reshape", take_reshape},   {"Flatten", take_flatten},     {"Squeeze", take_squeeze},
    {"Unsqueeze", take_squeeze}, {"Transpose", take_transpose}, {"Identity", take_identity},
    {"Cast", take_identity},     {"Dropout", take_dropout},     {NULL, NULL}};
