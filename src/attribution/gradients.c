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

static void slope_gradients(const struct eg_method_settings *settings, size_t k, size_t p,
                            const struct eg_matrix *background, struct eg_stream stream,
                            real *along, real *with_x)
{
    (void)settings;
    (void)k;
    (void)p;
    (void)background;
    (void)stream;
    *along = 1;
    *with_x = 0;
}

static void slope_gradient_x_input(const struct eg_method_settings *settings, size_t k, size_t p,
                                   const struct eg_matrix *background, struct eg_stream stream,
                                   real *along, real *with_x)
{
    slope_gradients(settings, k, p, background, stream, along, with_x);
    *with_x = 1;
}

const struct eg_method eg_gradients = {
    .name = "gradients",
    .summary = "the gradient at x",
    .count_points = count_one,
    .place_points = place_gradients,
    .place_slopes = slope_gradients,
};

const struct eg_method eg_gradient_x_input = {
    .name = "gradient_x_input",
    .summary = "x times the gradient at x",
    .count_points = count_one,
    .place_points = place_gradient_x_input,
    .place_slopes = slope_gradient_x_input,
};
