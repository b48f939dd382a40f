/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Batch norm: on the statistics of the batch in the loss pass, and differentiated
 * through them; on its running averages everywhere else, an affine map of each channel.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "layer_probe.h"
#include "nn/backprop.h"
#include "prior/terms.h"
#include "small_network.h"

enum { ROWS = 6, SIDE = 4, CHANNELS = 2, P = SIDE * SIDE * CHANNELS, PIXELS = SIDE * SIDE };
static const double epsilon = 1e-3; /* as TensorFlow's layers have it */

static const struct eg_layer *find_batch_norm(const struct eg_network *network)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].type == &eg_batch_norm)
            return &network->layers[l];
    cr_assert(0, "there is no batch norm");
    return NULL;
}

/* Whether parameter i is a running mean or variance. */
static int is_statistic(const struct eg_network *network, size_t i)
{
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (layer->type == &eg_batch_norm && i >= layer->offset + layer->parameters / 2 &&
            i < layer->offset + layer->parameters)
            return 1;
    }
    return 0;
}

/* Scales, shifts, means and variances that are not those of a fresh network. */
static struct eg_network draw_normed(size_t inputs, const char *text)
{
    struct eg_network network = draw_network(inputs, text, 3);
    for (size_t l = 0; l < network.layer_count; l++) {
        const struct eg_layer *layer = &network.layers[l];
        const size_t c = layer->parameters / 4;
        real *theta = network.theta + layer->offset;
        for (size_t i = 0; layer->type == &eg_batch_norm && i < c; i++) {
            theta[i] = (real)(0.7 + 0.2 * sin((double)i + 1));
            theta[c + i] = (real)(0.3 * cos((double)(3 * i)));
            theta[2 * c + i] = (real)(0.2 * sin((double)(5 * i) + 2));
            theta[3 * c + i] = (real)(0.5 + 0.1 * (double)(i + 1));
        }
    }
    return network;
}

static void measure_channel(const real *x, size_t rows, size_t pixels, size_t channels, size_t c,
                            double *mean, double *variance)
{
    const double n = (double)(rows * pixels);
    *mean = *variance = 0;
    for (size_t i = c; i < rows * pixels * channels; i += channels)
        *mean += x[i] / n;
    for (size_t i = c; i < rows * pixels * channels; i += channels)
        *variance += (x[i] - *mean) * (x[i] - *mean) / n;
}

static double run_loss(const struct eg_network *network, size_t rows, const real *x,
                       struct eg_backprop *pass, real *gradient)
{
    static const real classes[] = {0, 2, 1, 1, 0, 2};
    struct eg_stream dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 0, 0);
    return eg_backprop_run(pass, network, &eg_softmax_cross_entropy, rows, x, classes, &dropout,
                           gradient);
}

/* Far from zero as well, where digits cancel. */
Test(batch_norm, loss_pass_normalises_each_channel_over_the_batch)
{
    for (int is_far = 0; is_far < 2; is_far++) {
        struct eg_network network = draw_normed(P, "image 4x4x2, batchnorm, dense 3");
        struct eg_matrix x = draw_matrix(ROWS, P, 4);
        struct eg_backprop pass;
        real *gradient = calloc(network.parameters, sizeof *gradient);
        for (size_t i = 0; i < ROWS * P; i++)
            x.data[i] = (is_far ? 1000 : 2) + x.data[i] * (real)(1 + i % CHANNELS);
        cr_assert_eq(eg_backprop_alloc(&pass, &network, ROWS, 2, NULL), EG_OK);
        run_loss(&network, ROWS, x.data, &pass, gradient);
        for (size_t c = 0; c < CHANNELS; c++) {
            const double scale = network.theta[c], shift = network.theta[CHANNELS + c];
            double mean, variance, mean_out, variance_out;
            measure_channel(x.data, ROWS, PIXELS, CHANNELS, c, &mean, &variance);
            measure_channel(pass.h[0], ROWS, PIXELS, CHANNELS, c, &mean_out, &variance_out);
            cr_expect_float_eq(mean_out, shift, is_far ? 1e-9 : 1e-13);
            cr_expect_float_eq(variance_out, scale * scale * variance / (variance + epsilon),
                               is_far ? 1e-8 : 1e-13);
            for (size_t i = c; i < ROWS * P; i += CHANNELS)
                cr_expect_float_eq(pass.h[0][i],
                                   shift + scale * (x.data[i] - mean) / sqrt(variance + epsilon),
                                   is_far ? 1e-8 : 1e-12);
        }
        free(gradient);
        eg_backprop_free(&pass);
        eg_matrix_free(&x);
        eg_network_free(&network);
    }
}

