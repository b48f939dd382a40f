/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/matrix.h"
#include "nn/layer.h"

static int shape_dense(struct eg_layer *layer, size_t number, struct eg_error *error)
{
    if (number == 0 || number > 1u << 20)
        return eg_fail(error, EG_USAGE, "a dense layer of %zu units: give 1 to %u", number,
                       1u << 20);
    layer->outputs = number;
    layer->weights = number * layer->inputs;
    layer->parameters = layer->weights + number;
    return EG_OK;
}

static void forward_dense(const struct eg_layer *layer, const real *theta, size_t m, const real *in,
                          real *out)
{
    const real *bias = theta + layer->weights;
    for (size_t row = 0; row < m; row++)
        memcpy(out + row * layer->outputs, bias, layer->outputs * sizeof *out);
    eg_multiply_bt(m, layer->outputs, layer->inputs, in, theta, 1, out);
}

static void tangent_dense(const struct eg_layer *layer, const real *theta, size_t m, const real *in,
                          const real *t_in, real *t_out)
{
    (void)in;
    eg_multiply_bt(m, layer->outputs, layer->inputs, t_in, theta, 0, t_out);
}

static void backward_dense(const struct eg_layer *layer, const real *theta, size_t m,
                           const real *in, const real *d_out, real *d_in)
{
    (void)in;
    eg_multiply(m, layer->inputs, layer->outputs, d_out, theta, 0, d_in);
}

static void accumulate_dense_weights(const struct eg_layer *layer, size_t m, const real *in,
                                     const real *d_out, real *gradient)
{
    eg_multiply_at(layer->outputs, layer->inputs, m, d_out, in, 1, gradient);
}

static void accumulate_dense_bias(const struct eg_layer *layer, size_t m, const real *d_out,
                                  real *gradient)
{
    real *bias = gradient + layer->weights;
    for (size_t row = 0; row < m; row++)
        for (size_t j = 0; j < layer->outputs; j++)
            bias[j] += d_out[row * layer->outputs + j];
}

static void initialise_dense(const struct eg_layer *layer, enum eg_initialiser initialiser,
                             struct eg_stream *stream, real *theta)
{
    const double inputs = (double)layer->inputs, outputs = (double)layer->outputs;
    const int is_fan_in = initialiser == EG_FAN_IN_UNIFORM;
    const double limit = is_fan_in ? 1 / sqrt(inputs) : sqrt(6 / (inputs + outputs));
    for (size_t i = 0; i < layer->weights; i++)
        theta[i] = (real)(initialiser == EG_HE_NORMAL
                              ? sqrt(2 / inputs) * eg_stream_normal(stream)
                              : limit * (2 * eg_stream_uniform(stream) - 1));
    for (size_t i = layer->weights; i < layer->parameters; i++)
        theta[i] = is_fan_in ? (real)(limit * (2 * eg_stream_uniform(stream) - 1)) : 0;
}

const struct eg_layer_type eg_dense = {
    .name = "dense",
    .shape = shape_dense,
    .forward = forward_dense,
    .tangent = tangent_dense,
    .backward = backward_dense,
    .accumulate_weights = accumulate_dense_weights,
    .accumulate_bias = accumulate_dense_bias,
    .initialise = initialise_dense,
};
