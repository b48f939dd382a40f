/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layer norms that are written with means over features and elementwise operators. What comes of such a mean hangs on
 * the whole of a row; it is worked out at EG_ONNX_PROBES rows, and known again there as w * (x - mean) / sqrt(variance
 * + epsilon) + b, so that it does not matter with which operators an exporter writes it.
 */
#include <math.h>
#include <stdint.h>

#include "onnx/onnx_graph.h"

/* All is worked out in double precision, of the file's own numbers. */
#define TOLERANCE 1e-9

/* A row is scale * u + mean, where u has mean 0 and variance 1. Of the first one all deviations are 0. */
static const struct {
    double scale, mean;
    size_t period; /* of the signs in u */
} probes[EG_ONNX_PROBES] = {{0, 0, 2}, {1, 0, 2}, {0.01, 0, 2}, {-2, 1, 2}, {0.1, 5, 3}};

/* u, of which no number is 0. */
static void fill_pattern(size_t period, size_t features, double *u)
{
    double mean = 0, variance = 0;
    for (size_t j = 0; j < features; j++) {
        u[j] = (j % period ? -1 : 1) * (1 + (double)(j * 7 % 11) / 22);
        mean += u[j] / (double)features;
    }
    for (size_t j = 0; j < features; j++)
        variance += (u[j] - mean) * (u[j] - mean) / (double)features;
    for (size_t j = 0; j < features; j++)
        u[j] = (u[j] - mean) / sqrt(variance);
}

static int make_probes(struct eg_onnx_graph *graph, size_t features, struct eg_onnx_array *array)
{
    const size_t dims[] = {EG_ONNX_PROBES, features};
    int status = eg_onnx_charge(graph, EG_ONNX_PROBES * (double)features);
    if (!status)
        status = eg_onnx_array_alloc(array, 2, dims, graph->error);
    for (size_t k = 0; k < EG_ONNX_PROBES && !status; k++) {
        double *row = array->data + k * features;
        fill_pattern(probes[k].period, features, row);
        for (size_t j = 0; j < features; j++)
            row[j] = probes[k].scale * row[j] + probes[k].mean;
    }
    return status;
}

/* Input number i at the probes, EG_ONNX_PROBES x features or x 1, the caller's to free. rows: those that it hangs on. */
static int probe(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                 struct eg_onnx_rows *rows, struct eg_onnx_array *array)
{
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, i);
    int status = EG_OK;
    *array = (struct eg_onnx_array){0};
    if (value && value->kind == EG_ONNX_PROBED) {
        *rows = value->rows;
        status = eg_onnx_charge(graph, (double)value->array.count);
        return status ? status : eg_onnx_array_copy(&value->array, array, graph->error);
    }
    status = eg_onnx_rows_of(graph, node, i, 0, rows);
    if (!status && (rows->ndim != 1 || rows->dims[0] < 2))
        status = eg_onnx_refuse(graph, node, "it is no function of features, several a row");
    if (!status)
        status = eg_onnx_settle(graph, node, rows);
    return status ? status : make_probes(graph, rows->dims[0], array);
}

/* epsilon, weight and bias, `features` each, of which the numbers at the probes are a layer norm; 0: of none. */
static int find_norm(const double *y, size_t features, double *u, double *epsilon, double *weight,
                     double *bias)
{
    const double *y1 = y + features, *y2 = y1 + features, small = probes[2].scale;
    size_t most = 0;
    for (size_t j = 0; j < features; j++)
        most = fabs(y1[j] - y[j]) > fabs(y1[most] - y[most]) ? j : most;
    const double ratio = pow((y2[most] - y[most]) / (y1[most] - y[most]), 2);
    *epsilon = small * small * (1 - ratio) / (ratio - small * small);
    if (!(*epsilon > 0) || !isfinite(*epsilon))
        return 0;
    fill_pattern(probes[1].period, features, u);
    for (size_t j = 0; j < features; j++) {
        bias[j] = y[j];
        weight[j] = (y1[j] - y[j]) * sqrt(1 + *epsilon) / u[j];
    }
    for (size_t k = 0; k < EG_ONNX_PROBES; k++) {
        const double scale = probes[k].scale;
        fill_pattern(probes[k].period, features, u);
        for (size_t j = 0; j < features; j++) {
            const double wanted = weight[j] * scale * u[j] / sqrt(scale * scale + *epsilon) +
                                  bias[j];
            if (!(fabs(y[k * features + j] - wanted) <= TOLERANCE * (1 + fabs(wanted))))
                return 0;
        }
    }
    return 1;
}

static int add_norm(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, double epsilon,
                    struct eg_onnx_array parts[2], struct eg_onnx_rows *rows)
{
    static const char *const names[] = {"weight", "bias"};
    struct eg_onnx_item *item = eg_onnx_add_item(graph, EG_ONNX_LINEAR, rows->item, node);
    int status = item ? EG_OK : EG_DATA;
    for (size_t i = 0; i < 2 && !status; i++) {
        status = eg_onnx_put_channels_first(rows, &parts[i], graph->error);
        eg_onnx_add_part(item, names[i], &parts[i]);
    }
    if (status)
        return status;
    item->channels = rows->dims[0];
    eg_onnx_write_norm(item, 0, epsilon);
    eg_onnx_stand_behind(graph, rows);
    return EG_OK;
}

