/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/ttest.h"
#include "tests/made_results.h"

static struct eg_claims claims; /* of the last call: a judgement points into them */

static void free_claims(void)
{
    eg_claims_free(&claims);
}

TestSuite(judge, .fini = free_claims);

static struct eg_judgement judge(const char *line, const struct eg_results *results)
{
    free_claims();
    claims = make_claims(line);
    cr_assert_eq(claims.count, 1);
    return eg_judge_claim(&claims.items[0], results);
}

static void expect(const struct eg_judgement *judgement, enum eg_verdict verdict)
{
    cr_expect_eq(judgement->verdict, verdict, "%s, not %s (%s)",
                 eg_verdict_name(judgement->verdict), eg_verdict_name(verdict), judgement->reason);
}

/* One number measured against one published by that tolerance rule. */
static struct eg_judgement judge_number(const char *published, const char *digits,
                                        const char *published_n, const char *tolerance,
                                        double value, double se, size_t n)
{
    char line[256];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", value, se, n);
    snprintf(line, sizeof line, "a,e,p,s,stochastic,d,paper,m,k,,=,%s,%s,%s,,,,%s,,,,\n", published,
             digits, published_n, tolerance);
    const struct eg_judgement judgement = judge(line, &results);
    eg_results_free(&results);
    return judgement;
}

Test(judge, a_number_equal_at_the_printed_digits_is_reproduced)
{
    struct eg_judgement judgement = judge_number("3.731", "3", "", "exact", 3.7306, NAN, 1);
    expect(&judgement, EG_REPRODUCED);
    cr_expect_float_eq(judgement.measured, 3.7306, 0);
    judgement = judge_number("7.2e-5", "1", "", "exact", 19 / 262144.0, NAN, 18);
    expect(&judgement, EG_REPRODUCED);
}

Test(judge, a_wrong_number_is_not_reproduced)
{
    struct eg_judgement judgement = judge_number("3.731", "3", "", "exact", 3.7316, NAN, 1);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("3.731", "3", "", "mc", 3.9, 0.01, 10);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("3.731", "3", "", "mc", 3.9, NAN, 1);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("3.731", "3", "", "mc", NAN, NAN, 1);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("10.0", "1", "", "factor 2", 21, NAN, 1);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("10.0", "1", "", "factor 2", -10, NAN, 1);
    expect(&judgement, EG_NOT_REPRODUCED);
}

Test(judge, monte_carlo_error_has_two_sources)
{
    /* Our mean of 100 has se 0.01; the published single draw has 10 times that. */
    struct eg_judgement judgement = judge_number("1.00", "2", "", "mc", 1.02, 0.01, 100);
    expect(&judgement, EG_WITHIN_ERROR);
    cr_expect_float_eq(judgement.z, 2, 1e-9);
    judgement = judge_number("1.00", "2", "", "mc", 1.05, 0.01, 100);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("1.00", "2", "1", "mc", 1.05, 0.01, 100);
    expect(&judgement, EG_WITHIN_ERROR);
    cr_expect_float_eq(judgement.z, 0.05 / sqrt(0.0001 + 0.01), 1e-9);
    judgement = judge_number("1.00", "2", "1", "mc", 1.4, 0.01, 100);
    expect(&judgement, EG_NOT_REPRODUCED);
}

Test(judge, few_replicates_excuse_nothing)
{
    struct eg_judgement judgement = judge_number("1.00", "2", "", "mc", 1.5, 0.4, 2);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("1.00", "2", "", "mc", 1.5, 0.4, 5);
    expect(&judgement, EG_WITHIN_ERROR);
    judgement = judge_number("4.314", "3", "200", "t", 0.6, NAN, 3);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge_number("4.314", "3", "200", "t", -8.5, NAN, 2);
    expect(&judgement, EG_NOT_REPRODUCED);
}

Test(judge, a_wrong_sign_is_never_within_error)
{
    /* -0.1 over 20 replicates is less than 2 standard errors from the effect 0.305. */
    struct eg_judgement judgement = judge_number("4.314", "3", "200", "t", -0.1, NAN, 20);
    expect(&judgement, EG_NOT_REPRODUCED);
    cr_expect_gt(judgement.z, -2);
    /* A published t of -0.29 has no sign to speak of. */
    judgement = judge_number("-2.932e-01", "3", "200", "t", 0.1, NAN, 20);
    expect(&judgement, EG_WITHIN_ERROR);
}

