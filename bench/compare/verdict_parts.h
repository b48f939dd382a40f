/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the verdict share. */
#ifndef EG_BENCH_VERDICT_PARTS_H
#define EG_BENCH_VERDICT_PARTS_H

#include <jansson.h>

#include "bench/compare/verdict_pairs.h"

/* Fills contest->checks and the cells' normalised. */
void eg_check_metrics(struct eg_trial *trial);

/* Fills contest->methods, the cells' holm_p and standing, and rank_count. */
void eg_judge_methods(struct eg_trial *trial);

/* Fills wins_p and losses_p; NaN where no metric is won or lost. */
void eg_flip_wins(struct eg_trial *trial, size_t method, struct eg_method_verdict *verdict);

/* "+" better, "-" worse, "?" undecided, "=" the same, "." too few units, "" nothing. */
const char *eg_standing_mark(const struct eg_contest *comparison, size_t method, size_t metric);

/* "better", "worse", "undecided", "same", "too few units", "none". */
const char *eg_standing_name(enum eg_standing standing);

/* "NHANES I, mlp: 10 units, splits of the same rows (800 to train on, 200 to test on). ..." */
char *eg_contest_title(const struct eg_contest *comparison, char *text, size_t size);

/* How to read the tables: units, tests, what is corrected for. Returns text. */
char *eg_contest_caption(const struct eg_contest *comparison, char *text, size_t size);

/* The units' networks and what they score on the rows explained, a line for each network; then, where one is
 * worse than a constant, a line of warning. "" where nothing is known. Owned by the caller (free); NULL
 * when memory is short. */
char *eg_contest_units_alloc(const struct eg_contest *comparison);

/* Whether the unit's network is worse than a constant on the rows explained. */
int eg_unit_is_misfit(const struct eg_unit_fact *fact);

/* What a method takes, and how far it depends on the model: seconds, gradients, MiB, randomised. */
enum { EG_COSTS = 4 };
extern const char *const eg_cost_names[EG_COSTS];
extern const char eg_cost_caption[];
char *eg_format_cost(const struct eg_method_verdict *verdict, size_t cost, char *text, size_t size);

/* Title of a method for readers. Returns text. */
char *eg_method_title(const struct eg_contest *comparison, size_t method, char *text, size_t size);

/* ---- for templates; NULL when memory is short ---- */

/* That title. */
json_t *eg_method_data(const struct eg_contest *comparison, size_t method);

/* For differences.svg: a bar a method in a panel a metric; no panels where there is nothing to compare. */
json_t *eg_differences_data(const struct eg_contest *comparison);

/* For tradeoff.svg: quality against seconds or gradient evaluations, a point a method; no points where there is
 * nothing to compare. */
json_t *eg_tradeoff_data(const struct eg_contest *comparison, int by_gradients);

/* For comparison.csv: a line for each method and metric, as in JSON Lines. */
json_t *eg_contests_scores(const struct eg_contest *items, size_t count);

#endif
