/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims whose t is of two independent samples (Methods 5.1). */
#include "bench/report/judge.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "stats/ttest.h"
#include "tests/made_results.h"

/* t measured with n in each sample, against one published with 10. */
static enum eg_verdict judge(const char *metric, const char *published, const char *tolerance,
                             double t, size_t n, double *z)
{
    char line[256];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "t", t, NAN, n);
    make_result(&results, "d", "m", "p", eg_ttest_p(t, 2 * (double)n - 2), NAN, n);
    snprintf(line, sizeof line, "a,e,p,s,significance,d,paper,m,%s,,=,%s,6,10,,,t,%s,,,,\n", metric,
             published, tolerance);
    struct eg_claims claims = make_claims(line);
    const struct eg_judgement judgement = eg_judge_claim(&claims.items[0], &results);
    *z = judgement.z;
    eg_claims_free(&claims);
    eg_results_free(&results);
    return judgement.verdict;
}

Test(judge_two_samples, t_grows_with_the_root_of_the_samples)
{
    double z;
    /* The same d = t sqrt(2/n) = 1.605. */
    cr_expect_eq(judge("t", "3.590000", "t2", 3.59 * sqrt(2), 20, &z), EG_WITHIN_ERROR);
    cr_expect_float_eq(z, 0, 1e-9);
    cr_expect_eq(judge("t", "3.590000", "t2", -3.59, 20, &z), EG_NOT_REPRODUCED);
    /* d of 1.605 and 0.6 from 10 each: variances 2/10 + d^2/40. */
    judge("t", "3.590000", "t2", 0.6 / sqrt(0.2), 10, &z);
    const double q = 3.59 * sqrt(0.2);
    cr_expect_float_eq(z, (0.6 - q) / sqrt(0.4 + (0.36 + q * q) / 40), 1e-9);
    /* Fewer than ten: the sign alone. */
    cr_expect_eq(judge("t", "3.590000", "t2", 3, 5, &z), EG_DIRECTION_ONLY);
    /* No difference in the paper, none here; a large one here is another thing. */
    cr_expect_eq(judge("t", "0.300000", "t2", -0.4, 5, &z), EG_DIRECTION_ONLY);
    cr_expect_eq(judge("t", "0.300000", "t2", -6, 5, &z), EG_NOT_REPRODUCED);
}

Test(judge_two_samples, p_has_the_freedom_of_both_samples)
{
    double z;
    char published[32];
    snprintf(published, sizeof published, "%.12g", eg_ttest_p(3.59, 18));
    cr_expect_eq(judge("p", published, "p2", 3.59 * sqrt(2), 20, &z), EG_WITHIN_ERROR);
    cr_expect_float_eq(z, 0, 1e-6);
    /* As the p of ten pairs it would be a larger t. */
    judge("p", published, "p", 3.59 * sqrt(2), 20, &z);
    cr_expect_gt(fabs(z), 0.01);
}
