/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracle's arrays were made with numpy as SHAP's benchmark makes them. */
#include "datasets/linear60.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/oracle_file.h"

static struct eg_dataset load(const char *name, struct eg_dataset_options options)
{
    struct eg_dataset dataset;
    struct eg_error error = {0};
    cr_assert_eq(eg_dataset_load(name, &options, &dataset, &error), EG_OK, "%s", error.message);
    return dataset;
}

static void compare(const char *name, const char *x_file, const char *y_file)
{
    size_t rows, cols;
    double *x = read_oracle(x_file, &rows, &cols), *y = read_oracle(y_file, NULL, NULL);
    struct eg_dataset dataset = load(name, (struct eg_dataset_options){0});
    cr_assert(dataset.n == rows && dataset.p == cols && rows == 1000 && cols == 60);
    for (size_t i = 0; i < rows * cols; i++)
        cr_assert_float_eq(dataset.x.data[i], x[i], 1e-12, "x[%zu]", i);
    for (size_t i = 0; i < rows; i++)
        cr_assert_float_eq(dataset.y[i], y[i], 1e-12, "y[%zu]", i);
    eg_dataset_free(&dataset);
    free(x);
    free(y);
}

Test(linear60, corrgroups60_equals_shap)
{
    compare("corrgroups60", "metrics/c60_X", "metrics/c60_y");
}

Test(linear60, independentlinear60_equals_shap)
{
    compare("independentlinear60", "metrics/i60_X", "metrics/i60_y");
}

/* The construction makes the sample's own covariance exact, for any seed and size. */
Test(linear60, correlations_are_exact)
{
    struct eg_dataset d = load("corrgroups60", (struct eg_dataset_options){.seed = 7, .rows = 150});
    for (size_t a = 0; a < d.p; a++)
        for (size_t b = 0; b < d.p; b++) {
            double covariance = 0;
            for (size_t i = 0; i < d.n; i++)
                covariance += eg_row(&d.x, i)[a] * eg_row(&d.x, i)[b] / (double)d.n;
            const double wanted = a == b ? 1 : a / 3 == b / 3 && a < 30 ? 0.99 : 0;
            cr_assert_float_eq(covariance, wanted, 1e-11, "%zu, %zu: %g", a, b, covariance);
        }
    eg_dataset_free(&d);
}

Test(linear60, target_is_linear_with_little_noise)
{
    struct eg_dataset d = load("independentlinear60", (struct eg_dataset_options){.rows = 20000});
    double sum = 0;
    for (size_t i = 0; i < d.n; i++) {
        double rest = d.y[i];
        for (size_t j = 0; j < d.p; j++)
            rest -= d.beta[j] * eg_row(&d.x, i)[j];
        sum += rest * rest;
    }
    /* The noise has sd 0.01; its estimate from 20000 rows has a relative sd of 0.5 %. */
    cr_assert_float_eq(sqrt(sum / (double)d.n), 0.01, 0.0002);
    for (size_t j = 0; j < d.p; j++)
        cr_assert_eq(d.beta[j], j < 30 && j % 3 == 0);
    eg_dataset_free(&d);
}

Test(linear60, refuses_what_cannot_be_drawn)
{
    struct eg_dataset dataset;
    struct eg_error error;
    struct eg_dataset_options options = {.rows = 60};
    cr_assert_eq(eg_dataset_load("corrgroups60", &options, &dataset, &error), EG_USAGE);
    cr_assert_str_eq(error.message, "60 rows: the linear data sets take more than 60, at most "
                                    "100000000");
    options = (struct eg_dataset_options){.seed = (uint64_t)1 << 32};
    cr_assert_eq(eg_dataset_load("corrgroups60", &options, &dataset, &error), EG_USAGE);
    cr_assert_str_eq(error.message, "seed 4294967296: the linear data sets take seeds below 2^32");
}
