/* SPDX-License-Identifier: GPL-3.0-or-later */
/* t and p of one test are one claim about an effect, whatever n. */
#include "bench/report/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "stats/moments.h"
#include "tests/made_results.h"

enum { MOST = 200 };

/* A sample whose mean is exactly `effect` of its standard deviations, and zeros to hold it against; of two
 * samples of n the second is as spread as the first. */
static void make_effect(struct eg_results *results, double effect, size_t n, int is_paired)
{
    struct eg_stream stream = eg_stream_make(3, 1, EG_PURPOSE_BOOTSTRAP, n, 0);
    double a[MOST], b[MOST] = {0};
    struct eg_moments moments;
    for (size_t i = 0; i < n; i++)
        a[i] = eg_stream_normal(&stream);
    cr_assert_eq(eg_moments(a, n, EG_NAN_PROPAGATE, &moments, NULL), EG_OK);
    for (size_t i = 0; i < n; i++) {
        const double own = (a[i] - moments.mean) / moments.sd;
        a[i] = own + effect;
        b[i] = is_paired ? 0 : own;
    }
    make_sample(results, "m", "q", a, n, is_paired);
    make_sample(results, "o", "q", b, n, is_paired);
}

static struct eg_judgement judge_as(const char *class, const char *columns, double effect, size_t n,
                                    int is_paired)
{
    static char line[512];
    struct eg_results results = {0};
    make_effect(&results, effect, n, is_paired);
    snprintf(line, sizeof line, "class=%s|versus=o|metric=q|%s", class, columns);
    struct eg_claims claims = make_claim(line);
    struct eg_judgement judgement = eg_judge_claim(&claims.items[0], &results);
    judgement.claim = NULL;
    eg_claims_free(&claims);
    eg_results_free(&results);
    return judgement;
}

static struct eg_judgement judge(const char *columns, double effect, size_t n, int is_paired)
{
    return judge_as("significance", columns, effect, n, is_paired);
}

static void expect(const char *columns, double effect, size_t n, int is_paired,
                   enum eg_verdict verdict)
{
    const struct eg_judgement judgement = judge(columns, effect, n, is_paired);
    cr_expect_eq(judgement.verdict, verdict, "%s, effect %g over %zu: %s (%s)", columns, effect, n,
                 eg_verdict_name(judgement.verdict), judgement.reason);
}

static const char large[] = "relation=p<|published=16.02|digits=2|published_n=200|tolerance=t";
static const char other_data[] =
    "relation=p<|published=16.02|digits=2|published_n=200|tolerance=t|data=other columns";

Test(judge_statistics, t_is_an_effect)
{
    const struct eg_judgement judgement = judge(large, 16.02 / sqrt(200), 20, 1);
    cr_expect_eq(judgement.verdict, EG_REPRODUCED);
    cr_expect_float_eq(judgement.measured, 16.02 / sqrt(10), 1e-6, "the paper's own t, of 20");
    expect(large, 16.02 / sqrt(200), 200, 1, EG_REPRODUCED);
    /* Equal digits of t from a tenth of the replicates are an effect three times as large. */
    expect(large, 16.02 / sqrt(20), 20, 1, EG_NOT_REPRODUCED);
    expect(other_data, 16.02 / sqrt(20), 20, 1, EG_REPRODUCED);
}

/* An effect of zero used to pass as within error half of the time. */
Test(judge_statistics, no_effect_is_no_agreement)
{
    static const char small[] = "relation=p<|published=4.314|digits=3|published_n=200|tolerance=t";
    expect(small, 0, 20, 1, EG_INCONCLUSIVE);
    const struct eg_judgement judgement = judge(small, 0.009, 20, 1);
    cr_expect_eq(judgement.verdict, EG_INCONCLUSIVE);
    cr_expect_eq(judgement.needed, 68, "power 0.8 for the published effect 0.305");
    expect(large, 0, 20, 1, EG_NOT_REPRODUCED);
    expect(large, -1, 20, 1, EG_NOT_REPRODUCED);
    /* Of other data the effect is not held against the printed one, but it may be too small. */
    expect("relation=p<|published=4.314|digits=3|published_n=200|tolerance=t|data=x", -0.02, 200, 1,
           EG_NOT_REPRODUCED);
    expect("relation=p<|published=4.314|digits=3|published_n=200|tolerance=t|data=x", 0, 20, 1,
           EG_INCONCLUSIVE);
}

