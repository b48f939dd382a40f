/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pixel prior: anisotropic total variation, the sum of |differences| of
 * neighbouring pixels down and across, of each channel of each row's map. The
 * map may be standardised first, or shrinking it would shrink the penalty.
 */
#include <math.h>
#include <string.h>

#include "prior/prior.h"

static int check_image(const struct eg_prior_settings *settings, size_t p, struct eg_error *error)
{
    if (settings->channels * settings->height * settings->width != p)
        return eg_fail(error, EG_USAGE,
                       "total variation: %zu features are no image of %zu x %zu x %zu", p,
                       settings->channels, settings->height, settings->width);
    return EG_OK;
}

/* |step| between two pixels of the map, and its slope in both. */
static double add_step(const real *a, size_t i, size_t j, double *slope)
{
    const double step = (double)a[j] - (double)a[i];
    const int sign = (step > 0) - (step < 0);
    slope[j] += sign;
    slope[i] -= sign;
    return fabs(step);
}

/* Total variation of one map; slope (p) is its gradient. */
static double vary(const struct eg_prior_settings *settings, size_t p, const real *a, double *slope)
{
    const size_t h = settings->height, w = settings->width;
    double total = 0;
    memset(slope, 0, p * sizeof *slope);
    for (size_t c = 0; c < settings->channels; c++)
        for (size_t i = 0; i < h; i++)
            for (size_t j = 0; j < w; j++) {
                const size_t at = (c * h + i) * w + j;
                if (i + 1 < h)
                    total += add_step(a, at, at + w, slope);
                if (j + 1 < w)
                    total += add_step(a, at, at + 1, slope);
            }
    return total;
}

static void mean_and_sd(size_t p, const real *a, double *mean, double *sd)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < p; i++)
        sum += (double)a[i];
    *mean = sum / (double)p;
    for (size_t i = 0; i < p; i++)
        square += ((double)a[i] - *mean) * ((double)a[i] - *mean);
    *sd = sqrt(square / (double)p);
}

/*
 * TV is homogeneous and blind to a constant, so TV((a - mean) / s) = TV(a) / s, and with s = sd the
 * slope is slope_i / s - TV(a) / s^2 * (a_i - mean) / (p sd).
 */
static double evaluate_total_variation(const struct eg_prior_settings *settings, size_t rows,
                                       size_t p, const real *a, real *gradient, double *scratch)
{
    const int is_released = settings->standardise == EG_STANDARDISE_RELEASED;
    const double floor = is_released ? 1 / sqrt((double)p) : 0;
    const double per_row = is_released ? 1 / (double)rows : 1;
    double omega = 0;
    for (size_t row = 0; row < rows; row++) {
        const real *map = a + row * p;
        double mean = 0, sd = 0, scale = 1;
        const double total = vary(settings, p, map, scratch);
        if (settings->standardise != EG_STANDARDISE_NONE) {
            mean_and_sd(p, map, &mean, &sd);
            scale = sd > floor ? sd : floor;
        }
        if (!(scale > 0)) {
            memset(gradient + row * p, 0, p * sizeof *gradient);
            continue;
        }
        const int moves = settings->standardise != EG_STANDARDISE_NONE && sd > floor;
        const double pull = moves ? total / (scale * scale) / ((double)p * sd) : 0;
        for (size_t i = 0; i < p; i++)
            gradient[row * p + i] = (real)(per_row *
                                           (scratch[i] / scale - pull * ((double)map[i] - mean)));
        omega += per_row * total / scale;
    }
    return omega;
}

const struct eg_prior eg_total_variation_prior = {
    .name = "total_variation",
    .summary = "differences of neighbouring pixels (the pixel prior)",
    .check = check_image,
    .evaluate = evaluate_total_variation,
};
