/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: t and p of SciPy 1.17.1 for Student's sleep data (1908). */
#include "bench/report/evidence.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/resampled_ttest.h"
#include "tests/made_results.h"

static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static const struct eg_order above = {1, 1, 0}, below = {1, -1, 0};

struct made {
    struct eg_results results;
    struct eg_result *a, *b;
};

static struct made make(int is_paired)
{
    struct made made = {0};
    make_sample(&made.results, "a", "k", second, 10, is_paired);
    make_sample(&made.results, "b", "k", first, 10, is_paired);
    made.a = &made.results.items[0];
    made.b = &made.results.items[1];
    return made;
}

Test(evidence, units_are_compared_by_their_differences)
{
    struct made made = make(1);
    struct eg_evidence evidence = eg_weigh_order(made.a, made.b, &above);
    cr_assert_eq(evidence.kind, EG_EVIDENCE_SAMPLED);
    cr_expect_float_eq(evidence.lead, 1.58, 1e-12);
    cr_expect_float_eq(evidence.p_for, 0.00283289019738427 / 2, 1e-9);
    cr_expect_float_eq(evidence.p_for + evidence.p_against, 1, 1e-12);
    cr_expect_float_eq(evidence.effect * sqrt(10), 4.062127683382037, 1e-9);
    cr_expect_float_eq(evidence.t, 4.062127683382037, 1e-9);
    cr_expect_str_eq(evidence.test, "paired t");
    evidence = eg_weigh_order(made.a, made.b, &below);
    cr_expect_float_eq(evidence.t, -4.062127683382037, 1e-9);
    cr_expect_float_eq(evidence.p_against, 0.00283289019738427 / 2, 1e-9);
    eg_results_free(&made.results);
}

/* The same numbers in another order of their units, and one that the other lacks. */
Test(evidence, units_are_found_by_their_number)
{
    struct made made = make(1);
    const struct eg_evidence straight = eg_weigh_order(made.a, made.b, &above);
    double sample[10];
    size_t units[10];
    for (size_t i = 0; i < 10; i++) {
        sample[i] = first[9 - i];
        units[i] = 9 - i;
    }
    struct eg_result turned = *made.b;
    turned.sample = sample;
    turned.units = units;
    struct eg_evidence evidence = eg_weigh_order(made.a, &turned, &above);
    cr_expect_float_eq(evidence.p_for, straight.p_for, 1e-12);
    units[0] = 77;
    evidence = eg_weigh_order(made.a, &turned, &above);
    cr_expect_eq(evidence.n, 9);
    eg_results_free(&made.results);
}

Test(evidence, overlapping_resamples_are_corrected)
{
    struct made made = make(1);
    struct eg_ttest corrected;
    made.a->overlap = made.b->overlap = 0.25;
    cr_assert_eq(eg_ttest_paired(second, first, 10, &corrected, NULL), EG_OK);
    eg_correct_resampled(&corrected, 10, 80, 20);
    const struct eg_evidence evidence = eg_weigh_order(made.a, made.b, &above);
    cr_expect_float_eq(evidence.p_for, corrected.p / 2, 1e-9);
    cr_expect_float_eq(evidence.t, corrected.t, 1e-9);
    cr_expect_str_eq(evidence.test, "corrected paired t");
    eg_results_free(&made.results);
}

Test(evidence, samples_without_units_are_welchs)
{
    struct made made = make(0);
    /* scipy.stats.ttest_ind(second, first, equal_var=False): t 1.8608, p 0.07939 */
    const struct eg_evidence evidence = eg_weigh_order(made.a, made.b, &above);
    cr_expect_float_eq(2 * evidence.p_for, 0.0793941401873582, 1e-9);
    cr_expect_float_eq(evidence.t, 1.8608, 1e-4);
    cr_expect_str_eq(evidence.test, "Welch's t");
    cr_expect_eq(evidence.design.samples, 2);
    eg_results_free(&made.results);
}

/* scipy.stats.ttest_1samp(second - 2 first, 0.5, alternative="greater") */
Test(evidence, a_lead_is_one_beyond_the_factor_and_the_least)
{
    struct made made = make(1);
    const struct eg_order order = {2, 1, 0.5};
    const struct eg_evidence evidence = eg_weigh_order(made.a, made.b, &order);
    cr_expect_float_eq(evidence.t, 0.44833112742651277, 1e-12);
    cr_expect_float_eq(evidence.p_for, 0.3322564252389601, 1e-12);
    eg_results_free(&made.results);
}

