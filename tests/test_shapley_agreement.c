/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/shapley_agreement.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"

static struct eg_shapley_agreement measure(const struct eg_matrix *phi,
                                           const struct eg_matrix *exact)
{
    struct eg_shapley_agreement agreement;
    struct eg_error error = {0};
    cr_assert_eq(eg_shapley_agreement(phi, exact, &agreement, &error), EG_OK, "%s", error.message);
    return agreement;
}

static void expect(struct eg_shapley_agreement found, double error, double rank)
{
    cr_expect_float_eq(found.error, error, 1e-14);
    cr_expect_float_eq(found.rank, rank, 1e-14);
}

Test(shapley_agreement, truth_nothing_and_flipped_truth)
{
    real exact_data[] = {1, 2, 3, -4, 0.5, -0.5, 0, 7}, phi_data[8];
    const struct eg_matrix exact = view(2, 4, exact_data), phi = view(2, 4, phi_data);
    expect(measure(&exact, &exact), 0, 1);
    for (size_t j = 0; j < 8; j++)
        phi_data[j] = -exact_data[j];
    expect(measure(&phi, &exact), 2, -1);
    memset(phi_data, 0, sizeof phi_data);
    const struct eg_shapley_agreement nothing = measure(&phi, &exact);
    expect(nothing, 1, 0);
    cr_expect(nothing.rank_rows == 2 && nothing.unranked == 2);
}

/* Ranks 1.5, 1.5, 3 against 1, 2, 3: 1.5 / sqrt(1.5 * 2). The row of zeros has no order. */
Test(shapley_agreement, ties_and_rows_without_truth)
{
    real exact_data[] = {0, 0, 1, 0, 0, 0}, phi_data[] = {1, 2, 3, 0, 0.5, -0.5};
    const struct eg_matrix exact = view(2, 3, exact_data), phi = view(2, 3, phi_data);
    const struct eg_shapley_agreement found = measure(&phi, &exact);
    expect(found, 1 + 2 + 2 + 1, sqrt(0.75));
    cr_expect(found.rank_rows == 1 && found.unranked == 0);
}

Test(shapley_agreement, refuses_what_has_no_meaning)
{
    real zeros[] = {0, 0, 0}, numbers[] = {1, 2, NAN};
    const struct eg_matrix exact = view(1, 3, zeros), phi = view(1, 3, numbers),
                           narrow = view(1, 2, numbers);
    struct eg_shapley_agreement agreement;
    struct eg_error error = {0};
    cr_expect_eq(eg_shapley_agreement(&phi, &exact, &agreement, &error), EG_DATA);
    cr_expect(strstr(error.message, "column 2"), "%s", error.message);
    cr_expect_eq(eg_shapley_agreement(&narrow, &exact, &agreement, &error), EG_DATA);
    cr_expect(strstr(error.message, "1 x 2"), "%s", error.message);
    cr_expect_eq(eg_shapley_agreement(&exact, &exact, &agreement, &error), EG_DATA);
    cr_expect(strstr(error.message, "all equal"), "%s", error.message);
}
