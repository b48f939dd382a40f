/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contextual decomposition and the penalty on it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "image_fixture.h"
#include "oracle_file.h"
#include "prior/cdep.h"
#include "small_network.h"

/* beta (n x outputs) of a network under a mask */
static void decompose(const struct eg_network *network, const struct eg_matrix *x, const real *mask,
                      real *beta)
{
    struct eg_error error;
    struct eg_decomposition decomposition;
    cr_assert_eq(eg_decomposition_alloc(&decomposition, network, mask, x->rows, 1, &error), EG_OK,
                 "%s", error.message);
    memcpy(beta, eg_decomposition_run(&decomposition, x->rows, x->data),
           x->rows * network->outputs * sizeof *beta);
    eg_decomposition_free(&decomposition);
}

/* gradient += that of the penalty, which it returns */
static double add_cdep(const struct eg_network *network, const struct eg_matrix *x,
                       const real *mask, size_t threads, double strength, real *gradient)
{
    struct eg_error error;
    struct eg_cdep_term term;
    const struct eg_batch batch = {.n = x->rows, .x = x->data};
    cr_assert_eq(eg_cdep_term_alloc(&term, network, mask, x->rows, threads, &error), EG_OK, "%s",
                 error.message);
    const struct eg_objective_term as_term = eg_cdep_as_term(&term, strength);
    const double omega = as_term.add(as_term.context, network, &batch, strength, gradient);
    eg_cdep_term_free(&term);
    return omega;
}

static const char deep[] = "image 6x6x2, conv 3x3x4 same, relu, pool 2, conv 3x3x3 same, relu, "
                           "mean_pool 3, dense 7, relu, dense 3";
enum { P = 72, ROWS = 5, OUTPUTS = 3 };

