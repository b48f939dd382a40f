/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_onnx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

void begin_onnx(struct made_onnx *made, size_t ndim, const int64_t *dims)
{
    memset(made, 0, sizeof *made);
    onnx__model_proto__init(&made->model);
    onnx__graph_proto__init(&made->graph);
    onnx__operator_set_id_proto__init(&made->opset);
    onnx__type_proto__init(&made->type);
    onnx__type_proto__tensor__init(&made->tensor_type);
    onnx__tensor_shape_proto__init(&made->shape);
    for (size_t i = 0; i < ndim; i++) {
        onnx__tensor_shape_proto__dimension__init(&made->axes[i]);
        made->axes[i].value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        made->axes[i].dim_value = dims[i];
        made->axis_list[i] = &made->axes[i];
    }
    made->shape.n_dim = ndim;
    made->shape.dim = made->axis_list;
    made->tensor_type.shape = &made->shape;
    made->type.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    made->type.tensor_type = &made->tensor_type;
    for (size_t i = 0; i < 2; i++) {
        onnx__value_info_proto__init(&made->values[i]);
        made->value_lists[i] = &made->values[i];
    }
    made->values[0].name = (char *)"x";
    made->values[0].type = &made->type;
    made->graph.n_input = made->graph.n_output = 1;
    made->graph.input = &made->value_lists[0];
    made->graph.output = &made->value_lists[1];
    made->graph.node = made->node_list;
    made->graph.initializer = made->tensor_list;
    made->model.graph = &made->graph;
    made->opset.has_version = 1;
    made->opset.version = 17;
    made->opsets[0] = &made->opset;
    made->model.n_opset_import = 1;
    made->model.opset_import = made->opsets;
}

void add_onnx_tensor(struct made_onnx *made, const char *name, size_t ndim, const int64_t *dims)
{
    const size_t at = made->graph.n_initializer++;
    Onnx__TensorProto *tensor = &made->tensors[at];
    size_t count = 1;
    cr_assert(at < MADE_MOST);
    onnx__tensor_proto__init(tensor);
    for (size_t i = 0; i < ndim; i++)
        count *= (size_t)(made->dims[at][i] = dims[i]);
    cr_assert(count <= 64);
    for (size_t i = 0; i < count; i++)
        made->numbers[at][i] = (float)(i + 1) / 10;
    tensor->name = (char *)name;
    tensor->n_dims = ndim;
    tensor->dims = made->dims[at];
    tensor->has_data_type = 1;
    tensor->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    tensor->n_float_data = count;
    tensor->float_data = made->numbers[at];
    made->tensor_list[at] = tensor;
}

Onnx__NodeProto *add_onnx_node(struct made_onnx *made, const char *operator, const char * inputs,
                               const char *output)
{
    const size_t at = made->graph.n_node++;
    Onnx__NodeProto *node = &made->nodes[at];
    cr_assert(at < MADE_MOST && strlen(inputs) < sizeof made->words[at]);
    onnx__node_proto__init(node);
    strcpy(made->words[at], inputs);
    for (char *word = strtok(made->words[at], ","); word; word = strtok(NULL, ","))
        made->inputs[at][node->n_input++] = word;
    made->outputs[at][0] = (char *)output;
    node->op_type = (char *)operator;
    node->input = made->inputs[at];
    node->n_output = 1;
    node->output = made->outputs[at];
    node->attribute = made->attribute_lists[at];
    made->node_list[at] = node;
    made->values[1].name = (char *)output;
    return node;
}

void set_onnx_ints(struct made_onnx *made, const char *name, size_t count, const int64_t *numbers)
{
    const size_t at = made->graph.n_node - 1;
    Onnx__NodeProto *node = &made->nodes[at];
    const size_t k = node->n_attribute++;
    Onnx__AttributeProto *attribute = &made->attributes[at][k];
    onnx__attribute_proto__init(attribute);
    attribute->name = (char *)name;
    attribute->has_i = 1;
    attribute->i = numbers[0];
    memcpy(made->ints[at][k], numbers, count * sizeof *numbers);
    attribute->n_ints = count;
    attribute->ints = made->ints[at][k];
    made->attribute_lists[at][k] = attribute;
}

unsigned char *pack_onnx(struct made_onnx *made, size_t *size)
{
    *size = onnx__model_proto__get_packed_size(&made->model);
    unsigned char *bytes = malloc(*size + 1);
    cr_assert_not_null(bytes);
    onnx__model_proto__pack(&made->model, bytes);
    return bytes;
}
