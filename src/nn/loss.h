/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Losses of one row, as a function of the network's raw output a. A row of y
 * holds `outputs` targets, or for the softmax one class number.
 */
#ifndef EG_NN_LOSS_H
#define EG_NN_LOSS_H

#include <stddef.h>

#include "base/real.h"

struct eg_loss {
    const char *name;
    int y_is_class; /* y holds one class number a row, not `outputs` targets */
    /* The row's loss; gradient (outputs) = d loss / d a. */
    double (*row)(size_t outputs, const real *a, const real *y, real *gradient);
    /* product (outputs) = Hessian of the row's loss times direction (outputs) */
    void (*curve)(size_t outputs, const real *a, const real *y, const real *direction,
                  real *product);
};

/* mse: mean over outputs of (a - y)^2. bce: binary cross-entropy of sigmoid(a), y in [0,1], mean
 * over outputs. softmax: cross-entropy of softmax(a) against a class number. */
extern const struct eg_loss eg_mse, eg_bce_logits, eg_softmax_cross_entropy;

/* 1 / (1 + exp(-a)) without overflow */
double eg_logistic(double a);

#endif