Test(decomposition, of_all_features_is_the_output_and_of_none_is_zero)
{
    struct eg_network network = draw_network(P, deep, 1);
    struct eg_matrix x = draw_matrix(ROWS, P, 2);
    real mask[P], beta[ROWS * OUTPUTS], output[ROWS * OUTPUTS];
    cr_assert_eq(eg_network_predict(&network, ROWS, x.data, output, NULL), EG_OK);
    for (size_t j = 0; j < P; j++)
        mask[j] = 1;
    decompose(&network, &x, mask, beta);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        cr_expect_float_eq(beta[i], output[i], 1e-12);
    memset(mask, 0, sizeof mask);
    decompose(&network, &x, mask, beta);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        cr_expect_float_eq(beta[i], 0, 1e-12);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* One dense layer: 2 + 3 - 4 with a bias of 10, of which two features that bring -2 get 2/5. */
Test(decomposition, shares_the_bias_by_magnitude)
{
    struct eg_network network;
    const real theta[] = {1, 1, 1, 10}, mask[] = {1, 0, 1};
    real values[] = {2, 3, -4}, beta;
    const struct eg_matrix x = {1, 3, values};
    cr_assert_eq(eg_network_alloc(&network, 3, "dense 1", NULL), EG_OK);
    memcpy(network.theta, theta, sizeof theta);
    decompose(&network, &x, mask, &beta);
    cr_expect_float_eq(beta, -2 + 10 * 2.0 / 5, 1e-12);
    values[0] = values[1] = values[2] = 0; /* nothing to share by: half */
    decompose(&network, &x, mask, &beta);
    cr_expect_float_eq(beta, 5, 1e-12);
    eg_network_free(&network);
}

/* The group of the oracle: the top left quarter of the image. */
static void draw_quarter(real mask[IMAGE_P])
{
    for (size_t i = 0; i < IMAGE_P; i++) {
        const size_t pixel = i / IMAGE_CHANNELS;
        mask[i] = pixel / IMAGE_SIDE < IMAGE_SIDE / 2 && pixel % IMAGE_SIDE < IMAGE_SIDE / 2;
    }
}

Test(decomposition, equals_automatic_differentiation)
{
    struct image_fixture fixture;
    real mask[IMAGE_P], beta[IMAGE_N * IMAGE_CLASSES];
    size_t rows, cols;
    image_fixture_load(&fixture, "relu");
    draw_quarter(mask);
    decompose(&fixture.network, &fixture.x, mask, beta);
    double *oracle = read_oracle("gradients/cnn/relu/cdep_beta", &rows, &cols);
    cr_assert_eq(rows * cols, IMAGE_N * IMAGE_CLASSES);
    for (size_t i = 0; i < rows * cols; i++)
        cr_expect_float_eq(beta[i], oracle[i], 1e-12);
    free(oracle);
    for (size_t threads = 1; threads < 3; threads++) {
        real *gradient = calloc(fixture.network.parameters, sizeof *gradient);
        const double omega = add_cdep(&fixture.network, &fixture.x, mask, threads, 1, gradient);
        cr_expect_float_eq(omega, image_oracle_value(&fixture, "cdep"), 1e-11);
        const double distance = image_gradient_distance(&fixture, "cdep", gradient);
        cr_expect_lt(distance, 1e-10, "gradient off by %.3g", distance);
        free(gradient);
    }
    image_fixture_free(&fixture);
}

static double omega_at(struct eg_network *network, const struct eg_matrix *x, const real *mask,
                       size_t parameter, real value)
{
    real *unused = calloc(network->parameters, sizeof *unused);
    const real kept = network->theta[parameter];
    network->theta[parameter] = value;
    const double omega = add_cdep(network, x, mask, 1, 1, unused);
    network->theta[parameter] = kept;
    free(unused);
    return omega;
}

Test(decomposition, penalty_has_the_slope_of_finite_differences)
{
    static const double strength = 0.7;
    struct eg_network network = draw_network(P, deep, 3);
    struct eg_matrix x = draw_matrix(ROWS, P, 4);
    real mask[P], *gradient = calloc(network.parameters, sizeof *gradient);
    const real h = 1e-6;
    for (size_t j = 0; j < P; j++)
        mask[j] = j % 3 == 0;
    add_cdep(&network, &x, mask, 1, strength, gradient);
    size_t with_slope = 0;
    for (size_t i = 0; i < network.parameters; i++) {
        const real own = network.theta[i];
        const double slope = strength *
                             (omega_at(&network, &x, mask, i, own + h) -
                              omega_at(&network, &x, mask, i, own - h)) /
                             (2 * h);
        cr_expect_float_eq(gradient[i], slope, 1e-6 * (1 + fabs(slope)), "parameter %zu: %g, %g", i,
                           gradient[i], slope);
        with_slope += fabs(slope) > 1e-3;
    }
    cr_expect_gt(with_slope, network.parameters / 4);
    free(gradient);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(decomposition, threads_do_not_change_a_bit)
{
    enum { LARGE = 784, MANY = 48 };
    struct eg_network network = draw_network(
        LARGE,
        "image 28x28x1, conv 5x5x16 same, relu, pool 2, conv 5x5x16 same, relu, pool 2, "
        "dense 128, relu, dense 10",
        1);
    struct eg_matrix x = draw_matrix(MANY, LARGE, 2);
    real mask[LARGE];
    for (size_t j = 0; j < LARGE; j++)
        mask[j] = j < 100;
    const size_t bytes = network.parameters * sizeof(real);
    real *one = calloc(1, bytes);
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    const double omega = add_cdep(&network, &x, mask, 1, 1, one);
    for (size_t threads = 2; threads < 5; threads++) {
        real *more = calloc(1, bytes);
        cr_expect_eq(add_cdep(&network, &x, mask, threads, 1, more), omega);
        cr_expect_arr_eq(one, more, bytes, "%zu threads", threads);
        free(more);
    }
    free(one);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(decomposition, refuses_what_it_has_no_rule_for)
{
    static const char *const texts[] = {"dense 4, tanh, dense 1",
                                        "dense 4, batchnorm, relu, dense 1"};
    static const char *const named[] = {"tanh", "batchnorm"};
    const real mask[2] = {1, 0};
    for (size_t i = 0; i < 2; i++) {
        struct eg_network network = draw_network(2, texts[i], 1);
        struct eg_decomposition decomposition;
        struct eg_error error;
        cr_expect_eq(eg_decomposition_alloc(&decomposition, &network, mask, 1, 1, &error),
                     EG_USAGE);
        cr_expect_neq(strstr(error.message, named[i]), NULL, "%s", error.message);
        eg_network_free(&network);
    }
}
