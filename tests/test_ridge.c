/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against scikit-learn: tests/test_drug_oracle.c. */
#include "linear/ridge.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

enum { FEATURES = 30 };

/* (Q + strength I) w = c, of a Q of rank 5. */
Test(ridge, solves_its_equations)
{
    double q[FEATURES * FEATURES] = {0}, c[FEATURES], w[FEATURES];
    for (size_t i = 0; i < FEATURES; i++) {
        for (size_t j = 0; j < FEATURES; j++)
            for (size_t k = 0; k < 5; k++)
                q[i * FEATURES + j] += sin((double)(i * 7 + k)) * sin((double)(j * 7 + k));
        c[i] = cos((double)i);
    }
    cr_assert_eq(eg_ridge(FEATURES, q, c, 0.01, w, NULL), EG_OK);
    for (size_t i = 0; i < FEATURES; i++) {
        double left = 0.01 * w[i];
        for (size_t j = 0; j < FEATURES; j++)
            left += q[i * FEATURES + j] * w[j];
        cr_expect_float_eq(left, c[i], 1e-9);
    }
}

Test(ridge, refuses_what_has_no_solution)
{
    const double q[] = {1, 0, 0, -2}, c[] = {1, 1}, infinite[] = {1, INFINITY};
    const double sound[] = {1, 0, 0, 1};
    struct eg_error error = {0};
    double w[2];
    cr_expect_eq(eg_ridge(2, sound, c, 0, w, &error), EG_USAGE);
    cr_expect(strstr(error.message, "strength of the ridge is 0"), "%s", error.message);
    cr_expect_eq(eg_ridge(2, q, c, 1, w, &error), EG_DATA);
    cr_expect_eq(eg_ridge(2, sound, infinite, 1, w, &error), EG_DATA);
    cr_expect_eq(eg_ridge(2, sound, c, NAN, w, &error), EG_USAGE);
}
