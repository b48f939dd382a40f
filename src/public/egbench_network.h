/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Feed-forward networks from a line of text or an ONNX file, and their weights in safetensors files
 * under PyTorch's names.
 *
 * The text is a list of layers, each followed by its activation and dropout:
 *
 *     dense 512, relu, dropout 0.5, dense 1
 *     image 28x28x1, conv 5x5x32 same, relu, pool 2, flatten, dense 10
 *
 * - `image HxWxC`: the shape of a row, first or not at all; without it a row is plain features
 * - `dense UNITS`
 * - `conv HxWxC`: C channels out of windows of H x W; then `same`, `valid` (the default) or `pad N`,
 *   `stride N`, `groups N`
 * - `pool N`, `mean_pool N`: the largest or mean of windows of N x N (or HxW), N apart; `same`,
 *   `pad N`, `stride N`
 * - `global_mean_pool`: the mean of each channel
 * - `graphconv C`: C channels at each node of the network's graph
 * - `batchnorm`; `layernorm` of a row, `groupnorm N` of N groups of channels, then `epsilon E`
 * - `flatten`
 * - `leaky_relu SLOPE`, `elu ALPHA`, `gelu`, `gelu_tanh`, `silu`, `softplus BETA`: functions of each
 *   number
 * - `mark NAME`, `add NAME`, `from NAME`: names what there is, adds it, goes on from it; a residual
 *   unit is `mark a, conv 3x3x8 same, relu, conv 3x3x8 same, add a, relu`
 * - after a layer: `relu`, `softplus`, `tanh`, `sigmoid`, `dropout RATE`
 *
 * Rows of an image are pixels row by row, the channels of a pixel next to each other (H x W x C).
 * Outputs are raw: no sigmoid or softmax is applied after the last layer, whatever the loss. */
#ifndef EGBENCH_NETWORK_H
#define EGBENCH_NETWORK_H

#include "egbench_graph.h"

/** A network: its layers and its weights. */
struct egbench_network;

/** The loss of a row with raw outputs a and label y. */
enum egbench_loss {
    EGBENCH_MSE,                  /**< mean over outputs of (a - y)^2 */
    EGBENCH_BCE_LOGITS,           /**< cross-entropy of sigmoid(a), y in [0,1], mean over outputs */
    EGBENCH_SOFTMAX_CROSS_ENTROPY /**< cross-entropy of softmax(a), y one class number from 0 */
};

/** How weights are drawn. */
enum egbench_initialiser {
    EGBENCH_GLOROT_UNIFORM, /**< uniform to sqrt(6 / (fan in + fan out)), biases 0: Keras */
    EGBENCH_HE_NORMAL,      /**< normal with variance 2 / fan in, biases 0: He et al. 2015 */
    EGBENCH_HE_NORMAL_CUT,  /**< the same, cut at 2 sd and scaled to that variance: Keras */
    EGBENCH_FAN_IN_UNIFORM  /**< weights and biases uniform to 1 / sqrt(fan in): PyTorch */
};

/** A network of that text for rows of `inputs` numbers. Its weights are zero: initialise or read
 * them. Returns EGBENCH_USAGE, naming the word, when the text is malformed, or for 0 inputs,
 * EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_network_alloc(struct egbench_network **network, size_t inputs,
                                      const char *text, struct egbench_error *error);

/** The same for a text with graph convolutions (Kipf and Welling 2017), whose propagation matrix is
 * made from the graph (copied): its node i is feature i, or pixel i of an image. Returns
 * EGBENCH_USAGE too when the nodes are not those of the rows. */
EGBENCH_API int egbench_network_alloc_on_graph(struct egbench_network **network, size_t inputs,
                                               const char *text, const struct egbench_graph *graph,
                                               struct egbench_error *error);

/** A network whose weights come from a safetensors file with the names of a PyTorch Sequential
 * ("0.weight", "0.bias", "2.weight", ...), as `safetensors.torch.save_file(model.state_dict(),
 * path)` writes it. text: as above; NULL: that which egbench_network_write() stored in the file.
 * inputs: numbers of a row, 0: as the file has it. PyTorch's order of channels and its batch
 * norm's epsilon are converted. A path that ends in ".onnx" is an ONNX file, as torch.onnx.export
 * and tf2onnx write them, and text NULL: the file tells its layers; a last sigmoid or softmax is
 * left out. Returns EGBENCH_DATA naming file, tensor or operator and what was expected,
 * EGBENCH_USAGE for a malformed text, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_network_read(struct egbench_network **network, const char *path,
                                     size_t inputs, const char *text, struct egbench_error *error);

/** A network of the same layers and weights. Returns EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_network_copy(struct egbench_network **copy,
                                     const struct egbench_network *network,
                                     struct egbench_error *error);

/** Writes the weights as PyTorch names and orders them, with the text as metadata
 * "egbench.network". is_single: as F32, else as eg_real is. The file is replaced whole or not at
 * all. Returns EGBENCH_USAGE for graph convolutions, EGBENCH_DATA when the file cannot be written.
 */
EGBENCH_API int egbench_network_write(const struct egbench_network *network, const char *path,
                                      int is_single, struct egbench_error *error);

/** Releases a network; NULL is allowed. */
EGBENCH_API void egbench_network_free(struct egbench_network *network);

/** Draws all weights and biases; the same seed gives the same bits. */
EGBENCH_API void egbench_network_initialise(struct egbench_network *network,
                                            enum egbench_initialiser initialiser, uint64_t seed);

/** Numbers of a row. */
EGBENCH_API size_t egbench_network_inputs(const struct egbench_network *network);

/** Numbers that a row gives. */
EGBENCH_API size_t egbench_network_outputs(const struct egbench_network *network);

/** The length of egbench_network_weights(). */
EGBENCH_API size_t egbench_network_parameters(const struct egbench_network *network);

/** All parameters, layer after layer, each its weights and then its biases; to be read and written.
 * dense: outputs x inputs, row-major. conv: channels out x (height x width x channels in).
 * batchnorm: scale, shift, running mean and variance of each channel. Belongs to the network. */
EGBENCH_API eg_real *egbench_network_weights(struct egbench_network *network);

/** The same, to be read. */
EGBENCH_API const eg_real *egbench_network_const_weights(const struct egbench_network *network);

/** The text that the network was made from. Belongs to the network. */
EGBENCH_API const char *egbench_network_text(const struct egbench_network *network);

/** output (rows x outputs) = network(x (rows x inputs)), row-major, raw, dropout off; on the
 * calling thread. Several threads may call it at once. Returns EGBENCH_INTERNAL when memory is
 * short. */
EGBENCH_API int egbench_network_predict(const struct egbench_network *network, size_t rows,
                                        const eg_real *x, eg_real *output,
                                        struct egbench_error *error);

/** *mean = the mean over rows of the loss of network(x) at y, dropout off: x is rows x inputs, y
 * rows x outputs targets, or rows class numbers for the softmax. Returns EGBENCH_USAGE for 0 rows,
 * EGBENCH_DATA, naming the row, for a label that the loss does not take, or when the mean is not
 * finite, EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_network_loss(const struct egbench_network *network, enum egbench_loss loss,
                                     size_t rows, const eg_real *x, const eg_real *y, double *mean,
                                     struct egbench_error *error);

#endif
