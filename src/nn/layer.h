/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A layer: a map, then an activation, then dropout. The map is a type with five sweeps over m rows; a
 * new kind of layer is one file that defines a struct eg_layer_type and one line in network_text.c. Most are
 * linear in their input up to a bias, max-pooling up to a routing fixed by the forward sweep. For those
 * that are not, "linear part" below means the Jacobian J at `in`, and there is a sixth sweep.
 *
 * A row is an image of height x width pixels with the channels of a pixel next
 * to each other; a row of p plain features is an image of one pixel with p
 * channels.
 */
#ifndef EG_NN_LAYER_H
#define EG_NN_LAYER_H

#include "base/error.h"
#include "base/stream.h"
#include "nn/activation.h"
#include "nn/image.h"

struct eg_layer;
struct eg_black_box;
struct eg_elementwise;
struct eg_graph;
struct eg_winograd;

enum eg_initialiser {
    EG_GLOROT_UNIFORM, /* weights uniform to sqrt(6 / (fan in + fan out)), biases 0: Keras */
    EG_HE_NORMAL,      /* weights normal with variance 2 / fan in, biases 0 */
    EG_HE_NORMAL_CUT,  /* the same, drawn anew beyond 2 sd and stretched to that variance: Keras */
    EG_FAN_IN_UNIFORM  /* weights and biases uniform to 1 / sqrt(fan in): PyTorch */
};

/*
 * One sweep of one layer over m rows, or the share of it that one call does. Which numbers a share
 * writes is up to the layer type; no two shares write the same one, so that nothing has to be added
 * up between threads and the bits depend on `parts` alone.
 */
struct eg_sweep {
    const struct eg_layer *layer;
    const real *theta;  /* the layer's own parameters */
    size_t m;           /* rows */
    size_t part, parts; /* this share, of so many */
    real *scratch;      /* layer->scratch numbers, the caller's alone */
};

/* Where a share of count things begins; it ends where the next one begins. */
static inline size_t eg_part_begin(size_t count, size_t part, size_t parts)
{
    return part * count / parts;
}

/* The most numbers that a row or the weights of a layer may have. */
enum { EG_LAYER_MOST = 1 << 30 };

struct eg_layer_type {
    const char *name;
    /* Fills layer->to, sizes and work from layer->from and the words after the name in the text
     * form ("512" of "dense 512"). */
    int (*shape)(struct eg_layer *layer, const char *words, struct eg_error *error);
    /* out (m x outputs) = map(in (m x inputs)), bias included, activation not */
    void (*forward)(const struct eg_sweep *sweep, const real *in, real *out);
    /* t_out = the map's linear part applied to t_in */
    void (*tangent)(const struct eg_sweep *sweep, const real *in, const real *t_in, real *t_out);
    /* d_in (m x inputs) = the transposed linear part applied to d_out (m x outputs) */
    void (*backward)(const struct eg_sweep *sweep, const real *in, const real *d_out, real *d_in);
    /* gradient += d/dtheta of sum of d_out * linear part(in); NULL where there are no weights */
    void (*accumulate_weights)(const struct eg_sweep *sweep, const real *in, const real *d_out,
                               real *gradient);
    /* gradient += d/dtheta of sum of d_out * bias; NULL where there is no bias */
    void (*accumulate_bias)(const struct eg_sweep *sweep, const real *d_out, real *gradient);
    /* product (m x inputs) = d/din of d_out' J(in) t_in; NULL where J is piecewise constant in `in` */
    void (*curve)(const struct eg_sweep *sweep, const real *in, const real *t_in, const real *d_out,
                  real *product);
    /* Draws weights and biases; NULL where there are none. */
    void (*initialise)(const struct eg_layer *layer, enum eg_initialiser initialiser,
                       struct eg_stream *stream, real *theta);
    /* What a layer does besides when it learns from a batch; NULL for all but batch norm. */
    const struct eg_batch_statistics *statistics;
    /* The function that it is of each number by itself (nn/elementwise.h); NULL for all others */
    const struct eg_elementwise *elementwise;
    /* The type of a second layer that the same words of the text form make; NULL: none */
    const struct eg_layer_type *second;
};

