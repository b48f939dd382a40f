/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/randomisation.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"
#include "tests/small_network.h"

static double measure(const struct eg_matrix *phi, const struct eg_matrix *random_phi)
{
    double difference = NAN;
    struct eg_error error = {0};
    cr_assert_eq(eg_randomisation(phi, random_phi, &difference, &error), EG_OK, "%s",
                 error.message);
    return difference;
}

Test(randomisation, same_turned_and_unrelated)
{
    enum { N = 400, P = 50 };
    struct eg_matrix a = draw_matrix(N, P, 1), b = draw_matrix(N, P, 2);
    cr_expect_float_eq(measure(&a, &a), 0, 1e-14);
    const double unrelated = measure(&a, &b), expected = eg_unrelated_randomisation(P);
    cr_expect_float_eq(unrelated, expected, 4 * sqrt((1 - 2 / M_PI) / (P - 1) / N));
    for (size_t i = 0; i < N * P; i++)
        b.data[i] = -3 * a.data[i];
    cr_expect_float_eq(measure(&a, &b), 0, 1e-14, "the order reversed is no news either");
    eg_matrix_free(&a);
    eg_matrix_free(&b);
}

/* Spearman of 1 2 3 4 5 and 3 4 2 1 5: 1 - 6 * 18 / 120 = 0.1. */
Test(randomisation, by_hand_and_constant_rows)
{
    real a_data[] = {1, 2, 3, 4, 5, 0, 0, 0, 0, 0}, b_data[] = {3, 4, 2, 1, 5, 7, 7, 7, 7, 7};
    const struct eg_matrix a = view(1, 5, a_data), b = view(1, 5, b_data),
                           a_two = view(2, 5, a_data), b_two = view(2, 5, b_data);
    cr_expect_float_eq(measure(&a, &b), 0.9, 1e-14);
    cr_expect_float_eq(measure(&a_two, &b_two), 0.45, 1e-14, "constant in both: nothing changed");
    b_data[5] = 8;
    cr_expect_float_eq(measure(&a_two, &b_two), 0.95, 1e-14, "constant in one alone");
}

Test(randomisation, refuses_one_feature)
{
    real numbers[] = {1, 2};
    const struct eg_matrix a = view(2, 1, numbers);
    double difference;
    struct eg_error error = {0};
    cr_expect_eq(eg_randomisation(&a, &a, &difference, &error), EG_DATA);
    cr_expect(strstr(error.message, "one feature"), "%s", error.message);
}