Test(judge, stated_slack_and_factor)
{
    struct eg_judgement judgement = judge_number("0.782", "3", "", "mc 0.01", 0.79, NAN, 1);
    expect(&judgement, EG_WITHIN_ERROR);
    cr_expect(strstr(judgement.reason, "slack of 0.01"), "%s", judgement.reason);
    judgement = judge_number("10.0", "1", "", "factor 2", 19, NAN, 1);
    expect(&judgement, EG_WITHIN_ERROR);
}

Test(judge, t_is_compared_as_an_effect)
{
    /* 4.314 over 200 replicates is the effect 0.305; over 20 replicates t is 1.364. */
    struct eg_judgement judgement = judge_number("4.314", "3", "200", "t", 1.364, NAN, 20);
    expect(&judgement, EG_WITHIN_ERROR);
    cr_expect_float_eq(judgement.z, 0, 0.01);
    judgement = judge_number("4.314", "3", "200", "t", 4.314, NAN, 200);
    expect(&judgement, EG_REPRODUCED);
    /* Equal digits from a tenth of the replicates are an effect three times as large. */
    judgement = judge_number("43.14", "2", "200", "t", 43.14, NAN, 20);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge_number("18.31", "2", "200", "t", -5, NAN, 200);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_number("18.31", "2", "200", "t", 5, NAN, 200);
    expect(&judgement, EG_DIRECTION_ONLY);
}

static struct eg_judgement judge_p(const char *published, const char *digits, double t, size_t n)
{
    char line[256];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k_p", eg_ttest_p(t, (double)n - 1), NAN, n);
    make_result(&results, "d", "m", "k_t", t, NAN, n);
    snprintf(line, sizeof line, "a,e,p,s,significance,d,,m,k_p,,=,%s,%s,200,,,k_t,p,,,,\n",
             published, digits);
    const struct eg_judgement judgement = judge(line, &results);
    eg_results_free(&results);
    return judgement;
}

Test(judge, p_is_judged_by_the_t_behind_it)
{
    /* 1.246e-107 is t = 45.79 at 199 df. */
    struct eg_judgement judgement = judge_p("1.246e-107", "3", 45.79 / sqrt(10), 20);
    expect(&judgement, EG_WITHIN_ERROR);
    cr_expect_float_eq(judgement.z, 0, 0.05);
    judgement = judge_p("1.246e-107", "3", -45.79, 200);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_p("1.246e-107", "3", 3, 200);
    expect(&judgement, EG_DIRECTION_ONLY);
}

static struct eg_judgement judge_order(const char *relation, const char *factor, double value,
                                       double se, double other, double other_se)
{
    char line[256];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", value, se, 10);
    make_result(&results, "d", "o", "k", other, other_se, 10);
    snprintf(line, sizeof line, "a,e,p,s,ordering,d,,m,k,,%s,%s,,,,o,,order,,,,\n", relation,
             factor);
    const struct eg_judgement judgement = judge(line, &results);
    eg_results_free(&results);
    return judgement;
}

Test(judge, orderings)
{
    struct eg_judgement judgement = judge_order(">", "", 0.8, 0.01, 0.7, 0.01);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_order(">", "", 0.8, NAN, 0.7, NAN);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_order(">", "", 0.71, 0.01, 0.70, 0.01);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge_order(">", "", 0.6, 0.01, 0.7, 0.01);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_order("<", "", 0.6, 0.01, 0.7, 0.01);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_order(">", "2", 0.8, 0.01, 0.5, 0.01);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_order(">", "2", 1.2, 0.01, 0.5, 0.01);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_order(">", "", NAN, NAN, 0.5, NAN);
    expect(&judgement, EG_NOT_REPRODUCED);
}

static struct eg_judgement judge_bound(const char *relation, const char *tolerance, double value)
{
    char line[256];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", value, NAN, 10);
    snprintf(line, sizeof line, "a,e,p,s,ordering,d,,m,k,,%s,4.314,,,,,,%s,,,,\n", relation,
             tolerance);
    const struct eg_judgement judgement = judge(line, &results);
    eg_results_free(&results);
    return judgement;
}

