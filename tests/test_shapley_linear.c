/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/shapley_linear.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

enum { MOST = 6, ROWS = 3, BACKGROUNDS = 7 };

/* v(S): the mean of beta . z, where z takes the features in S from x and the others from each
 * background row. */
static double value_of(unsigned subset, size_t p, const double *beta, const real *x,
                       const struct eg_matrix *background)
{
    double sum = 0;
    for (size_t row = 0; row < background->rows; row++)
        for (size_t j = 0; j < p; j++)
            sum += beta[j] * (subset >> j & 1 ? x[j] : eg_row(background, row)[j]);
    return sum / (double)background->rows;
}

static double shapley_by_enumeration(size_t j, size_t p, const double *beta, const real *x,
                                     const struct eg_matrix *background)
{
    double phi = 0;
    for (unsigned subset = 0; subset < 1u << p; subset++) {
        if (subset >> j & 1)
            continue;
        const double size = __builtin_popcount(subset), rest = (double)p - size - 1;
        const double weight = tgamma(size + 1) * tgamma(rest + 1) / tgamma((double)p + 1);
        phi += weight * (value_of(subset | 1u << j, p, beta, x, background) -
                         value_of(subset, p, beta, x, background));
    }
    return phi;
}

static void fill(struct eg_matrix *matrix, struct eg_stream *stream)
{
    for (size_t i = 0; i < matrix->rows * matrix->cols; i++)
        matrix->data[i] = 1 + eg_stream_normal(stream);
}

Test(shapley_linear, equals_enumeration_of_all_subsets)
{
    struct eg_stream stream = eg_stream_make(4, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t p = 1; p <= MOST; p++) {
        real x_data[ROWS * MOST], phi_data[ROWS * MOST], background_data[BACKGROUNDS * MOST];
        struct eg_matrix x = {ROWS, p, x_data}, phi = {ROWS, p, phi_data};
        struct eg_matrix background = {BACKGROUNDS, p, background_data};
        double beta[MOST];
        fill(&x, &stream);
        fill(&background, &stream);
        for (size_t j = 0; j < p; j++)
            beta[j] = eg_stream_normal(&stream);
        cr_assert_eq(eg_shapley_linear(beta, &x, &background, &phi, NULL), EG_OK);
        for (size_t row = 0; row < ROWS; row++)
            for (size_t j = 0; j < p; j++) {
                const double expected = shapley_by_enumeration(j, p, beta, eg_row(&x, row),
                                                               &background);
                cr_assert_float_eq(eg_row(&phi, row)[j], expected, 1e-13, "p %zu, feature %zu", p,
                                   j);
            }
    }
}

Test(shapley_linear, shapes_that_disagree_are_refused)
{
    real numbers[MOST] = {0};
    const double beta[MOST] = {0};
    struct eg_matrix two = {1, 2, numbers}, three = {1, 3, numbers}, none = {0, 2, numbers};
    struct eg_error error = {0};
    cr_assert_eq(eg_shapley_linear(beta, &two, &three, &two, &error), EG_INTERNAL);
    cr_assert_not_null(strstr(error.message, "background 1 x 3"));
    cr_assert_eq(eg_shapley_linear(beta, &two, &two, &three, &error), EG_INTERNAL);
    cr_assert_eq(eg_shapley_linear(beta, &two, &none, &two, &error), EG_DATA);
}
