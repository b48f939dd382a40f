/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims and results made up for tests. */
#ifndef EG_TESTS_MADE_RESULTS_H
#define EG_TESTS_MADE_RESULTS_H

#include "bench/report/claims.h"
#include "bench/report/judge.h"
#include "run/experiment.h"

/* Appends a plain number of protocol "paper", scale "paper". */
void make_result(struct eg_results *results, const char *dataset, const char *method,
                 const char *metric, double value, double se, size_t n);

/* Appends a point of a curve, which nothing was drawn for. */
void make_point(struct eg_results *results, const char *dataset, const char *method,
                const char *metric, double x, double value);

/* Appends the mean of a sample of n as a result of data set "d"; paired: its units are 0 to n - 1. Returns
 * it. */
struct eg_result *make_sample(struct eg_results *results, const char *method, const char *metric,
                              const double *sample, size_t n, int is_paired);

/* One claim of columns "published=1.0|digits=1|...", of which those not given are those of a number of
 * metric k of method m on data set d, protocol paper, by rule exact. Aborts the test when it cannot be
 * read. */
struct eg_claims make_claim(const char *columns);

/* What comes of the claims of count lines of such columns, each ended by a newline. The claims stay until the next
 * call or free_judged(). */
void judge_lines(const char *lines, size_t count, const struct eg_results *results,
                 struct eg_judgement judgements[]);

/* The same of count claims of those columns, ids 0, 1 ... */
void judge_repeated(const char *columns, size_t count, const struct eg_results *results,
                    struct eg_judgement judgements[]);

/* The same of one claim. */
struct eg_judgement judge_columns(const char *columns, const struct eg_results *results);

/* To be called at a test's end. */
void free_judged(void);

/* Fails the test where the verdict is another, and says the reason. */
void expect_verdict(const struct eg_judgement *judgement, enum eg_verdict verdict);

/* The text of a claims file of lines of such columns. */
char *claims_text_alloc(const char *lines);

/* Tries to read lines of such columns, each ended by a newline; returns the status. */
int try_columns(const char *lines, struct eg_claims *claims, struct eg_error *error);

#endif
