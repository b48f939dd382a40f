/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of made scores, and what is concluded from them. */
#ifndef EG_TESTS_MADE_CONTEST_H
#define EG_TESTS_MADE_CONTEST_H

#include "bench/compare/verdict.h"

/* A table of those scores (method x metric x unit) without floor, ceiling and flipped oracle. */
struct eg_score_table make_table(const char *const *methods, size_t method_count,
                                 const struct eg_score_metric *metrics, size_t metric_count,
                                 size_t unit_count, const double *scores);

/* What is concluded; the caller frees it. */
struct eg_contest judge(const struct eg_score_table *table);

/* Within 1e-12. */
void expect_near(double got, double wanted, const char *what);

#endif
