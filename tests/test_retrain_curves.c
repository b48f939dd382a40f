/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/shap/retrain_curves.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "metrics/r_squared.h"
#include "tests/plain_models.h"
#include "tests/small_network.h"

/* Needs no training: foretells the first feature less 2. Both parts are the same here, so they must be
 * masked alike. */
static int fit_first(const void *context, const struct eg_matrix *x, const real *y,
                     const struct eg_matrix *x_test, real *prediction, struct eg_error *error)
{
    (void)y;
    if (context)
        return eg_fail(error, EG_DATA, "cannot train");
    for (size_t i = 0; i < x_test->rows; i++)
        prediction[i] = eg_row(x_test, i)[0] - 2;
    cr_expect_arr_eq(x->data, x_test->data, x->rows * x->cols * sizeof(real));
    return EG_OK;
}

static real x_data[] = {1, 3, 3, 4, 1, 5, 3, 6}, y_data[] = {-1, 1, -1, 1},
            first_data[] = {-5, 1, 5, 1, -5, 1, 5, 1};
static struct eg_matrix x = {4, 2, x_data}, first = {4, 2, first_data};

static struct eg_retrain_input first_input(void)
{
    return (struct eg_retrain_input){.x_train = &x,
                                     .phi_train = &first,
                                     .x_test = &x,
                                     .phi_test = &first,
                                     .y_train = y_data,
                                     .y_test = y_data,
                                     .points = 3,
                                     .shares = {0, 0.5, 1},
                                     .stream = {.key = {6}},
                                     .fit = fit_first};
}

static struct eg_retrain_result measure(const struct eg_retrain_input *input)
{
    struct eg_retrain_result result;
    struct eg_error error = {0};
    cr_assert_eq(eg_retrain_curves(input, &result, &error), EG_OK, "%s", error.message);
    return result;
}

static void expect_curves(const struct eg_retrain_result *result, const double *roar,
                          const double *kar)
{
    for (size_t k = 0; k < 3; k++) {
        cr_expect_float_eq(result->roar_curve[k], roar[k], 1e-14, "share %zu", k);
        cr_expect_float_eq(result->kar_curve[k], kar[k], 1e-14, "share %zu", k);
    }
    cr_expect_float_eq(result->roar, (roar[0] / 2 + roar[1] + roar[2] / 2) / 2, 1e-14);
    cr_expect_float_eq(result->kar, (kar[0] / 2 + kar[1] + kar[2] / 2) / 2, 1e-14);
}

/* y is the first feature less 2: R2 is 1 where it stays, and 0 where it is at its mean, y's mean. */
Test(retrain_curves, by_hand)
{
    real second_data[8];
    const struct eg_matrix second = view(4, 2, second_data);
    struct eg_retrain_input input = first_input();
    struct eg_retrain_result result = measure(&input);
    expect_curves(&result, (double[]){1, 0, 0}, (double[]){0, 1, 1});
    for (size_t i = 0; i < 8; i++)
        second_data[i] = first_data[i ^ 1];
    input.phi_train = input.phi_test = &second;
    result = measure(&input);
    expect_curves(&result, (double[]){1, 1, 0}, (double[]){0, 0, 1});
    input.points = 1;
    input.shares[0] = 0.5;
    result = measure(&input);
    cr_expect(result.roar == 1 && result.kar == 0, "one share alone is its own mean");
}

Test(retrain_curves, classes_are_scored_by_roc_auc)
{
    real labels[] = {0, 1, 0, 1};
    struct eg_retrain_input input = first_input();
    input.y_train = input.y_test = labels;
    input.is_classes = 1;
    const struct eg_retrain_result result = measure(&input);
    expect_curves(&result, (double[]){1, 0.5, 0.5}, (double[]){0.5, 1, 1});
}

/* y = 2 a - b, c says nothing: the truth's order against the reverse, by a network; and a share of 0
 * is a plain training. */
