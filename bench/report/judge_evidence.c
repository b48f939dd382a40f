/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do our own data establish what is claimed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/judge_rules.h"

static const double level = 0.05;

enum { FAMILY = 32, TEST = 192, WHY = 448 };

int eg_claims_statistic(const struct eg_claim *claim)
{
    return claim->tolerance == EG_T_VALUE || claim->tolerance == EG_P_VALUE;
}

static struct eg_design published_design(const struct eg_claim *claim)
{
    return (struct eg_design){claim->has_two_samples ? 2 : 1, 0};
}

double eg_published_effect(const struct eg_claim *claim)
{
    const struct eg_design design = published_design(claim);
    return claim->tolerance == EG_P_VALUE
               ? eg_effect_of_p(design, claim->published, claim->published_n)
               : eg_effect_of_t(design, claim->published, claim->published_n);
}

/* The effect that the paper's own n finds with power 1/3; NAN where n is not known or the claim is not
 * about a plain difference. */
static double small_effect(const struct eg_claim *claim)
{
    const int is_factor = !eg_claim_is_test(claim) && !isnan(claim->published);
    if (is_factor || claim->relation == EG_ABOUT || !*claim->versus || isnan(claim->published_n))
        return NAN;
    return eg_small_effect(published_design(claim), claim->published_n);
}

/* Inconclusive, with the number of replicates that would decide. */
static void leave_open(struct eg_judgement *judgement, const char *why, size_t needed,
                       const char *sized_by)
{
    judgement->needed = needed;
    if (needed)
        eg_decide(judgement, EG_INCONCLUSIVE, "%s; %zu replicates would decide, %s", why, needed,
                  sized_by);
    else
        eg_decide(judgement, EG_INCONCLUSIVE, "%s", why);
}

/* Three digits, or as many as it takes to tell p from the level. */
static void format_p(double p, char *text, size_t size)
{
    for (int digits = 3; digits < 9; digits++) {
        snprintf(text, size, "%.*g", digits, p);
        if (p == level || strtod(text, NULL) != level)
            return;
    }
}

/* " (Holm, 15 tests)"; "" of a claim without a family. */
static void say_family(const struct eg_judgement *judgement, char *text, size_t size)
{
    *text = '\0';
    if (judgement->relatives)
        snprintf(text, size, " (Holm, %zu tests)", judgement->relatives + 1);
}

/* "paired t -2.14, n = 20, one-sided p 0.98 (Holm, 15 tests)"; of a curve at its weakest point. */
static void say_test(const struct eg_judgement *judgement, const char *p_name, double p, char *text,
                     size_t size)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    char statistic[48], p_text[24], family[FAMILY];
    format_p(p, p_text, sizeof p_text);
    if (isfinite(evidence->t))
        snprintf(statistic, sizeof statistic, "%s %.3g", evidence->test, evidence->t);
    else
        snprintf(statistic, sizeof statistic, "units that do not vary");
    say_family(judgement, family, sizeof family);
    snprintf(text, size, "%s%s, n = %zu, %s p %s%s",
             eg_is_whole_curve(judgement->claim) ? "at the weakest point: " : "", statistic,
             evidence->n, p_name, p_text, family);
}

/* Whether the values themselves are in the other order, whatever a test says. */
static int is_reversed(const struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    return *claim->versus && !eg_has_factor(claim) && !eg_is_whole_curve(claim) &&
           judgement->evidence.lead < 0;
}

/* "; by the paper's two-sample t 1.66, p 0.14", where that did not decide. */
static void say_other_test(const struct eg_judgement *judgement, char *text, size_t size)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    *text = '\0';
    if (evidence->other_test)
        snprintf(text, size, "; the paper's %s is %.3g, two-sided p %.2g", evidence->other_test,
                 evidence->other_t, evidence->other_p);
}

/* What a p is: of one that was picked among the points of a curve Bonferroni's, and so is that of the opposite
 * at any point of a whole curve. */
