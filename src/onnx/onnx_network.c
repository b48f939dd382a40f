/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/onnx_network.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nn/layer.h"
#include "onnx/onnx_chain.h"

int eg_onnx_is_named(const char *path)
{
    const size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".onnx") == 0;
}

/* --- the input --- */

static int add_tensors(struct eg_onnx_graph *graph, const Onnx__GraphProto *own)
{
    for (size_t i = 0; i < own->n_initializer; i++) {
        const char *name = own->initializer[i]->name;
        struct eg_onnx_value *value = eg_onnx_add_value(graph, name ? name : "");
        if (!value)
            return EG_DATA;
        value->kind = EG_ONNX_CONSTANT;
        value->tensor = own->initializer[i];
    }
    return EG_OK;
}

static int check_input(const struct eg_onnx_graph *graph, const char *name, size_t ndim,
                       const struct eg_onnx_rows *rows, size_t known)
{
    const char *path = graph->file->path;
    for (size_t i = 0; i < (size_t)rows->ndim; i++)
        if (rows->dims[i] == 0 && ndim > 2)
            return eg_fail(
                graph->error, EG_DATA,
                "%s: dimension %zu of its input '%s' has no fixed size: export the model "
                "with rows of the size that they have, and leave their number open alone",
                path, i + 1, name);
    if (ndim > 2 && !known)
        return eg_fail(graph->error, EG_DATA,
                       "%s: the rows of its input '%s', of shape %s, are too large", path, name,
                       eg_format_shape(rows->ndim, rows->dims).text);
    if (graph->features && known && known != graph->features)
        return eg_fail(graph->error, EG_DATA,
                       "%s: the network takes %zu features (input '%s' has rows of shape %s), the "
                       "rows have %zu",
                       path, known, name, eg_format_shape(rows->ndim, rows->dims).text,
                       graph->features);
    return EG_OK;
}

/* Rows: the first dimension is how many. */
static int add_input(struct eg_onnx_graph *graph, const Onnx__ValueInfoProto *info)
{
    const Onnx__TypeProto__Tensor *type = info->type && info->type->value_case ==
                                                            ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
                                              ? info->type->tensor_type
                                              : NULL;
    const Onnx__TensorShapeProto *shape = type ? type->shape : NULL;
    const struct eg_onnx_name name = eg_onnx_quote(info->name);
    const size_t ndim = shape ? shape->n_dim : 0;
    size_t known = 1;
    struct eg_onnx_rows rows = {.ndim = (int)ndim - 1};
    if (ndim < 2 || ndim > 4)
        return eg_fail(
            graph->error, EG_DATA,
            "%s: its input '%s' is none of rows x features or rows of images; take the model "
            "as a command (--predict)",
            graph->file->path, name.text);
    for (size_t i = 0; i < ndim; i++) {
        const Onnx__TensorShapeProto__Dimension *own = shape->dim[i];
        const int64_t size = own->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
                                 ? own->dim_value
                                 : 0;
        const size_t fixed = size > 0 && size <= EG_LAYER_MOST ? (size_t)size : 0;
        if (i == 0)
            graph->batch = (int64_t)fixed;
        else
            rows.dims[i - 1] = fixed;
        known = i == 0 ? 1 : known * fixed <= EG_LAYER_MOST ? known * fixed : 0;
    }
    const int status = check_input(graph, name.text, ndim, &rows, known);
    if (!status && ndim == 2 && !known)
        rows.dims[0] = graph->features;
    struct eg_onnx_value *value = status ? NULL : eg_onnx_add_value(graph, info->name);
    if (!value || !eg_onnx_add_item(graph, EG_ONNX_INPUT, 0, NULL))
        return EG_DATA;
    graph->input_ndim = rows.ndim;
    eg_onnx_clear_curve(&rows);
    value->kind = EG_ONNX_ROWS;
    value->rows = rows;
    return EG_OK;
}

/* Old files list their tensors as inputs too. */
static int add_inputs(struct eg_onnx_graph *graph, const Onnx__GraphProto *own)
{
    const Onnx__ValueInfoProto *input = NULL;
    for (size_t i = 0; i < own->n_input; i++) {
        if (!own->input[i]->name || eg_onnx_find(graph, own->input[i]->name))
            continue;
        if (input)
            return eg_fail(
                graph->error, EG_DATA,
                "%s: it has several inputs ('%s', '%s'), and one of rows is read; take the "
                "model as a command (--predict)",
                graph->file->path, eg_onnx_quote(input->name).text,
                eg_onnx_quote(own->input[i]->name).text);
        input = own->input[i];
    }
    return input ? add_input(graph, input)
                 : eg_fail(graph->error, EG_DATA, "%s: it has no input", graph->file->path);
}

/* --- nodes --- */

static const struct eg_onnx_operator *find_operator(const Onnx__NodeProto *node)
{
    static const struct eg_onnx_operator *const tables[] = {
        eg_onnx_layers, eg_onnx_norms, eg_onnx_windows, eg_onnx_shapes, eg_onnx_whole_numbers};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct eg_onnx_operator *row = tables[t]; row->name; row++)
            if (strcmp(row->name, node->op_type) == 0)
                return row;
    return NULL;
}

