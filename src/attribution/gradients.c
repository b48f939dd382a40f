/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "attribution/method.h"

static size_t count_one(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    (void)background_rows;
    return 1;
}

/* z = x, w = 1 */
static void place_gradients(const struct eg_method_settings *settings, size_t k, size_t p,
                            const real *x, const struct eg_matrix *background,
                            struct eg_stream stream, real *points, real *weights)
{
    (void)settings;
    (void)k;
    (void)background;
    (void)stream;
    memcpy(points, x, p * sizeof *points);
    for (size_t i = 0; i < p; i++)
        weights[i] = 1;
}

/* z = x, w = x */
static void place_gradient_x_input(const struct eg_method_settings *settings, size_t k, size_t p,
                                   const real *x, const struct eg_matrix *background,
                                   struct eg_stream stream, real *points, real *weights)
{
    (void)settings;
    (void)k;
    (void)background;
    (void)stream;
    memcpy(points, x, p * sizeof *points);
    memcpy(weights, x, p * sizeof *weights);
}

const struct eg_method eg_gradients = {
    .name = "gradients",
    .summary = "the gradient at x",
    .count_points = count_one,
    .place_points = place_gradients,
};

const struct eg_method eg_gradient_x_input = {
    .name = "gradient_x_input",
    .summary = "x times the gradient at x",
    .count_points = count_one,
    .place_points = place_gradient_x_input,
};
