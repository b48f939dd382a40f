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

void eg_binomial_interval(size_t wins, size_t trials, double level, double *low, double *high)
{
    const double n = (double)trials, k = (double)wins, tail = (1 - level) / 2;
    *low = *high = NAN;
    if (wins > trials || trials == 0 || !(level > 0 && level < 1))
        return;
    *low = wins == 0 ? 0 : gsl_cdf_beta_Pinv(tail, k, n - k + 1);
    *high = wins == trials ? 1 : gsl_cdf_beta_Qinv(tail, k + 1, n - k);
}
