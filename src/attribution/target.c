/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/target.h"

#include <math.h>
#include <string.h>

static double output_gradient(size_t outputs, const real *a, const real *y, real *gradient)
{
    const size_t chosen = outputs > 1 ? (size_t)y[0] : 0;
    memset(gradient, 0, outputs * sizeof *gradient);
    gradient[chosen] = 1;
    return a[chosen];
}

/* sum of log p = sum_j a_j - outputs * log sum exp a, or log s(a) + log s(-a) for one output */
static double log_probability_gradient(size_t outputs, const real *a, real *gradient)
{
    if (outputs == 1) {
        gradient[0] = (real)(1 - 2 * eg_logistic(a[0]));
        return -fabs((double)a[0]) - 2 * log1p(exp(-fabs((double)a[0])));
    }
    double total = 0;
    const double loss = eg_softmax_cross_entropy.row(outputs, a, &(const real){0}, gradient);
    const double log_sum = loss + a[0];
    for (size_t j = 0; j < outputs; j++) {
        const double p = gradient[j] + (j == 0);
        total += a[j] - log_sum;
        gradient[j] = (real)(1 - (double)outputs * p);
    }
    return total;
}

double eg_target_gradient(const struct eg_target *target, size_t outputs, const real *a,
                          const real *y, real *gradient)
{
    switch (target->kind) {
    case EG_TARGET_LOG_PROBABILITY_SUM:
        return log_probability_gradient(outputs, a, gradient);
    case EG_TARGET_LOSS:
        return target->loss->row(outputs, a, y, gradient);
    case EG_TARGET_OUTPUT:
        break;
    }
    return output_gradient(outputs, a, y, gradient);
}

void eg_target_curve(const struct eg_target *target, size_t outputs, const real *a, const real *y,
                     const real *direction, real *product)
{
    if (target->kind == EG_TARGET_LOSS) {
        target->loss->curve(outputs, a, y, direction, product);
    } else if (target->kind == EG_TARGET_LOG_PROBABILITY_SUM && outputs == 1) {
        const double p = eg_logistic(a[0]);
        product[0] = (real)(-2 * p * (1 - p)) * direction[0];
    } else if (target->kind == EG_TARGET_LOG_PROBABILITY_SUM) {
        eg_softmax_cross_entropy.curve(outputs, a, NULL, direction, product);
        for (size_t j = 0; j < outputs; j++)
            product[j] *= -(real)outputs;
    } else {
        memset(product, 0, outputs * sizeof *product);
    }
}

size_t eg_target_label_width(const struct eg_target *target, size_t outputs)
{
    return target->loss && !target->loss->y_is_class ? outputs : 1;
}

int eg_target_is_linear(const struct eg_target *target)
{
    return target->kind == EG_TARGET_OUTPUT;
}
