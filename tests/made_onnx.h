/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small ONNX models for tests, made node by node. */
#ifndef EG_TESTS_MADE_ONNX_H
#define EG_TESTS_MADE_ONNX_H

#include "onnx/onnx_file.h"

enum { MADE_MOST = 16 };

struct made_onnx {
    Onnx__ModelProto model;
    Onnx__GraphProto graph;
    Onnx__OperatorSetIdProto opset, *opsets[1];
    Onnx__NodeProto nodes[MADE_MOST], *node_list[MADE_MOST];
    char *inputs[MADE_MOST][6], *outputs[MADE_MOST][1], words[MADE_MOST][80];
    Onnx__AttributeProto attributes[MADE_MOST][4], *attribute_lists[MADE_MOST][4];
    int64_t ints[MADE_MOST][4][8];
    Onnx__TensorProto tensors[MADE_MOST], *tensor_list[MADE_MOST];
    int64_t dims[MADE_MOST][4];
    float numbers[MADE_MOST][64];
    Onnx__ValueInfoProto values[2], *value_lists[2];
    Onnx__TypeProto type;
    Onnx__TypeProto__Tensor tensor_type;
    Onnx__TensorShapeProto shape;
    Onnx__TensorShapeProto__Dimension axes[5], *axis_list[5];
};

/* An input "x" of so many dimensions; below 1: not fixed. The output is that of the last node. */
void begin_onnx(struct made_onnx *made, size_t ndim, const int64_t *dims);
/* A constant whose numbers are 1, 2, 3 ... tenths. */
void add_onnx_tensor(struct made_onnx *made, const char *name, size_t ndim, const int64_t *dims);
/* Inputs with commas between; the output is called as the operator, in its first place. */
Onnx__NodeProto *add_onnx_node(struct made_onnx *made, const char *operator, const char * inputs,
                               const char *output);
void set_onnx_ints(struct made_onnx *made, const char *name, size_t count, const int64_t *numbers);
/* Its bytes, the caller's to free. */
unsigned char *pack_onnx(struct made_onnx *made, size_t *size);

#endif
