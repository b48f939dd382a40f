/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/activation.h"

#include <string.h>

#include "base/smooth.h"
#include "base/wide.h"

static void apply_identity(size_t count, real *values)
{
    (void)count;
    (void)values;
}

static void slope_identity(size_t count, const real *h, real *values)
{
    (void)count;
    (void)h;
    (void)values;
}

EG_WIDE static void apply_relu(size_t count, real *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = values[i] > 0 ? values[i] : 0;
}

EG_WIDE static void slope_relu(size_t count, const real *restrict h, real *restrict values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = h[i] > 0 ? values[i] : 0;
}

EG_WIDE static void apply_softplus(size_t count, real *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = eg_softplus_smooth(values[i]);
}

/* s' = 1 - exp(-h) and s''/s' = exp(-h) */
EG_WIDE static void slope_softplus(size_t count, const real *restrict h, real *restrict values)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= -eg_expm1_down(-h[i]);
}

EG_WIDE static void curve_softplus(size_t count, const real *restrict h,
                                   const real *restrict tangent, const real *restrict delta,
                                   real *restrict product)
{
    for (size_t i = 0; i < count; i++)
        product[i] = eg_exp_down(-h[i]) * tangent[i] * delta[i];
}

EG_WIDE static void apply_tanh(size_t count, real *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = eg_tanh_smooth(values[i]);
}

/* s' = 1 - h^2 and s''/s' = -2 h */
EG_WIDE static void slope_tanh(size_t count, const real *restrict h, real *restrict values)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= 1 - h[i] * h[i];
}

EG_WIDE static void curve_tanh(size_t count, const real *restrict h, const real *restrict tangent,
                               const real *restrict delta, real *restrict product)
{
    for (size_t i = 0; i < count; i++)
        product[i] = -2 * h[i] * tangent[i] * delta[i];
}

EG_WIDE static void apply_sigmoid(size_t count, real *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = eg_sigmoid_smooth(values[i]);
}

/* s' = h (1 - h) and s''/s' = 1 - 2 h */
EG_WIDE static void slope_sigmoid(size_t count, const real *restrict h, real *restrict values)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= h[i] * (1 - h[i]);
}

EG_WIDE static void curve_sigmoid(size_t count, const real *restrict h,
                                  const real *restrict tangent, const real *restrict delta,
                                  real *restrict product)
{
    for (size_t i = 0; i < count; i++)
        product[i] = (1 - 2 * h[i]) * tangent[i] * delta[i];
}

const struct eg_activation eg_identity = {"identity", apply_identity, slope_identity, NULL};
const struct eg_activation eg_relu = {"relu", apply_relu, slope_relu, NULL};
const struct eg_activation eg_softplus = {"softplus", apply_softplus, slope_softplus,
                                          curve_softplus};
const struct eg_activation eg_tanh = {"tanh", apply_tanh, slope_tanh, curve_tanh};
const struct eg_activation eg_sigmoid = {"sigmoid", apply_sigmoid, slope_sigmoid, curve_sigmoid};

const struct eg_activation *const eg_activations[] = {&eg_identity, &eg_relu,    &eg_softplus,
                                                      &eg_tanh,     &eg_sigmoid, NULL};

const struct eg_activation *eg_activation_find(const char *name, size_t length)
{
    for (size_t i = 0; eg_activations[i]; i++)
        if (strlen(eg_activations[i]->name) == length &&
            memcmp(eg_activations[i]->name, name, length) == 0)
            return eg_activations[i];
    return NULL;
}