Test(retrain_curves, a_network_is_trained_anew)
{
    enum { N = 200, M = 60, P = 3 };
    struct eg_matrix train = draw_matrix(N, P, 1), test = draw_matrix(M, P, 2),
                     right_train = draw_matrix(N, P, 3), right_test = draw_matrix(M, P, 4);
    static const double beta[P] = {2, -1, 0};
    real y_train[N] = {0}, y_test[M] = {0}, prediction[M];
    for (size_t i = 0; i < N * P; i++) {
        right_train.data[i] = beta[i % P] * train.data[i];
        y_train[i / P] += right_train.data[i];
    }
    for (size_t i = 0; i < M * P; i++) {
        right_test.data[i] = beta[i % P] * test.data[i];
        y_test[i / P] += right_test.data[i];
    }
    const struct eg_retrain_recipe recipe = {
        .network = "dense 8, relu, dense 1",
        .weights = eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0),
        .training = {.loss = &eg_mse,
                     .optimiser = eg_adam(0.02),
                     .epochs = 30,
                     .batch = 20,
                     .shuffle = eg_stream_make(1, 0, EG_PURPOSE_SHUFFLE, 0, 0)}};
    struct eg_retrain_input input = {.x_train = &train,
                                     .phi_train = &right_train,
                                     .x_test = &test,
                                     .phi_test = &right_test,
                                     .y_train = y_train,
                                     .y_test = y_test,
                                     .points = 3,
                                     .shares = {0, 0.34, 0.67},
                                     .stream = {.key = {6}},
                                     .fit = eg_retrain_network,
                                     .context = &recipe};
    const struct eg_retrain_result right = measure(&input), again = measure(&input);
    cr_expect(memcmp(&right, &again, sizeof right) == 0, "the same streams, the same bits");
    double plain;
    cr_assert_eq(eg_retrain_network(&recipe, &train, y_train, &test, prediction, NULL), EG_OK);
    cr_assert_eq(eg_r_squared(M, y_test, prediction, &plain, NULL), EG_OK);
    cr_expect_eq(right.roar_curve[0], plain);
    cr_expect_gt(plain, 0.95);
    for (size_t i = 0; i < N * P; i++)
        right_train.data[i] = 1 / (0.01 + fabs(right_train.data[i]));
    for (size_t i = 0; i < M * P; i++)
        right_test.data[i] = 1 / (0.01 + fabs(right_test.data[i]));
    const struct eg_retrain_result reverse = measure(&input);
    cr_expect_lt(right.roar, reverse.roar - 0.2, "%g %g", right.roar, reverse.roar);
    cr_expect_gt(right.kar, reverse.kar + 0.2, "%g %g", right.kar, reverse.kar);
    eg_matrix_free(&train);
    eg_matrix_free(&test);
    eg_matrix_free(&right_train);
    eg_matrix_free(&right_test);
}

static void expect_refused(const struct eg_retrain_input *input, int status, const char *words)
{
    struct eg_retrain_result result;
    struct eg_error error = {0};
    cr_expect_eq(eg_retrain_curves(input, &result, &error), status);
    cr_expect(strstr(error.message, words), "%s", error.message);
}

Test(retrain_curves, refuses_what_has_no_meaning)
{
    real gap_data[8] = {1, 2, 3, NAN};
    const struct eg_matrix gap = view(4, 2, gap_data), few = view(3, 2, first_data);
    struct eg_retrain_input input = first_input();
    input.phi_test = &gap;
    expect_refused(&input, EG_DATA, "row 1, column 1 of the attributions");
    input.phi_test = &few;
    expect_refused(&input, EG_DATA, "attributions 3 x 2");
    input = first_input();
    input.context = "anything";
    expect_refused(&input, EG_DATA, "cannot train");
    input.shares[1] = 1.5;
    expect_refused(&input, EG_USAGE, "share 1.5");
    input.shares[1] = 0;
    expect_refused(&input, EG_USAGE, "share 0");
    input.points = 0;
    expect_refused(&input, EG_USAGE, "0 shares");
}
