/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of bench/report/judge.h, of which judge.c picks one for a claim. */
#ifndef EG_BENCH_JUDGE_RULES_H
#define EG_BENCH_JUDGE_RULES_H

#include "bench/report/judge.h"

/* Sets verdict and reason. */
__attribute__((format(printf, 3, 4))) void
eg_decide(struct eg_judgement *judgement, enum eg_verdict verdict, const char *format, ...);

/* Not attempted, and why. */
__attribute__((format(printf, 3, 4))) void
eg_leave_out(struct eg_judgement *judgement, enum eg_absence absence, const char *format, ...);

/* Whether the claim is about a curve at each of its points. */
int eg_is_whole_curve(const struct eg_claim *claim);

/* Whether it is an ordering with a factor on versus's value. */
int eg_has_factor(const struct eg_claim *claim);

/* Whether the claim prints t, or p, of a test. */
int eg_claims_statistic(const struct eg_claim *claim);

/* The effect printed: of t, or of p, whose sign is not known and taken as positive. */
double eg_published_effect(const struct eg_claim *claim);

/* A published number against that result. */
void eg_judge_number(struct eg_judgement *judgement, const struct eg_result *result);

/* Sets p_small, of a bound on t p_for and p_against as well: what the evidence says of the printed effect or of the
 * least one that the paper's n could see. */
void eg_weigh_printed(const struct eg_claim *claim, struct eg_evidence *evidence);

/* An ordering, bound or test by judgement->evidence, p_for, p_against and p_small. */
void eg_judge_evidence(struct eg_judgement *judgement);

#endif
