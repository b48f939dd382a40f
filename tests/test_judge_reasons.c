/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a judgement says: which test decided, with its statistic and n, in which direction, and what is shown only. */
#include "bench/report/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_results.h"

TestSuite(judge_reasons, .fini = free_judged);

static const double high[] = {0.80, 0.83, 0.79, 0.85, 0.81}, low[] = {0.78, 0.80, 0.78, 0.82, 0.78};

/* A reader must not take "no error" for "no mistake". */
Test(judge_reasons, a_number_without_an_interval_says_why_and_names_its_slack)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", 0.079, NAN, 1);
    results.items[0].basis = EG_BASIS_EXACT;
    struct eg_judgement judgement = judge_columns("published=0.099|digits=3|tolerance=mc 0.01",
                                                  &results);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect_str_eq(
        judgement.reason,
        "off by -0.02, more than the stated slack of 0.01; deterministic: no interval");
    results.items[0].value = 0.094;
    judgement = judge_columns("published=0.099|digits=3|tolerance=mc 0.01", &results);
    expect_verdict(&judgement, EG_CLOSE);
    cr_expect_str_eq(judgement.reason,
                     "within the stated slack of 0.01; deterministic: no interval");
    results.items[0].basis = EG_BASIS_SAMPLE;
    judgement = judge_columns("published=0.2|digits=1|tolerance=factor 1.5", &results);
    cr_expect_str_eq(
        judgement.reason,
        "0.47 times the published value; one replicate: no interval; 2 replicates at least");
    results.items[0].value = -0.094;
    judgement = judge_columns("published=0.2|digits=1|tolerance=factor 1.5", &results);
    cr_expect_str_eq(
        judgement.reason,
        "-0.47 times the published value; one replicate: no interval; 2 replicates at least");
    eg_results_free(&results);
}

/* The half-width is that of the logarithm: t(0.975, 4) = 2.776 times the root of 0.01^2 (ours) and 5 times 0.01^2 (one
 * published replicate), and half a printed digit, 0.05 of 0.2: exp(0.068 + 0.25) = 1.37. */
Test(judge_reasons, a_factor_and_its_interval_are_told_as_factors)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", 0.1, 0.001, 5);
    const struct eg_judgement judgement = judge_columns(
        "published=0.2|digits=1|tolerance=factor 1.5", &results);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect_str_eq(
        judgement.reason,
        "0.5 times the published value, outside the prediction interval of a factor of 1.37");
    eg_results_free(&results);
}

/* Five pairs of which the other is ahead by about 1.3 of their spread. SciPy, of -0.01, -0.04, 0, -0.03, -0.02:
 * stats.ttest_1samp t -2.828, p 0.0237 of the opposite; stats.nct p 0.0148 of the effect that 200 see with power
 * 1/3, 0.109. Times 3 that is too much for the opposite alone, times 30 for both. */
static void judge_behind(size_t family, struct eg_judgement judgements[30])
{
    static const double ahead[] = {0.80, 0.83, 0.79, 0.85, 0.81},
                        behind[] = {0.79, 0.79, 0.79, 0.82, 0.79};
    struct eg_results results = {0};
    make_sample(&results, "m", "k", behind, 5, 1);
    make_sample(&results, "o", "k", ahead, 5, 1);
    judge_repeated("relation=>|versus=o|tolerance=order|family=f|published_n=200", family, &results,
                   judgements);
    cr_assert_eq(eg_judge_families(judgements, family, NULL), EG_OK);
    eg_results_free(&results);
}

Test(judge_reasons, an_effect_in_the_other_direction_is_said_so)
{
    struct eg_judgement judgements[30];
    judge_behind(3, judgements);
    expect_verdict(&judgements[0], EG_NOT_REPRODUCED);
    cr_expect(
        strstr(judgements[0].reason,
               "in the other direction: paired t -2.83, n = 5, one-sided p 1 (Holm, 3 tests); "
               "an effect of 0.11 standard deviations, the least that the paper's n could "
               "see, is excluded: p 0.044"),
        "%s", judgements[0].reason);
    cr_expect_not(strstr(judgements[0].reason, "smaller"), "%s", judgements[0].reason);
}

Test(judge_reasons, a_family_pays_for_what_it_excludes_too)
{
    struct eg_judgement judgements[30];
    judge_behind(1, judgements);
    expect_verdict(&judgements[0], EG_NOT_REPRODUCED);
    judge_behind(30, judgements);
    expect_verdict(&judgements[0], EG_INCONCLUSIVE);
}

