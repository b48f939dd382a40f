/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two methods of a table of scores on one metric, unit by unit.
 */
#ifndef EG_BENCH_VERDICT_PAIRS_H
#define EG_BENCH_VERDICT_PAIRS_H

#include "bench/compare/verdict.h"

/* Numbers of a method on a metric, one a unit. */
const double *eg_scores_of(const struct eg_score_table *table, size_t method, size_t metric);

/* values[] of one number a unit becomes one a split, where splits are given: the mean of those that
 * are numbers, NaN where none is. Returns how many. */
size_t eg_merge_units(const struct eg_score_table *table, double *values);

/* Leaves out the NaN of one number a unit and, where splits are given, averages over each. Returns
 * how many numbers are left at the start of values. */
size_t eg_gather_units(const struct eg_score_table *table, double *values);

/* a less b, turned so that more is better; 0 where they are as good as equal, NaN where one is
 * missing. */
double eg_score_difference(const struct eg_score_metric *metric, double a, double b);

/* A contest that is judged. */
struct eg_trial {
    const struct eg_score_table *table;
    struct eg_contest *contest;
    double *room; /* for a number of each unit */
    int status;   /* of the last step that failed; all is then worth nothing, and asked for once */
    struct eg_error *error; /* where that step says why */
};

/* Keeps the status of a step. */
void eg_keep_status(struct eg_trial *trial, int status);

/* Fills of *cell what a less b says, from pairs and difference to judged_p and standing, but for
 * low and high; where Holm is still to decide, standing is EG_STANDING_UNDECIDED. trial->room = the
 * differences of the pairs. */
void eg_test_pair(struct eg_trial *trial, size_t a, size_t b, size_t metric,
                  struct eg_score_cell *cell);

/* Sets t, p, corrected_t, corrected_p, judged_p, effect and difference of *cell by the cell->pairs
 * numbers in trial->room, and standing but for what the level says. */
void eg_test_room(struct eg_trial *trial, struct eg_score_cell *cell);

/* n_test / n_train, or 0. */
double eg_shared_of(const struct eg_score_table *table);

/* The interval of the mean of trial->room, or NaN where there are too few or they do not vary. */
void eg_verdict_interval(struct eg_trial *trial, size_t count, double *low, double *high);

/* 1 where it is above 0, 0 where it is below, else a half. */
double eg_win_of(double difference);

#endif
