/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators whose window slides over an image: convolutions and pools. */
#include <stdio.h>
#include <string.h>

#include "nn/layer.h"
#include "onnx/onnx_graph.h"

/* A window as the file has it. */
struct frame {
    size_t size[2], stride[2], dilation[2], pads[4]; /* height, width; top, left, bottom, right */
};

/* How many places the window has along an axis. */
static size_t count_places(const struct frame *frame, size_t axis, size_t image)
{
    const size_t reach = (frame->size[axis] - 1) * frame->dilation[axis] + 1;
    const size_t size = image + frame->pads[axis] + frame->pads[2 + axis];
    return size < reach ? 0 : (size - reach) / frame->stride[axis] + 1;
}

/* The text has one stride. */
static int set_stride(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      const size_t image[2], struct frame *frame)
{
    for (size_t i = 0; i < 2; i++)
        if (count_places(frame, i, image[i]) == 1)
            frame->stride[i] = frame->stride[1 - i]; /* it goes nowhere */
    if (frame->stride[0] != frame->stride[1])
        return eg_onnx_refuse(graph, node,
                              "its strides are %zu and %zu: equal ones alone can be read",
                              frame->stride[0], frame->stride[1]);
    return EG_OK;
}

static int read_frame(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      const struct eg_onnx_rows *rows, struct frame *frame)
{
    const size_t image[2] = {rows->image.height, rows->image.width};
    if (!eg_onnx_ints(node, "strides", 2, frame->stride, 1) ||
        !eg_onnx_ints(node, "dilations", 2, frame->dilation, 1) ||
        !eg_onnx_ints(node, "pads", 4, frame->pads, 0) || !frame->stride[0] || !frame->stride[1] ||
        !frame->dilation[0] || !frame->dilation[1] || !frame->size[0] || !frame->size[1])
        return eg_onnx_refuse(graph, node, "its window is none over 2 dimensions of an image");
    const int is_upper = eg_onnx_says(node, "auto_pad", "SAME_UPPER");
    for (size_t i = 0; i < 2 && (is_upper || eg_onnx_says(node, "auto_pad", "SAME_LOWER")); i++) {
        const size_t stride = frame->stride[i], places = (image[i] + stride - 1) / stride;
        const size_t covered = (places - 1) * stride + (frame->size[i] - 1) * frame->dilation[i] +
                               1;
        const size_t missing = covered > image[i] ? covered - image[i] : 0;
        frame->pads[i] = is_upper ? missing / 2 : (missing + 1) / 2;
        frame->pads[2 + i] = missing - frame->pads[i];
    }
    for (size_t i = 0; i < 4; i++)
        frame->pads[i] += rows->pads[i];
    return set_stride(graph, node, image, frame);
}

/*
 * A window as the text has it: its sizes, and how what is around the image counts. A convolution's window may be
 * larger than the file's one, with zeros around its weights or between, which dilations and uneven paddings become.
 */
struct fit {
    size_t size[2], before[2]; /* before: rows and columns of zeros above and to the left */
    const char *words;         /* NULL: it fits in no way */
    size_t pad;                /* on all sides, for " pad N" */
};

/* In the order in which they are tried. */
static const struct way {
    const char *words;
    int is_same, may_grow;
} ways[] = {{"", 0, 0}, {" same", 1, 0}, {" pad", 0, 0}, {" same", 1, 1}};

enum { WIDEST = 4096 };

static size_t find_reach(const struct frame *frame, size_t axis)
{
    return (frame->size[axis] - 1) * frame->dilation[axis] + 1;
}

/* With `pad` pixels before the image and after it. */
static int fits_evenly(const struct frame *frame, size_t axis, size_t image, size_t pad)
{
    const size_t reach = find_reach(frame, axis), size = image + 2 * pad;
    return frame->pads[axis] == pad && size >= reach &&
           (size - reach) / frame->stride[axis] + 1 == count_places(frame, axis, image);
}

/* With as many as ceil(size / stride) places take, by a window of the file's size or a larger one. */
static int fits_same(const struct frame *frame, size_t axis, size_t image, int may_grow,
                     struct fit *fit)
{
    const size_t stride = frame->stride[axis], places = count_places(frame, axis, image);
    const size_t reach = find_reach(frame, axis), pads = frame->pads[axis];
    const size_t larger = 2 * (reach + pads) + stride;
    const size_t most = !may_grow ? reach : larger < 4 * WIDEST ? larger : 4 * WIDEST;
    for (size_t size = reach; size <= most && places == (image + stride - 1) / stride; size++) {
        const size_t covered = (places - 1) * stride + size;
        const size_t pad = covered > image ? (covered - image) / 2 : 0;
        fit->size[axis] = size;
        fit->before[axis] = pad - pads;
        if (pad >= pads && fit->before[axis] + reach <= size)
            return 1;
    }
    return 0;
}

