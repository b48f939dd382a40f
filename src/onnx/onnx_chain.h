/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to the ONNX reader: the items of a graph in a row, as a network's text and tensors. */
#ifndef EG_ONNX_CHAIN_H
#define EG_ONNX_CHAIN_H

#include "onnx/onnx_graph.h"
#include "onnx/onnx_network.h"

/* The items that `last` hangs on. Factors and shifts right after a dense layer or a convolution become part of its
 * weights. EG_DATA for two activations of one layer. */
int eg_onnx_write_chain(struct eg_onnx_graph *graph, size_t last, struct eg_onnx_network *network);

#endif
