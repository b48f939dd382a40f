/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/interactions.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/small_network.h"

enum { P = EG_INTERACTIONS_FEATURES, COALITIONS = 1 << P };

/* As the header has it, written once more. */
static double formula(const real *x)
{
    return 1.5 * x[0] - x[1] + 0.7 * x[2] * x[2] - 0.5 * x[3] * x[3] + 1.5 * sin(2 * x[4]) +
           sin(x[5]) + 1.2 * x[0] * x[6] - 0.8 * x[1] * x[2] + x[6] * x[7];
}

static double predict_one(const real *x)
{
    real output;
    cr_assert_eq(eg_interactions_predictor.predict(NULL, 1, x, &output, NULL), EG_OK);
    return output;
}

/* value[S] = mean over background rows b of f(x_S, b_notS). */
static void play_all(const real *x, const struct eg_matrix *background, double *value)
{
    for (unsigned s = 0; s < COALITIONS; s++) {
        value[s] = 0;
        for (size_t b = 0; b < background->rows; b++) {
            real row[P];
            for (unsigned j = 0; j < P; j++)
                row[j] = s >> j & 1 ? x[j] : eg_row(background, b)[j];
            value[s] += predict_one(row) / (double)background->rows;
        }
    }
}

/* Shapley's formula: sum over coalitions without j of |S|! (p - |S| - 1)! / p! times the gain. */
static double enumerate(const double *value, unsigned j)
{
    double sum = 0;
    for (unsigned s = 0; s < COALITIONS; s++) {
        const double size = __builtin_popcount(s);
        if (!(s >> j & 1))
            sum += tgamma(size + 1) * tgamma(P - size) / tgamma(P + 1) *
                   (value[s | 1u << j] - value[s]);
    }
    return sum;
}

Test(interactions, shapley_values_equal_the_enumeration)
{
    static double value[COALITIONS];
    struct eg_matrix x = draw_matrix(4, P, 1), background = draw_matrix(7, P, 2),
                     phi = draw_matrix(4, P, 3);
    for (size_t i = 0; i < 7 * P; i++)
        background.data[i] += 0.5; /* so that means are far from 0 */
    cr_assert_eq(eg_interactions_shapley(&x, &background, &phi, NULL), EG_OK);
    for (size_t i = 0; i < 4; i++) {
        play_all(eg_row(&x, i), &background, value);
        double sum = 0;
        for (unsigned j = 0; j < P; j++) {
            cr_expect_float_eq(eg_row(&phi, i)[j], enumerate(value, j), 1e-12,
                               "row %zu, feature %u", i, j);
            sum += eg_row(&phi, i)[j];
        }
        cr_expect_float_eq(sum, value[COALITIONS - 1] - value[0], 1e-12);
        cr_expect(eg_row(&phi, i)[8] == 0 && eg_row(&phi, i)[9] == 0);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_matrix_free(&phi);
}

static struct eg_dataset load(uint64_t seed, size_t rows)
{
    struct eg_dataset dataset;
    struct eg_error error = {0};
    const struct eg_dataset_options options = {.seed = seed, .rows = rows};
    cr_assert_eq(eg_dataset_load("interactions", &options, &dataset, &error), EG_OK, "%s",
                 error.message);
    return dataset;
}

/* Within 4 standard errors: noise of sd 0.1, features of mean 0, variance 1, no correlation. */
Test(interactions, rows_are_as_the_header_says)
{
    enum { ROWS = 20000 };
    struct eg_dataset d = load(5, ROWS);
    double noise = 0, squares = 0, mean[P] = {0}, product[P][P] = {{0}};
    for (size_t i = 0; i < ROWS; i++) {
        const real *x = eg_row(&d.x, i);
        const double rest = d.y[i] - formula(x);
        cr_assert_float_eq(predict_one(x), formula(x), 1e-12);
        noise += rest / ROWS;
        squares += rest * rest / ROWS;
        for (size_t j = 0; j < P; j++) {
            mean[j] += x[j] / ROWS;
            for (size_t k = 0; k < P; k++)
                product[j][k] += x[j] * x[k] / ROWS;
        }
    }
    cr_expect_float_eq(noise, 0, 0.1 * 4 / sqrt(ROWS));
    cr_expect_float_eq(squares, 0.01, 0.01 * 4 * sqrt(2.0 / ROWS));
    for (size_t j = 0; j < P; j++) {
        cr_expect_float_eq(mean[j], 0, 4 / sqrt(ROWS));
        for (size_t k = 0; k < P; k++)
            cr_expect_float_eq(product[j][k], j == k, 4 * sqrt((1 + (j == k)) / (double)ROWS));
    }
    eg_dataset_free(&d);
}

Test(interactions, a_seed_names_the_rows)
{
    struct eg_dataset a = load(1, 0), b = load(2, 0), few = load(1, 10);
    cr_expect(a.n == 1000 && a.p == P && !a.beta);
    cr_expect_str_neq(a.content_hash, b.content_hash);
    cr_expect_arr_eq(a.x.data, few.x.data, 10 * P * sizeof(real), "fewer rows are the first ones");
    eg_dataset_free(&a);
    eg_dataset_free(&b);
    eg_dataset_free(&few);
}

Test(interactions, refuses_shapes)
{
    struct eg_matrix x = draw_matrix(2, P, 1), narrow = draw_matrix(2, 3, 1),
                     phi = draw_matrix(2, P, 1);
    const struct eg_matrix none = {0, P, NULL};
    struct eg_error error = {0};
    cr_expect_eq(eg_interactions_shapley(&x, &narrow, &phi, &error), EG_INTERNAL);
    cr_expect(strstr(error.message, "3 in the background"), "%s", error.message);
    cr_expect_eq(eg_interactions_shapley(&x, &none, &phi, &error), EG_DATA);
    eg_matrix_free(&x);
    eg_matrix_free(&narrow);
    eg_matrix_free(&phi);
}
