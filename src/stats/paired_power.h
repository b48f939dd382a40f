/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a paired t-test of so many units can find, and how many units it takes. */
#ifndef EG_STATS_PAIRED_POWER_H
#define EG_STATS_PAIRED_POWER_H

#include <stddef.h>

/*
 * The power of the two-sided paired t-test at that level over `units` pairs, 2 or more, whose
 * differences have the mean `effect` in standard deviations. shared: rows to test over rows to
 * train of units that are splits of the same rows, whose test is the corrected one
 * (stats/resampled_ttest.h), under its own model: t is noncentral by effect / sqrt(1 / units +
 * shared) (Nadeau and Bengio 2003); 0: units are independent. NaN for a NaN.
 */
double eg_paired_power(size_t units, double effect, double level, double shared);

/* The fewest units, from `least` on, with that power; 0: even `most` have less. */
size_t eg_units_needed(double effect, double level, double shared, double power, size_t least,
                       size_t most);

/* The smallest effect that so many units find with that power, to 1e-6 of it or better. */
double eg_effect_found(size_t units, double level, double shared, double power);

#endif
