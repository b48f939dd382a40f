/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two methods of a table of scores on one metric, unit by unit.
 */
#ifndef EG_BENCH_VERDICT_PAIRS_H
#define EG_BENCH_VERDICT_PAIRS_H

#include "bench/compare/verdict.h"

/* What the test of two methods says. */
struct eg_pair_test {
    size_t pairs;
    double difference;
    double t, p, corrected_t, corrected_p, judged_p;
    double one_sided_p; /* of a being better than b, from judged_p */
    int varies, same;   /* same: all differences are 0 */
};

/* Room for unit_count numbers each. */
struct eg_verdict_room {
    double *differences, *zeros;
};

/* Numbers of a method on a metric, one a unit. */
const double *eg_scores_of(const struct eg_score_table *table, size_t method, size_t metric);

/* values[] of one number a unit becomes one a split, where splits are given: the mean of those that are
 * numbers, NaN where none is. Returns how many. */
size_t eg_merge_units(const struct eg_score_table *table, double *values);

/* Leaves out the NaN of one number a unit and, where splits are given, averages over each. Returns how
 * many numbers are left at the start of values. */
size_t eg_gather_units(const struct eg_score_table *table, double *values);

/* a less b, turned so that more is better; 0 where they are as good as equal, NaN where one is
 * missing. */
double eg_score_difference(const struct eg_score_metric *metric, double a, double b);

/* Fills room->differences[0..pairs-1] and *test. */
int eg_test_pair(const struct eg_score_table *table, size_t a, size_t b, size_t metric,
                 struct eg_verdict_room *room, struct eg_pair_test *test, struct eg_error *error);

/* The interval of the mean of values, or NaN where there are too few or they do not vary. */
int eg_verdict_interval(const struct eg_score_table *table, const double *values, size_t count,
                        double *low, double *high, struct eg_error *error);

#endif