static struct fit find_fit(const struct frame *frame, const struct eg_image *image, int may_grow)
{
    const size_t sizes[2] = {image->height, image->width};
    struct fit fit = {.words = NULL};
    for (size_t w = 0; w < sizeof ways / sizeof *ways && !fit.words; w++) {
        int fine = may_grow || !ways[w].may_grow;
        fit = (struct fit){.size = {find_reach(frame, 0), find_reach(frame, 1)},
                           .pad = strcmp(ways[w].words, " pad") == 0 ? frame->pads[0] : 0};
        for (size_t i = 0; i < 2; i++)
            fine &= count_places(frame, i, sizes[i]) > 0 && find_reach(frame, i) <= WIDEST &&
                    frame->pads[i] < find_reach(frame, i);
        for (size_t i = 0; i < 2 && fine; i++)
            fine = ways[w].is_same ? fits_same(frame, i, sizes[i], ways[w].may_grow, &fit)
                                   : fits_evenly(frame, i, sizes[i], fit.pad);
        fit.words = fine ? ways[w].words : NULL;
    }
    return fit;
}

/* " pad 1 stride 2" */
static void write_options(const struct fit *fit, size_t stride, struct eg_onnx_item *item)
{
    const size_t used = strlen(item->text);
    snprintf(item->text + used, sizeof item->text - used, "%s", fit->words);
    if (fit->pad)
        snprintf(item->text + strlen(item->text), sizeof item->text - strlen(item->text), " %zu",
                 fit->pad);
    if (stride != 1 || strncmp(item->text, "conv", 4) != 0)
        snprintf(item->text + strlen(item->text), sizeof item->text - strlen(item->text),
                 " stride %zu", stride);
}

/* rows = those that a layer with that window gives, of so many channels. */
static void slide(const struct eg_onnx_graph *graph, const struct frame *frame, size_t channels,
                  struct eg_onnx_rows *rows)
{
    const struct eg_image image = {count_places(frame, 0, rows->image.height),
                                   count_places(frame, 1, rows->image.width), channels};
    rows->image = image;
    rows->dims[0] = channels;
    rows->dims[1] = image.height;
    rows->dims[2] = image.width;
    eg_onnx_stand_behind(graph, rows);
}

/* --- convolutions --- */

/* given: channels out x channels in x window; made: the same with the fit's window. */
static int spread_weights(struct eg_onnx_graph *graph, const struct frame *frame,
                          const struct fit *fit, const struct eg_onnx_array *given,
                          struct eg_onnx_array *made)
{
    const size_t dims[] = {given->dims[0], given->dims[1], fit->size[0], fit->size[1]};
    int status = eg_onnx_charge(graph, (double)dims[0] * (double)dims[1] * (double)dims[2] *
                                           (double)dims[3]);
    if (!status)
        status = eg_onnx_array_alloc(made, 4, dims, graph->error);
    for (size_t n = 0; n < given->count && !status; n++) {
        const size_t x = n % given->dims[3], y = n / given->dims[3] % given->dims[2];
        const size_t plane = n / given->dims[3] / given->dims[2];
        const size_t row = fit->before[0] + y * frame->dilation[0],
                     column = fit->before[1] + x * frame->dilation[1];
        made->data[(plane * dims[2] + row) * dims[3] + column] = given->data[n];
    }
    return status;
}

static int add_convolution(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                           struct eg_onnx_array *weights, struct eg_onnx_array *bias,
                           struct eg_onnx_rows *rows)
{
    struct frame frame = {.size = {weights->dims[2], weights->dims[3]}};
    const size_t groups = (size_t)eg_onnx_int(node, "group", 1), out = weights->dims[0];
    struct eg_onnx_array spread;
    int status = read_frame(graph, node, rows, &frame);
    if (status)
        return status;
    if (groups == 0 || groups > out || out % groups || !weights->count ||
        weights->dims[1] > rows->image.channels ||
        weights->dims[1] * groups != rows->image.channels || (bias->data && bias->count != out))
        return eg_onnx_refuse(
            graph, node,
            "weights of shape (%zu, %zu, %zu, %zu) in %zu groups where images have "
            "%zu channels",
            out, weights->dims[1], weights->dims[2], weights->dims[3], groups,
            rows->image.channels);
    const struct fit fit = find_fit(&frame, &rows->image, 1);
    if (!fit.words)
        return eg_onnx_refuse(graph, node,
                              "its pads (%zu, %zu, %zu, %zu) are more than can be read",
                              frame.pads[0], frame.pads[1], frame.pads[2], frame.pads[3]);
    status = spread_weights(graph, &frame, &fit, weights, &spread);
    struct eg_onnx_item *item = status ? NULL
                                       : eg_onnx_add_item(graph, EG_ONNX_LINEAR, rows->item, node);
    if (!item) {
        eg_onnx_array_free(&spread);
        return EG_DATA;
    }
    snprintf(item->text, sizeof item->text, "conv %zux%zux%zu", fit.size[0], fit.size[1], out);
    write_options(&fit, frame.stride[0], item);
    if (groups > 1)
        snprintf(item->text + strlen(item->text), sizeof item->text - strlen(item->text),
                 " groups %zu", groups);
    item->channels = out;
    eg_onnx_add_part(item, "weight", &spread);
    if (bias->data)
        eg_onnx_add_part(item, "bias", bias);
    slide(graph, &frame, out, rows);
    return EG_OK;
}

