/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_results.h"

TestSuite(judge, .fini = free_judged);

static void expect_number(const char *columns, double value, double se, size_t n,
                          enum eg_verdict verdict)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", value, se, n);
    const struct eg_judgement judgement = judge_columns(columns, &results);
    cr_expect_eq(judgement.verdict, verdict, "%s: %g +- %g, n %zu: %s (%s)", columns, value, se, n,
                 eg_verdict_name(judgement.verdict), judgement.reason);
    eg_results_free(&results);
}

Test(judge, a_number_equal_at_the_printed_digits_is_equal)
{
    expect_number("published=3.731|digits=3", 3.7306, NAN, 1, EG_EQUAL_DIGITS);
    expect_number("published=7.2e-5|digits=1", 19 / 262144.0, NAN, 18, EG_EQUAL_DIGITS);
    expect_number("published=3.731|digits=3", 3.7316, NAN, 1, EG_NOT_REPRODUCED);
    /* Read from a figure, digits mean little. */
    expect_number("published=0.394|digits=3|reading=0.001|tolerance=mc 0.01", 0.394, NAN, 1,
                  EG_CLOSE);
}

Test(judge, slack_without_an_error_is_close_and_no_more)
{
    expect_number("published=0.782|digits=3|tolerance=mc 0.01", 0.79, NAN, 1, EG_CLOSE);
    expect_number("published=0.782|digits=3|tolerance=regenerated 0.01", 0.79, 1e-4, 10, EG_CLOSE);
    expect_number("published=0.782|digits=3|tolerance=mc 0.01", 0.79, 1e-4, 10, EG_NOT_REPRODUCED);
    expect_number("published=0.01|digits=2|tolerance=factor 2", 0.1, NAN, 3, EG_INCONCLUSIVE);
    expect_number("published=10.0|digits=1|tolerance=factor 2", 19, NAN, 1, EG_CLOSE);
    expect_number("published=10.0|digits=1|class=deterministic|tolerance=factor 2", 21, NAN, 1,
                  EG_NOT_REPRODUCED);
    expect_number("published=10.0|digits=1|class=deterministic|tolerance=factor 2", -10, NAN, 1,
                  EG_NOT_REPRODUCED);
    expect_number("published=3.731|digits=3|tolerance=mc 0.01", 3.9, NAN, 1, EG_INCONCLUSIVE);
    expect_number("published=3.731|digits=3|tolerance=mc", NAN, NAN, 1, EG_NOT_REPRODUCED);
}

/* Our mean of 5 has se 0.01, the published one of 5 the same: t of 4 df is 2.776, times 0.01414 0.0393. */
Test(judge, a_number_inside_its_prediction_interval_is_reproduced)
{
    static const char wide[] = "published=1.00|digits=2|published_n=5|tolerance=mc 0.05";
    expect_number(wide, 1.044, 0.01, 5, EG_REPRODUCED);
    expect_number(wide, 1.051, 0.01, 5, EG_NOT_REPRODUCED);
    /* One published run has the spread of one. */
    expect_number("published=1.00|digits=2|tolerance=mc 0.1", 1.06, 0.01, 5, EG_REPRODUCED);
    /* An error printed takes the place of ours: 2.776 * hypot(0.01, 0.03) = 0.0878. */
    expect_number("published=1.00|digits=2|published_se=0.03|tolerance=mc 0.1", 1.09, 0.01, 5,
                  EG_REPRODUCED);
    expect_number("published=1.00|digits=2|published_se=0.03|tolerance=mc 0.01", 1.11, 0.01, 5,
                  EG_NOT_REPRODUCED);
}

Test(judge, a_wide_interval_says_nothing_but_how_many_would)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", 1.5, 0.4, 2);
    struct eg_judgement judgement = judge_columns(
        "published=1.00|digits=2|published_n=1000|tolerance=mc 0.1", &results);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    /* sd 0.566: 1.97 * 0.566 * sqrt(1/n + 1/1000) <= 0.095 at about 160. */
    cr_expect(judgement.needed > 140 && judgement.needed < 180, "%zu", judgement.needed);
    cr_expect(strstr(judgement.reason, "would decide"), "%s", judgement.reason);
    judgement = judge_columns("published=1.00|digits=2|published_n=1|tolerance=mc 0.1", &results);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    cr_expect_eq(judgement.needed, 0);
    cr_expect(strstr(judgement.reason, "any number"), "%s", judgement.reason);
    eg_results_free(&results);
}

