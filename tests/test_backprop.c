/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/backprop.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

enum { ROWS = 7, INPUTS = 4 };

static double loss_of(struct eg_backprop *pass, const struct eg_network *network,
                      const struct eg_loss *loss, const real *x, const real *y, real *gradient)
{
    struct eg_stream dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 0, 0);
    return eg_backprop_run(pass, network, loss, ROWS, x, y, &dropout, gradient);
}

/* The whole gradient along a direction, dropout on with the same masks, against differences. */
static void check_gradient(const char *text, const struct eg_loss *loss)
{
    struct eg_network network;
    struct eg_backprop pass;
    real x[ROWS * INPUTS], y[ROWS * 3];
    const double step = 1e-6;
    cr_assert_eq(eg_network_alloc(&network, INPUTS, text, NULL), EG_OK);
    eg_network_initialise(&network, EG_FAN_IN_UNIFORM,
                          eg_stream_make(5, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    cr_assert_eq(eg_backprop_alloc(&pass, &network, ROWS, 1, NULL), EG_OK);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = cos(1.3 * (double)i);
    for (size_t i = 0; i < ROWS * 3; i++)
        y[i] = loss->y_is_class ? (real)(i % 3) : (real)(i % 2);
    real *gradient = calloc(2 * network.parameters, sizeof *gradient);
    real *unused = gradient + network.parameters;
    double along = 0, ends[2];
    loss_of(&pass, &network, loss, x, y, gradient);
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i < network.parameters; i++)
            network.theta[i] += (end ? 2 : -1) * step * sin(1.0 + (double)i);
        ends[end] = loss_of(&pass, &network, loss, x, y, unused);
    }
    for (size_t i = 0; i < network.parameters; i++)
        along += gradient[i] * sin(1.0 + (double)i);
    cr_expect_float_eq(along, (ends[1] - ends[0]) / (2 * step), 1e-7, "%s, %s: %.12g and %.12g",
                       text, loss->name, along, (ends[1] - ends[0]) / (2 * step));
    free(gradient);
    eg_backprop_free(&pass);
    eg_network_free(&network);
}

Test(backprop, gradients_equal_differences_with_dropout)
{
    check_gradient("dense 6, relu, dropout 0.4, dense 3", &eg_softmax_cross_entropy);
    check_gradient("dense 6, tanh, dropout 0.3, dense 5, softplus, dropout 0.5, dense 3", &eg_mse);
    check_gradient("dense 5, sigmoid, dropout 0.2, dense 3, sigmoid", &eg_mse);
    check_gradient("dense 3", &eg_bce_logits);
}

/* Kept units are scaled by 1 / (1 - rate), so the mean output over masks is the output without. */
Test(backprop, dropout_keeps_the_mean)
{
    enum { DRAWS = 20000 };
    struct eg_network network;
    struct eg_backprop pass;
    const real x[1] = {1}, y[1] = {0};
    real gradient[4] = {0};
    double sum = 0;
    cr_assert_eq(eg_network_alloc(&network, 1, "dense 1, dropout 0.3, dense 1", NULL), EG_OK);
    network.theta[0] = network.theta[2] = 1;
    cr_assert_eq(eg_backprop_alloc(&pass, &network, 1, 1, NULL), EG_OK);
    struct eg_stream dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 1, 0);
    for (int i = 0; i < DRAWS; i++)
        sum += sqrt(eg_backprop_run(&pass, &network, &eg_mse, 1, x, y, &dropout, gradient));
    cr_expect_float_eq(sum / DRAWS, 1, 5 * sqrt(0.3 / 0.7 / DRAWS));
    eg_backprop_free(&pass);
    eg_network_free(&network);
}
