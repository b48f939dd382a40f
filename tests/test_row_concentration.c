/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/row_concentration.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"

static struct eg_row_concentration measure(size_t rows, size_t cols, real *numbers)
{
    const struct eg_matrix phi = view(rows, cols, numbers);
    struct eg_row_concentration result;
    struct eg_error error = {0};
    cr_assert_eq(eg_row_concentration(&phi, &result, &error), EG_OK, "%s", error.message);
    return result;
}

/* Of 1, -1, 2 halves: shares 1/4, 1/4, 1/2; Gini (2 * (0 + 1 + 1)) / (2 * 3 * 4). */
Test(row_concentration, by_hand_and_at_its_ends)
{
    real numbers[] = {1, -1, 2}, one[] = {0, -7, 0, 0}, alike[] = {2, -2, 2, 2},
         zeros[] = {0, 0, 0};
    const struct eg_row_concentration some = measure(1, 3, numbers);
    cr_expect_float_eq(some.sparseness, 4 / 24.0, 1e-14);
    cr_expect_float_eq(some.complexity, 1.5 * log(2), 1e-14);
    const struct eg_row_concentration least = measure(1, 4, one), most = measure(1, 4, alike);
    cr_expect_float_eq(least.sparseness, 0.75, 1e-14);
    cr_expect_float_eq(least.complexity, 0, 1e-14);
    cr_expect_float_eq(most.sparseness, 0, 1e-14);
    cr_expect_float_eq(most.complexity, log(4), 1e-14);
    cr_expect_float_eq(measure(1, 3, zeros).complexity, log(3), 1e-14);
}

Test(row_concentration, is_the_mean_of_rows_and_refuses_nan)
{
    real numbers[] = {1, 0, 1, 1}, gap[] = {1, NAN};
    const struct eg_row_concentration both = measure(2, 2, numbers);
    cr_expect_float_eq(both.sparseness, 0.25, 1e-14);
    cr_expect_float_eq(both.complexity, log(2) / 2, 1e-14);
    const struct eg_matrix phi = view(1, 2, gap);
    struct eg_row_concentration result;
    struct eg_error error = {0};
    cr_expect_eq(eg_row_concentration(&phi, &result, &error), EG_DATA);
    cr_expect(strstr(error.message, "column 1"), "%s", error.message);
}
