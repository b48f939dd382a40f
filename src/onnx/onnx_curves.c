/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of each number, known again by their values at EG_ONNX_POINTS places, as items of a network's text. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "onnx/onnx_graph.h"

/* Weights are single precision where they come from, and so are constants like the root of 2. */
#define TOLERANCE 1e-6

enum { MIDDLE = EG_ONNX_POINTS / 2, LAST = EG_ONNX_POINTS - 1 };

double eg_onnx_point(size_t i)
{
    const double step = ((double)i - MIDDLE) / MIDDLE;
    return 25 * step * fabs(step);
}

void eg_onnx_clear_curve(struct eg_onnx_rows *rows)
{
    for (size_t i = 0; i < EG_ONNX_POINTS; i++)
        rows->curve[i] = eg_onnx_point(i);
}

static double relu(double x, double c)
{
    (void)c;
    return x > 0 ? x : 0;
}
static double hyperbolic(double x, double c)
{
    (void)c;
    return tanh(x);
}
static double sigmoid(double x, double c)
{
    (void)c;
    return 1 / (1 + exp(-x));
}
static double softplus(double x, double c)
{
    return (fmax(c * x, 0) + log1p(exp(-fabs(c * x)))) / c;
}
static double leaky(double x, double c)
{
    return x < 0 ? c * x : x;
}
static double elu(double x, double c)
{
    return x < 0 ? c * expm1(x) : x;
}
static double gelu(double x, double c)
{
    (void)c;
    return x * erfc(-x / sqrt(2)) / 2;
}
static double gelu_tanh(double x, double c)
{
    (void)c;
    return x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))) / 2;
}
static double silu(double x, double c)
{
    return x * sigmoid(x, c);
}

/* The parameter c that a function has, if it is of the kind; at the last place x is 25. */
static double no_parameter(const double *curve)
{
    (void)curve;
    return 1;
}
static double from_middle(const double *curve)
{
    return log(2) / curve[MIDDLE];
}
static double from_first(const double *curve)
{
    return curve[0] / eg_onnx_point(0);
}
static double from_floor(const double *curve)
{
    return -curve[0];
}

static const struct kind {
    const char *text; /* takes the parameter where it has a % */
    double (*of)(double x, double c);
    double (*find)(const double *curve);
} kinds[] = {
    {"relu", relu, no_parameter},       {"softplus", softplus, no_parameter},
    {"tanh", hyperbolic, no_parameter}, {"sigmoid", sigmoid, no_parameter},
    {"gelu", gelu, no_parameter},       {"gelu_tanh", gelu_tanh, no_parameter},
    {"silu", silu, no_parameter},       {"leaky_relu %.7g", leaky, from_first},
    {"elu %.7g", elu, from_floor},      {"softplus %.7g", softplus, from_middle},
};

static int is_curve(const double *curve, double (*of)(double x, double c), double c)
{
    for (size_t i = 0; i < EG_ONNX_POINTS; i++) {
        const double wanted = of(eg_onnx_point(i), c);
        if (!(fabs(curve[i] - wanted) <= TOLERANCE * (1 + fabs(wanted))))
            return 0;
    }
    return 1;
}

static const struct kind *find_kind(const double *curve, double *c)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        *c = kinds[k].find(curve);
        if (isfinite(*c) && *c > 0 && is_curve(curve, kinds[k].of, *c))
            return &kinds[k];
    }
    return NULL;
}

/* Whether it is scale * x + shift. */
static int find_line(const double *curve, double *scale, double *shift)
{
    *shift = curve[MIDDLE];
    *scale = (curve[LAST] - curve[0]) / (eg_onnx_point(LAST) - eg_onnx_point(0));
    for (size_t i = 0; i < EG_ONNX_POINTS; i++) {
        const double wanted = *scale * eg_onnx_point(i) + *shift;
        if (!(fabs(curve[i] - wanted) <= TOLERANCE * (1e-3 + fabs(wanted))))
            return 0;
    }
    return 1;
}

