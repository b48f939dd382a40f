/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do our own data establish what is claimed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/report/judge_rules.h"

static const double level = 0.05;

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

static void say_p(const struct eg_judgement *judgement, char *text, size_t size)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    if (isfinite(evidence->effect) && eg_claims_statistic(judgement->claim))
        snprintf(text, size, "effect %.3g against %.3g standard deviations, one-sided p %.2g",
                 evidence->effect, eg_published_effect(judgement->claim), judgement->p);
    else
        snprintf(text, size, "one-sided p %.2g", judgement->p);
}

/* The size an inconclusive ordering is sized by: the printed effect, else the one seen, else the least
 * that the paper's n could see. */
static void leave_ordering_open(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const struct eg_claim *claim = judgement->claim;
    const char *sized_by = "for the published effect";
    double size = eg_claims_statistic(claim) ? eg_published_effect(claim) : NAN;
    char why[160];
    if (isnan(evidence->effect))
        size = NAN; /* of a whole curve */
    else if (isnan(size)) {
        size = evidence->effect > 0 ? evidence->effect : small_effect(claim);
        sized_by = evidence->effect > 0 ? "for the effect seen here"
                                        : "for the least effect that the paper's n could see";
    }
    say_p(judgement, why, sizeof why);
    /* In a family the strictest of Holm's levels, as this test may be the first. */
    const double strict = level / (double)(1 + judgement->relatives);
    leave_open(judgement, why,
               isfinite(size) ? eg_replicates_to_find(evidence->design, size, strict) : 0,
               sized_by);
}

/* Whether the printed effect binds us: of the same data. */
static int has_effect_to_meet(const struct eg_claim *claim)
{
    return eg_claims_statistic(claim) && !*claim->data;
}

/* One-sided 5 %: the effect seen is too small for one that the paper's n could have seen. */
static int is_too_small(const struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const struct eg_claim *claim = judgement->claim;
    if (!isfinite(evidence->effect) || !(claim->published_n >= 2) ||
        eg_t_power(published_design(claim), evidence->effect, claim->published_n, 0.025) > 1.0 / 3)
        return 0;
    const double small = small_effect(claim);
    return evidence->effect < small &&
           eg_effect_chance(evidence->design, small, (double)evidence->n, evidence->effect) <=
               level;
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

static void judge_ordering(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const struct eg_claim *claim = judgement->claim;
    char why[160];
    judgement->p = judgement->p_for;
    say_p(judgement, why, sizeof why);
    if (misses_printed_effect(judgement, why))
        return;
    if (judgement->p_for <= level)
        eg_decide(judgement, EG_REPRODUCED, "%s", why);
    else if (!has_effect_to_meet(claim) && judgement->p_against <= level)
        eg_decide(judgement, EG_NOT_REPRODUCED, "the opposite holds, one-sided p %.2g",
                  judgement->p_against);
    else if (!has_effect_to_meet(claim) && is_too_small(judgement))
        eg_decide(judgement, EG_NOT_REPRODUCED,
                  "%s; the effect %.2g is smaller than any that the paper's n could see", why,
                  evidence->effect);
    else
        leave_ordering_open(judgement);
}

/* "No difference": the effect is smaller than the margin, either way, and like the printed one. */
static void judge_absence(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const struct eg_design design = evidence->design;
    const double n = (double)evidence->n, margin = small_effect(judgement->claim);
    char why[160];
    if (2 * fmin(judgement->p_for, judgement->p_against) <= level) {
        judgement->p = 2 * fmin(judgement->p_for, judgement->p_against);
        eg_decide(judgement, EG_NOT_REPRODUCED, "there is a difference: effect %.3g, p %.2g",
                  evidence->effect, judgement->p);
        return;
    }
    if (!isfinite(margin) || !isfinite(evidence->effect)) {
        leave_open(judgement,
                   "no difference is seen, and nothing says how small one would have to be", 0, "");
        return;
    }
    judgement->p = fmax(eg_effect_chance(design, margin, n, evidence->effect),
                        1 - eg_effect_chance(design, -margin, n, evidence->effect));
    snprintf(why, sizeof why, "effect %.3g, smaller than %.3g either way with p %.2g",
             evidence->effect, margin, judgement->p);
    if (misses_printed_effect(judgement, why))
        return;
    if (judgement->p <= level)
        eg_decide(judgement, EG_REPRODUCED, "%s", why);
    else
        leave_open(judgement, why, eg_replicates_to_equate(design, margin),
                   "if there is no difference");
}

/* A bound on t, that is on the effect, from either side. */
static void judge_effect_bound(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    const double bound = eg_published_effect(judgement->claim);
    const double chance = eg_effect_chance(evidence->design, bound, (double)evidence->n,
                                           evidence->effect);
    const int is_upper = judgement->claim->relation == EG_LESS;
    const double p_for = is_upper ? chance : 1 - chance;
    char why[160];
    snprintf(why, sizeof why, "effect %.3g, bound %.3g standard deviations", evidence->effect,
             bound);
    judgement->p = p_for;
    if (p_for <= level)
        eg_decide(judgement, EG_REPRODUCED, "%s", why);
    else if (1 - p_for <= level)
        eg_decide(judgement, EG_NOT_REPRODUCED, "%s", why);
    else
        leave_open(judgement, why, 0, "");
}

static void judge_ratio(struct eg_judgement *judgement)
{
    const struct eg_evidence *evidence = &judgement->evidence;
    judgement->p = judgement->p_for;
    if (judgement->p_for <= level)
        eg_decide(judgement, EG_REPRODUCED, "within the factor, p %.2g", judgement->p);
    else if (judgement->p_against <= level)
        eg_decide(judgement, EG_NOT_REPRODUCED, "beyond the factor, p %.2g", judgement->p_against);
    else
        leave_open(judgement, "neither within the factor nor beyond it",
                   isfinite(evidence->effect)
                       ? eg_replicates_to_equate(evidence->design, evidence->effect)
                       : 0,
                   "if the two are equal");
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
    eg_decide(judgement, holds ? EG_REPRODUCED : EG_NOT_REPRODUCED, "no draw in it");
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
    else if (eg_claims_statistic(claim) && claim->relation != EG_P_BELOW)
        judge_effect_bound(judgement);
    else
        judge_ordering(judgement);
}
