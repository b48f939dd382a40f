/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one-tailed binomial test, how likely is it to win so often by chance; and
 * what an observed share says of the chance.
 */
#ifndef EG_STATS_BINOMIAL_H
#define EG_STATS_BINOMIAL_H

#include <stddef.h>

/* P(X >= wins) for X ~ Binomial(trials, chance). 17 of 18 at chance 1/2 gives 19 / 2^18 = 7.2e-5.
 * NaN when wins > trials or chance is not in [0, 1]. */
double eg_binomial_p(size_t wins, size_t trials, double chance);

/* The exact interval of Clopper and Pearson (1934) of the given level (0.95: 95 %): chances under which
 * neither so few nor so many wins are too unlikely. NaN when wins > trials, trials = 0 or level is not in
 * (0, 1). */
void eg_binomial_interval(size_t wins, size_t trials, double level, double *low, double *high);

#endif
