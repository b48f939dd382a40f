/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A feed-forward network: layers in a row over one flat vector of parameters.
 */
#ifndef EG_NN_NETWORK_H
#define EG_NN_NETWORK_H

#include "base/matrix.h"
#include "base/predictor.h"
#include "nn/layer.h"

enum { EG_LAYERS_MAX = 256 };

struct eg_network {
    size_t inputs, outputs;       /* numbers in and out, per row */
    struct eg_image shape;        /* of the last layer's output */
    const struct eg_graph *graph; /* of its graph convolutions, borrowed; NULL: it can have none */
    size_t layer_count;
    struct eg_layer layers[EG_LAYERS_MAX];
    size_t parameters; /* length of theta */
    real *theta;       /* layer after layer, each its weights and then its biases */
};

/*
 * Builds a network from its text form, a comma-separated list of layers, activations and dropout:
 *
 *     dense 512, relu, dropout 0.5, dense 1
 *     image 28x28x1, conv 5x5x32 same, relu, pool 2, flatten, dense 10
 *
 * image HxWxC      the shape of a row, first or not at all; without it a row is plain features
 * conv HxWxC       C channels out of windows of H x W; then "same", "valid" (the default) or "pad N" for N
 *                  pixels on all sides; "stride N"; "groups N": of channels, each of its own inputs
 * pool N, mean_pool N   largest, mean of windows of N x N (or HxW), N apart; "same", "pad N", "stride N"
 * graphconv C      C channels at each node of the network's graph. A node is a pixel of the image, or
 *                  where a row is plain features, one of these with one channel
 * batchnorm        normalises each channel; its running averages keep 0.9 of themselves, or the number
 * flatten          from here on plain features; dense takes them so in any case
 * global_mean_pool mean of each channel
 * layernorm        normalises a row, with scale and shift of each number; "epsilon E" (1e-5)
 * groupnorm N      normalises each of N groups of channels, with scale and shift of each channel
 * leaky_relu, elu, gelu, gelu_tanh, silu, softplus BETA   as nn/elementwise.h has them
 * mark NAME        names what there is: the output of the last layer, or the row itself; a name may be
 *                  given anew
 * add NAME         adds what has that name, of the same shape: "mark a, conv 3x3x8 same, add a, relu"
 * from NAME        goes on from there, which makes a projection: "mark a, conv 3x3x16 same stride 2, mark b,
 *                  from a, conv 1x1x16 stride 2, add b, relu"
 *
 * inputs is the number of features. theta is zero, and scales and variances of normalisations are one.
 * EG_USAGE, naming the word, when the text is malformed.
 */
int eg_network_alloc(struct eg_network *network, size_t inputs, const char *text,
                     struct eg_error *error);

/* Multiplications of one sweep of a row through such a network, into *work. EG_USAGE as above. */
int eg_network_count_work(size_t inputs, const char *text, double *work, struct eg_error *error);

/* The same on a graph, whose matrix (as from eg_graph_propagation) graph convolutions apply as it is.
 * It is borrowed: keep it as long as the network and its copies. EG_USAGE too when its nodes are not
 * those of a graph convolution's rows. */
int eg_network_alloc_on_graph(struct eg_network *network, size_t inputs, const char *text,
                              const struct eg_graph *propagation, struct eg_error *error);
void eg_network_free(struct eg_network *network);

/* The rows at a time that a new network's convolutions are fastest for. */
enum { EG_USUAL_ROWS = 64 };

/*
 * Chooses how convolutions are computed, by their shapes, for sweeps of about so many rows: by minimal
 * filtering (nn/winograd.h) where that takes less time, down to a third; else by direct sums, as all of them
 * are for 0 rows, the reference. The two round otherwise. A sweep of fewer or more rows is computed in the
 * same way, so that no row's bits depend on its batch. Call it right after the network is made: what is
 * allocated for the network later goes by it.
 */
void eg_network_choose_convolutions(struct eg_network *network, size_t rows);

/* Draws all weights and biases from the stream, layer after layer. */
void eg_network_initialise(struct eg_network *network, enum eg_initialiser initialiser,
                           struct eg_stream stream);

/* Whether any layer or activation has a second derivative. */
int eg_network_is_curved(const struct eg_network *network);

/* Numbers of a row that marked layers write, all together. */
size_t eg_network_marked(const struct eg_network *network);

/* The widest row that any layer reads or writes. */
size_t eg_network_width(const struct eg_network *network);

/*
 * output (rows x outputs) = network(x (rows x inputs)), dropout off. Rows go through in blocks on
 * the calling thread. EG_INTERNAL when memory is short.
 */
int eg_network_predict(const struct eg_network *network, size_t rows, const real *x, real *output,
                       struct eg_error *error);

/* Memory that this takes meanwhile. */
size_t eg_network_predict_bytes(const struct eg_network *network, size_t rows);

/* The network as a predictor; it must have one output and outlive the predictor. */
struct eg_predictor eg_network_predictor(const struct eg_network *network);

#endif