/* scipy.stats.ttest_ind(second, first[:7]) */
Test(evidence, the_papers_two_samples_share_one_variance)
{
    struct eg_results results = {0};
    make_sample(&results, "a", "k", second, 10, 1);
    make_sample(&results, "b", "k", first, 7, 1);
    const struct eg_evidence evidence = eg_weigh_samples(&results.items[0], &results.items[1],
                                                         &above);
    cr_expect_float_eq(evidence.t, 1.645953895092396, 1e-12);
    cr_expect_float_eq(2 * evidence.p_for, 0.12055947189165456, 1e-12);
    cr_expect_str_eq(evidence.test, "two-sample t");
    eg_results_free(&results);
}

Test(evidence, against_what_draws_nothing_it_is_one_sample)
{
    struct eg_results results = {0};
    const struct eg_result *a = make_sample(&results, "a", "k", second, 10, 1);
    const struct eg_result constant = {.value = 0, .n = 1, .se = NAN, .basis = EG_BASIS_EXACT};
    /* scipy.stats.ttest_1samp(second, 0): p 0.005076 */
    struct eg_evidence evidence = eg_weigh_order(a, &constant, &above);
    cr_expect_float_eq(2 * evidence.p_for, 0.0050761328957672595, 1e-9);
    const struct eg_evidence bound = eg_weigh_bound(a, 0, 1);
    cr_expect_float_eq(bound.p_for, evidence.p_for, 1e-12);
    cr_expect_str_eq(bound.test, "one-sample t");
    evidence = eg_weigh_order(&constant, a, &below);
    cr_expect_float_eq(2 * evidence.p_for, 0.0050761328957672595, 1e-9);
    evidence = eg_weigh_order(&constant, &constant, &above);
    cr_expect(evidence.kind == EG_EVIDENCE_EXACT && evidence.lead == 0);
    eg_results_free(&results);
}

static void expect_lack(struct eg_evidence evidence, const char *words)
{
    cr_expect_eq(evidence.kind, EG_EVIDENCE_NONE);
    cr_assert(evidence.lack);
    cr_expect(strstr(evidence.lack, words), "%s", evidence.lack);
}

/* Retrainings may be held against what has the same split, but two models of one split say nothing. */
Test(evidence, of_one_split)
{
    struct eg_results results = {0};
    const struct eg_result *a = make_sample(&results, "a", "k", second, 10, 1);
    const struct eg_result split = {.value = 0, .n = 1, .se = NAN, .basis = EG_BASIS_ONE_SPLIT},
                           exact = {.value = 1, .n = 1, .se = NAN, .basis = EG_BASIS_EXACT};
    cr_expect_float_eq(2 * eg_weigh_order(a, &split, &above).p_for, 0.0050761328957672595, 1e-9);
    expect_lack(eg_weigh_order(&split, &split, &above), "one split");
    expect_lack(eg_weigh_order(&exact, &split, &above), "one split");
    expect_lack(eg_weigh_bound(&split, 1, 1), "one split");
    eg_results_free(&results);
}

Test(evidence, what_establishes_nothing)
{
    struct eg_results results = {0};
    const struct eg_result *a = make_sample(&results, "a", "k", second, 10, 1);
    struct eg_result other = {.value = 0, .n = 1, .se = NAN};
    expect_lack(eg_weigh_order(a, &other, &above), "one replicate");
    other.n = 5;
    expect_lack(eg_weigh_order(a, &other, &above), "error is not known");
    other.basis = EG_BASIS_RECKONED;
    other.se = 0.001;
    expect_lack(eg_weigh_order(a, &other, &above), "extrapolated");
    other.value = -1;
    expect_lack(eg_weigh_ratio(a, &other, 1.1), "ratio");
    eg_results_free(&results);
}

/* Units that all say the same say it like as many coins: five are needed for 5 %. */
Test(evidence, differences_that_do_not_vary)
{
    static const double high[] = {2, 3, 4, 5, 6}, low[] = {1, 2, 3, 4, 5};
    for (size_t n = 2; n <= 5; n++) {
        struct eg_results results = {0};
        make_sample(&results, "a", "k", high, n, 1);
        make_sample(&results, "b", "k", low, n, 1);
        const struct eg_evidence evidence = eg_weigh_order(&results.items[0], &results.items[1],
                                                           &above);
        cr_expect_float_eq(evidence.p_for, pow(0.5, (double)n), 1e-12);
        eg_results_free(&results);
    }
}
