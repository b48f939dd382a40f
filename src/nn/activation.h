/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Element-wise non-linearities h = s(a). All they need later is written in
 * terms of h, so that a is overwritten by h and never kept.
 */
#ifndef EG_NN_ACTIVATION_H
#define EG_NN_ACTIVATION_H

#include <stddef.h>

#include "base/real.h"

struct eg_activation {
    const char *name;
    /* values (count) = s(values) */
    void (*apply)(size_t count, real *values);
    /* values (count) *= s'(a), where h = s(a) */
    void (*multiply_slope)(size_t count, const real *h, real *values);
    /* product (count) = s''(a) / s'(a) * tangent * delta, with tangent taken before and delta after
     * the multiplication by s'. NULL for piecewise-linear activations, whose second derivative is
     * zero. */
    void (*curve)(size_t count, const real *h, const real *tangent, const real *delta,
                  real *product);
};

extern const struct eg_activation eg_identity, eg_relu, eg_softplus, eg_tanh, eg_sigmoid;

/* NULL-terminated. */
extern const struct eg_activation *const eg_activations[];

/* NULL when there is none of that name (length characters long). */
const struct eg_activation *eg_activation_find(const char *name, size_t length);

#endif
