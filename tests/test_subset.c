/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/subset.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

/*
 * The wanted numbers are those of SimpleImputer(keep_empty_features=True), then StandardScaler(), of
 * scikit-learn 1.9.1 with numpy 2.4.6, both fitted on `train`, printed to the last digit. Columns:
 * plain, with gaps, constant, constant with gaps, a binary one with gaps, a large mean beside a small
 * spread, one observed value.
 */
enum { TRAIN = 6, OTHERS = 2, COLUMNS = 7 };
static real train[TRAIN][COLUMNS] = {
    {1.25, 0.9, 3, NAN, 0, 1000000.25, NAN}, {-2.5, NAN, 3, 7, NAN, 1000000.5, NAN},
    {0.75, 1.1, 3, NAN, 1, 1000000.75, 2.5}, {4, NAN, 3, 7, NAN, 1000000.5, NAN},
    {3.5, NAN, 3, 7, 0, 1000000.25, NAN},    {-1, 0.7, 3, NAN, 0, 1000001, NAN},
};
static real others[OTHERS][COLUMNS] = {
    {2, NAN, 4, 8, 1, 1000002, NAN},
    {NAN, 1.6, 3, NAN, NAN, NAN, 3.5},
};

static const double mean[] = {1, 0.9, 3, 7, 0.25, 1000000.5416666666, 2.5};
static const double sd[] = {2.2958295523259853, 0.11547005383792519, 1, 1,
                            0.3535533905932738, 0.2667968432263687,  1};
static const double train_scaled[TRAIN][COLUMNS] = {
    {0.10889310129609416, 0, 0, 0, -0.7071067811865475, -1.0932163330747942, 0},
    {-1.524503418145318, 0, 0, 0, 0, -0.15617376174315792, 0},
    {-0.10889310129609416, 1.7320508075688774, 0, 0, 2.1213203435596424, 0.7808688095884785, 0},
    {1.3067172155531297, 0, 0, 0, 0, -0.15617376174315792, 0},
    {1.0889310129609415, 0, 0, 0, -0.7071067811865475, -1.0932163330747942, 0},
    {-0.8711448103687532, -1.7320508075688774, 0, 0, -0.7071067811865475, 1.7179113809201148, 0},
};
static const double others_scaled[OTHERS][COLUMNS] = {
    {0.4355724051843766, 0, 1, 1, 2.1213203435596424, 5.4660816662466605, 0},
    {0, 6.0621778264910695, 0, 0, 0, 0, 1},
};

static void check_scaled(const struct eg_scaler *scaler, size_t rows, const real *from,
                         const double *wanted)
{
    real copy[TRAIN * COLUMNS];
    struct eg_matrix x = {rows, COLUMNS, copy};
    memcpy(copy, from, rows * COLUMNS * sizeof *copy);
    eg_scaler_apply(scaler, &x);
    for (size_t i = 0; i < rows * COLUMNS; i++)
        cr_expect_float_eq(copy[i], wanted[i], 1e-9, "row %zu, column %zu: %g", i / COLUMNS,
                           i % COLUMNS, copy[i]);
}

Test(subset, scaler_imputes_then_standardises_as_scikit_learn_does)
{
    const struct eg_matrix x = {TRAIN, COLUMNS, train[0]};
    struct eg_scaler scaler;
    cr_assert_eq(eg_scaler_fit(&scaler, &x, NULL), EG_OK);
    for (size_t j = 0; j < COLUMNS; j++) {
        cr_expect_float_eq(scaler.mean[j], mean[j], 1e-9, "mean of column %zu", j);
        cr_expect_float_eq(scaler.sd[j], sd[j], 1e-9, "sd of column %zu", j);
    }
    check_scaled(&scaler, TRAIN, train[0], train_scaled[0]);
    check_scaled(&scaler, OTHERS, others[0], others_scaled[0]);
    eg_scaler_free(&scaler);
}

Test(subset, a_column_that_no_training_row_has_is_0_for_everybody)
{
    real values[] = {1, NAN, 2, NAN}, more[] = {1, 5, NAN, NAN};
    const struct eg_matrix x = {2, 2, values};
    struct eg_matrix other = {2, 2, more};
    struct eg_scaler scaler;
    cr_assert_eq(eg_scaler_fit(&scaler, &x, NULL), EG_OK);
    eg_scaler_apply(&scaler, &other);
    cr_expect_eq(more[1], 0);
    cr_expect_eq(more[3], 0);
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
