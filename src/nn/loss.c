/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/loss.h"

#include <math.h>

double eg_logistic(double a)
{
    if (a >= 0)
        return 1 / (1 + exp(-a));
    const double e = exp(a);
    return e / (1 + e);
}

static double row_mse(size_t outputs, const real *a, const real *y, real *gradient)
{
    double sum = 0;
    for (size_t j = 0; j < outputs; j++) {
        const double residual = (double)a[j] - (double)y[j];
        sum += residual * residual;
        gradient[j] = (real)(2 * residual / (double)outputs);
    }
    return sum / (double)outputs;
}

static void curve_mse(size_t outputs, const real *a, const real *y, const real *direction,
                      real *product)
{
    (void)a;
    (void)y;
    for (size_t j = 0; j < outputs; j++)
        product[j] = 2 * direction[j] / (real)outputs;
}

static double row_bce(size_t outputs, const real *a, const real *y, real *gradient)
{
    double sum = 0;
    for (size_t j = 0; j < outputs; j++) {
        const double logit = a[j], label = y[j];
        sum += fmax(logit, 0) - logit * label + log1p(exp(-fabs(logit)));
        gradient[j] = (real)((eg_logistic(logit) - label) / (double)outputs);
    }
    return sum / (double)outputs;
}

static void curve_bce(size_t outputs, const real *a, const real *y, const real *direction,
                      real *product)
{
    (void)y;
    for (size_t j = 0; j < outputs; j++) {
        const double p = eg_logistic(a[j]);
        product[j] = (real)(p * (1 - p) / (double)outputs) * direction[j];
    }
}

/* exp(a_j - largest) summed, so that no exponential overflows */
static double softmax_sum(size_t outputs, const real *a, double *largest)
{
    double sum = 0;
    *largest = a[0];
    for (size_t j = 1; j < outputs; j++)
        *largest = fmax(*largest, a[j]);
    for (size_t j = 0; j < outputs; j++)
        sum += exp(a[j] - *largest);
    return sum;
}

static double row_softmax(size_t outputs, const real *a, const real *y, real *gradient)
{
    const size_t label = (size_t)y[0];
    double largest;
    const double sum = softmax_sum(outputs, a, &largest);
    for (size_t j = 0; j < outputs; j++)
        gradient[j] = (real)(exp(a[j] - largest) / sum - (j == label));
    return log(sum) + largest - a[label];
}

static void curve_softmax(size_t outputs, const real *a, const real *y, const real *direction,
                          real *product)
{
    (void)y;
    double largest, mean = 0;
    const double sum = softmax_sum(outputs, a, &largest);
    for (size_t j = 0; j < outputs; j++)
        mean += exp(a[j] - largest) / sum * direction[j];
    for (size_t j = 0; j < outputs; j++)
        product[j] = (real)(exp(a[j] - largest) / sum * (direction[j] - mean));
}

const struct eg_loss eg_mse = {"mse", 0, row_mse, curve_mse};
const struct eg_loss eg_bce_logits = {"bce", 0, row_bce, curve_bce};
const struct eg_loss eg_softmax_cross_entropy = {"softmax", 1, row_softmax, curve_softmax};