/* "T >= 4.314" over 200 is an effect of 0.305 or more. */
Test(judge_statistics, a_bound_on_t_is_one_on_the_effect)
{
    static const char bound[] = "relation=>|published=4.314|published_n=200|tolerance=t";
    expect(bound, 1, 20, 1, EG_REPRODUCED);
    /* t 2.7 < 4.314 and of no less an effect; ((1.6449 1.0230 + 0.8416 1.0863) / 0.295)^2 = 77.5 */
    expect(bound, 0.6, 20, 1, EG_INCONCLUSIVE);
    cr_expect_eq(judge(bound, 0.6, 20, 1).needed, 78);
    expect(bound, -0.2, 20, 1, EG_NOT_REPRODUCED);
    expect(bound, 0.1, 200, 1, EG_NOT_REPRODUCED);
    expect(bound, 4.4 / sqrt(200), 200, 1, EG_INCONCLUSIVE);
    /* SciPy: nct.cdf(-0.5 sqrt(20), 19, 4.314 / sqrt(200) sqrt(20)) is 0.00037457. */
    const struct eg_judgement judgement = judge(bound, -0.5, 20, 1);
    cr_expect_str_eq(judgement.reason,
                     "in the other direction: effect -0.5, below the bound of 0.305 standard "
                     "deviations: noncentral t, n = 20, one-sided p 0.00037");
}

/* Seen the other way round, and the paper does not say of how many: how many would establish that. */
/* scipy.stats.nct: an effect of 0.75 over 20 replicates has p 0.0429 where it is 4.314 / sqrt(200). */
Test(judge_statistics, bounds_of_one_family_are_adjusted_together)
{
    static const char bound[] = "class=significance|versus=o|metric=q|relation=>|published=4.314|"
                                "published_n=200|tolerance=t|family=f";
    struct eg_results results = {0};
    struct eg_judgement judgements[2];
    char lines[512];
    make_effect(&results, 0.75, 20, 1);
    snprintf(lines, sizeof lines, "id=1|%s\nid=2|%s\n", bound, bound);
    judge_lines(lines, 2, &results, judgements);
    expect_verdict(&judgements[0], EG_REPRODUCED);
    cr_assert_eq(eg_judge_families(judgements, 2, NULL), EG_OK);
    expect_verdict(&judgements[0], EG_INCONCLUSIVE);
    cr_expect_float_eq(judgements[0].p, 2 * 0.0429036, 1e-5);
    cr_expect(strstr(judgements[0].reason, "(Holm, 2 tests)"), "%s", judgements[0].reason);
    eg_results_free(&results);
}

Test(judge_statistics, an_open_ordering_in_the_other_direction_says_how_many_would_decide)
{
    const struct eg_judgement judgement = judge_as("ordering", "relation=>|tolerance=order", -0.5,
                                                   8, 1);
    cr_expect_eq(judgement.verdict, EG_INCONCLUSIVE);
    cr_expect_eq(judgement.needed, 27, "G*Power: power 0.8 for 0.5 one-sided in pairs takes 27");
    cr_expect(strstr(judgement.reason, "27 replicates would decide, against it"), "%s",
              judgement.reason);
}

/* A p close to the level is told with as many digits as it takes. */
Test(judge_statistics, a_p_at_the_level_is_told_apart_from_it)
{
    /* SciPy: 2 t.sf(2.77646, 4) is 0.0499992. */
    const struct eg_judgement judgement = judge(
        "relation=p>|published=1.25|digits=2|published_n=10|tolerance=t", 2.77646 / sqrt(5), 5, 1);
    cr_expect_eq(judgement.verdict, EG_NOT_REPRODUCED);
    cr_expect(strstr(judgement.reason, "paired t 2.78, n = 5, two-sided p 0.049999"), "%s",
              judgement.reason);
}

/* "p = 0.23" with 10 and 10. */
Test(judge_statistics, that_nothing_happens_is_never_shown_by_a_few)
{
    static const char nothing[] = "relation=p>|published=1.25|digits=2|published_n=10|tolerance=t2";
    static const char unknown[] = "relation=p>|published=0.05|tolerance=significance";
    expect(nothing, 0, 5, 0, EG_INCONCLUSIVE);
    expect(nothing, 0, 10, 0, EG_INCONCLUSIVE);
    expect(nothing, 0, 60, 0, EG_REPRODUCED);
    expect(nothing, 1, 60, 0, EG_NOT_REPRODUCED);
    expect(nothing, -1, 60, 0, EG_NOT_REPRODUCED);
    expect(unknown, 0, 5, 0, EG_INCONCLUSIVE);
    expect(unknown, 0, 200, 0, EG_INCONCLUSIVE);
    /* The p alone is printed. */
    expect("relation=p>|published=0.7565|digits=4|published_n=10|tolerance=p2", 0, 60, 0,
           EG_REPRODUCED);
}