Test(judge, bounds)
{
    struct eg_judgement judgement = judge_bound(">", "order", 4.314);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_bound(">", "order", 4.3);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_bound("<", "order", 4.3);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_bound(">", "t", 2);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge_bound(">", "t", -2);
    expect(&judgement, EG_NOT_REPRODUCED);
}

static struct eg_judgement judge_significance(const char *relation, const char *published_n,
                                              double p, double t, size_t n)
{
    char line[256];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "p", p, NAN, n);
    make_result(&results, "d", "m", "t", t, NAN, n);
    snprintf(line, sizeof line, "a,e,p,s,significance,d,,m,p,,%s,1e-4,,%s,,,t,significance,,,,\n",
             relation, published_n);
    const struct eg_judgement judgement = judge(line, &results);
    eg_results_free(&results);
    return judgement;
}

Test(judge, significance_needs_the_right_sign)
{
    struct eg_judgement judgement = judge_significance("p<", "200", 1e-5, 5, 200);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_significance("p<", "200", 1e-3, 3.3, 20);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge_significance("p<", "200", 1e-5, -5, 200);
    expect(&judgement, EG_NOT_REPRODUCED);
}

Test(judge, no_difference_is_weaker_from_fewer_replicates)
{
    struct eg_judgement judgement = judge_significance("p>", "200", 0.6, 0.5, 200);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge_significance("p>", "200", 0.6, 0.5, 20);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge_significance("p>", "200", 1e-6, 5, 200);
    expect(&judgement, EG_NOT_REPRODUCED);
}

Test(judge, whole_curves)
{
    struct eg_results results = {0};
    for (int x = 0; x <= 10; x++) {
        make_point(&results, "d", "m", "k", x, x * x / 100.0);
        make_point(&results, "d", "o", "k", x, x / 10.0);
        make_point(&results, "d", "q", "k", x, x < 3 ? -1 : 1.5);
    }
    const char *lower = "a,e,p,s,ordering,d,,m,k,all,<,,,,,o,,order,,,,\n";
    struct eg_judgement judgement = judge(lower, &results);
    expect(&judgement, EG_REPRODUCED);
    cr_expect(strstr(judgement.reason, "9 of 9"), "equal ends must not count: %s",
              judgement.reason);
    judgement = judge("a,e,p,s,ordering,d,,m,k,all,<,,,,,q,,order,,,,\n", &results);
    expect(&judgement, EG_DIRECTION_ONLY);
    judgement = judge("a,e,p,s,ordering,d,,m,k,all,>,,,,,q,,order,,,,\n", &results);
    expect(&judgement, EG_NOT_REPRODUCED);
    judgement = judge("a,e,p,s,ordering,d,,m,k,positive,<,,,,,q,,order,,,,\n", &results);
    expect(&judgement, EG_DIRECTION_ONLY);
    cr_expect(strstr(judgement.reason, "8 of 10"), "x = 0 must not count: %s", judgement.reason);
    judgement = judge("a,e,p,s,ordering,d,,q,k,max,>,,,,,m,,order,,,,\n", &results);
    expect(&judgement, EG_REPRODUCED);
    cr_expect_float_eq(judgement.measured, 1.5, 0);
    judgement = judge("a,e,p,s,ordering,d,,q,k,min,<,,,,,m,,order,,,,\n", &results);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge("a,e,p,s,ordering,d,,m,k,last,<,,,,,q,,order,,,,\n", &results);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge("a,e,p,s,stochastic,d,,m,k,5,=,0.25,2,,,,,exact,,,,\n", &results);
    expect(&judgement, EG_REPRODUCED);
    eg_results_free(&results);
}

