/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a claim came back. The verdict of a claim is one of
 *
 *   reproduced                the number is equal at the printed digits; the ordering holds, beyond
 *                             2 standard errors (of 5 replicates at least) where there are any; the
 *                             p-value is on the printed side of its bound, with the right sign;
 *                             two values said to be alike (~ F) have a ratio between 1/F and F,
 *                             with 2 standard errors to spare
 *   within Monte-Carlo error  a number that differs in the printed digits, by no more than its
 *                             tolerance rule allows
 *   direction only            the ordering holds within 2 standard errors, or on most of a curve;
 *                             the sign is right but the p-value or t is on the wrong side; the
 *                             ratio is within its factor, but not by 2 standard errors
 *   not reproduced            none of these
 *   not attempted             there is nothing to hold it against, and why
 *
 * Tolerance rules of numbers (m measured, s its standard error over n replicates, q published over
 * N replicates):
 *
 *   exact      equal at the printed digits
 *   mc [S]     |m - q| <= max(S, 3 c), c^2 = s^2 + s_q^2, where s_q is printed, or else s sqrt(n/N)
 *              (the same spread over N replicates), or else 0; with n < 5, S only
 *   factor F   1/F <= m/q <= F
 *   t          q is a t statistic: effects d = t / sqrt(n) are compared, so that the counts of
 *              replicates may differ; their variance is 1/n + d^2/(2n), and 3 combined standard
 *              errors are allowed, with n < 10 none. The sign must be right, where the published
 *              t has one beyond 2 standard errors; two effects within 2 of zero agree. At n other
 *              than N equal digits mean nothing and are not looked at
 *   p          q is the p-value of such a t, which is worked out from it; then as t
 *   t2, p2     the same for two independent samples of n: d = t sqrt(2/n), of variance 2/n + d^2/(4n)
 *
 * A difference in data is never silent: the text of a verdict says on which data set and scale it
 * stands, and numbers of the simulated cohort are held against no claim about NHANES I.
 */
#ifndef EG_BENCH_JUDGE_H
#define EG_BENCH_JUDGE_H

#include "bench/report/claims.h"
#include "run/experiment.h"

enum eg_verdict {
    EG_REPRODUCED,
    EG_WITHIN_ERROR,
    EG_DIRECTION_ONLY,
    EG_NOT_REPRODUCED,
    EG_NOT_ATTEMPTED,
    EG_VERDICTS
};

struct eg_judgement {
    const struct eg_claim *claim;
    enum eg_verdict verdict;
    char reason[256]; /* why; "" where the verdict says all */
    double measured;  /* NAN when not attempted; of a whole curve the share of points that hold */
    double se;        /* NAN where there is none */
    double z;         /* how far off in combined standard errors; NAN where there are none */
    size_t n;
    char dataset[64], scale[16]; /* measured on; "" when not attempted */
};

/* Holds the claim against the results of its experiment; results NULL or empty: there are none. */
struct eg_judgement eg_judge_claim(const struct eg_claim *claim, const struct eg_results *results);

/* "within Monte-Carlo error" */
const char *eg_verdict_name(enum eg_verdict verdict);

/* The verdict with all that qualifies it: "reproduced (quick scale; 17 against 16)". Returns text. */
char *eg_judgement_text(const struct eg_judgement *judgement, char *text, size_t size);

#endif
