/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/deletion_insertion.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"

static struct eg_deletion measure(const struct plain_linear *model, const struct eg_matrix *x,
                                  const struct eg_matrix *phi, int is_classes)
{
    real zeros[64] = {0};
    const struct eg_matrix train = view(1, model->p, zeros);
    const struct eg_predictor predictor = linear_predictor(model);
    const struct eg_deletion_input input = {.predictor = &predictor,
                                            .x_train = &train,
                                            .x = x,
                                            .phi = phi,
                                            .is_classes = is_classes,
                                            .stream = {.key = {3}}};
    struct eg_deletion result;
    struct eg_error error = {0};
    cr_assert_eq(eg_deletion_insertion(&input, &result, &error), EG_OK, "%s", error.message);
    return result;
}

/* f = 3 a + 2 b + c at (1,1,1), base 0: deleting in that order leaves 6, 3, 1, 0 of 6. */
Test(deletion_insertion, of_three_numbers_by_hand)
{
    const struct plain_linear model = {3, {3, 2, 1}, 0};
    real x_data[] = {1, 1, 1}, phi_data[] = {3, 2, 1};
    const struct eg_matrix x = view(1, 3, x_data), phi = view(1, 3, phi_data);
    struct eg_deletion result = measure(&model, &x, &phi, 0);
    const double deletion[] = {1, 3 / 6.0, 1 / 6.0, 0}, insertion[] = {0, 3 / 6.0, 5 / 6.0, 1};
    cr_assert_eq(result.points, 4);
    for (size_t k = 0; k < 4; k++) {
        cr_expect_eq(result.counts[k], k);
        cr_expect_float_eq(result.deletion_curve[k], deletion[k], 1e-14);
        cr_expect_float_eq(result.insertion_curve[k], insertion[k], 1e-14);
    }
    cr_expect_float_eq(result.deletion, (0.5 + 3 / 6.0 + 1 / 6.0) / 3, 1e-14);
    cr_expect_float_eq(result.insertion, (3 / 6.0 + 5 / 6.0 + 0.5) / 3, 1e-14);
    for (size_t j = 0; j < 3; j++)
        phi_data[j] *= -1;
    const struct eg_deletion flipped = measure(&model, &x, &phi, 0);
    cr_expect_eq(flipped.deletion, result.deletion, "blind to the sign");
    phi_data[0] = 0.1;
    phi_data[2] = 4;
    const struct eg_deletion reverse = measure(&model, &x, &phi, 0);
    cr_expect_float_eq(reverse.deletion, (0.5 + 5 / 6.0 + 3 / 6.0) / 3, 1e-14);
}

/* f = 3 a - 2 b + c + 1 at (1,1,1), base 0, in its own units and by signed shares: without a, c, b in turn it is 3,
 * 0, -1, 1; with them alone 1, 4, 5, 3. */
Test(deletion_insertion, area_is_of_the_output_itself)
{
    const struct plain_linear model = {3, {3, -2, 1}, 1};
    const struct eg_predictor predictor = linear_predictor(&model);
    real x_data[] = {1, 1, 1}, phi_data[] = {3, -2, 1}, zeros[3] = {0};
    const struct eg_matrix x = view(1, 3, x_data), phi = view(1, 3, phi_data),
                           train = view(1, 3, zeros);
    const struct eg_deletion_input input = {.predictor = &predictor,
                                            .x_train = &train,
                                            .x = &x,
                                            .phi = &phi,
                                            .form = EG_DELETION_AREA,
                                            .stream = {.key = {3}}};
    const double deletion[] = {3, 0, -1, 1}, insertion[] = {1, 4, 5, 3};
    struct eg_deletion result;
    cr_assert_eq(eg_deletion_insertion(&input, &result, NULL), EG_OK);
    for (size_t k = 0; k < 4; k++) {
        cr_expect_float_eq(result.deletion_curve[k], deletion[k], 1e-14);
        cr_expect_float_eq(result.insertion_curve[k], insertion[k], 1e-14);
    }
    cr_expect_float_eq(result.deletion, (1.5 + 0 - 1 + 0.5) / 3, 1e-14);
    cr_expect_float_eq(result.insertion, (0.5 + 4 + 5 + 1.5) / 3, 1e-14);
}

