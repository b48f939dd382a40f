/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions s(a) of each number by itself that are layers of their own, unlike those of
 * nn/activation.h: they have a parameter, or their slope is no function of their value, so that a is
 * kept. Exponentials and the normal distribution are those of base/smooth.h.
 *
 *     leaky_relu SLOPE   a, or where a < 0 slope * a; by default 0.01
 *     elu ALPHA          a, or where a < 0 alpha (e^a - 1); by default 1
 *     gelu               a Phi(a), Phi the standard normal distribution function
 *     gelu_tanh          a (1 + tanh(sqrt(2 / pi) (a + 0.044715 a^3))) / 2
 *     silu               a / (1 + e^-a)
 *     softplus BETA      log(1 + e^(beta a)) / beta; without a number the activation
 */
#ifndef EG_NN_ELEMENTWISE_H
#define EG_NN_ELEMENTWISE_H

#include <stddef.h>

#include "base/real.h"

struct eg_elementwise {
    /* out (count) = s(a) */
    void (*apply)(real parameter, size_t count, const real *a, real *out);
    /* out = s'(a) * values */
    void (*multiply_slope)(real parameter, size_t count, const real *a, const real *values,
                           real *out);
    /* out = s''(a) * tangent * delta */
    void (*curve)(real parameter, size_t count, const real *a, const real *tangent,
                  const real *delta, real *out);
};

#endif