static const char *name_p(const struct eg_claim *claim, int is_opposite)
{
    const int is_picked = strcmp(claim->x, "max") == 0 || strcmp(claim->x, "min") == 0;
    return is_picked || (is_opposite && eg_is_whole_curve(claim)) ? "one-sided Bonferroni"
                                                                  : "one-sided";
}

/* Of an ordering: its direction, where that is the other one, the tests, and the printed effect. */
static void say_ordering(const struct eg_judgement *judgement, char *text, size_t size)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const struct eg_claim *claim = judgement->claim;
    char test[TEST], other[96], effect[96] = "";
    say_test(judgement, name_p(claim, 0), judgement->p, test, sizeof test);
    say_other_test(judgement, other, sizeof other);
    if (isfinite(evidence->effect) && eg_claims_statistic(claim))
        snprintf(effect, sizeof effect, "; effect %.3g against %.3g standard deviations",
                 evidence->effect, eg_published_effect(claim));
    snprintf(text, size, "%s%s%s%s", is_reversed(judgement) ? "in the other direction: " : "", test,
             other, effect);
}

/* What an inconclusive ordering is sized by. */
struct sizing {
    double effect; /* above 0, or NAN */
    const char *by;
};

/* The effect seen; where that is in the other direction, the least that the paper's n could see or what it takes to
 * establish the opposite. Of a whole curve, the effect at its weakest point, where the claim holds there. */
static struct sizing size_by_what_is_seen(const struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const double small = small_effect(judgement->claim);
    if (isnan(evidence->effect)) {
        const double weakest = eg_effect_of_t(evidence->design, evidence->t, (double)evidence->n);
        return (struct sizing){weakest > 0 ? weakest : NAN, "for the effect at the weakest point"};
    }
    if (evidence->effect > 0)
        return (struct sizing){evidence->effect, "for the effect seen here"};
    if (isfinite(small))
        return (struct sizing){small, "for the least effect that the paper's n could see"};
    return (struct sizing){-evidence->effect, "against it, for the effect seen here"};
}

static size_t count_to_find(const struct eg_judgement *judgement, struct sizing sizing)
{
    /* In a family the strictest of Holm's levels, as this test may be the first. */
    const double strict = level / (double)(1 + judgement->relatives);
    return isfinite(sizing.effect)
               ? eg_replicates_to_find(judgement->evidence.design, sizing.effect, strict)
               : 0;
}

/* The printed effect comes first, unless we have as many replicates as that takes. */
static void leave_ordering_open(struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    struct sizing sizing = size_by_what_is_seen(judgement);
    char why[WHY];
    if (eg_claims_statistic(claim) && isfinite(judgement->evidence.effect)) {
        const struct sizing printed = {eg_published_effect(claim), "for the published effect"};
        if (count_to_find(judgement, printed) > judgement->evidence.n)
            sizing = printed;
    }
    say_ordering(judgement, why, sizeof why);
    leave_open(judgement, why, count_to_find(judgement, sizing), sizing.by);
}

/* Whether the printed effect binds us: of the same data. */
static int has_effect_to_meet(const struct eg_claim *claim)
{
    return eg_claims_statistic(claim) && !*claim->data;
}

/* The p that the effect is as large as the least that the paper's n could have seen; 1 where that n could have seen
 * the one seen here, NAN where there is no telling. */
static double find_p_small(const struct eg_claim *claim, const struct eg_evidence *evidence)
{
    const double small = small_effect(claim);
    if (!isfinite(evidence->effect) || !isfinite(small) || !(claim->published_n >= 2))
        return NAN;
    if (evidence->effect >= small ||
        eg_t_power(published_design(claim), evidence->effect, claim->published_n, 0.025) > 1.0 / 3)
        return 1;
    return eg_effect_chance(evidence->design, small, (double)evidence->n, evidence->effect);
}

/* The larger p of two one-sided tests that the effect is smaller than that, either way. */
static double find_p_absent(const struct eg_claim *claim, const struct eg_evidence *evidence)
{
    const double n = (double)evidence->n, margin = small_effect(claim);
    if (!isfinite(margin) || !isfinite(evidence->effect))
        return NAN;
    return fmax(eg_effect_chance(evidence->design, margin, n, evidence->effect),
                1 - eg_effect_chance(evidence->design, -margin, n, evidence->effect));
}

