/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the verdict share. */
#ifndef EG_BENCH_VERDICT_PARTS_H
#define EG_BENCH_VERDICT_PARTS_H

#include <jansson.h>

#include "bench/compare/verdict_pairs.h"

/* Fills contest->checks, the cells' normalised and the methods' intervals of it. */
void eg_check_metrics(struct eg_trial *trial);

/* Fills contest->methods but for ranks, the cells' holm_p and standing. */
void eg_judge_methods(struct eg_trial *trial);

/* Fills the methods' ranks, rank_count, rank_units and contest->duels. */
void eg_rank_methods(struct eg_trial *trial);

/* On that metric and unit a less b, turned so that more is better. */
double eg_difference_at(const struct eg_score_table *table, size_t a, size_t b, size_t metric,
                        size_t unit);

/* Fills wins_p and losses_p; NaN where no metric is won or lost. */
void eg_flip_wins(struct eg_trial *trial, size_t method, struct eg_method_verdict *verdict);

/* Appends to text, cutting what does not fit. */
__attribute__((format(printf, 3, 4))) void eg_append_format(char *text, size_t size,
                                                            const char *format, ...);

/* What n counts: "unit" or "split". */
const char *eg_unit_word(const struct eg_contest *comparison);

/* "↑" where more is better, "↓" where less is. */
const char *eg_direction_arrow(const struct eg_score_metric *metric);

/* "+" better, "-" worse, "?" undecided, "=" the same, "." too few units, "" nothing. */
const char *eg_standing_mark(const struct eg_contest *comparison, size_t method, size_t metric);

/* "better", "worse", "undecided", "same", "too few units", "none". */
const char *eg_standing_name(enum eg_standing standing);

/* The same of a method overall: "no overall verdict" where decided measures point both ways. */
const char *eg_overall_name(const struct eg_method_verdict *verdict);

/* Whether any measure of any method is better, worse or the same. */
int eg_is_any_decided(const struct eg_contest *comparison);

/* What all is about, without the model: the title that was given, or that of the data set. */
const char *eg_contest_subject(const struct eg_contest *comparison);

/* "NHANES I, mlp", or the title that was given. Returns text. */
char *eg_contest_title(const struct eg_contest *comparison, char *text, size_t size);

/* How to read the tables: units, tests, what is corrected for. Returns text. */
char *eg_contest_caption(const struct eg_contest *comparison, char *text, size_t size);

/* The units' networks and what they score on the rows explained, a line for each network; then,
 * where one is worse than a constant, a line of warning. "" where nothing is known. Owned by the
 * caller (free); NULL when memory is short. */
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

/* Its name and that title; of a metric also whether lower is better. */
json_t *eg_method_head(const struct eg_contest *comparison, size_t method);
json_t *eg_metric_head(const struct eg_contest *comparison, size_t metric);

/* The means in parts of a few methods, a line for each measure that has a number. */
json_t *eg_tex_data(const struct eg_contest *comparison);

/* A list of the measures of a method by what can be said of them, {label, count, measures}. */
json_t *eg_findings_data(const struct eg_contest *comparison, size_t method);

/* A line for each measure of a method: means, difference with its interval, effect, verdict, units
 * it takes. */
json_t *eg_measures_data(const struct eg_contest *comparison, size_t method);

/* {heads, rows}: measures on which a line's method is better than a column's, undecided, worse. */
json_t *eg_duels_data(const struct eg_contest *comparison);

/* {heads, rows}: the methods on all data sets, with rank and overall verdict; no rows of one data
 * set. */
json_t *eg_board_data(const struct eg_contest *items, size_t count);

/* A line for each of some numbers of units: the power for effects of 0.5, 1 and 2, in per cent. */
json_t *eg_power_data(const struct eg_contest *comparison);

/* order (EG_MOST_RANKED) = the methods that have a rank, the best first. Returns how many. */
enum { EG_MOST_RANKED = 64 };
size_t eg_rank_order(const struct eg_contest *comparison, size_t *order);

/* For ranks.svg: a line a method; no lines where there are not two. */
json_t *eg_ranks_data(const struct eg_contest *comparison);

/* For differences.svg: a bar a method in a panel a metric; no panels where there is nothing to
 * compare. */
json_t *eg_differences_data(const struct eg_contest *comparison);

/* For tradeoff.svg: quality against seconds or gradient evaluations, a point a method; no points
 * where there is nothing to compare. */
json_t *eg_tradeoff_data(const struct eg_contest *comparison, int by_gradients);

/* For comparison.csv: a line for each method and metric, as in JSON Lines. */
json_t *eg_contests_scores(const struct eg_contest *items, size_t count);

#endif
