/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/completeness.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "metrics/shapley_linear.h"
#include "tests/plain_models.h"
#include "tests/small_network.h"

static double measure(const struct eg_matrix *phi, const real *outputs, double base)
{
    double residual = NAN;
    struct eg_error error = {0};
    cr_assert_eq(eg_completeness(phi, outputs, base, &residual, &error), EG_OK, "%s",
                 error.message);
    return residual;
}

/* Outputs 1 and 3 about base 2 (sd 1); the sums are off by 0.5 and then 0.5 and 1. */
Test(completeness, by_hand)
{
    real phi_data[] = {-1, 0.5, 2, -0.5}, outputs[] = {1, 3};
    const struct eg_matrix phi = view(2, 2, phi_data);
    cr_expect_float_eq(measure(&phi, outputs, 2), 0.5, 1e-15);
    phi_data[3] = 0;
    cr_expect_float_eq(measure(&phi, outputs, 2), sqrt((0.25 + 1) / 2), 1e-15);
    cr_expect_float_eq(measure(&phi, outputs, 1.25), sqrt((0.0625 + 0.0625) / 2), 1e-15);
}

Test(completeness, exact_shapley_values_are_complete)
{
    const struct plain_linear model = {4, {1, -2, 0.5, 0}, 3};
    const struct eg_predictor predictor = linear_predictor(&model);
    struct eg_matrix x = draw_matrix(30, 4, 1), phi = draw_matrix(30, 4, 2);
    real outputs[30];
    double base = 0;
    predictor.predict(&model, 30, x.data, outputs, NULL);
    for (size_t i = 0; i < 30; i++)
        base += outputs[i] / 30;
    cr_assert_eq(eg_shapley_linear(model.beta, &x, &x, &phi, NULL), EG_OK);
    cr_expect_lt(measure(&phi, outputs, base), 1e-14);
    for (size_t i = 0; i < 120; i++)
        phi.data[i] = 0;
    cr_expect_float_eq(measure(&phi, outputs, base), 1, 1e-13, "zero attributions miss it all");
    eg_matrix_free(&x);
    eg_matrix_free(&phi);
}

Test(completeness, of_a_constant_model)
{
    real phi_data[] = {0, 0}, outputs[] = {0.3, 0.3};
    const struct eg_matrix phi = view(2, 1, phi_data);
    double residual;
    struct eg_error error = {0};
    cr_expect_eq(measure(&phi, outputs, 0.3), 0);
    phi_data[1] = 0.1;
    cr_expect_eq(eg_completeness(&phi, outputs, 0.3, &residual, &error), EG_DATA);
    cr_expect(strstr(error.message, "output is 0.3"), "%s", error.message);
    phi_data[1] = NAN;
    cr_expect_eq(eg_completeness(&phi, outputs, 0.3, &residual, &error), EG_DATA);
    cr_expect(strstr(error.message, "row 1"), "%s", error.message);
}
