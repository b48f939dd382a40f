/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/monotonicity.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"
#include "tests/small_network.h"

/* At x = 0, with training rows of +-1, moving feature j changes a linear model by beta_j^2: the order is that of
 * |beta|. */
Test(monotonicity, follows_the_order_of_what_features_do)
{
    const struct plain_linear model = {4, {1, -2, 0.5, 3}, 3};
    const struct eg_predictor predictor = linear_predictor(&model);
    real train_data[] = {1, 1, 1, 1, -1, -1, -1, -1}, x_data[4] = {0}, order[] = {2, 3, -1, 4},
         reverse[] = {3, 2, 4, -1}, alike[] = {5, -5, 5, 5};
    const struct eg_matrix train = view(2, 4, train_data), x = view(1, 4, x_data);
    struct {
        real *phi;
        double expected;
    } cases[] = {{order, 1}, {reverse, -1}, {alike, 0}};
    for (size_t c = 0; c < 3; c++) {
        const struct eg_matrix phi = view(1, 4, cases[c].phi);
        struct eg_error error = {0};
        double mean = NAN;
        cr_assert_eq(eg_monotonicity(&predictor, &train, &x, &phi, &mean, &error), EG_OK, "%s",
                     error.message);
        cr_expect_float_eq(mean, cases[c].expected, 1e-12);
    }
}

Test(monotonicity, refuses_what_has_no_order)
{
    const struct plain_linear dull = {2, {0, 0}, 5};
    const struct eg_predictor constant = linear_predictor(&dull);
    real numbers[] = {1, 2};
    const struct eg_matrix x = view(1, 2, numbers), one = view(2, 1, numbers);
    struct eg_error error = {0};
    double mean;
    cr_expect_eq(eg_monotonicity(&constant, &x, &x, &x, &mean, &error), EG_DATA);
    cr_expect(strstr(error.message, "all features alike"), "%s", error.message);
    cr_expect_eq(eg_monotonicity(&square_predictor, &one, &one, &one, &mean, &error), EG_DATA);
    cr_expect(strstr(error.message, "one feature has no order"), "%s", error.message);
}
