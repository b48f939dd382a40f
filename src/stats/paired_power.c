/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/paired_power.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/noncentral_t.h"

/* Beyond the critical value by so much, nothing is missed. */
static const double certain = 12;

double eg_paired_power(size_t units, double effect, double level, double shared)
{
    const double df = (double)units - 1, bound = gsl_cdf_tdist_Qinv(level / 2, df);
    const double delta = fabs(effect) / sqrt(1 / (double)units + shared);
    /* With few units t varies in proportion to delta. */
    if (delta > 4 * bound + certain)
        return 1;
    return 1 - eg_noncentral_t_cdf(bound, df, delta) + eg_noncentral_t_cdf(-bound, df, delta);
}

size_t eg_units_needed(double effect, double level, double shared, double power, size_t least,
                       size_t most)
{
    size_t few = least, enough = most;
    if (!(eg_paired_power(most, effect, level, shared) >= power))
        return 0;
    while (few < enough) {
        const size_t middle = (few + enough) / 2;
        if (eg_paired_power(middle, effect, level, shared) >= power)
            enough = middle;
        else
            few = middle + 1;
    }
    return enough;
}

double eg_effect_found(size_t units, double level, double shared, double power)
{
    double low = 0, high = 1;
    while (eg_paired_power(units, high, level, shared) < power)
        high *= 2;
    for (int i = 0; i < 24; i++) {
        const double middle = (low + high) / 2;
        *(eg_paired_power(units, middle, level, shared) < power ? &low : &high) = middle;
    }
    return high;
}
