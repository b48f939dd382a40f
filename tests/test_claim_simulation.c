/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often each rule of bench/report/judge.h errs, by simulation: where the paper is right a claim is called
 * not reproduced, and where there is no effect reproduced, in at most 5 of 100 cases, whatever n. Where the
 * paper is right its own number is drawn as well. EG_SIMULATIONS=20000 repeats more often than the default.
 */
#include "bench/report/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "stats/moments.h"
#include "tests/made_results.h"

enum { MOST = 200, FAMILY = 6, POINTS = 4, MAX_CLAIMS = 8 };

static const size_t counts[] = {3, 5, 10, 20, 200};

/* Published numbers stand on so many replicates. */
enum { PUBLISHED_N = 40 };

/* --- what is drawn --- */

struct trial {
    struct eg_stream stream;
    struct eg_results results;
    struct eg_claim claims[MAX_CLAIMS];
    size_t claim_count, n;
};

/* Two methods whose units differ by effect, in units of the spread of their difference; what units have in
 * common is far more. */
static void draw_pairs(struct trial *trial, const char *metric, double effect, double overlap)
{
    const double rho = overlap / (1 + overlap),
                 common = sqrt(rho) * eg_stream_normal(&trial->stream);
    double a[MOST], b[MOST];
    for (size_t i = 0; i < trial->n; i++) {
        b[i] = 10 + 3 * eg_stream_normal(&trial->stream);
        /* The spread within one set of resamples is 1. */
        a[i] = b[i] + effect +
               (common + sqrt(1 - rho) * eg_stream_normal(&trial->stream)) / sqrt(1 - rho);
    }
    make_sample(&trial->results, "m", metric, a, trial->n, 1)->overlap = overlap;
    make_sample(&trial->results, "o", metric, b, trial->n, 1)->overlap = overlap;
}

static void draw_samples(struct trial *trial, double mean, double other, double sd)
{
    double a[MOST], b[MOST];
    for (size_t i = 0; i < trial->n; i++) {
        a[i] = mean + sd * eg_stream_normal(&trial->stream);
        b[i] = other + sd * eg_stream_normal(&trial->stream);
    }
    make_sample(&trial->results, "m", "k", a, trial->n, 0);
    make_sample(&trial->results, "o", "k", b, trial->n, 0);
}

/* The t that the paper would print. */
static double draw_t(struct trial *trial, double effect, int samples)
{
    double a[PUBLISHED_N], b[PUBLISHED_N] = {0};
    struct eg_moments first, second;
    for (size_t i = 0; i < PUBLISHED_N; i++) {
        a[i] = effect + eg_stream_normal(&trial->stream);
        b[i] = samples == 2 ? eg_stream_normal(&trial->stream) : 0;
    }
    eg_moments(a, PUBLISHED_N, EG_NAN_PROPAGATE, &first, NULL);
    eg_moments(b, PUBLISHED_N, EG_NAN_PROPAGATE, &second, NULL);
    return (first.mean - second.mean) / hypot(first.se, second.se);
}

/* --- the rules: truth 1 where the paper is right, 0 where there is no effect --- */

static const double effect = 0.8;

static void number(struct trial *trial, int truth)
{
    const double width = 0.5;
    double mean = 0;
    for (size_t i = 0; i < PUBLISHED_N; i++)
        mean += eg_stream_normal(&trial->stream) / PUBLISHED_N;
    draw_samples(trial, truth ? 0 : 2 * width, 0, 1);
    trial->claims[0].published = mean;
    trial->claims[0].half_unit = 1e-6;
}

static void pairs(struct trial *trial, int truth)
{
    draw_pairs(trial, "k", truth * effect, 0);
}

static void overlapping(struct trial *trial, int truth)
{
    draw_pairs(trial, "k", truth * effect, 0.25);
}

static void two_samples(struct trial *trial, int truth)
{
    draw_samples(trial, 5 + truth * effect, 5, 1);
}

/* At the bound itself, which is the hardest for both. */
static void bound(struct trial *trial, int truth)
{
    (void)truth;
    draw_samples(trial, 7, 0, 1);
}

static void alike(struct trial *trial, int truth)
{
    draw_samples(trial, truth ? 10 : 11, 10, 0.3);
}

static void paired_t(struct trial *trial, int truth)
{
    trial->claims[0].published = draw_t(trial, effect, 1);
    draw_pairs(trial, "k", truth * effect, 0);
}

static void two_sample_t(struct trial *trial, int truth)
{
    trial->claims[0].published = draw_t(trial, effect, 2);
    draw_samples(trial, 5 + truth * effect, 5, 1);
}

static void bound_on_t(struct trial *trial, int truth)
{
    (void)truth;
    draw_pairs(trial, "k", trial->claims[0].published / sqrt(PUBLISHED_N), 0);
}

/* There is no difference; or one that the paper's n finds in a third of the cases. */
static void no_difference(struct trial *trial, int truth)
{
    draw_pairs(trial, "k", truth ? 0 : eg_small_effect((struct eg_design){1, 0}, PUBLISHED_N), 0);
}

/* Without an effect at one point of the curve. */
static void curve(struct trial *trial, int truth)
{
    for (size_t i = 0; i < POINTS; i++) {
        draw_pairs(trial, "k", i || truth ? 2 : 0, 0);
        for (size_t k = 0; k < 2; k++)
            trial->results.items[2 * i + k].x = (double)i;
    }
}