int eg_onnx_put_channels_first(const struct eg_onnx_rows *rows, struct eg_onnx_array *array,
                               struct eg_error *error)
{
    const size_t pixels = rows->image.height * rows->image.width;
    struct eg_onnx_array moved;
    if (rows->ndim != 1 || rows->order != EG_ONNX_LAST || eg_image_size(&rows->image) == 0)
        return EG_OK;
    const int status = eg_onnx_array_alloc(&moved, 1, &array->count, error);
    for (size_t i = 0; i < array->count && !status; i++)
        moved.data[i] = array->data[i % pixels * rows->image.channels + i / pixels];
    if (!status) {
        eg_onnx_array_free(array);
        *array = moved;
    }
    return status;
}

static int add_scale(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                     struct eg_onnx_rows *rows, struct eg_onnx_array *scale,
                     struct eg_onnx_array *shift)
{
    int status = eg_onnx_put_channels_first(rows, scale, graph->error);
    if (!status)
        status = eg_onnx_put_channels_first(rows, shift, graph->error);
    struct eg_onnx_item *item = status ? NULL
                                       : eg_onnx_add_item(graph, EG_ONNX_SCALE, rows->item, node);
    if (!item)
        return EG_DATA;
    item->channels = scale->count;
    snprintf(item->text, sizeof item->text, "batchnorm");
    eg_onnx_add_part(item, "weight", scale);
    eg_onnx_add_part(item, "bias", shift);
    eg_onnx_stand_behind(graph, rows);
    return EG_OK;
}

int eg_onnx_add_scale(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      struct eg_onnx_rows *rows, struct eg_onnx_array *scale,
                      struct eg_onnx_array *shift)
{
    const int status = add_scale(graph, node, rows, scale, shift);
    eg_onnx_array_free(scale);
    eg_onnx_array_free(shift);
    return status;
}

/* The same for all channels. */
static int add_line(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                    struct eg_onnx_rows *rows, double scale, double shift)
{
    const size_t channels = rows->ndim == 1 ? rows->dims[0] : rows->image.channels;
    struct eg_onnx_array scales, shifts;
    int status = eg_onnx_charge(graph, 2 * (double)channels);
    if (!status)
        status = eg_onnx_array_alloc(&scales, 1, &channels, graph->error);
    if (status)
        return status;
    status = eg_onnx_array_alloc(&shifts, 1, &channels, graph->error);
    for (size_t i = 0; i < channels && !status; i++) {
        scales.data[i] = scale;
        shifts.data[i] = shift;
    }
    if (!status)
        return eg_onnx_add_scale(graph, node, rows, &scales, &shifts);
    eg_onnx_array_free(&scales);
    return status;
}

/* The item of that text behind the same one, where there is one. */
static int find_item(const struct eg_onnx_graph *graph, struct eg_onnx_rows *rows, const char *text)
{
    for (size_t i = 1; i < graph->item_count; i++) {
        const struct eg_onnx_item *item = &graph->items[i];
        if (item->role != EG_ONNX_ACTIVATION || item->from[0] != rows->item ||
            strcmp(item->text, text) != 0)
            continue;
        rows->item = i;
        eg_onnx_clear_curve(rows);
        return 1;
    }
    return 0;
}

int eg_onnx_settle(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                   struct eg_onnx_rows *rows)
{
    double scale, shift, c;
    char text[sizeof graph->items->text];
    if (find_line(rows->curve, &scale, &shift)) {
        if (scale == 1 && shift == 0)
            return EG_OK;
        if (rows->ndim == 1 || rows->image.channels)
            return add_line(graph, node, rows, scale, shift);
    }
    const struct kind *kind = find_kind(rows->curve, &c);
    if (!kind)
        return eg_onnx_refuse(
            graph, node,
            "the function of each number before it is no activation that there is "
            "here; take the model as a command (--predict)");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, kind->text, c);
#pragma GCC diagnostic pop
    if (find_item(graph, rows, text))
        return EG_OK;
    struct eg_onnx_item *item = eg_onnx_add_item(graph, EG_ONNX_ACTIVATION, rows->item, node);
    if (!item)
        return EG_DATA;
    memcpy(item->text, text, sizeof text);
    eg_onnx_stand_behind(graph, rows);
    return EG_OK;
}
