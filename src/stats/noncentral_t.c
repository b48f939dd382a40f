/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/noncentral_t.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

/* The density of S: that of chi over the root of df. */
static double log_density(double s, double df, double constant)
{
    return constant + (df - 1) * log(s) - 0.5 * df * s * s;
}

/* The integral of P(Z <= t s - delta) over the density of S, by Simpson's rule: S is within 8 of its
 * standard deviations, which are at most 1 / sqrt(2 df). */
double eg_noncentral_t_cdf(double t, double df, double delta)
{
    if (isnan(t) || isnan(delta) || !(df > 0))
        return NAN;
    const double reach = 8 / sqrt(2 * df);
    const double low = reach < 1 ? 1 - reach : 0, high = 1 + reach;
    /* P(Z <= t s - delta) rises within 1 / |t|, which a large t makes narrow. */
    const int intervals = 256 * (1 + (int)fmin(fabs(t), 1000) / 8);
    const double step = (high - low) / intervals;
    const double constant = log(2) + 0.5 * df * log(0.5 * df) - gsl_sf_lngamma(0.5 * df);
    double sum = 0;
    for (int i = 0; i <= intervals; i++) {
        const double s = low + step * i;
        const double weight = i == 0 || i == intervals ? 1 : i % 2 ? 4 : 2;
        const double density = s > 0     ? exp(log_density(s, df, constant))
                               : df == 1 ? exp(constant)
                                         : 0;
        sum += weight * density * gsl_cdf_ugaussian_P(t * s - delta);
    }
    const double p = sum * step / 3;
    return p < 0 ? 0 : p > 1 ? 1 : p;
}
