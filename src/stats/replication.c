/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/replication.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/noncentral_t.h"

static const double most_replicates = 1e6;

double eg_resample_overlap(double n_train, double n_test)
{
    return n_train >= 0.1 * (n_train + n_test) ? n_test / n_train : 0;
}

double eg_design_df(struct eg_design design, double n)
{
    return design.samples * (n - 1);
}

double eg_design_variance(struct eg_design design, double n)
{
    return design.samples / n + design.overlap;
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

/* The smallest n that is enough, between 2 and a million; 0: none. */
static size_t least_replicates(int (*is_enough)(struct eg_design design, double size, double n),
                               struct eg_design design, double size)
{
    double low = 1, high = 2;
    while (high < most_replicates && !is_enough(design, size, high)) {
        low = high;
        high *= 2;
    }
    if (!is_enough(design, size, high))
        return 0;
    while (high - low > 1) {
        const double middle = floor(0.5 * (low + high));
        if (is_enough(design, size, middle))
            high = middle;
        else
            low = middle;
    }
    return (size_t)high;
}

static int finds(struct eg_design design, double effect, double n)
{
    return eg_t_power(design, effect, n, 0.05) >= 0.8;
}

static int equates(struct eg_design design, double margin, double n)
{
    static const double z_level = 1.6448536269514722, z_power = 1.2815515655446004; /* 5 %, 10 % */
    return margin >= (z_level + z_power) * sqrt(eg_design_variance(design, n));
}

size_t eg_replicates_to_find(struct eg_design design, double effect)
{
    return effect > 0 ? least_replicates(finds, design, effect) : 0;
}

size_t eg_replicates_to_equate(struct eg_design design, double margin)
{
    return margin > 0 ? least_replicates(equates, design, margin) : 0;
}
