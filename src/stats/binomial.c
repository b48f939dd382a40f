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
