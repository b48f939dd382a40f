/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the verdict share. */
#ifndef EG_BENCH_VERDICT_PARTS_H
#define EG_BENCH_VERDICT_PARTS_H

#include <stdio.h>

#include "bench/compare/verdict.h"

/* Two methods on one metric, unit by unit. */
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

/* Fills comparison->checks and the cells' normalised. */
int eg_check_metrics(struct eg_contest *comparison, struct eg_verdict_room *room,
                     struct eg_error *error);

/* Fills comparison->methods, the cells' holm_p and standing, and rank_count. */
int eg_judge_methods(struct eg_contest *comparison, struct eg_verdict_room *room,
                     struct eg_error *error);

/* "+" better, "-" worse, "?" undecided, "=" the same, "." too few units, "" nothing. */
const char *eg_standing_mark(const struct eg_contest *comparison, size_t method, size_t metric);

/* "better", "worse", "undecided", "same", "too few units", "none". */
const char *eg_standing_name(enum eg_standing standing);

/* "NHANES I, mlp: 10 units, splits of the same rows (800 to train on, 200 to test on). ..." */
char *eg_contest_title(const struct eg_contest *comparison, char *text, size_t size);

/* How to read the tables: units, tests, what is corrected for. Returns text. */
char *eg_contest_caption(const struct eg_contest *comparison, char *text, size_t size);

/* What a method takes, and how far it depends on the model: seconds, gradients, MiB, randomised. */
enum { EG_COSTS = 4 };
extern const char *const eg_cost_names[EG_COSTS];
extern const char eg_cost_caption[];
char *eg_format_cost(const struct eg_method_verdict *verdict, size_t cost, char *text, size_t size);

/* Title of a method for readers. Returns text. */
char *eg_method_title(const struct eg_contest *comparison, size_t method, char *text, size_t size);

/* Opens a <figure> with its SVG, which the caller captions and closes. differences: a bar a method in
 * a panel a metric. tradeoff: quality against seconds or gradient evaluations, a point a method.
 * Where there is nothing to compare, nothing is written and 0 returned. */
int eg_draw_differences(const struct eg_contest *comparison, FILE *out);
int eg_draw_tradeoff(const struct eg_contest *comparison, int by_gradients, FILE *out);

#endif
