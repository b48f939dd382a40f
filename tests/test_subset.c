/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/subset.h"

#include <math.h>

#include <criterion/criterion.h>

/* Columns: plain, with a missing value, constant, all missing. */
static real values[] = {1, NAN, 7, NAN, 2, 4, 7, NAN, 3, 8, 7, NAN};

Test(subset, scaler_leaves_missing_values_out)
{
    const struct eg_matrix x = {3, 4, values};
    struct eg_scaler scaler;
    cr_assert_eq(eg_scaler_fit(&scaler, &x, NULL), EG_OK);
    cr_expect_float_eq(scaler.mean[0], 2, 1e-15);
    cr_expect_float_eq(scaler.sd[0], sqrt(2.0 / 3), 1e-15);
    cr_expect_float_eq(scaler.mean[1], 6, 1e-15);
    cr_expect_float_eq(scaler.sd[1], 2, 1e-15);
    cr_expect_eq(scaler.sd[2], 1);
    cr_expect_eq(scaler.sd[3], 1);
    eg_scaler_free(&scaler);
}

Test(subset, scaled_columns_have_mean_0_and_sd_1_and_no_gaps)
{
    real copy[12];
    struct eg_matrix x = {3, 4, copy};
    struct eg_scaler scaler;
    for (size_t i = 0; i < 12; i++)
        copy[i] = values[i];
    cr_assert_eq(eg_scaler_fit(&scaler, &x, NULL), EG_OK);
    eg_scaler_apply(&scaler, &x);
    const real expected[] = {-sqrt(1.5), 0, 0, 0, 0, -1, 0, 0, sqrt(1.5), 1, 0, 0};
    for (size_t i = 0; i < 12; i++)
        cr_expect_float_eq(copy[i], expected[i], 1e-14, "%zu: %g", i, copy[i]);
    eg_scaler_free(&scaler);
}

Test(subset, copies_the_rows_asked_for)
{
    struct eg_dataset dataset;
    struct eg_subset subset;
    const struct eg_dataset_options options = {0};
    const size_t index[] = {5, 0, 5};
    cr_assert_eq(eg_dataset_load("corrgroups60", &options, &dataset, NULL), EG_OK);
    cr_assert_eq(eg_subset_alloc(&subset, &dataset, index, 3, NULL), EG_OK);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(subset.y[i], dataset.y[index[i]]);
        cr_expect_arr_eq(eg_row(&subset.x, i), eg_row(&dataset.x, index[i]), 60 * sizeof(real));
    }
    eg_subset_free(&subset);
    eg_dataset_free(&dataset);
}
