/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A layer: a map that is linear in its input (up to a bias, and for pooling up
 * to a routing fixed by the forward sweep), then an activation, then dropout.
 * The linear map is a type with five sweeps over m rows; a new kind of layer
 * is one file that defines a struct eg_layer_type and one line in network.c.
 */
#ifndef EG_NN_LAYER_H
#define EG_NN_LAYER_H

#include "base/error.h"
#include "base/stream.h"
#include "nn/activation.h"

struct eg_layer;

enum eg_initialiser {
    EG_GLOROT_UNIFORM, /* weights uniform to sqrt(6 / (fan in + fan out)), biases 0: Keras */
    EG_HE_NORMAL,      /* weights normal with variance 2 / fan in, biases 0 */
    EG_FAN_IN_UNIFORM  /* weights and biases uniform to 1 / sqrt(fan in): PyTorch */
};

struct eg_layer_type {
    const char *name;
    /* Fills outputs and parameters of *layer from its inputs and the number in the text form
     * ("dense 512"). */
    int (*shape)(struct eg_layer *layer, size_t number, struct eg_error *error);
    /* out (m x outputs) = map(in (m x inputs)), bias included, activation not */
    void (*forward)(const struct eg_layer *layer, const real *theta, size_t m, const real *in,
                    real *out);
    /* t_out = the map's linear part applied to t_in */
    void (*tangent)(const struct eg_layer *layer, const real *theta, size_t m, const real *in,
                    const real *t_in, real *t_out);
    /* d_in (m x inputs) = the transposed linear part applied to d_out (m x outputs) */
    void (*backward)(const struct eg_layer *layer, const real *theta, size_t m, const real *in,
                     const real *d_out, real *d_in);
    /* gradient += d/dtheta of sum of d_out * linear part(in); NULL where there are no weights */
    void (*accumulate_weights)(const struct eg_layer *layer, size_t m, const real *in,
                               const real *d_out, real *gradient);
    /* gradient += d/dtheta of sum of d_out * bias; NULL where there is no bias */
    void (*accumulate_bias)(const struct eg_layer *layer, size_t m, const real *d_out,
                            real *gradient);
    /* Draws weights and biases; NULL where there are none. */
    void (*initialise)(const struct eg_layer *layer, enum eg_initialiser initialiser,
                       struct eg_stream *stream, real *theta);
};

struct eg_layer {
    const struct eg_layer_type *type;
    const struct eg_activation *activation;
    size_t inputs, outputs;    /* numbers in and out, per row */
    size_t weights;            /* count of weights; they come first */
    size_t parameters, offset; /* weights and biases, and where they begin in the network's theta */
    double dropout;            /* fraction of outputs dropped in training */
};

/* outputs x inputs weights, row-major, then outputs biases */
extern const struct eg_layer_type eg_dense;

#endif