static int take_convolution(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_array weights = {0}, bias = {0};
    struct eg_onnx_rows rows;
    int status = eg_onnx_rows_of(graph, node, 0, 1, &rows);
    if (!status)
        status = eg_onnx_take_image(graph, node, EG_ONNX_FIRST, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    if (!status)
        status = eg_onnx_constant(graph, node, 1, 4, &weights);
    if (!status && eg_onnx_input(graph, node, 2))
        status = eg_onnx_constant(graph, node, 2, 1, &bias);
    if (!status)
        status = add_convolution(graph, node, &weights, &bias, &rows);
    eg_onnx_array_free(&weights);
    eg_onnx_array_free(&bias);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

/* --- pools --- */

/* Of opset 10 and on a last window may be one that is cut. */
static int is_cut(const Onnx__NodeProto *node, const struct frame *frame,
                  const struct eg_image *image)
{
    struct frame longer = *frame;
    for (size_t i = 0; i < 2; i++)
        longer.pads[2 + i] += frame->stride[i] - 1;
    return eg_onnx_int(node, "ceil_mode", 0) &&
           (count_places(&longer, 0, image->height) != count_places(frame, 0, image->height) ||
            count_places(&longer, 1, image->width) != count_places(frame, 1, image->width));
}

static int is_mean(const Onnx__NodeProto *node)
{
    return strcmp(node->op_type, "AveragePool") == 0;
}

static int check_pool(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      const struct frame *frame, const struct eg_onnx_rows *rows)
{
    const size_t padded = frame->pads[0] + frame->pads[1] + frame->pads[2] + frame->pads[3];
    if (frame->dilation[0] != 1 || frame->dilation[1] != 1)
        return eg_onnx_refuse(graph, node, "it has dilations");
    if (is_cut(node, frame, &rows->image))
        return eg_onnx_refuse(graph, node, "with ceil_mode its last window would be cut");
    if (padded && is_mean(node) && eg_onnx_int(node, "count_include_pad", 0))
        return eg_onnx_refuse(graph, node, "its mean counts pixels around the image");
    return EG_OK;
}

static int add_pool(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, struct frame *frame,
                    struct eg_onnx_rows *rows)
{
    const struct fit fit = find_fit(frame, &rows->image, 0);
    if (!fit.words)
        return eg_onnx_refuse(graph, node,
                              "its window or its pads (%zu, %zu, %zu, %zu) cannot be read",
                              frame->pads[0], frame->pads[1], frame->pads[2], frame->pads[3]);
    struct eg_onnx_item *item = eg_onnx_add_item(graph, EG_ONNX_LAYER, rows->item, node);
    if (!item)
        return EG_DATA;
    snprintf(item->text, sizeof item->text, "%s %zux%zu", is_mean(node) ? "mean_pool" : "pool",
             frame->size[0], frame->size[1]);
    write_options(&fit, frame->stride[0], item);
    slide(graph, frame, rows->image.channels, rows);
    return EG_OK;
}

/* A pool of single pixels, which an adaptive one is where the image has its size already. */
static int changes_nothing(const struct frame *frame)
{
    return frame->size[0] == 1 && frame->size[1] == 1 && frame->stride[0] == 1 &&
           frame->stride[1] == 1 &&
           !(frame->pads[0] + frame->pads[1] + frame->pads[2] + frame->pads[3]);
}

static int take_pool(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct eg_onnx_rows rows;
    struct frame frame = {.size = {0}};
    int status = eg_onnx_rows_of(graph, node, 0, 0, &rows);
    if (!status)
        status = eg_onnx_take_image(graph, node, EG_ONNX_FIRST, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    if (status)
        return status;
    if (node->n_output > 1 || !eg_onnx_ints(node, "kernel_shape", 2, frame.size, 0))
        return eg_onnx_refuse(graph, node, "its window is none over 2 dimensions of an image");
    status = read_frame(graph, node, &rows, &frame);
    if (!status)
        status = check_pool(graph, node, &frame, &rows);
    if (!status && !changes_nothing(&frame))
        status = add_pool(graph, node, &frame, &rows);
    return status ? status : eg_onnx_give_rows(graph, node, &rows);
}

const struct eg_onnx_operator eg_onnx_windows[] = {
    {"Conv", take_convolution}, {"MaxPool", take_pool}, {"AveragePool", take_pool}, {NULL, NULL}};