/* The weakest point decides, and is named with its test. */
Test(judge_reasons, of_a_curve_the_weakest_point_decides)
{
    struct eg_results results = {0};
    for (size_t x = 0; x < 3; x++) {
        double ahead[5];
        for (size_t i = 0; i < 5; i++)
            ahead[i] = low[i] + (x == 1 ? 1 : 3) * (high[i] - low[i]) +
                       (x == 1 && i == 0 ? -0.1 : 0);
        make_sample(&results, "m", "k", ahead, 5, 1);
        make_sample(&results, "o", "k", low, 5, 1);
        for (size_t k = 0; k < 2; k++)
            results.items[2 * x + k].x = (double)x;
    }
    const struct eg_judgement judgement = judge_columns("x=all|relation=>|versus=o|tolerance=order",
                                                        &results);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    /* SciPy: of -0.08, 0.03, 0.01, 0.03, 0.03 t 0.1873, p 0.4303. */
    cr_expect_str_eq(
        judgement.reason,
        "at the weakest point: paired t 0.187, n = 5, one-sided p 0.43; 883 replicates "
        "would decide, for the effect at the weakest point");
    cr_expect_str_eq(judgement.detail, "holds at 3 of 3 points of the curve");
    const struct eg_judgement opposite = judge_columns("x=all|relation=<|versus=o|tolerance=order",
                                                       &results);
    /* Three points: p of t 6 three times. */
    cr_expect_str_eq(opposite.reason,
                     "the opposite holds: at the weakest point: paired t -6, n = 5, "
                     "one-sided Bonferroni p 0.00582");
    eg_results_free(&results);
}

/* Of other data no scale makes a number one that can be judged: that reason stands. */
Test(judge_reasons, other_data_come_before_a_small_scale)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", 3.0, 0.01, 7);
    snprintf(results.items[0].scale, sizeof results.items[0].scale, "quick");
    const struct eg_judgement judgement = judge_columns(
        "published=1.0|digits=1|tolerance=mc|status=from night|data=51 of 118 columns", &results);
    expect_verdict(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_eq(judgement.absence, EG_OTHER_DATA, "%s", judgement.reason);
    eg_results_free(&results);
}

/* One strength shows no elbow, however far below it lies; three may. */
Test(judge_reasons, an_elbow_takes_points_to_show_one)
{
    static const char line[] = "class=ordering|x=min|relation=<|versus=o|published=0.5|"
                               "tolerance=order|status=from 3 points";
    struct eg_results results = {0};
    make_point(&results, "d", "o", "k", 0, 0.6);
    for (int x = 1; x <= 3; x++) {
        make_point(&results, "d", "m", "k", x, 0.7 - 0.2 * x);
        const struct eg_judgement judgement = judge_columns(line, &results);
        expect_verdict(&judgement, x < 3 ? EG_NOT_ATTEMPTED : EG_REPRODUCED);
        cr_expect_eq(judgement.absence, x < 3 ? EG_TOO_SMALL : EG_ATTEMPTED);
        cr_expect_float_eq(judgement.measured, 0.7 - 0.2 * x, 1e-12, "shown all the same");
        cr_expect(x != 1 || strstr(judgement.reason, "the curve has 1 point, and it takes 3"), "%s",
                  judgement.reason);
    }
    eg_results_free(&results);
}

/* Pairs decide, and the paper's two samples stand beside it. */
Test(judge_reasons, both_tests_are_named)
{
    struct eg_results results = {0};
    make_sample(&results, "m", "k", high, 5, 1);
    make_sample(&results, "o", "k", low, 5, 1);
    const struct eg_judgement judgement = judge_columns("class=significance|versus=o|relation=p>|"
                                                        "published=1.25|digits=2|published_n=10|"
                                                        "tolerance=t2",
                                                        &results);
    /* SciPy: ttest_rel 6, p 0.003883; ttest_ind(equal_var=False) 1.789, p 0.1146. */
    cr_expect_str_eq(judgement.reason,
                     "there is a difference: paired t 6, n = 5, two-sided p 0.00388; the paper's "
                     "two-sample t is 1.79, two-sided p 0.11");
    cr_expect_float_eq(judgement.measured, 1.788854, 1e-5, "t of the paper's own test");
    eg_results_free(&results);
}
