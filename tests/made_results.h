/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims and results made up for tests. */
#ifndef EG_TESTS_MADE_RESULTS_H
#define EG_TESTS_MADE_RESULTS_H

#include "bench/report/claims.h"
#include "run/experiment.h"

/* Appends a plain number of protocol "paper", scale "paper". */
void make_result(struct eg_results *results, const char *dataset, const char *method,
                 const char *metric, double value, double se, size_t n);

/* Appends a point of a curve. */
void make_point(struct eg_results *results, const char *dataset, const char *method,
                const char *metric, double x, double value);

/* The first line of a claims file, with its newline. */
extern const char claims_head[];

/* The claims in that text, claims_head left out; aborts the test when they cannot be read. */
struct eg_claims make_claims(const char *lines);

/* Tries to; returns the status. */
int try_claims(const char *lines, struct eg_claims *claims, struct eg_error *error);

#endif
