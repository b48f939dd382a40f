/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Nearly identical": the ratio of two values against a margin, either way. */
#include "bench/report/judge.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_results.h"

/* Two methods of n replicates each, said to be alike within a factor of 1.1. */
static void expect(double value, double se, double other, double other_se, size_t n,
                   enum eg_verdict verdict)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", value, se, n);
    make_result(&results, "d", "o", "k", other, other_se, n);
    struct eg_claims claims = make_claims("a,e,p,s,ordering,d,,m,k,,~,1.1,,,,o,,order,,,,\n");
    const struct eg_judgement judgement = eg_judge_claim(&claims.items[0], &results);
    cr_expect_eq(judgement.verdict, verdict, "%g by %g: %s (%s)", value, other,
                 eg_verdict_name(judgement.verdict), judgement.reason);
    eg_results_free(&results);
    eg_claims_free(&claims);
}

Test(judge_nearness, within_the_margin_with_doubt_to_spare)
{
    expect(1.02, 0.01, 1.00, 0.01, 10, EG_REPRODUCED);
    expect(1.00, 0.01, 1.02, 0.01, 10, EG_REPRODUCED);
    expect(1.05, NAN, 1.00, NAN, 1, EG_REPRODUCED);
}

Test(judge_nearness, within_the_margin_but_in_doubt)
{
    /* log 1.1 is 0.095: 0.05 and twice 0.028 are more. */
    expect(0.95, 0.02, 1.00, 0.02, 10, EG_DIRECTION_ONLY);
    expect(0.95, 0.01, 1.00, 0.01, 10, EG_REPRODUCED);
    expect(1.02, 0.01, 1.00, 0.01, 4, EG_DIRECTION_ONLY);
}

Test(judge_nearness, beyond_the_margin_either_way)
{
    expect(1.4, 0.01, 1.0, 0.01, 10, EG_NOT_REPRODUCED);
    expect(1.0, 0.01, 1.4, 0.01, 10, EG_NOT_REPRODUCED);
    expect(1.0, NAN, 0.0, NAN, 10, EG_NOT_REPRODUCED);
    expect(NAN, NAN, 1.0, NAN, 10, EG_NOT_REPRODUCED);
}

Test(judge_nearness, a_margin_of_1_or_without_an_other_is_refused)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_expect_eq(try_claims("a,e,p,s,ordering,d,,m,k,,~,1,,,,o,,order,,,,\n", &claims, &error),
                 EG_DATA);
    cr_expect(strstr(error.message, "published"), "%s", error.message);
    cr_expect_eq(try_claims("a,e,p,s,ordering,d,,m,k,,~,1.1,,,,,,order,,,,\n", &claims, &error),
                 EG_DATA);
}
