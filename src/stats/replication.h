/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one study says of another's number. Effects are mean differences in units of their spread, so that
 * the counts of replicates may differ: d = t sqrt(samples / n).
 */
#ifndef EG_STATS_REPLICATION_H
#define EG_STATS_REPLICATION_H

#include <stddef.h>

/* How a difference was measured. */
struct eg_design {
    int samples;    /* 1: one sample, or pairs; 2: two independent samples of n each */
    double overlap; /* test over training rows of resamples that share most of theirs, else 0: the
                       correction of Nadeau and Bengio (2003) */
};

/* The overlap of random resamples with so many training and test rows: n_test / n_train where two of them
 * share a tenth of their training rows or more, that is where n_train is that part of all; 0 where they
 * share fewer, and differences are nearly independent given the test rows. */
double eg_resample_overlap(double n_train, double n_test);

/* Degrees of freedom of n replicates: samples (n - 1). */
double eg_design_df(struct eg_design design, double n);

/* Of a mean difference, in units of the spread's square: samples (1 / n + overlap). */
double eg_design_variance(struct eg_design design, double n);

/* d = t sqrt(samples / n); t is the plain one, without the correction for overlap. */
double eg_effect_of_t(struct eg_design design, double t, double n);

/* The effect d > 0 whose two-sided p over n replicates is p; infinite where p is 0. */
double eg_effect_of_p(struct eg_design design, double p, double n);

/* P(the effect seen over n replicates <= seen), where the true effect is `effect`. */
double eg_effect_chance(struct eg_design design, double effect, double n, double seen);

/* Patil, Peng and Leek (2016), exact in our own n: P(the effect seen by a replication of n replicates
 * <= seen), where the first study saw `first` over first_n. The true effect is taken as normal about
 * `first` with variance samples (1 / first_n + overlap) + first^2 / (2 samples first_n). */
double eg_replication_chance(struct eg_design design, double first, double first_n, double n,
                             double seen);

/* Half the width of the 95 % prediction interval of our mean about a published one: Student's t with
 * our n - 1 degrees of freedom times hypot(se, published_se). */
double eg_prediction_half_width(double se, double n, double published_se);

/* The chance that n replicates find an effect of that size: of a one-sided t-test at that level. */
double eg_t_power(struct eg_design design, double effect, double n, double level);

/* "Small telescopes" (Simonsohn 2015): the effect that a two-sided test at 5 % over n replicates finds
 * with power 1/3, without correction for overlap. NaN for n < 2. */
double eg_small_effect(struct eg_design design, double n);

/* The fewest replicates whose one-sided test at that level finds the effect with power 0.8; 0 where a million
 * would not, which overlapping resamples may bring about. */
size_t eg_replicates_to_find(struct eg_design design, double effect, double level);

/* The fewest replicates whose two one-sided tests at 5 % show a difference of zero to be less than margin
 * (in units of the spread) with power 0.8, in the normal approximation; 0 as above. */
size_t eg_replicates_to_equate(struct eg_design design, double margin);

/* The fewest replicates whose one-sided test at 5 % tells an effect of that size from a bound on it with
 * power 0.8, in the normal approximation of noncentral t, whose variance grows with the effect:
 * samples / n + d^2 / (2 n); 0 as above. */
size_t eg_replicates_to_part(struct eg_design design, double effect, double bound);

#endif