Test(judge, what_is_not_there_is_not_attempted_and_says_why)
{
    const char *line = "a,keep-remove,p,s,stochastic,nhanes,paper,m,k,,=,1.0,1,,,,,exact,,,,\n";
    struct eg_results results = {0};
    struct eg_judgement judgement = judge(line, &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "egbench-keep-remove has not been run");
    make_result(&results, "simulated_cohort", "m", "k", 1.0, NAN, 1);
    judgement = judge(line, &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "needs NHANES I; measured on the simulated cohort only");
    cr_expect(isnan(judgement.measured));
    make_result(&results, "nhanes", "other", "k", 1.0, NAN, 1);
    judgement = judge(line, &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "m was not run at paper scale");
    make_result(&results, "nhanes", "m", "other", 1.0, NAN, 1);
    judgement = judge(line, &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect(strstr(judgement.reason, "no result for k of m"), "%s", judgement.reason);
    make_result(&results, "nhanes", "m", "k", 1.0, NAN, 1);
    judgement = judge(line, &results);
    expect(&judgement, EG_REPRODUCED);
    judgement = judge("a,e,p,s,stochastic,nhanes,paper,m,k,,=,1.0,1,,,,,exact,,,"
                      "not attempted: not built yet,\n",
                      &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "not built yet");
    eg_results_free(&results);
}

/* One number measured at that scale against a claim that needs --scale night. */
static struct eg_judgement judge_from_night(const char *scale, double value)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", value, 0.01, 7);
    snprintf(results.items[0].scale, sizeof results.items[0].scale, "%s", scale);
    const struct eg_judgement judgement = judge(
        "a,e,p,s,stochastic,d,paper,m,k,,=,1.0,1,,,,,mc,,,from night,\n", &results);
    eg_results_free(&results);
    return judgement;
}

Test(judge, below_its_least_scale_a_number_is_shown_and_not_judged)
{
    static const char *const smaller[] = {"smoke", "quick"};
    static const double values[] = {1.0, 3.0}; /* whether it would come back or not */
    char text[512];
    for (size_t i = 0; i < 2; i++)
        for (size_t v = 0; v < 2; v++) {
            const struct eg_judgement judgement = judge_from_night(smaller[i], values[v]);
            expect(&judgement, EG_NOT_ATTEMPTED);
            cr_expect(strstr(judgement.reason, "--scale night"), "%s", judgement.reason);
            cr_expect_eq(judgement.measured, values[v]);
            cr_expect_eq(judgement.se, 0.01);
            cr_expect_eq(judgement.n, 7);
            cr_expect_str_eq(judgement.scale, smaller[i]);
            cr_expect_str_eq(judgement.dataset, "d");
            eg_judgement_text(&judgement, text, sizeof text);
            cr_expect(strstr(text, "not attempted") && strstr(text, "--scale night"), "%s", text);
        }
}

Test(judge, from_its_least_scale_on_a_number_is_judged)
{
    static const char *const enough[] = {"night", "paper"};
    for (size_t i = 0; i < 2; i++) {
        struct eg_judgement judgement = judge_from_night(enough[i], 1.0);
        expect(&judgement, EG_REPRODUCED);
        judgement = judge_from_night(enough[i], 3.0);
        expect(&judgement, EG_NOT_REPRODUCED);
    }
}

Test(judge, a_least_scale_excuses_no_absence)
{
    const char
        *line = "a,image-noise,p,s,stochastic,nhanes,paper,m,k,,=,1.0,1,,,,,mc,,,from night,\n";
    struct eg_results results = {0};
    struct eg_judgement judgement = judge(line, &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "egbench-image-noise has not been run");
    make_result(&results, "simulated_cohort", "m", "k", 1.0, 0.1, 7);
    strcpy(results.items[0].scale, "quick");
    judgement = judge(line, &results);
    expect(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "needs NHANES I; measured on the simulated cohort only");
    cr_expect(isnan(judgement.measured) && isnan(judgement.se));
    cr_expect_eq(judgement.n, 0);
    cr_expect_str_eq(judgement.scale, "");
    eg_results_free(&results);
}

Test(judge, the_text_tells_scale_and_data)
{
    char text[512];
    struct eg_results results = {0};
    make_result(&results, "nhanes", "m", "k", 1.02, NAN, 1);
    strcpy(results.items[0].scale, "quick");
    const struct eg_judgement judgement = judge(
        "a,e,p,s,stochastic,nhanes,paper,m,k,,=,1.0,1,,,,,exact,,the paper has 118 columns,,\n",
        &results);
    cr_expect_str_eq(eg_judgement_text(&judgement, text, sizeof text),
                     "reproduced (quick scale; on nhanes: the paper has 118 columns)");
    char small[16];
    cr_expect_eq(strlen(eg_judgement_text(&judgement, small, sizeof small)), 15);
    eg_results_free(&results);
}