Test(judge, a_width_that_is_not_there_is_not_one_that_is_too_small)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", 0.1, 0.4, 5);
    const struct eg_judgement judgement = judge_columns(
        "published=0.00|digits=2|published_n=1000|tolerance=mc", &results);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    cr_expect_eq(judgement.needed, 0);
    cr_expect(strstr(judgement.reason, "no width is stated"), "%s", judgement.reason);
    cr_expect_not(strstr(judgement.reason, "own error"), "%s", judgement.reason);
    eg_results_free(&results);
}

Test(judge, a_reckoned_number_establishes_nothing)
{
    static const double values[] = {3.731, 3.74, 9, NAN};
    for (size_t i = 0; i < 4; i++) {
        struct eg_results results = {0};
        make_result(&results, "d", "m", "k", values[i], NAN, 5);
        results.items[0].basis = EG_BASIS_RECKONED;
        struct eg_judgement judgement = judge_columns("published=3.731|digits=3|tolerance=mc 0.1",
                                                      &results);
        expect_verdict(&judgement, EG_INCONCLUSIVE);
        judgement = judge_columns("published=3.731|digits=3|tolerance=exact", &results);
        expect_verdict(&judgement, EG_INCONCLUSIVE);
        eg_results_free(&results);
    }
}

Test(judge, numbers_of_other_data_are_shown_and_not_judged)
{
    struct eg_results results = {0};
    char text[256];
    make_result(&results, "d", "m", "k", 1.0, 0.1, 9);
    const struct eg_judgement judgement = judge_columns(
        "published=1.0|digits=1|data=51 of 118 columns", &results);
    expect_verdict(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_eq(judgement.absence, EG_OTHER_DATA);
    cr_expect(eg_is_shown(judgement.absence));
    cr_expect_eq(judgement.measured, 1.0);
    eg_judgement_text(&judgement, text, sizeof text);
    cr_expect(strstr(text, "shown, not judged: other data") && strstr(text, "51 of 118"), "%s",
              text);
    eg_results_free(&results);
}

/* --- orderings --- */

static const double high[] = {0.80, 0.83, 0.79, 0.85, 0.81}, low[] = {0.78, 0.80, 0.78, 0.82, 0.78};

static struct eg_judgement judge_pairs(const char *columns, int is_paired)
{
    struct eg_results results = {0};
    make_sample(&results, "m", "k", high, 5, is_paired);
    make_sample(&results, "o", "k", low, 5, is_paired);
    const struct eg_judgement judgement = judge_columns(columns, &results);
    eg_results_free(&results);
    return judgement;
}

/* Differences of 0.02, 0.03, 0.01, 0.03, 0.03: t 6. Unpaired they drown in the spread of the pairs. */
Test(judge, pairs_stay_pairs)
{
    struct eg_judgement judgement = judge_pairs("relation=>|versus=o|tolerance=order", 1);
    expect_verdict(&judgement, EG_REPRODUCED);
    cr_expect_float_eq(judgement.p, 0.0019411, 1e-6); /* scipy.stats.t.sf(6, 4) */
    judgement = judge_pairs("relation=>|versus=o|tolerance=order", 0);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    cr_expect_gt(judgement.needed, 5);
    judgement = judge_pairs("relation=<|versus=o|tolerance=order", 1);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect_str_eq(judgement.reason,
                     "the opposite holds: paired t -6, n = 5, one-sided p 0.00194");
}

Test(judge, a_word_read_as_a_factor_is_met_by_that_factor)
{
    struct eg_judgement judgement = judge_pairs(
        "relation=>|versus=o|published=1.01|tolerance=order", 1);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_pairs("relation=>|versus=o|published=1.1|tolerance=order", 1);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect(strstr(judgement.reason, "short of the factor: paired t -"), "%s", judgement.reason);
}

Test(judge, exact_values_need_no_test)
{
    struct eg_results results = {0};
    make_result(&results, "d", "m", "k", 2, NAN, 1);
    make_result(&results, "d", "o", "k", 1, NAN, 1);
    struct eg_judgement judgement = judge_columns("relation=>|versus=o|tolerance=order", &results);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    results.items[0].basis = results.items[1].basis = EG_BASIS_EXACT;
    judgement = judge_columns("relation=>|versus=o|tolerance=order", &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_columns("relation=<|versus=o|tolerance=order", &results);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect_str_eq(judgement.reason, "deterministic: no test; the opposite holds");
    judgement = judge_columns("relation=>|versus=o|published=3|tolerance=order", &results);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect_str_eq(judgement.reason, "deterministic: no test; short of the factor");
    judgement = judge_columns("relation=<|published=2|tolerance=order", &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_columns("relation=~|published=1.9|versus=o|tolerance=order", &results);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    judgement = judge_columns("relation=~|published=2.1|versus=o|tolerance=order", &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    eg_results_free(&results);
}

Test(judge, nearly_the_same_takes_two_one_sided_tests)
{
    struct eg_judgement judgement = judge_pairs("relation=~|published=1.1|versus=o|tolerance=order",
                                                1);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_pairs("relation=~|published=1.1|versus=o|tolerance=order", 0);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_pairs("relation=~|published=1.04|versus=o|tolerance=order", 0);
    expect_verdict(&judgement, EG_INCONCLUSIVE);
    judgement = judge_pairs("relation=~|published=1.01|versus=o|tolerance=order", 1);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
}

/* Nine tests of one table: p of 0.0019 becomes 0.017 when it is the least, 0.06 with 30. */
Test(judge, a_family_is_adjusted_together)
{
    for (size_t count = 9; count <= 30; count += 21) {
        struct eg_results results = {0};
        struct eg_judgement judgements[30];
        make_sample(&results, "m", "k", high, 5, 1);
        make_sample(&results, "o", "k", low, 5, 1);
        judge_repeated("relation=>|versus=o|tolerance=order|family=f", count, &results, judgements);
        expect_verdict(&judgements[0], EG_REPRODUCED);
        cr_assert_eq(eg_judge_families(judgements, count, NULL), EG_OK);
        expect_verdict(&judgements[0], count == 9 ? EG_REPRODUCED : EG_INCONCLUSIVE);
        cr_expect_float_eq(judgements[count - 1].p, (double)count * 0.0019411, 1e-4);
        /* SciPy's noncentral t: power 0.8 for 6 / sqrt(5) at 0.05 / 30. One test alone takes 3. */
        cr_expect_eq(judgements[0].needed, count == 9 ? 0 : 7, "%zu", judgements[0].needed);
        eg_results_free(&results);
    }
}

Test(judge, whole_curves)
{
    struct eg_results results = {0};
    for (int x = 0; x <= 10; x++) {
        make_point(&results, "d", "m", "k", x, x * x / 100.0);
        make_point(&results, "d", "o", "k", x, x / 10.0);
        make_point(&results, "d", "q", "k", x, x < 3 ? -1 : 1.5);
    }
    struct eg_judgement judgement = judge_columns("x=all|relation=<|versus=o|tolerance=order",
                                                  &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    cr_expect(strstr(judgement.detail, "9 of 9"), "equal ends must not count: %s",
              judgement.detail);
    judgement = judge_columns("x=all|relation=<|versus=q|tolerance=order", &results);
    expect_verdict(&judgement, EG_NOT_REPRODUCED);
    cr_expect(strstr(judgement.detail, "8 of 11"), "%s", judgement.detail);
    judgement = judge_columns("method=q|x=max|relation=>|versus=m|tolerance=order", &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    cr_expect_float_eq(judgement.measured, 1.5, 0);
    judgement = judge_columns("method=q|x=min|relation=<|versus=m|tolerance=order", &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_columns("x=last|relation=<|versus=q|tolerance=order", &results);
    expect_verdict(&judgement, EG_REPRODUCED);
    judgement = judge_columns("x=5|published=0.25|digits=2", &results);
    expect_verdict(&judgement, EG_EQUAL_DIGITS);
    eg_results_free(&results);
}

/* --- what there is not --- */

Test(judge, what_is_not_there_is_not_attempted_and_says_why)
{
    static const char line[] = "experiment=keep-remove|dataset=nhanes|published=1.0|digits=1";
    struct eg_results results = {0};
    struct eg_judgement judgement = judge_columns(line, &results);
    expect_verdict(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "egbench-keep-remove has not been run");
    cr_expect_eq(judgement.absence, EG_NOT_RUN);
    make_result(&results, "simulated_cohort", "m", "k", 1.0, NAN, 1);
    judgement = judge_columns(line, &results);
    expect_verdict(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "needs NHANES I; measured on other data: simulated cohort");
    cr_expect_eq(judgement.absence, EG_NO_DATA);
    cr_expect(isnan(judgement.measured));
    make_result(&results, "nhanes", "other", "k", 1.0, NAN, 1);
    judgement = judge_columns(line, &results);
    cr_expect_str_eq(
        judgement.reason,
        "nothing of m at paper scale: it was not run, or no strength was within its bounds");
    cr_expect_eq(judgement.absence, EG_NOT_RUN);
    make_result(&results, "nhanes", "m", "other", 1.0, NAN, 1);
    judgement = judge_columns(line, &results);
    cr_expect(strstr(judgement.reason, "no result for k of m"), "%s", judgement.reason);
    make_result(&results, "nhanes", "m", "k", 1.0, NAN, 1);
    judgement = judge_columns(line, &results);
    expect_verdict(&judgement, EG_EQUAL_DIGITS);
    judgement = judge_columns(
        "dataset=nhanes|published=1.0|digits=1|status=not attempted: not built yet", &results);
    expect_verdict(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.reason, "not built yet");
    cr_expect_eq(judgement.absence, EG_NO_OUTCOME);
    cr_expect_not(eg_is_shown(judgement.absence));
    eg_results_free(&results);
}

Test(judge, an_ordering_on_a_stand_in_is_told_beside)
{
    struct eg_results results = {0};
    make_sample(&results, "m", "k", high, 5, 1);
    make_sample(&results, "o", "k", low, 5, 1);
    for (size_t i = 0; i < 2; i++)
        snprintf(results.items[i].dataset, sizeof results.items[i].dataset, "simulated_cohort");
    struct eg_judgement judgement = judge_columns(
        "class=ordering|dataset=nhanes|relation=>|versus=o|tolerance=order", &results);
    expect_verdict(&judgement, EG_NOT_ATTEMPTED);
    cr_expect_str_eq(judgement.stand_in, "holds on simulated_cohort");
    judgement = judge_columns("class=ordering|dataset=nhanes|relation=<|versus=o|tolerance=order",
                              &results);
    cr_expect_str_eq(judgement.stand_in, "does not hold on simulated_cohort");
    judgement = judge_columns("dataset=nhanes|published=0.816|digits=3", &results);
    cr_expect_str_eq(judgement.stand_in, "", "a number of other data says nothing");
    judgement = judge_columns("class=ordering|dataset=mnist|relation=>|versus=o|tolerance=order",
                              &results);
    cr_expect_str_eq(judgement.stand_in, "", "no stand-in for that");
    eg_results_free(&results);
}

/* As in a_family_is_adjusted_together: of 30 tests none stands. */
Test(judge, orderings_on_a_stand_in_are_adjusted_together)
{
    for (size_t count = 9; count <= 30; count += 21) {
        struct eg_results results = {0};
        struct eg_judgement judgements[30];
        make_sample(&results, "m", "k", high, 5, 1);
        make_sample(&results, "o", "k", low, 5, 1);
        for (size_t i = 0; i < 2; i++)
            snprintf(results.items[i].dataset, sizeof results.items[i].dataset, "simulated_cohort");
        judge_repeated("dataset=nhanes|class=ordering|relation=>|versus=o|tolerance=order|family=f",
                       count, &results, judgements);
        cr_expect_str_eq(judgements[0].stand_in, count == 9 ? "holds on simulated_cohort"
                                                            : "undecided on simulated_cohort");
        eg_results_free(&results);
    }
}

Test(judge, below_its_least_scale_a_number_is_shown_and_not_judged)
{
    static const char *const scales[] = {"smoke", "quick", "night", "paper"};
    char text[512];
    for (size_t i = 0; i < 4; i++) {
        struct eg_results results = {0};
        make_result(&results, "d", "m", "k", 3.0, 0.01, 7);
        snprintf(results.items[0].scale, sizeof results.items[0].scale, "%s", scales[i]);
        const struct eg_judgement judgement = judge_columns(
            "published=1.0|digits=1|tolerance=mc|status=from night", &results);
        expect_verdict(&judgement, i < 2 ? EG_NOT_ATTEMPTED : EG_NOT_REPRODUCED);
        cr_expect_eq(judgement.absence, i < 2 ? EG_TOO_SMALL : EG_ATTEMPTED);
        cr_expect_eq(judgement.measured, 3.0);
        eg_judgement_text(&judgement, text, sizeof text);
        cr_expect(i > 1 || strstr(text, "--scale night"), "%s", text);
        eg_results_free(&results);
    }
}

Test(judge, the_text_says_on_what)
{
    struct eg_results results = {0};
    char text[256], small[16];
    make_sample(&results, "m", "k", high, 5, 1);
    make_sample(&results, "o", "k", low, 5, 1);
    for (size_t i = 0; i < 2; i++)
        snprintf(results.items[i].scale, sizeof results.items[i].scale, "quick");
    const struct eg_judgement judgement = judge_columns(
        "relation=>|versus=o|tolerance=order|data=51 of 118 columns", &results);
    cr_expect_str_eq(
        eg_judgement_text(&judgement, text, sizeof text),
        "reproduced (quick scale; on d: 51 of 118 columns; paired t 6, n = 5, one-sided "
        "p 0.00194; 0.816 against 0.792)");
    cr_expect_eq(strlen(eg_judgement_text(&judgement, small, sizeof small)), 15);
    eg_results_free(&results);
}