static int is_effect_bound(const struct eg_claim *claim)
{
    return eg_claims_statistic(claim) &&
           (claim->relation == EG_LESS || claim->relation == EG_GREATER);
}

void eg_weigh_printed(const struct eg_claim *claim, struct eg_evidence *evidence)
{
    if (evidence->kind != EG_EVIDENCE_SAMPLED)
        return;
    if (is_effect_bound(claim)) {
        const double chance = eg_effect_chance(evidence->design, eg_published_effect(claim),
                                               (double)evidence->n, evidence->effect);
        evidence->p_for = claim->relation == EG_LESS ? chance : 1 - chance;
        evidence->p_against = 1 - evidence->p_for;
    } else
        evidence->p_small = claim->relation == EG_P_ABOVE ? find_p_absent(claim, evidence)
                                                          : find_p_small(claim, evidence);
}

/* Whether fewer than 5 in 100 replications of that effect are as far off as ours. */
static int is_far_from(const struct eg_judgement *judgement, double published)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const double chance = eg_replication_chance(evidence->design, published,
                                                judgement->claim->published_n, (double)evidence->n,
                                                evidence->effect);
    return fmin(chance, 1 - chance) < level / 2;
}

/* Decides against an effect that is not the printed one. Of no difference the sign of a p is not known. */
static int misses_printed_effect(struct eg_judgement *judgement, const char *why)
{
    const struct eg_claim *claim = judgement->claim;
    const double published = eg_published_effect(claim);
    const int is_unsigned = claim->tolerance == EG_P_VALUE && claim->relation == EG_P_ABOVE;
    if (!has_effect_to_meet(claim) || !is_far_from(judgement, published) ||
        (is_unsigned && !is_far_from(judgement, -published)))
        return 0;
    eg_decide(judgement, EG_NOT_REPRODUCED, "%s; fewer than 5 in 100 replications are so far off",
              why);
    return 1;
}

/* What is established where the claim is not. */
static const char *name_opposite(const struct eg_claim *claim)
{
    return !*claim->versus        ? "on the other side of the bound"
           : eg_has_factor(claim) ? "short of the factor"
                                  : "the opposite holds";
}

static void judge_ordering(struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    char why[WHY], test[TEST];
    judgement->p = judgement->p_for;
    say_ordering(judgement, why, sizeof why);
    if (misses_printed_effect(judgement, why))
        return;
    if (judgement->p_for <= level)
        eg_decide(judgement, EG_REPRODUCED, "%s", why);
    else if (!has_effect_to_meet(claim) && judgement->p_against <= level) {
        say_test(judgement, name_p(claim, 1), judgement->p_against, test, sizeof test);
        eg_decide(judgement, EG_NOT_REPRODUCED, "%s: %s", name_opposite(claim), test);
    } else if (!has_effect_to_meet(claim) && judgement->p_small <= level)
        eg_decide(judgement, EG_NOT_REPRODUCED,
                  "%s; an effect of %.2g standard deviations, the least that the paper's n could "
                  "see, is excluded: p %.2g",
                  why, small_effect(claim), judgement->p_small);
    else
        leave_ordering_open(judgement);
}

/* "No difference": the effect is smaller than the margin, either way, and like the printed one. */
static void judge_absence(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const double margin = small_effect(judgement->claim);
    char why[WHY], other[96], family[FAMILY];
    say_other_test(judgement, other, sizeof other);
    if (2 * fmin(judgement->p_for, judgement->p_against) <= level) {
        judgement->p = 2 * fmin(judgement->p_for, judgement->p_against);
        say_test(judgement, "two-sided", judgement->p, why, sizeof why);
        eg_decide(judgement, EG_NOT_REPRODUCED, "there is a difference: %s%s", why, other);
        return;
    }
    if (!isfinite(margin) || !isfinite(evidence->effect)) {
        leave_open(judgement,
                   "no difference is seen, and nothing says how small one would have to be", 0, "");
        return;
    }
    judgement->p = judgement->p_small;
    say_family(judgement, family, sizeof family);
    snprintf(why, sizeof why,
             "effect %.3g, smaller than %.3g either way: noncentral t, n = %zu, p %.2g%s%s",
             evidence->effect, margin, evidence->n, judgement->p, family, other);
    if (misses_printed_effect(judgement, why))
        return;
    if (judgement->p <= level)
        eg_decide(judgement, EG_REPRODUCED, "%s", why);
    else
        leave_open(judgement, why, eg_replicates_to_equate(evidence->design, margin),
                   "if there is no difference");
}