static double logistic(double a)
{
    return 1 / (1 + exp(-a));
}

/* Log-odds 2 a - b at (1,1) and (-1,-1), where the classes 1 and 0 are foretold: a speaks for the
 * class, b against it. */
Test(deletion_insertion, of_classes_knows_the_sign)
{
    const struct plain_linear model = {2, {2, -1}, 0};
    real x_data[] = {1, 1, -1, -1}, phi_data[] = {2, -1, -2, 1};
    const struct eg_matrix x = view(2, 2, x_data), phi = view(2, 2, phi_data);
    const struct eg_deletion right = measure(&model, &x, &phi, 1);
    cr_expect_float_eq(right.deletion, (logistic(1) / 2 + logistic(-1) + 0.25) / 2, 1e-14);
    cr_expect_float_eq(right.insertion, (0.25 + logistic(2) + logistic(1) / 2) / 2, 1e-14);
    for (size_t j = 0; j < 4; j++)
        phi_data[j] *= -1;
    const struct eg_deletion wrong = measure(&model, &x, &phi, 1);
    cr_expect_float_eq(wrong.deletion, (logistic(1) / 2 + logistic(2) + 0.25) / 2, 1e-14);
    cr_expect_float_eq(wrong.insertion, (0.25 + logistic(-1) + logistic(1) / 2) / 2, 1e-14);
}

/* 45 features of equal weight go in 20 steps; whatever their order the curve is straight. */
Test(deletion_insertion, many_features_go_in_steps_and_ties_by_lot)
{
    enum { P = 45 };
    struct plain_linear model = {.p = P};
    real x_data[P], phi_data[P] = {0};
    const struct eg_matrix x = view(1, P, x_data), phi = view(1, P, phi_data);
    for (size_t j = 0; j < P; j++)
        model.beta[j] = x_data[j] = 1;
    struct eg_deletion result = measure(&model, &x, &phi, 0);
    cr_assert(result.points == 21 && result.counts[0] == 0 && result.counts[20] == P);
    for (size_t k = 1; k < 21; k++)
        cr_expect(result.counts[k] - result.counts[k - 1] == 2 ||
                  result.counts[k] - result.counts[k - 1] == 3);
    cr_expect_float_eq(result.deletion, 0.5, 1e-14);
    cr_expect_float_eq(result.insertion, 0.5, 1e-14);

    model = (struct plain_linear){P, {1}, 0}; /* only the first: equal phi must not favour it */
    result = measure(&model, &x, &phi, 0);
    cr_expect_gt(result.deletion, 0.06, "%g", result.deletion);
}

Test(deletion_insertion, refuses_what_has_no_meaning)
{
    real numbers[] = {1, 2}, gap[] = {1, INFINITY};
    const struct eg_matrix x = view(2, 1, numbers), phi = view(2, 1, gap);
    const struct plain_linear dull = {1, {0}, 5};
    const struct eg_predictor constant = linear_predictor(&dull);
    struct eg_deletion_input input = {.predictor = &constant, .x_train = &x, .x = &x, .phi = &phi};
    struct eg_deletion result;
    struct eg_error error = {0};
    cr_expect_eq(eg_deletion_insertion(&input, &result, &error), EG_DATA);
    cr_expect(strstr(error.message, "attributions is inf"), "%s", error.message);
    input.phi = &x;
    cr_expect_eq(eg_deletion_insertion(&input, &result, &error), EG_DATA);
    cr_expect(strstr(error.message, "answers to all rows"), "%s", error.message);
    input.is_classes = 1;
    cr_expect_eq(eg_deletion_insertion(&input, &result, &error), EG_OK, "a probability is one");
    cr_expect_float_eq(result.deletion, logistic(5), 1e-14);
}