/* A mean a million times the sd leaves the variance its digits. */
Test(batch_norm, a_large_mean_does_not_swallow_the_variance)
{
    enum { N = 200 };
    struct eg_network network;
    struct eg_backprop pass;
    struct eg_matrix x = draw_matrix(N, 1, 4);
    real y[N] = {0}, gradient[8] = {0};
    double mean, variance;
    for (size_t i = 0; i < N; i++)
        x.data[i] += (real)1e6;
    measure_channel(x.data, N, 1, 1, 0, &mean, &variance);
    cr_assert_eq(eg_network_alloc(&network, 1, "batchnorm", NULL), EG_OK);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, N, 1, NULL), EG_OK);
    eg_backprop_run(&pass, &network, &eg_mse, N, x.data, y, NULL, gradient);
    for (size_t i = 0; i < N; i++)
        cr_expect_float_eq(pass.h[0][i], (x.data[i] - mean) / sqrt(variance + epsilon), 1e-8);
    eg_backprop_free(&pass);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

static const char *const normed[] = {
    "image 4x4x2, conv 3x3x3 same, batchnorm, tanh, pool 2, flatten, dense 5, batchnorm, softplus, "
    "dense 3",
    "image 4x4x2, batchnorm, conv 2x2x3, batchnorm 0.5, sigmoid, mean_pool 2 same, dropout 0.4, "
    "dense 3",
    "dense 7, batchnorm, tanh, dropout 0.3, dense 3, batchnorm",
};

/* Every slope alone. A bias before a batch norm does nothing, nor do running averages. */
static void check_loss_gradient(const char *text)
{
    const double step = 1e-5;
    struct eg_network network = draw_normed(P, text);
    struct eg_matrix x = draw_matrix(ROWS, P, 4);
    struct eg_backprop pass;
    real *gradient = calloc(network.parameters, sizeof *gradient);
    real *unused = calloc(network.parameters, sizeof *unused);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, ROWS + 3, 2, NULL), EG_OK);
    run_loss(&network, ROWS, x.data, &pass, gradient);
    run_loss(&network, ROWS, x.data, &pass, unused);
    run_loss(&network, ROWS, x.data, &pass, unused);
    for (size_t i = 0; i < network.parameters; i++)
        cr_expect_float_eq(unused[i], 2 * gradient[i], 1e-14, "%s: gradients are not added", text);
    for (size_t i = 0; i < network.parameters; i++) {
        const real kept = network.theta[i];
        network.theta[i] = (real)(kept + step);
        const double above = run_loss(&network, ROWS, x.data, &pass, unused);
        network.theta[i] = (real)(kept - step);
        const double below = run_loss(&network, ROWS, x.data, &pass, unused);
        network.theta[i] = kept;
        cr_expect_float_eq(gradient[i], (above - below) / (2 * step), 1e-8,
                           "%s: parameter %zu: %.12g and %.12g", text, i, gradient[i],
                           (above - below) / (2 * step));
        if (is_statistic(&network, i))
            cr_expect(gradient[i] == 0 && above == below, "%s: statistic %zu", text, i);
    }
    for (size_t l = 0; l + 1 < network.layer_count; l++) {
        const struct eg_layer *layer = &network.layers[l];
        if (layer[1].type == &eg_batch_norm && layer->type != &eg_batch_norm)
            for (size_t i = layer->weights; i < layer->parameters; i++)
                cr_expect_float_eq(gradient[layer->offset + i], 0, 1e-14, "%s: a bias", text);
    }
    free(gradient);
    free(unused);
    eg_backprop_free(&pass);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(batch_norm, gradient_of_the_loss_goes_through_the_statistics)
{
    for (size_t i = 0; i < sizeof normed / sizeof *normed; i++)
        check_loss_gradient(normed[i]);
}

/* The statistics of the batch take out any shift of a channel, and any stretch but for epsilon: of two
 * batch norms in a row the first one's parameters have next to no slope. */
Test(batch_norm, batch_statistics_cancel_what_comes_before)
{
    struct eg_network network = draw_normed(P, "image 4x4x2, batchnorm, batchnorm, tanh, dense 3");
    struct eg_matrix x = draw_matrix(ROWS, P, 4);
    struct eg_backprop pass;
    real *gradient = calloc(network.parameters, sizeof *gradient);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, ROWS, 1, NULL), EG_OK);
    run_loss(&network, ROWS, x.data, &pass, gradient);
    for (size_t c = 0; c < CHANNELS; c++) {
        cr_expect_lt(fabs(gradient[c]), epsilon);
        cr_expect_float_eq(gradient[CHANNELS + c], 0, 1e-14);
    }
    free(gradient);
    eg_backprop_free(&pass);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