/* A bound on t, that is on the effect, from either side. */
static void judge_effect_bound(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const double bound = eg_published_effect(judgement->claim);
    const int is_beyond = judgement->p_against <= level;
    char why[WHY], family[FAMILY];
    say_family(judgement, family, sizeof family);
    snprintf(
        why, sizeof why,
        "%seffect %.3g, %s %.3g standard deviations: noncentral t, n = %zu, one-sided p %.2g%s",
        evidence->effect * bound < 0 ? "in the other direction: " : "", evidence->effect,
        !is_beyond                              ? "bound"
        : judgement->claim->relation == EG_LESS ? "above the bound of"
                                                : "below the bound of",
        bound, evidence->n, is_beyond ? judgement->p_against : judgement->p_for, family);
    judgement->p = judgement->p_for;
    if (judgement->p_for <= level)
        eg_decide(judgement, EG_REPRODUCED, "%s", why);
    else if (is_beyond)
        eg_decide(judgement, EG_NOT_REPRODUCED, "%s", why);
    else
        leave_open(judgement, why, eg_replicates_to_part(evidence->design, evidence->effect, bound),
                   "for the effect seen here");
}

static void judge_ratio(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    char test[TEST];
    judgement->p = judgement->p_for;
    const int is_beyond = judgement->p_for > level && judgement->p_against <= level;
    say_test(judgement, is_beyond ? "one-sided" : "larger one-sided",
             is_beyond ? judgement->p_against : judgement->p, test, sizeof test);
    if (judgement->p_for <= level)
        eg_decide(judgement, EG_REPRODUCED, "within the factor, by two tests of logarithms: %s",
                  test);
    else if (is_beyond)
        eg_decide(judgement, EG_NOT_REPRODUCED, "beyond the factor, by a test of logarithms: %s",
                  test);
    else {
        char why[WHY];
        snprintf(why, sizeof why, "neither within the factor nor beyond it: %s", test);
        leave_open(judgement, why,
                   isfinite(evidence->effect)
                       ? eg_replicates_to_equate(evidence->design, evidence->effect)
                       : 0,
                   "if the two are equal");
    }
}

/* Nothing was drawn: t is infinite, or 0 where the two are the same. */
static void judge_exact(struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    const double lead = judgement->evidence.lead;
    int holds = lead > 0 || (lead == 0 && !*claim->versus);
    if (claim->relation == EG_P_ABOVE)
        holds = lead == 0;
    else if (eg_claims_statistic(claim) && claim->relation == EG_LESS)
        holds = lead <= 0;
    if (holds || (claim->relation != EG_LESS && claim->relation != EG_GREATER))
        eg_decide(judgement, holds ? EG_REPRODUCED : EG_NOT_REPRODUCED, "deterministic: no test");
    else
        eg_decide(judgement, EG_NOT_REPRODUCED, "deterministic: no test; %s", name_opposite(claim));
}

void eg_judge_evidence(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const struct eg_claim *claim = judgement->claim;
    judgement->needed = 0;
    if (evidence->kind == EG_EVIDENCE_NONE)
        eg_decide(judgement, EG_INCONCLUSIVE, "%s", evidence->lack);
    else if (evidence->kind == EG_EVIDENCE_EXACT)
        judge_exact(judgement);
    else if (claim->relation == EG_ABOUT)
        judge_ratio(judgement);
    else if (claim->relation == EG_P_ABOVE)
        judge_absence(judgement);
    else if (is_effect_bound(claim))
        judge_effect_bound(judgement);
    else
        judge_ordering(judgement);
}
