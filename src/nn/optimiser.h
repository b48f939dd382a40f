/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SGD with momentum, plain or Nesterov's (Sutskever et al. 2013), and Adam (Kingma and Ba 2015).
 */
#ifndef EG_NN_OPTIMISER_H
#define EG_NN_OPTIMISER_H

#include "base/error.h"
#include "base/real.h"

enum eg_optimiser_kind { EG_SGD, EG_ADAM };

struct eg_optimiser_settings {
    enum eg_optimiser_kind kind;
    double rate;     /* learning rate */
    double momentum; /* SGD: v <- momentum v - rate g, theta <- theta + v */
    int nesterov;    /* SGD: theta <- theta + momentum v - rate g, v being the new one */
    double beta1, beta2, epsilon; /* Adam; epsilon is added outside the square root */
    int bare_epsilon;    /* 0: to the corrected root, as in the paper and PyTorch; 1: to the
                                     uncorrected one ("epsilon hat"), as in TensorFlow and Keras */
    unsigned first_step; /* Adam's t at the first step: 1, or 2 as in the SHAP benchmark */
    double decay;        /* the rate is multiplied by decay ... */
    size_t decay_epochs; /* ... every so many epochs; 0: never */
};

/* Adam with beta 0.9 and 0.999, epsilon 1e-8, t from 1, no decay. */
struct eg_optimiser_settings eg_adam(double rate);

/* SGD without decay and without Nesterov's look ahead. The velocity v is in units of a step, as in
 * TensorFlow: where the rate falls, PyTorch's, which is in units of the gradient, falls with it. */
struct eg_optimiser_settings eg_sgd(double rate, double momentum);

struct eg_optimiser {
    struct eg_optimiser_settings settings;
    size_t parameters, steps; /* steps taken */
    real *first, *second;     /* moving averages (parameters each); second for Adam only */
    size_t threads; /* for a step; the caller's to set, 0 stands for 1. Bits do not depend on it */
};

int eg_optimiser_alloc(struct eg_optimiser *optimiser, const struct eg_optimiser_settings *settings,
                       size_t parameters, struct eg_error *error);
void eg_optimiser_free(struct eg_optimiser *optimiser);

/* One step of theta (parameters) along -gradient, in the given epoch (from 0). It leaves the gradient
 * zero, ready for the next one to be added up. */
void eg_optimiser_step(struct eg_optimiser *optimiser, size_t epoch, real *gradient, real *theta);

#endif
