/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/replication.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/noncentral_t.h"

static const double most_replicates = 1e6;

double eg_resample_overlap(double n_train, double n_test)
{
    return n_train > 0 && n_train >= 0.1 * (n_train + n_test) ? n_test / n_train : 0;
}

double eg_design_df(struct eg_design design, double n)
{
    return design.samples * (n - 1);
}

double eg_design_variance(struct eg_design design, double n)
{
    return design.samples * (1 / n + design.overlap);
}

double eg_effect_of_t(struct eg_design design, double t, double n)
{
    return t * sqrt(design.samples / n);
}

double eg_effect_of_p(struct eg_design design, double p, double n)
{
    /* p falls as t grows: T^2 is F with 1 and df degrees of freedom. */
    return eg_effect_of_t(design, sqrt(gsl_cdf_fdist_Qinv(p, 1, eg_design_df(design, n))), n);
}

double eg_effect_chance(struct eg_design design, double effect, double n, double seen)
{
    const double root = sqrt(eg_design_variance(design, n));
    return eg_noncentral_t_cdf(seen / root, eg_design_df(design, n), effect / root);
}

double eg_replication_chance(struct eg_design design, double first, double first_n, double n,
                             double seen)
{
    const double of_first = eg_design_variance(design, first_n) +
                            first * first / (2 * design.samples * first_n);
    const double root = sqrt(eg_design_variance(design, n) + of_first);
    return eg_noncentral_t_cdf(seen / root, eg_design_df(design, n), first / root);
}

double eg_prediction_half_width(double se, double n, double published_se)
{
    return gsl_cdf_tdist_Pinv(0.975, n - 1) * hypot(se, published_se);
}

double eg_t_power(struct eg_design design, double effect, double n, double level)
{
    const double df = eg_design_df(design, n);
    const double critical = gsl_cdf_tdist_Qinv(level, df);
    return 1 - eg_noncentral_t_cdf(critical, df, effect / sqrt(eg_design_variance(design, n)));
}

double eg_small_effect(struct eg_design design, double n)
{
    enum { HALVINGS = 40 };
    const struct eg_design plain = {design.samples, 0};
    double low = 0, high = 20 * sqrt(design.samples / n);
    if (!(n >= 2))
        return NAN;
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = 0.5 * (low + high);
        if (eg_t_power(plain, middle, n, 0.025) < 1.0 / 3)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static const double z_level = 1.6448536269514722;  /* one-sided 5 % */
static const double z_power = 0.8416212335729143;  /* of 0.8 */
static const double z_either = 1.2815515655446004; /* of 0.9, twice */

/* n by the normal approximation, z (variance of n replicates)^(1/2) = size; 0 where no n is enough. */
static double approximate(struct eg_design design, double size, double z)
{
    const double room = size * size / (z * z) - design.samples * design.overlap;
    const double n = room > 0 ? ceil(design.samples / room) : 0;
    return n > most_replicates ? 0 : n;
}

size_t eg_replicates_to_find(struct eg_design design, double effect, double level)
{
    const double z = gsl_cdf_ugaussian_Qinv(level) + z_power;
    double n = effect > 0 ? approximate(design, effect, z) : 0;
    if (n == 0)
        return 0;
    for (n = fmax(n, 2); eg_t_power(design, effect, n, level) < 0.8;) /* a few more than that */
        n++;
    return (size_t)n;
}

size_t eg_replicates_to_equate(struct eg_design design, double margin)
{
    const double n = margin > 0 ? approximate(design, margin, z_level + z_either) : 0;
    return n == 0 ? 0 : (size_t)fmax(n, 2);
}

size_t eg_replicates_to_part(struct eg_design design, double effect, double bound)
{
    const double at_bound = sqrt(1 + bound * bound / (2 * design.samples));
    const double at_effect = sqrt(1 + effect * effect / (2 * design.samples));
    const double size = fabs(effect - bound);
    const double n = size > 0 ? approximate(design, size, z_level * at_bound + z_power * at_effect)
                              : 0;
    return n == 0 ? 0 : (size_t)fmax(n, 2);
}