/*
 * A layer whose parameters hold statistics of its input. In the loss sweeps those of the batch stand
 * in their place; the layer's own are running averages. Statistics have a gradient of zero.
 */
struct eg_batch_statistics {
    /* of_batch (the layer's parameters) = theta with the statistics of in (m x inputs) */
    void (*measure)(const struct eg_sweep *sweep, const real *in, real *of_batch);
    /* Moves the running averages in theta towards of_batch, measured on m rows. */
    void (*move)(const struct eg_layer *layer, size_t m, const real *of_batch, real *theta);
    /* Adds to d_in, as `backward` left it, what comes through the batch's statistics; gradient is
     * that of this batch alone. */
    void (*correct)(const struct eg_sweep *sweep, const real *in, const real *gradient, real *d_in);
};

/* A window that slides over an image. */
struct eg_window {
    size_t height, width, stride;
    size_t pad_top, pad_left; /* pixels that are not there, before the first row and column */
};

struct eg_layer {
    const struct eg_layer_type *type;
    const struct eg_activation *activation;
    struct eg_image from, to; /* shapes in and out, of a row */
    size_t inputs, outputs;   /* numbers in and out, per row */
    size_t weights;           /* count of weights; they come first */
    size_t
        stride; /* dense: weights from a unit's first to the next unit's; more than the inputs in a
                      view of some of them, which is good for tangent, backward and weights */
    size_t parameters,
        offset;              /* weights and the rest, and where they begin in the network's theta */
    size_t work;             /* multiplications of one sweep over one row, or what takes as long */
    size_t scratch;          /* numbers that a sweep needs besides */
    double dropout;          /* fraction of outputs dropped in training */
    struct eg_window window; /* convolution, pooling */
    const struct eg_winograd
        *winograd;                  /* convolution: the form of minimal filtering; NULL: direct */
    struct eg_black_box *black_box; /* a layer that is not the network's own: borrowed; else NULL */
    const struct eg_graph *graph;   /* graph convolution: borrowed from whoever made the network */
    double keep;      /* batch norm: what a running average keeps of itself at each step */
    size_t groups;    /* grouped convolution, group norm: of channels */
    double parameter; /* of an elementwise function; normalisations: epsilon */
    size_t item;      /* of the network's text form that made it, counted from 0 */
    int is_marked;    /* a later layer joins its output */
    size_t
        joins; /* 1 + the number of the layer whose output is added before the activation; 0: none */
};

/* For a layer type: draws weights and biases of units with so many inputs and outputs. */
void eg_initialise_weights(const struct eg_layer *layer, enum eg_initialiser initialiser,
                           size_t fan_in, size_t fan_out, struct eg_stream *stream, real *theta);

/* For a layer type: sums[c] += sum over m x pixels of values (m x pixels x channels), for the part's
 * channels. */
void eg_add_channel_sums(const struct eg_sweep *sweep, size_t channels, size_t pixels,
                         const real *values, real *sums);

/* dense: outputs x inputs weights, row-major, then outputs biases. conv: channels out x (window
 * height x width x channels in) weights, then a bias for each channel out; graphconv likewise, with
 * channels out x channels in weights. batchnorm: scale, shift,
 * running mean and running variance of each channel. layernorm and groupnorm make two layers, of which
 * the second has scale and shift of each number or channel. The others have none. */
extern const struct eg_layer_type eg_dense, eg_convolution, eg_grouped_convolution, eg_max_pool,
    eg_mean_pool, eg_global_mean_pool, eg_batch_norm, eg_graph_convolution, eg_layer_norm,
    eg_group_norm, eg_scale_numbers, eg_scale_channels, eg_join, eg_restart, eg_leaky_relu, eg_elu,
    eg_gelu, eg_gelu_tanh, eg_silu, eg_scaled_softplus;

#endif
