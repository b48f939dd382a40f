/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A method of your own in the tree; a prior can be trained through it.
 *   place: src/attribution/smoothgrad_x_input.c
 *   line:  src/attribution/methods.c: METHOD(eg_smoothgrad_x_input)
 *
 * SmoothGrad multiplied by the input (Smilkov et al. 2017): z = x + e, w = x / k, e normal.
 */
#include "attribution/method.h"

static size_t count_points(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)background_rows;
    return settings->noise >= 0 ? settings->samples : 0;
}

static void place_points(const struct eg_method_settings *settings, size_t k, size_t p,
                         const real *x, const struct eg_matrix *background, struct eg_stream stream,
                         real *points, real *weights)
{
    (void)background;
    for (size_t s = 0; s < k; s++)
        for (size_t i = 0; i < p; i++) {
            points[s * p + i] = x[i] + (real)(settings->noise * eg_stream_normal(&stream));
            weights[s * p + i] = x[i] / (real)k;
        }
}

const struct eg_method eg_smoothgrad_x_input = {
    .name = "smoothgrad_x_input",
    .summary = "x times the mean gradient at x plus noise",
    .is_stochastic = 1,
    .count_points = count_points,
    .place_points = place_points,
};