/* All of a table at once, of which none should be called so. */
static void family(struct trial *trial, int truth)
{
    static const char *const metrics[FAMILY] = {"k0", "k1", "k2", "k3", "k4", "k5"};
    for (size_t i = 0; i < FAMILY; i++) {
        trial->claims[i] = trial->claims[0];
        trial->claims[i].metric = metrics[i];
        draw_pairs(trial, metrics[i], truth * effect, 0);
    }
    trial->claim_count = FAMILY;
}

#define TEST_COLUMNS "class=significance|versus=o|published_n=40|"

static const struct rule {
    const char *name;
    void (*draw)(struct trial *trial, int truth);
    const char *claim;
} rules[] = {
    {"number", number, "published=0|digits=6|published_n=40|tolerance=mc 0.5"},
    {"ordering, pairs", pairs, "relation=>|versus=o|published_n=40|tolerance=order"},
    {"ordering, overlapping resamples", overlapping, "relation=>|versus=o|tolerance=order"},
    {"ordering, two samples", two_samples, "relation=>|versus=o|tolerance=order"},
    {"bound", bound, "relation=<|published=7|tolerance=order"},
    {"nearly the same", alike, "relation=~|published=1.1|versus=o|tolerance=order"},
    {"t of pairs", paired_t, TEST_COLUMNS "relation=p<|published=3|tolerance=t"},
    {"t of pairs, other data", paired_t,
     TEST_COLUMNS "relation=p<|published=3|tolerance=t|data=other"},
    {"t of two samples", two_sample_t, TEST_COLUMNS "relation=p<|published=3|tolerance=t2"},
    {"bound on t", bound_on_t, TEST_COLUMNS "relation=>|published=3|tolerance=t"},
    {"no difference", no_difference, TEST_COLUMNS "relation=p>|published=0.2|tolerance=t"},
    {"whole curve", curve, "x=all|relation=>|versus=o|tolerance=order"},
    {"family", family, "relation=>|versus=o|tolerance=order|family=f"},
};

/* --- counting --- */

/* Whether any claim of one trial came out with that verdict. */
static int has_verdict(struct trial *trial, enum eg_verdict verdict)
{
    struct eg_judgement judgements[MAX_CLAIMS];
    int found = 0;
    for (size_t i = 0; i < trial->claim_count; i++)
        judgements[i] = eg_judge_claim(&trial->claims[i], &trial->results);
    cr_assert_eq(eg_judge_families(judgements, trial->claim_count, NULL), EG_OK);
    for (size_t i = 0; i < trial->claim_count; i++)
        found |= judgements[i].verdict == verdict;
    return found;
}

static void expect_few(const struct rule *rule, int truth, size_t n, int tries)
{
    const enum eg_verdict wrong = truth ? EG_NOT_REPRODUCED : EG_REPRODUCED;
    struct eg_claims claims = make_claim(rule->claim);
    int found = 0;
    for (int i = 0; i < tries; i++) {
        struct trial trial = {.stream = eg_stream_make(20 + (uint64_t)(rule - rules),
                                                       (uint64_t)truth, EG_PURPOSE_BOOTSTRAP,
                                                       (uint64_t)i, n),
                              .claims = {claims.items[0]},
                              .claim_count = 1,
                              .n = n};
        rule->draw(&trial, truth);
        found += has_verdict(&trial, wrong);
        eg_results_free(&trial.results);
    }
    const double share = (double)found / tries, slack = 3.5 * sqrt(0.05 * 0.95 / tries);
    if (getenv("EG_SIMULATIONS"))
        cr_log_warn("%s, %s, n = %zu: %s in %.4f", rule->name, truth ? "right" : "no effect", n,
                    eg_verdict_name(wrong), share);
    cr_expect(share <= 0.05 + slack, "%s, %s, n = %zu: %s in %g of cases", rule->name,
              truth ? "the paper is right" : "no effect", n, eg_verdict_name(wrong), share);
    eg_claims_free(&claims);
}

static void simulate(int truth)
{
    const char *text = getenv("EG_SIMULATIONS");
    const int tries = text ? atoi(text) : 300;
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            expect_few(&rules[r], truth, counts[k], counts[k] == MOST && !text ? tries / 3 : tries);
}

Test(claim_simulation, a_right_paper_is_seldom_called_wrong)
{
    simulate(1);
}

Test(claim_simulation, no_effect_is_seldom_called_reproduced)
{
    simulate(0);
}

/* The rules are not merely silent: with enough replicates each comes to the right verdict. */
Test(claim_simulation, two_hundred_replicates_find_what_is_there)
{
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        struct eg_claims claims = make_claim(rules[r].claim);
        struct trial trial = {.stream = eg_stream_make(20 + r, 2, EG_PURPOSE_BOOTSTRAP, 0, 0),
                              .claims = {claims.items[0]},
                              .claim_count = 1,
                              .n = MOST};
        rules[r].draw(&trial, 1);
        const int is_edge = rules[r].draw == bound || rules[r].draw == bound_on_t ||
                            rules[r].draw == overlapping;
        cr_expect(is_edge || has_verdict(&trial, EG_REPRODUCED), "%s", rules[r].name);
        eg_results_free(&trial.results);
        eg_claims_free(&claims);
    }
}
