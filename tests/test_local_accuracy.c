/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/local_accuracy.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "metrics/shapley_linear.h"

enum { ROWS = 100, COLS = 4 };

/* The first column holds the output of each row (spread 1) and the second an error of that size. */
static struct eg_local_accuracy accuracy_with_error(double size)
{
    real phi_data[ROWS * COLS] = {0}, outputs[ROWS];
    const struct eg_matrix phi = {ROWS, COLS, phi_data};
    for (size_t row = 0; row < ROWS; row++) {
        outputs[row] = row % 2 ? 1 : -1;
        eg_row(&phi, row)[0] = outputs[row] + 5; /* a base value changes nothing */
        eg_row(&phi, row)[1] = row / 2 % 2 ? size : -size;
    }
    struct eg_local_accuracy accuracy;
    cr_assert_eq(eg_local_accuracy(&phi, outputs, &accuracy, NULL), EG_OK);
    return accuracy;
}

Test(local_accuracy, ratio_and_steps)
{
    const double error_and_score[][2] = {{0, 1},      {0.009, 0.9}, {0.011, 0.75}, {0.049, 0.75},
                                         {0.09, 0.6}, {0.11, 0.4},  {0.19, 0.4},   {0.29, 0.3},
                                         {0.4, 0.2},  {0.6, 0.1},   {0.71, 0},     {3, 0}};
    for (size_t i = 0; i < sizeof error_and_score / sizeof *error_and_score; i++) {
        const struct eg_local_accuracy accuracy = accuracy_with_error(error_and_score[i][0]);
        cr_assert_float_eq(accuracy.ratio, error_and_score[i][0] / (1 + 1e-6), 1e-12);
        cr_assert_eq(accuracy.score, error_and_score[i][1], "error %g", error_and_score[i][0]);
    }
}

Test(local_accuracy, shapley_values_of_a_linear_model_are_exact)
{
    struct eg_stream stream = eg_stream_make(8, 0, EG_PURPOSE_DATA, 0, 0);
    const double beta[COLS] = {1, -2, 0.5, 0};
    real x_data[ROWS * COLS], phi_data[ROWS * COLS], outputs[ROWS];
    struct eg_matrix x = {ROWS, COLS, x_data}, phi = {ROWS, COLS, phi_data};
    for (size_t i = 0; i < ROWS * COLS; i++)
        x_data[i] = eg_stream_normal(&stream);
    for (size_t row = 0; row < ROWS; row++) {
        outputs[row] = 3;
        for (size_t j = 0; j < COLS; j++)
            outputs[row] += beta[j] * eg_row(&x, row)[j];
    }
    struct eg_local_accuracy accuracy;
    cr_assert_eq(eg_shapley_linear(beta, &x, &x, &phi, NULL), EG_OK);
    cr_assert_eq(eg_local_accuracy(&phi, outputs, &accuracy, NULL), EG_OK);
    cr_assert_lt(accuracy.ratio, 1e-13);
    cr_assert_eq(accuracy.score, 1);
}

Test(local_accuracy, what_is_not_finite_is_refused)
{
    real phi_data[3 * COLS] = {0}, outputs[3] = {1, 2, 3};
    struct eg_matrix phi = {3, COLS, phi_data};
    struct eg_local_accuracy accuracy;
    struct eg_error error = {0};
    eg_row(&phi, 2)[1] = NAN;
    cr_assert_eq(eg_local_accuracy(&phi, outputs, &accuracy, &error), EG_DATA);
    cr_assert_not_null(strstr(error.message, "row 2"));
    phi.rows = 0;
    cr_assert_eq(eg_local_accuracy(&phi, outputs, &accuracy, &error), EG_DATA);
}
