/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/keep_remove_metrics.h"

#include <criterion/criterion.h>

enum { P = 2, N = 4, KAM = 6, RAM = 15 };

static int predict(const void *context, size_t rows, const real *x, real *output,
                   struct eg_error *error)
{
    (void)context;
    (void)error;
    for (size_t i = 0; i < rows; i++)
        output[i] = 10 * x[i * P] + x[i * P + 1];
    return EG_OK;
}

/* The model's first feature tells the classes apart; of the four pairs, the second puts three in order;
 * rows that are masked altogether are all alike. So the ROC-AUC is 1/2, 1, 1 as first none, then the
 * first feature, then both are kept, and 1, 3/4, 1/2 as they are removed. */
Test(keep_remove_classes, are_scored_by_roc_auc)
{
    real train[] = {1, 1, -1, 2, 2, -3, -2, 0}, test[] = {-2, 1, -1, 3, 1, 2, 2, 4};
    real phi[] = {-20, 1, -10, 3, 10, 2, 20, 4};
    const real y[N] = {0, 0, 1, 1};
    const struct eg_predictor predictor = {.inputs = P, .predict = predict};
    const struct eg_matrix x_train = {N, P, train}, x_test = {N, P, test}, shares = {N, P, phi};
    struct eg_keep_remove_input input = {.predictor = &predictor,
                                         .x_train = &x_train,
                                         .x_test = &x_test,
                                         .y_test = y,
                                         .is_classes = 1,
                                         .attributions = &shares,
                                         .convention = &eg_convention_fixed};
    struct eg_keep_remove_result result;
    struct eg_error error = {0};
    cr_assert_eq(eg_keep_remove(&input, &result, &error), EG_OK, "%s", error.message);
    cr_assert_eq(result.points, 3);
    cr_expect_str_eq(eg_keep_remove_names[KAM], "KAM");
    cr_expect_str_eq(eg_keep_remove_names[RAM], "RAM");
    cr_expect_float_eq(result.area[KAM], (0.75 + 1) / 2, 1e-15);
    cr_expect_float_eq(result.area[RAM], (0.125 + 0.375) / 2, 1e-15);
    const real numbers[N] = {0, 0, 1, 2};
    input.y_test = numbers;
    cr_expect_eq(eg_keep_remove(&input, &result, &error), EG_DATA, "no class is called 2");
}
