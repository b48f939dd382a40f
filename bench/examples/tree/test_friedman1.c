/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test of friedman1.c.
 *   place: tests/test_friedman1.c
 */
#include "datasets/dataset.h"

#include <math.h>

#include <criterion/criterion.h>

static struct eg_dataset load(struct eg_dataset_options options)
{
    struct eg_dataset dataset;
    struct eg_error error = {0};
    cr_assert_eq(eg_dataset_load("friedman1", &options, &dataset, &error), EG_OK, "%s",
                 error.message);
    return dataset;
}

/* What the formula leaves of y has mean 0 and variance 1, within four standard errors. */
Test(friedman1, target_is_the_formula_and_noise)
{
    enum { ROWS = 40000 };
    struct eg_dataset d = load((struct eg_dataset_options){.seed = 5, .rows = ROWS});
    double sum = 0, square = 0;
    for (size_t i = 0; i < ROWS; i++) {
        const real *x = eg_row(&d.x, i);
        const double rest = d.y[i] - (10 * sin(M_PI * x[0] * x[1]) + 20 * pow(x[2] - 0.5, 2) +
                                      10 * x[3] + 5 * x[4]);
        sum += rest;
        square += rest * rest;
    }
    cr_expect_float_eq(sum / ROWS, 0, 4 / sqrt(ROWS));
    cr_expect_float_eq(square / ROWS, 1, 4 * sqrt(2.0 / ROWS));
    eg_dataset_free(&d);
}

Test(friedman1, features_are_uniform)
{
    struct eg_dataset d = load((struct eg_dataset_options){0});
    for (size_t j = 0; j < d.p; j++) {
        double sum = 0;
        for (size_t i = 0; i < d.n; i++) {
            cr_expect(eg_row(&d.x, i)[j] > 0 && eg_row(&d.x, i)[j] < 1);
            sum += eg_row(&d.x, i)[j];
        }
        cr_expect_float_eq(sum / (double)d.n, 0.5, 4 / sqrt(12 * (double)d.n));
    }
    eg_dataset_free(&d);
}
