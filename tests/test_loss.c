/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/loss.h"

#include <math.h>

#include <criterion/criterion.h>

enum { OUTPUTS = 3 };
static const real logits[OUTPUTS] = {0.3, -1.2, 2.1};
static const real targets[OUTPUTS] = {1, 0, 0.25};
static const real class_label[1] = {1};
static const struct eg_loss *const losses[] = {&eg_mse, &eg_bce_logits, &eg_softmax_cross_entropy};

static const real *labels_of(const struct eg_loss *loss)
{
    return loss->y_is_class ? class_label : targets;
}

Test(loss, values_equal_their_formulas)
{
    real gradient[OUTPUTS];
    double mse = 0, bce = 0, sum = 0;
    for (int j = 0; j < OUTPUTS; j++) {
        const double p = 1 / (1 + exp(-logits[j]));
        mse += (logits[j] - targets[j]) * (logits[j] - targets[j]) / OUTPUTS;
        bce -= (targets[j] * log(p) + (1 - targets[j]) * log(1 - p)) / OUTPUTS;
        sum += exp(logits[j]);
    }
    cr_expect_float_eq(eg_mse.row(OUTPUTS, logits, targets, gradient), mse, 1e-14);
    cr_expect_float_eq(eg_bce_logits.row(OUTPUTS, logits, targets, gradient), bce, 1e-14);
    cr_expect_float_eq(eg_softmax_cross_entropy.row(OUTPUTS, logits, class_label, gradient),
                       -log(exp(logits[1]) / sum), 1e-14);
}

Test(loss, gradients_and_hessians_equal_differences)
{
    const double step = 1e-6;
    for (size_t i = 0; i < 3; i++) {
        const struct eg_loss *loss = losses[i];
        const real *y = labels_of(loss), direction[OUTPUTS] = {0.7, -0.2, 0.4};
        real gradient[OUTPUTS], product[OUTPUTS], ends[2][OUTPUTS];
        double value[2], along = 0;
        loss->row(OUTPUTS, logits, y, gradient);
        loss->curve(OUTPUTS, logits, y, direction, product);
        for (int end = 0; end < 2; end++) {
            real moved[OUTPUTS];
            for (int j = 0; j < OUTPUTS; j++)
                moved[j] = logits[j] + (end ? step : -step) * direction[j];
            value[end] = loss->row(OUTPUTS, moved, y, ends[end]);
        }
        for (int j = 0; j < OUTPUTS; j++) {
            along += gradient[j] * direction[j];
            cr_expect_float_eq(product[j], (ends[1][j] - ends[0][j]) / (2 * step), 1e-8, "%s",
                               loss->name);
        }
        cr_expect_float_eq(along, (value[1] - value[0]) / (2 * step), 1e-8, "%s", loss->name);
    }
}

Test(loss, large_logits_do_not_overflow)
{
    const real large[2] = {1e4, -1e4}, zero_one[2] = {0, 1}, second[1] = {1};
    real gradient[2];
    cr_expect_float_eq(eg_bce_logits.row(2, large, zero_one, gradient), 1e4, 1e-9);
    cr_expect_float_eq(eg_softmax_cross_entropy.row(2, large, second, gradient), 2e4, 1e-9);
    cr_expect_float_eq(eg_logistic(-800) + eg_logistic(800), 1, 1e-15);
}
