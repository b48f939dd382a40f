/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pixel prior: anisotropic total variation, the sum of |differences| of
 * neighbouring pixels down and across, of each channel of each row's map. The
 * map may be standardised first, or shrinking it would shrink the penalty.
 */
#include <math.h>
#include <string.h>

#include "prior/prior.h"

/* Sums go over so many lanes at once, in an order that the compiler can turn into vectors. */
enum { LANES = 8 };

static int check_image(const struct eg_prior_settings *settings, size_t p, struct eg_error *error)
{
    const struct eg_image *image = &settings->image;
    if (p == 0 || eg_image_size(image) != p)
        return eg_fail(error, EG_USAGE,
                       "total variation: %zu features are no image of %zu x %zu x %zu", p,
                       image->height, image->width, image->channels);
    return EG_OK;
}

static double add_lanes(const double *lane)
{
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

/* |to - from|; sign is its slope in to. */
static inline double take_step(real from, real to, double *sign)
{
    const double step = (double)to - (double)from;
    *sign = (double)(step > 0) - (double)(step < 0);
    return fabs(step);
}

/* The sum of |to - from| over count pairs of pixels; its slope is added to those of both. sign has
 * room for count numbers. */
static double add_steps(size_t count, const real *from, const real *to, double *restrict sign,
                        double *slope_from, double *slope_to)
{
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            lane[l] += take_step(from[i + l], to[i + l], sign + i + l);
    for (; i < count; i++)
        lane[i % LANES] += take_step(from[i], to[i], sign + i);
    for (i = 0; i < count; i++)
        slope_from[i] -= sign[i];
    for (i = 0; i < count; i++)
        slope_to[i] += sign[i];
    return add_lanes(lane);
}

/* Total variation of one map; slope (p) is its gradient. sign has room for p numbers. */
static double vary(const struct eg_image *image, size_t p, const real *a, double *slope,
                   double *sign)
{
    const size_t next = image->channels, line = image->width * next;
    double total = 0;
    memset(slope, 0, p * sizeof *slope);
    for (size_t at = 0; at < p; at += line)
        total += add_steps(line - next, a + at, a + at + next, sign, slope + at, slope + at + next);
    return total + add_steps(p - line, a, a + line, sign, slope, slope + line);
}

/* The sum of (a - centre)^power over count numbers, power 1 or 2. */
static inline double add_powers(size_t count, const real *a, double centre, int power)
{
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            const double step = (double)a[i + l] - centre;
            lane[l] += power == 1 ? step : step * step;
        }
    for (; i < count; i++) {
        const double step = (double)a[i] - centre;
        lane[i % LANES] += power == 1 ? step : step * step;
    }
    return add_lanes(lane);
}

static void mean_and_sd(size_t p, const real *a, double *mean, double *sd)
{
    *mean = add_powers(p, a, 0, 1) / (double)p;
    *sd = sqrt(add_powers(p, a, *mean, 2) / (double)p);
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
        const double total = vary(&settings->image, p, map, scratch, scratch + p);
        if (settings->standardise != EG_STANDARDISE_NONE) {
            mean_and_sd(p, map, &mean, &sd);
            scale = sd > floor ? sd : floor;
        }
        if (!(scale > 0)) {
            memset(gradient + row * p, 0, p * sizeof *gradient);
            continue;
        }
        const int moves = settings->standardise != EG_STANDARDISE_NONE && sd > floor;
        const double share = per_row / scale;
        const double pull = moves ? share * total / scale / ((double)p * sd) : 0;
        for (size_t i = 0; i < p; i++)
            gradient[row * p + i] = (real)(share * scratch[i] - pull * ((double)map[i] - mean));
        omega += share * total;
    }
    return omega;
}

const struct eg_prior eg_total_variation_prior = {
    .name = "total_variation",
    .summary = "differences of neighbouring pixels (the pixel prior)",
    .check = check_image,
    .evaluate = evaluate_total_variation,
};
