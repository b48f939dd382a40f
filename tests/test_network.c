/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

Test(network, is_built_from_its_text)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, 3, " dense 4 ,relu,dropout 0.25, dense 2,tanh ", NULL),
                 EG_OK);
    cr_expect_eq(network.layer_count, 2);
    cr_expect_eq(network.layers[0].activation, &eg_relu);
    cr_expect_eq(network.layers[0].dropout, 0.25);
    cr_expect_eq(network.layers[1].activation, &eg_tanh);
    cr_expect_eq(network.parameters, 3 * 4 + 4 + 4 * 2 + 2);
    cr_expect_eq(network.outputs, 2);
    cr_expect(eg_network_is_curved(&network));
    eg_network_free(&network);
}

Test(network, names_the_word_it_does_not_know)
{
    static const char *const wrong[] = {"dense",
                                        "dense x",
                                        "dense -4",
                                        "relu",
                                        "conv 3",
                                        "dense 0",
                                        "dense 4, gelu",
                                        "dense 4, relu 3",
                                        "dense 4, dropout 1",
                                        "",
                                        "dense 99999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct eg_network network;
        struct eg_error error = {0};
        cr_expect_eq(eg_network_alloc(&network, 3, wrong[i], &error), EG_USAGE, "'%s'", wrong[i]);
        cr_expect(strlen(error.message) > 0);
        eg_network_free(&network);
    }
}

/* y = relu(x W' + b) V' + c by hand, over more rows than one block has. */
Test(network, predicts_what_its_formula_says)
{
    enum { ROWS = 600 };
    struct eg_network network;
    static real x[2 * ROWS], y[ROWS];
    const real theta[] = {1, -1, 0.5, 2, 0.1, -0.2, 3, -4, 0.7};
    cr_assert_eq(eg_network_alloc(&network, 2, "dense 2, relu, dense 1", NULL), EG_OK);
    memcpy(network.theta, theta, sizeof theta);
    for (size_t i = 0; i < 2 * ROWS; i++)
        x[i] = sin((double)i);
    cr_assert_eq(eg_network_predict(&network, ROWS, x, y, NULL), EG_OK);
    for (size_t i = 0; i < ROWS; i++) {
        const double a = fmax(x[2 * i] - x[2 * i + 1] + 0.1, 0);
        const double b = fmax(0.5 * x[2 * i] + 2 * x[2 * i + 1] - 0.2, 0);
        cr_expect_float_eq(y[i], 3 * a - 4 * b + 0.7, 1e-14);
    }
    eg_network_free(&network);
}

static double variance_of_weights(enum eg_initialiser initialiser, double *bias, double *largest)
{
    struct eg_network network;
    double square = 0;
    *bias = *largest = 0;
    cr_assert_eq(eg_network_alloc(&network, 100, "dense 200", NULL), EG_OK);
    eg_network_initialise(&network, initialiser, eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    for (size_t i = 0; i < 20000; i++) {
        square += network.theta[i] * network.theta[i];
        *largest = fmax(*largest, fabs(network.theta[i]));
    }
    for (size_t i = 20000; i < 20200; i++)
        *bias = fmax(*bias, fabs(network.theta[i]));
    eg_network_free(&network);
    return square / 20000;
}

/* Variances from the literature; a sample variance of 20000 is good to 2 per cent. */
Test(network, initialises_with_the_variance_of_the_recipe)
{
    double bias, largest;
    cr_expect_float_eq(variance_of_weights(EG_GLOROT_UNIFORM, &bias, &largest), 2.0 / 300,
                       0.04 * 2 / 300);
    cr_expect(bias == 0 && largest <= sqrt(6.0 / 300));
    cr_expect_float_eq(variance_of_weights(EG_HE_NORMAL, &bias, &largest), 2.0 / 100,
                       0.04 * 2 / 100);
    cr_expect_eq(bias, 0);
    cr_expect_float_eq(variance_of_weights(EG_FAN_IN_UNIFORM, &bias, &largest), 1.0 / 300,
                       0.04 / 300);
    cr_expect(bias > 0 && bias <= 0.1 && largest <= 0.1);
}