/* A printed t of 1.9 over 10 and 10 is an effect of 0.85: -0.3 of 60 is none, but is not that one. */
Test(judge_statistics, no_difference_has_its_printed_effect_to_meet)
{
    static const char printed_t[] = "relation=p>|published=1.90|digits=2|published_n=10|"
                                    "tolerance=t2";
    static const char other_columns[] = "relation=p>|published=1.90|digits=2|published_n=10|"
                                        "tolerance=t2|data=other columns";
    static const char printed_p[] = "relation=p>|published=0.0736|digits=4|published_n=10|"
                                    "tolerance=p2"; /* of the same t, which may be negative */
    expect(printed_t, 0.3, 60, 0, EG_REPRODUCED);
    expect(printed_t, -0.3, 60, 0, EG_NOT_REPRODUCED);
    expect(other_columns, -0.3, 60, 0, EG_REPRODUCED);
    expect(printed_p, 0.3, 60, 0, EG_REPRODUCED);
    expect(printed_p, -0.3, 60, 0, EG_REPRODUCED);
    /* A p of 1e-6 is an effect of 3.2 one way or the other, and 0 is neither. */
    expect("relation=p>|published=1e-6|digits=0|published_n=10|tolerance=p2", 0, 60, 0,
           EG_NOT_REPRODUCED);
}

static enum eg_verdict judge_exact(const char *columns, double value)
{
    static char line[512];
    struct eg_results results = {0};
    make_result(&results, "d", "m", "q", value, NAN, 1);
    make_result(&results, "d", "o", "q", 1, NAN, 1);
    results.items[0].basis = results.items[1].basis = EG_BASIS_EXACT;
    snprintf(line, sizeof line, "class=significance|versus=o|metric=q|%s", columns);
    struct eg_claims claims = make_claim(line);
    const struct eg_judgement judgement = eg_judge_claim(&claims.items[0], &results);
    eg_claims_free(&claims);
    eg_results_free(&results);
    return judgement.verdict;
}

Test(judge_statistics, between_exact_values_any_difference_is_one)
{
    static const char none[] = "relation=p>|published=0.05|tolerance=significance";
    static const char some[] = "relation=p<|published=0.05|tolerance=significance";
    static const char least[] = "relation=>|published=4.3|published_n=200|tolerance=t";
    static const char most[] = "relation=<|published=4.3|published_n=200|tolerance=t";
    cr_expect_eq(judge_exact(none, 1), EG_REPRODUCED);
    cr_expect_eq(judge_exact(none, 1.5), EG_NOT_REPRODUCED);
    cr_expect_eq(judge_exact(none, 0.5), EG_NOT_REPRODUCED);
    cr_expect_eq(judge_exact(some, 1.5), EG_REPRODUCED);
    cr_expect_eq(judge_exact(some, 1), EG_NOT_REPRODUCED);
    cr_expect_eq(judge_exact(least, 1.5), EG_REPRODUCED);
    cr_expect_eq(judge_exact(most, 1.5), EG_NOT_REPRODUCED);
    cr_expect_eq(judge_exact(most, 0.5), EG_REPRODUCED);
}

Test(judge_statistics, two_samples)
{
    static const char gain[] = "relation=p<|published=3.59|digits=2|published_n=10|tolerance=t2";
    expect(gain, 3.59 * sqrt(0.2), 10, 0, EG_REPRODUCED);
    expect(gain, 3.59 * sqrt(0.2), 20, 0, EG_REPRODUCED);
    expect(gain, -1, 10, 0, EG_NOT_REPRODUCED);
    const struct eg_judgement judgement = judge(gain, 0.6, 5, 0);
    cr_expect_eq(judgement.verdict, EG_INCONCLUSIVE, "%s", judgement.reason);
    cr_expect_eq(judgement.needed, 6, "SciPy: power 0.8 for 1.6055 one-sided takes 6");
}