static void check_averages(const char *text, double keep)
{
    struct eg_network network = draw_normed(P, text);
    const struct eg_layer *layer = find_batch_norm(&network);
    const size_t channels = layer->parameters / 4, pixels = P / channels;
    const double n = (double)(ROWS * pixels);
    struct eg_matrix x = draw_matrix(ROWS, P, 4);
    struct eg_backprop pass;
    real *gradient = calloc(network.parameters, sizeof *gradient);
    real *before = malloc(network.parameters * sizeof *before);
    memcpy(before, network.theta, network.parameters * sizeof *before);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, ROWS, 2, NULL), EG_OK);
    run_loss(&network, ROWS, x.data, &pass, gradient);
    cr_expect_arr_eq(before, network.theta, network.parameters * sizeof *before);
    eg_backprop_move_averages(&pass, &network, ROWS);
    for (size_t i = 0; i < network.parameters; i++)
        if (!is_statistic(&network, i))
            cr_expect_eq(network.theta[i], before[i]);
    for (size_t c = 0; c < channels; c++) {
        const size_t at = layer->offset + 2 * channels + c;
        double mean, variance;
        measure_channel(x.data, ROWS, pixels, channels, c, &mean, &variance);
        cr_expect_float_eq(network.theta[at], keep * before[at] + (1 - keep) * mean, 1e-14);
        cr_expect_float_eq(network.theta[at + channels],
                           keep * before[at + channels] + (1 - keep) * variance * n / (n - 1),
                           1e-13, "%s", text);
    }
    free(gradient);
    free(before);
    eg_backprop_free(&pass);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(batch_norm, running_averages_move_towards_the_batch)
{
    check_averages("image 4x4x2, batchnorm, dense 3", 0.9);
    check_averages("image 4x4x2, batchnorm 0.25, tanh, conv 3x3x2, dense 3", 0.25);
    check_averages("batchnorm 0.99, dense 3", 0.99);
}

/* No layer before it, so that the formula can be checked on the rows themselves. */
Test(batch_norm, running_averages_give_an_affine_map)
{
    struct eg_network network = draw_normed(P, "image 4x4x2, batchnorm");
    struct eg_matrix x = draw_matrix(ROWS, P, 4);
    real out[ROWS * P];
    const real *theta = network.theta;
    cr_assert_eq(eg_network_predict(&network, ROWS, x.data, out, NULL), EG_OK);
    for (size_t i = 0; i < ROWS * P; i++) {
        const size_t c = i % CHANNELS;
        const double sd = sqrt(theta[3 * CHANNELS + c] + epsilon);
        cr_expect_float_eq(
            out[i], theta[c] * (x.data[i] - theta[2 * CHANNELS + c]) / sd + theta[CHANNELS + c],
            1e-14);
    }
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* Fresh: scale and variance one, so the output is the input but for epsilon. */
Test(batch_norm, a_fresh_one_changes_next_to_nothing)
{
    struct eg_network network;
    struct eg_matrix x = draw_matrix(ROWS, P, 4);
    real out[ROWS * P];
    for (int is_drawn = 0; is_drawn < 2; is_drawn++) {
        cr_assert_eq(eg_network_alloc(&network, P, "image 4x4x2, batchnorm", NULL), EG_OK);
        if (is_drawn)
            eg_network_initialise(&network, EG_GLOROT_UNIFORM, (struct eg_stream){0});
        cr_assert_eq(eg_network_predict(&network, ROWS, x.data, out, NULL), EG_OK);
        for (size_t i = 0; i < ROWS * P; i++)
            cr_expect_float_eq(out[i], x.data[i] / sqrt(1 + epsilon), 1e-14);
        eg_network_free(&network);
    }
    eg_matrix_free(&x);
}

/* A network without curvature is affine: any path sums to the difference, to rounding. */
Test(batch_norm, attributions_of_an_affine_network_are_complete)
{
    struct eg_network network = draw_normed(
        P,
        "image 4x4x2, batchnorm, conv 2x2x3, batchnorm, mean_pool 3, dense 4, batchnorm, dense 1");
    struct eg_matrix x = draw_matrix(ROWS, P, 4), background = draw_matrix(1, P, 5);
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = 3},
                                           .background = &background};
    struct eg_matrix phi = explain_or_abort(&explainer, &x, 6);
    real out[ROWS], base;
    cr_assert_eq(eg_network_predict(&network, ROWS, x.data, out, NULL), EG_OK);
    cr_assert_eq(eg_network_predict(&network, 1, background.data, &base, NULL), EG_OK);
    for (size_t row = 0; row < ROWS; row++) {
        double sum = 0;
        for (size_t i = 0; i < P; i++)
            sum += phi.data[row * P + i];
        cr_expect_float_eq(sum, out[row] - base, 1e-12);
    }
    eg_matrix_free(&phi);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}
