/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/infidelity.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "metrics/shapley_linear.h"
#include "tests/plain_models.h"
#include "tests/small_network.h"

static const struct eg_stream stream = {.key = {4, 2}};

static struct eg_infidelity measure(const struct eg_infidelity_input *input)
{
    struct eg_infidelity result;
    struct eg_error error = {0};
    cr_assert_eq(eg_infidelity(input, &result, &error), EG_OK, "%s", error.message);
    return result;
}

/* Both the shares beta (x - mean) and the slopes beta foretell every move of a linear model. */
Test(infidelity, is_0_for_exact_attributions_of_a_linear_model)
{
    enum { N = 20, P = 4 };
    const struct plain_linear model = {P, {1, -2, 0.5, 0}, 3};
    const struct eg_predictor predictor = linear_predictor(&model);
    struct eg_matrix train = draw_matrix(50, P, 1), x = draw_matrix(N, P, 2),
                     phi = draw_matrix(N, P, 3);
    struct eg_infidelity_input input = {.predictor = &predictor,
                                        .x_train = &train,
                                        .x = &x,
                                        .phi = &phi,
                                        .size = 0.5,
                                        .draws = 300,
                                        .stream = stream};
    cr_assert_eq(eg_shapley_linear(model.beta, &x, &train, &phi, NULL), EG_OK);
    const struct eg_infidelity shares = measure(&input);
    cr_expect_lt(shares.plain, 1e-25);
    cr_expect_lt(shares.scaled, 1e-25);
    cr_expect_gt(shares.change, 0.1);

    for (size_t i = 0; i < N * P; i++)
        phi.data[i] *= -1;
    const struct eg_infidelity flipped = measure(&input);
    cr_expect_float_eq(flipped.plain, 4 * shares.change, 1e-12);
    cr_expect_eq(flipped.scaled, shares.scaled, "scaled is blind to the sign");

    for (size_t i = 0; i < N * P; i++)
        phi.data[i] = model.beta[i % P];
    input.kind = EG_PHI_SLOPES;
    const struct eg_infidelity slopes = measure(&input);
    cr_expect_lt(slopes.plain, 1e-25);
    cr_expect_eq(slopes.change, shares.change, "the moves are the same for both kinds");

    memset(phi.data, 0, N * P * sizeof(real));
    const struct eg_infidelity nothing = measure(&input);
    cr_expect_eq(nothing.plain, nothing.change);
    cr_expect_eq(nothing.scaled, nothing.change);
    eg_matrix_free(&train);
    eg_matrix_free(&x);
    eg_matrix_free(&phi);
}

/*
 * f = x^2 at 3 with mean 0: f(3) - f(3 - 3e) = 18 e - 9 e^2. With a share of a the mean square of what
 * is left is (a - 18)^2 s^2 + 243 s^4, s the sd of e; the best factor leaves 243 s^4.
 */
Test(infidelity, of_a_square_follows_the_moments_of_a_normal)
{
    real train_data[] = {-1, 1}, x_data[] = {3}, phi_data[] = {9};
    const struct eg_matrix train = view(2, 1, train_data), x = view(1, 1, x_data),
                           phi = view(1, 1, phi_data);
    const double s = 0.5, curve = 243 * pow(s, 4);
    struct eg_infidelity_input input = {.predictor = &square_predictor,
                                        .x_train = &train,
                                        .x = &x,
                                        .phi = &phi,
                                        .size = s,
                                        .draws = 400000,
                                        .stream = stream};
    struct eg_infidelity result = measure(&input);
    cr_expect_float_eq(result.plain, 81 * s * s + curve, 0.4);
    cr_expect_float_eq(result.scaled, curve, 0.3);
    cr_expect_float_eq(result.change, 324 * s * s + curve, 0.8);
    phi_data[0] = 6; /* the slope: 3 e times 6 is the whole linear part */
    input.kind = EG_PHI_SLOPES;
    result = measure(&input);
    cr_expect_float_eq(result.plain, curve, 0.3);
}

/* With subsets removed, shares e_j phi_j and slopes e_j (x_j - mean_j) phi_j: f = 2 a - b at (1, 3) from the mean (0,
 * 0). Of the shares (2, -3) nothing is missed; of (0, 0) the mean square over the four subsets: (0 + 4 + 9 + 1) / 4. */
Test(infidelity, by_removal_is_a_mean_over_subsets)
{
    const struct plain_linear model = {2, {2, -1}, 0};
    const struct eg_predictor predictor = linear_predictor(&model);
    real train_data[] = {-1, -1, 1, 1}, x_data[] = {1, 3}, phi_data[] = {2, -3}, zeros[] = {0, 0},
         beta[] = {2, -1};
    const struct eg_matrix train = view(2, 2, train_data), x = view(1, 2, x_data),
                           phi = view(1, 2, phi_data), none = view(1, 2, zeros),
                           slopes = view(1, 2, beta);
    struct eg_infidelity_input input = {.predictor = &predictor,
                                        .x_train = &train,
                                        .x = &x,
                                        .phi = &phi,
                                        .moves = EG_MOVES_REMOVE,
                                        .size = 0.5,
                                        .draws = 100000,
                                        .stream = stream};
    cr_expect_lt(measure(&input).plain, 1e-25);
    input.phi = &none;
    cr_expect_float_eq(measure(&input).plain, 14 / 4.0, 5 * sqrt(49.0 / 4 / 100000 * 1.2));
    input.phi = &slopes;
    input.kind = EG_PHI_SLOPES;
    cr_expect_lt(measure(&input).plain, 1e-25);
}

static void expect_refused(const struct eg_infidelity_input *input, int status, const char *words)
{
    struct eg_infidelity result;
    struct eg_error error = {0};
    cr_expect_eq(eg_infidelity(input, &result, &error), status);
    cr_expect(strstr(error.message, words), "%s", error.message);
}

Test(infidelity, refuses_what_has_no_meaning)
{
    real numbers[] = {1, 2}, gap[] = {1, NAN}, zeros[] = {0, 0};
    const struct eg_matrix x = view(2, 1, numbers), phi = view(2, 1, gap),
                           short_phi = view(1, 1, numbers), none = view(2, 1, zeros);
    const struct plain_linear dull = {1, {0}, 5};
    const struct eg_predictor constant = linear_predictor(&dull);
    struct eg_infidelity_input input = {.predictor = &square_predictor,
                                        .x_train = &x,
                                        .x = &x,
                                        .phi = &phi,
                                        .size = 1,
                                        .draws = 5,
                                        .stream = stream};
    expect_refused(&input, EG_DATA, "row 1, column 0 of the attributions is nan");
    input.phi = &short_phi;
    expect_refused(&input, EG_DATA, "the attributions 1 x 1");
    input.phi = &none;
    input.predictor = &constant;
    expect_refused(&input, EG_DATA, "does not change");
    input.predictor = &failing_predictor;
    expect_refused(&input, EG_DATA, "no such model");
    input.draws = 0;
    expect_refused(&input, EG_USAGE, "0 draws");
}
