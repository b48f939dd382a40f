/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/binomial.h"

#include <limits.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

double eg_binomial_p(size_t wins, size_t trials, double chance)
{
    if (wins > trials || trials > UINT_MAX || !(chance >= 0 && chance <= 1))
        return NAN;
    if (wins == 0)
        return 1;
    return gsl_cdf_binomial_Q((unsigned)wins - 1, chance, (unsigned)trials);
}

/* The chance under which at least that many wins have the probability p. Halving, since GSL's inverse of the
 * beta distribution does not converge for some counts. */
static double chance_of(size_t wins, size_t trials, double p)
{
    double low = 0, high = 1;
    for (int step = 0; step < 60; step++) {
        const double middle = (low + high) / 2;
        if (eg_binomial_p(wins, trials, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

void eg_binomial_interval(size_t wins, size_t trials, double level, double *low, double *high)
{
    const double tail = (1 - level) / 2;
    *low = *high = NAN;
    if (wins > trials || trials == 0 || !(level > 0 && level < 1))
        return;
    *low = wins == 0 ? 0 : chance_of(wins, trials, tail);
    *high = wins == trials ? 1 : chance_of(wins + 1, trials, 1 - tail);
}