/* Takes the array. */
static int give_probed(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       const struct eg_onnx_rows *rows, struct eg_onnx_array *array)
{
    const int status = eg_onnx_give_array(graph, node, array);
    if (status)
        return status;
    struct eg_onnx_value *value = &graph->values[graph->value_count - 1];
    value->kind = EG_ONNX_PROBED;
    value->rows = *rows;
    *array = (struct eg_onnx_array){0};
    return EG_OK;
}

/* The node's output, as rows behind a layer norm where it is one; takes the array. */
static int give_function(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                         struct eg_onnx_rows *rows, struct eg_onnx_array *array)
{
    const size_t features = rows->dims[0];
    struct eg_onnx_array parts[2] = {{0}}, pattern = {0};
    double epsilon;
    if (array->dims[1] != features)
        return give_probed(graph, node, rows, array);
    int status = eg_onnx_charge(graph, 3 * (double)features);
    for (size_t i = 0; i < 2 && !status; i++)
        status = eg_onnx_array_alloc(&parts[i], 1, &features, graph->error);
    if (!status)
        status = eg_onnx_array_alloc(&pattern, 1, &features, graph->error);
    const int is_norm = !status && find_norm(array->data, features, pattern.data, &epsilon,
                                             parts[0].data, parts[1].data);
    if (is_norm)
        status = add_norm(graph, node, epsilon, parts, rows);
    if (!status && is_norm)
        status = eg_onnx_give_rows(graph, node, rows);
    else if (!status)
        status = give_probed(graph, node, rows, array);
    for (size_t i = 0; i < 2; i++)
        eg_onnx_array_free(&parts[i]);
    eg_onnx_array_free(&pattern);
    eg_onnx_array_free(array);
    return status;
}

int eg_onnx_take_row_mean(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const size_t dims[] = {EG_ONNX_PROBES, 1};
    struct eg_onnx_array given, made;
    struct eg_onnx_rows rows;
    int status = probe(graph, node, 0, &rows, &given);
    if (!status)
        status = eg_onnx_array_alloc(&made, 2, dims, graph->error);
    for (size_t n = 0; n < given.count && !status; n++)
        made.data[n / given.dims[1]] += given.data[n] / (double)given.dims[1];
    eg_onnx_array_free(&given);
    return status ? status : give_probed(graph, node, &rows, &made);
}

/* How many numbers of one row the array has: 1, or as many as there are features. */
static size_t count_columns(const struct eg_onnx_array *array)
{
    return array->ndim ? array->dims[array->ndim - 1] : 1;
}

/* The numbers of inputs that are no constants; columns: the most that one has. */
static int probe_inputs(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t count,
                        struct eg_onnx_array *arrays, struct eg_onnx_rows *rows, size_t *columns)
{
    size_t widest = 1, item = SIZE_MAX;
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        const int is_constant = arrays[i].data != NULL;
        if (!is_constant) {
            status = probe(graph, node, i, rows, &arrays[i]);
            if (!status && item != SIZE_MAX && item != rows->item)
                status = eg_onnx_refuse(graph, node, "its inputs are of two layers' rows");
            item = rows->item;
        }
        const size_t own = count_columns(&arrays[i]);
        if (!status && is_constant && own != arrays[i].count)
            status = eg_onnx_refuse(graph, node, "its constant of %zu numbers is no row",
                                    arrays[i].count);
        widest = own > widest ? own : widest;
    }
    for (size_t i = 0; i < count && !status; i++)
        if (count_columns(&arrays[i]) != 1 && count_columns(&arrays[i]) != rows->dims[0])
            status = eg_onnx_refuse(graph, node,
                                    "its input %zu has %zu numbers where rows have %zu", i,
                                    count_columns(&arrays[i]), rows->dims[0]);
    *columns = widest;
    return status;
}

int eg_onnx_take_row_function(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                              size_t count, eg_onnx_function *of, double a, double b,
                              struct eg_onnx_array *arrays)
{
    struct eg_onnx_array made;
    struct eg_onnx_rows rows;
    size_t dims[] = {EG_ONNX_PROBES, 1};
    int status = probe_inputs(graph, node, count, arrays, &rows, &dims[1]);
    if (!status)
        status = eg_onnx_charge(graph, EG_ONNX_PROBES * (double)dims[1]);
    if (!status)
        status = eg_onnx_array_alloc(&made, 2, dims, graph->error);
    for (size_t n = 0; !status && n < made.count; n++) {
        double x[3];
        for (size_t i = 0; i < count; i++) {
            const size_t own = count_columns(&arrays[i]);
            const size_t row = arrays[i].count == own ? 0 : n / dims[1];
            x[i] = arrays[i].data[row * own + n % dims[1] % own];
        }
        made.data[n] = of(x, a, b);
    }
    return status ? status : give_function(graph, node, &rows, &made);
}
