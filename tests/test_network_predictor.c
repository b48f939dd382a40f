/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "nn/network.h"

enum { INPUTS = 5, MOST = 40 };

/* The first layer's map by hand, one column a row; the rest of the predictor; and the network. */
static void compare_rest(const char *text, size_t rows)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, INPUTS, text, NULL), EG_OK);
    struct eg_stream stream = eg_stream_make(7, 0, EG_PURPOSE_DATA, rows, 0);
    for (size_t i = 0; i < network.parameters; i++)
        network.theta[i] = (real)eg_stream_normal(&stream);
    const struct eg_predictor predictor = eg_network_predictor(&network);
    real x[MOST * INPUTS], expected[MOST], found[MOST];
    for (size_t i = 0; i < rows * INPUTS; i++)
        x[i] = (real)eg_stream_normal(&stream);
    real *sums = calloc(predictor.hidden * rows, sizeof *sums);
    for (size_t k = 0; k < predictor.hidden; k++)
        for (size_t row = 0; row < rows; row++) {
            sums[k * rows + row] = predictor.bias[k];
            for (size_t i = 0; i < INPUTS; i++)
                sums[k * rows + row] += predictor.weights[k * INPUTS + i] * x[row * INPUTS + i];
        }
    cr_assert_eq(predictor.predict(predictor.context, rows, x, expected, NULL), EG_OK);
    cr_assert_eq(predictor.predict_rest(predictor.context, rows, sums, found, NULL), EG_OK);
    for (size_t row = 0; row < rows; row++)
        cr_assert_float_eq(found[row], expected[row], 1e-12, "%s, row %zu of %zu: %g, not %g", text,
                           row, rows, (double)found[row], (double)expected[row]);
    free(sums);
    eg_network_free(&network);
}

Test(network_predictor, what_follows_the_first_map_leads_to_the_same_outputs)
{
    static const char *const texts[] = {"dense 1", "dense 3, tanh, dense 1",
                                        "dense 4, softplus, dropout 0.5, dense 1, sigmoid",
                                        "dense 32, relu, dense 20, relu, dense 9, tanh, dense 1",
                                        "dense 7, gelu, dense 5, elu 2, leaky_relu 0.1, dense 1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t rows = 1; rows <= MOST; rows += 1 + rows / 3)
            compare_rest(texts[i], rows);
}

Test(network_predictor, other_layers_show_no_map)
{
    static const char *const texts[] = {"dense 4, batchnorm, relu, dense 1", "gelu, dense 1",
                                        "dense 4, mark a, relu, add a, dense 1",
                                        "image 5x1x1, conv 2x1x2, relu, dense 1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct eg_network network;
        cr_assert_eq(eg_network_alloc(&network, INPUTS, texts[i], NULL), EG_OK);
        cr_expect_eq(eg_network_predictor(&network).hidden, 0);
        eg_network_free(&network);
    }
}
