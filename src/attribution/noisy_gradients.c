/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SmoothGrad (Smilkov et al. 2017): gradients at x + e, averaged.
 * GradientSHAP (Lundberg and Lee 2017): expected gradients of x + e.
 */
#include "attribution/method.h"

static size_t count_smoothgrad(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)background_rows;
    return settings->noise >= 0 ? settings->samples : 0;
}

static size_t count_gradient_shap(const struct eg_method_settings *settings, size_t background_rows)
{
    return background_rows && settings->noise >= 0 ? settings->samples : 0;
}

static void place_smoothgrad(const struct eg_method_settings *settings, size_t k, size_t p,
                             const real *x, const struct eg_matrix *background,
                             struct eg_stream stream, real *points, real *weights)
{
    (void)background;
    for (size_t s = 0; s < k; s++)
        for (size_t i = 0; i < p; i++) {
            points[s * p + i] = x[i] + (real)(settings->noise * eg_stream_normal(&stream));
            weights[s * p + i] = 1 / (real)k;
        }
}

static void place_gradient_shap(const struct eg_method_settings *settings, size_t k, size_t p,
                                const real *x, const struct eg_matrix *background,
                                struct eg_stream stream, real *points, real *weights)
{
    for (size_t s = 0; s < k; s++) {
        const real *reference = eg_row(background, eg_stream_below(&stream, background->rows));
        const real alpha = (real)eg_stream_uniform(&stream);
        for (size_t i = 0; i < p; i++) {
            const real noisy = x[i] + (real)(settings->noise * eg_stream_normal(&stream));
            const real way = noisy - reference[i];
            points[s * p + i] = reference[i] + alpha * way;
            weights[s * p + i] = way / (real)k;
        }
    }
}

static void slope_smoothgrad(const struct eg_method_settings *settings, size_t k, size_t p,
                             const struct eg_matrix *background, struct eg_stream stream,
                             real *along, real *with_x)
{
    (void)settings;
    (void)p;
    (void)background;
    (void)stream;
    for (size_t s = 0; s < k; s++)
        along[s] = 1;
    *with_x = 0;
}

/* The same draws as place_gradient_shap. */
static void slope_gradient_shap(const struct eg_method_settings *settings, size_t k, size_t p,
                                const struct eg_matrix *background, struct eg_stream stream,
                                real *along, real *with_x)
{
    (void)settings;
    for (size_t s = 0; s < k; s++) {
        eg_stream_below(&stream, background->rows);
        along[s] = (real)eg_stream_uniform(&stream);
        for (size_t i = 0; i < p; i++)
            eg_stream_normal(&stream);
    }
    *with_x = 1 / (real)k;
}

const struct eg_method eg_smoothgrad = {
    .name = "smoothgrad",
    .summary = "gradients at x plus noise, averaged",
    .is_stochastic = 1,
    .count_points = count_smoothgrad,
    .place_points = place_smoothgrad,
    .place_slopes = slope_smoothgrad,
};

const struct eg_method eg_gradient_shap = {
    .name = "gradient_shap",
    .summary = "expected gradients of x plus noise",
    .is_stochastic = 1,
    .count_points = count_gradient_shap,
    .place_points = place_gradient_shap,
    .place_slopes = slope_gradient_shap,
};