static int take_node(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    const int is_own = !node->domain || !*node->domain || strcmp(node->domain, "ai.onnx") == 0;
    const struct eg_onnx_operator *found = is_own ? find_operator(node) : NULL;
    if (found)
        return found->take(graph, node);
    if (is_own && eg_onnx_is_elementwise(node))
        return eg_onnx_take_elementwise(graph, node);
    return eg_onnx_refuse(graph, node,
                          "there is no such layer here; take the model as a command "
                          "(--predict)");
}

static int check_node(const struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    if (!node->op_type)
        return eg_fail(graph->error, EG_DATA, "%s: a node has no operator", graph->file->path);
    for (size_t i = 0; i < node->n_input; i++)
        if (*node->input[i] && !eg_onnx_find(graph, node->input[i]))
            return eg_onnx_refuse(graph, node, "its input '%s' comes from no node before it",
                                  eg_onnx_quote(node->input[i]).text);
    return EG_OK;
}

static int take_nodes(struct eg_onnx_graph *graph, const Onnx__GraphProto *own)
{
    int status = EG_OK;
    for (size_t i = 0; i < own->n_node && !status; i++) {
        status = check_node(graph, own->node[i]);
        if (!status)
            status = take_node(graph, own->node[i]);
    }
    return status;
}

/* --- the output --- */

static int settle_output(struct eg_onnx_graph *graph, const Onnx__GraphProto *own, size_t *last,
                         const char **head)
{
    const char *path = graph->file->path;
    if (own->n_output != 1 || !own->output[0]->name)
        return eg_fail(graph->error, EG_DATA, "%s: it has %zu outputs; export a model of one", path,
                       own->n_output);
    const struct eg_onnx_value *value = eg_onnx_find(graph, own->output[0]->name);
    if (value && value->kind == EG_ONNX_PROBED)
        return eg_fail(graph->error, EG_DATA,
                       "%s: its output '%s' follows a mean over features, which is read as part "
                       "of a layer norm alone; take the model as a command (--predict)",
                       path, eg_onnx_quote(own->output[0]->name).text);
    if (!value || value->kind != EG_ONNX_ROWS || value->rows.ndim != 1)
        return eg_fail(graph->error, EG_DATA,
                       "%s: its output '%s' is not some numbers of each row: flatten it", path,
                       eg_onnx_quote(own->output[0]->name).text);
    struct eg_onnx_rows rows = value->rows;
    *head = rows.head;
    const int status = eg_onnx_settle(graph, own->node[own->n_node - 1], &rows);
    *last = rows.item;
    if (!status && *last && strcmp(graph->items[*last].text, "sigmoid") == 0) {
        *head = "Sigmoid";
        *last = graph->items[*last].from[0];
    }
    if (!status && *last == 0)
        return eg_fail(graph->error, EG_DATA, "%s: its graph has no layer", path);
    return status;
}

static int read_graph(const struct eg_onnx_file *file, size_t features,
                      struct eg_onnx_network *network, struct eg_error *error)
{
    const Onnx__GraphProto *own = file->model->graph;
    struct eg_onnx_graph graph;
    size_t last = 0;
    int status = eg_onnx_graph_alloc(file, features, &graph, error);
    if (!status)
        status = add_tensors(&graph, own);
    if (!status)
        status = add_inputs(&graph, own);
    if (!status)
        status = take_nodes(&graph, own);
    if (!status && own->n_node == 0)
        status = eg_fail(error, EG_DATA, "%s: its graph has no layer", file->path);
    if (!status)
        status = settle_output(&graph, own, &last, &network->head);
    if (!status)
        status = eg_onnx_write_chain(&graph, last, network);
    eg_onnx_graph_free(&graph);
    return status;
}

int eg_onnx_network_read(const char *path, size_t features, struct eg_onnx_network *network,
                         struct eg_error *error)
{
    struct eg_onnx_file file;
    *network = (struct eg_onnx_network){0};
    int status = eg_onnx_file_read(path, &file, error);
    if (!status)
        status = read_graph(&file, features, network, error);
    eg_onnx_file_free(&file);
    return status;
}

int eg_onnx_network_parse(const char *path, const void *bytes, size_t size, size_t features,
                          struct eg_onnx_network *network, struct eg_error *error)
{
    struct eg_onnx_file file;
    *network = (struct eg_onnx_network){0};
    int status = eg_onnx_file_parse(path, bytes, size, &file, error);
    if (!status)
        status = read_graph(&file, features, network, error);
    eg_onnx_file_free(&file);
    return status;
}

void eg_onnx_network_free(struct eg_onnx_network *network)
{
    free(network->text);
    eg_tensors_free(&network->tensors);
    *network = (struct eg_onnx_network){0};
}

int eg_onnx_visit_files(const char *path,
                        int (*visit)(void *context, const char *path, struct eg_error *error),
                        void *context, struct eg_error *error)
{
    char beside[PATH_MAX], before[PATH_MAX] = "";
    struct eg_onnx_file file;
    int status = eg_onnx_file_read(path, &file, error);
    for (size_t i = 0; !status && i < file.model->graph->n_initializer; i++) {
        const Onnx__TensorProto *tensor = file.model->graph->initializer[i];
        if (tensor->data_location != ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
            continue;
        status = eg_onnx_name_outside(&file, tensor, beside, sizeof beside, error);
        if (!status && strcmp(beside, before) != 0)
            status = visit(context, beside, error);
        memcpy(before, beside, sizeof before);
    }
    eg_onnx_file_free(&file);
    return status;
}
