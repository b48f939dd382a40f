/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/judge.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/report/judge_rules.h"

static void conclude(struct eg_judgement *judgement, enum eg_verdict verdict,
                     enum eg_absence absence, const char *format, va_list arguments)
{
    vsnprintf(judgement->reason, sizeof judgement->reason, format, arguments);
    judgement->verdict = verdict;
    judgement->absence = absence;
}

void eg_decide(struct eg_judgement *judgement, enum eg_verdict verdict, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    conclude(judgement, verdict, EG_ATTEMPTED, format, arguments);
    va_end(arguments);
}

void eg_leave_out(struct eg_judgement *judgement, enum eg_absence absence, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    conclude(judgement, EG_NOT_ATTEMPTED, absence, format, arguments);
    va_end(arguments);
}

int eg_is_whole_curve(const struct eg_claim *claim)
{
    return strcmp(claim->x, "all") == 0;
}

int eg_has_factor(const struct eg_claim *claim)
{
    return *claim->versus && !isnan(claim->published) && !eg_claim_is_test(claim);
}

static const char *protocol_of(const struct eg_claim *claim)
{
    return *claim->protocol ? claim->protocol : NULL;
}

/* Of a test the numbers behind it. */
static const struct eg_result *find(const struct eg_claim *claim, const struct eg_results *results,
                                    const char *method, double x)
{
    const struct eg_result_name name = {method, "", claim->metric,
                                        eg_claim_is_test(claim) ? "" : claim->statistic};
    return eg_results_find_named(results, claim->dataset, protocol_of(claim), &name, x);
}

static void take(struct eg_judgement *judgement, const struct eg_result *result)
{
    judgement->measured = result->value;
    judgement->se = result->se;
    judgement->n = result->n;
    snprintf(judgement->dataset, sizeof judgement->dataset, "%s", result->dataset);
    snprintf(judgement->scale, sizeof judgement->scale, "%s", result->scale);
}

/* There are results, but none for this claim: say what is missing. */
static void explain_absence(struct eg_judgement *judgement, const struct eg_results *results,
                            const char *method)
{
    const struct eg_claim *claim = judgement->claim;
    const struct eg_result *there = NULL;
    int has_method = 0;
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->items[i].dataset, claim->dataset) == 0) {
            there = &results->items[i];
            has_method |= strcmp(there->method, method) == 0;
        }
    if (!there)
        eg_leave_out(judgement, EG_NO_DATA, "needs %s; measured on other data: %s",
                     eg_dataset_title(claim->dataset), eg_dataset_title(results->items[0].dataset));
    else if (!has_method)
        eg_leave_out(
            judgement, EG_NOT_RUN,
            "nothing of %s at %s scale: it was not run, or no strength was within its bounds",
            method, there->scale);
    else
        eg_leave_out(judgement, EG_NOT_RUN, "no result for %s of %s at %s scale", claim->metric,
                     method, there->scale);
}

/* --- places on a curve --- */

static int is_on_curve(const struct eg_claim *claim, const struct eg_result *result,
                       const char *method)
{
    return !isnan(result->x) && strcmp(result->dataset, claim->dataset) == 0 &&
           (!*claim->protocol || strcmp(result->protocol, claim->protocol) == 0) &&
           strcmp(result->method, method) == 0 && strcmp(result->metric, claim->metric) == 0 &&
           !*result->statistic;
}

static size_t count_points(const struct eg_claim *claim, const struct eg_results *results,
                           const char *method)
{
    size_t points = 0;
    for (size_t i = 0; i < results->count; i++)
        points += is_on_curve(claim, &results->items[i], method) != 0;
    return points;
}

/* The point of a curve that x names: max, min (of value) or last (of x). */
static const struct eg_result *pick_point(const struct eg_claim *claim,
                                          const struct eg_results *results, const char *method)
{
    const struct eg_result *best = NULL;
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *point = &results->items[i];
        if (!is_on_curve(claim, point, method) || isnan(point->value))
            continue;
        if (!best || (strcmp(claim->x, "max") == 0 && point->value > best->value) ||
            (strcmp(claim->x, "min") == 0 && point->value < best->value) ||
            (strcmp(claim->x, "last") == 0 && point->x > best->x))
            best = point;
    }
    return best;
}

static const struct eg_result *find_point(const struct eg_claim *claim,
                                          const struct eg_results *results, const char *method)
{
    char *end;
    const double x = strtod(claim->x, &end);
    if (*claim->x == '\0')
        return find(claim, results, method, NAN);
    return *end ? pick_point(claim, results, method) : find(claim, results, method, x);
}

/* --- evidence --- */

static struct eg_order order_of(const struct eg_claim *claim)
{
    return (struct eg_order){.factor = eg_has_factor(claim) ? claim->published : 1,
                             .sign = claim->relation == EG_LESS && !eg_claim_is_test(claim) ? -1
                                                                                            : 1,
                             .least = claim->tolerance == EG_BY_SIGN ? claim->slack : 0};
}

static struct eg_evidence weigh(const struct eg_claim *claim, const struct eg_result *result,
                                const struct eg_result *other)
{
    const struct eg_order order = order_of(claim);
    if (!other)
        return eg_weigh_bound(result, claim->published, order.sign);
    if (claim->relation == EG_ABOUT)
        return eg_weigh_ratio(result, other, claim->published);
    struct eg_evidence evidence = eg_weigh_order(result, other, &order);
    if (claim->has_two_samples && evidence.kind == EG_EVIDENCE_SAMPLED) {
        /* The pairs decide; the effect is the one that the paper's own test has. */
        const struct eg_evidence apart = eg_weigh_samples(result, other, &order);
        if (apart.test && strcmp(apart.test, evidence.test) != 0) {
            evidence.other_test = apart.test;
            evidence.other_t = apart.t;
            evidence.other_p = 2 * fmin(apart.p_for, apart.p_against);
        }
        evidence.effect = apart.effect;
        evidence.design = apart.design;
        evidence.n = apart.n;
    }
    return evidence;
}

/* An extreme of a curve was picked among its points, which Bonferroni pays for. */
static void pay_for_choice(const struct eg_claim *claim, const struct eg_results *results,
                           struct eg_evidence *evidence)
{
    if (strcmp(claim->x, "max") != 0 && strcmp(claim->x, "min") != 0)
        return;
    const double own = (double)count_points(claim, results, claim->method),
                 others = (double)count_points(claim, results, claim->versus);
    evidence->p_for = fmin(1, own * evidence->p_for);
    evidence->p_against = fmin(1, others * evidence->p_against);
}

static void take_evidence(struct eg_judgement *judgement, struct eg_evidence evidence)
{
    eg_weigh_printed(judgement->claim, &evidence);
    judgement->evidence = evidence;
    judgement->p_for = evidence.p_for;
    judgement->p_against = evidence.p_against;
    judgement->p_small = evidence.p_small;
    eg_judge_evidence(judgement);
}

/* Whether the values themselves are in the claimed order. */
static int is_ahead(const struct eg_claim *claim, const struct eg_result *result,
                    const struct eg_result *other)
{
    const struct eg_order order = order_of(claim);
    return claim->relation == EG_ABOUT
               ? fabs(log(result->value / other->value)) < log(order.factor)
               : order.sign * (result->value - order.factor * other->value) > order.least;
}

/* At every point; those where the two are equal (the ends of a Lorenz curve) say nothing. */
static void judge_whole_curve(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    struct eg_evidence all = {.kind = EG_EVIDENCE_EXACT,
                              .lead = INFINITY,
                              .effect = NAN,
                              .p_for = 0,
                              .p_against = 1,
                              .p_small = NAN};
    double points = 0, held = 0;
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        if (!is_on_curve(claim, result, claim->method))
            continue;
        const struct eg_result *other = find(claim, results, claim->versus, result->x);
        if (!other || other->value == result->value)
            continue;
        const struct eg_evidence own = weigh(claim, result, other);
        take(judgement, result);
        points++;
        held += is_ahead(claim, result, other);
        all.lead = fmin(all.lead, own.lead);
        if (own.kind == EG_EVIDENCE_SAMPLED && all.kind == EG_EVIDENCE_EXACT)
            all.kind = EG_EVIDENCE_SAMPLED;
        if (own.kind == EG_EVIDENCE_SAMPLED) {
            if (!all.test || own.p_for > all.p_for) {
                all.test = own.test;
                all.t = own.t;
                all.design = own.design;
            }
            all.p_for = fmax(all.p_for, own.p_for);
            all.p_against = fmin(all.p_against, own.p_against);
            all.n = own.n;
        } else if (own.kind == EG_EVIDENCE_NONE) {
            all.kind = EG_EVIDENCE_NONE;
            all.lack = own.lack;
        }
    }
    if (points == 0) {
        explain_absence(judgement, results,
                        count_points(claim, results, claim->method) ? claim->versus
                                                                    : claim->method);
        return;
    }
    judgement->measured = held / points;
    judgement->se = NAN;
    all.p_against = fmin(1, points * all.p_against);
    take_evidence(judgement, all);
    snprintf(judgement->detail, sizeof judgement->detail,
             "holds at %.0f of %.0f points of the curve", held, points);
}

/* --- a claim --- */

static void judge_order(struct eg_judgement *judgement, const struct eg_results *results,
                        const struct eg_result *result, const struct eg_result *other)
{
    const struct eg_claim *claim = judgement->claim;
    if (isnan(result->value) || (other && isnan(other->value))) {
        eg_decide(judgement, EG_NOT_REPRODUCED, "the measured value is not a number");
        return;
    }
    struct eg_evidence evidence = weigh(claim, result, other);
    if (other)
        pay_for_choice(claim, results, &evidence);
    take_evidence(judgement, evidence);
    if (eg_claims_statistic(claim)) {
        judgement->measured = evidence.effect / sqrt(evidence.design.samples / (double)evidence.n);
        judgement->se = NAN;
    } else if (other)
        snprintf(judgement->detail, sizeof judgement->detail, "%.4g against %.4g", result->value,
                 other->value);
}

static void judge(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    if (eg_is_whole_curve(claim)) {
        judge_whole_curve(judgement, results);
        return;
    }
    const struct eg_result *result = find_point(claim, results, claim->method);
    const struct eg_result *other = *claim->versus ? find_point(claim, results, claim->versus)
                                                   : NULL;
    if (!result || (*claim->versus && !other)) {
        explain_absence(judgement, results, result ? claim->versus : claim->method);
        return;
    }
    take(judgement, result);
    if (claim->relation == EG_EQUAL)
        eg_judge_number(judgement, result);
    else
        judge_order(judgement, results, result, other);
}

/* What was measured at less than the claim takes is shown, not judged. */
static void hold_back(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    const size_t points = count_points(claim, results, claim->method);
    if (judgement->verdict == EG_NOT_ATTEMPTED)
        return;
    if (eg_scale_rank(judgement->scale) < eg_scale_rank(claim->least_scale))
        eg_leave_out(judgement, EG_TOO_SMALL,
                     "shown, not judged: too small a scale; --scale %s decides",
                     claim->least_scale);
    else if (points < claim->least_points)
        eg_leave_out(judgement, EG_TOO_SMALL,
                     "shown, not judged: the curve has %zu point%s, and it takes %zu", points,
                     points == 1 ? "" : "s", claim->least_points);
    else
        return;
    judgement->p_for = judgement->p_against = judgement->p_small = judgement->p = NAN;
    judgement->needed = 0;
}

struct eg_judgement eg_judge_claim(const struct eg_claim *claim, const struct eg_results *results)
{
    static const char prefix[] = "not attempted: ";
    struct eg_judgement judgement = {.claim = claim,
                                     .verdict = EG_NOT_ATTEMPTED,
                                     .measured = NAN,
                                     .se = NAN,
                                     .p = NAN,
                                     .p_for = NAN,
                                     .p_against = NAN,
                                     .p_small = NAN};
    if (*claim->status && !claim->least_scale && !claim->least_points)
        eg_leave_out(&judgement, EG_NO_OUTCOME, "%s",
                     claim->status + (strncmp(claim->status, prefix, strlen(prefix)) == 0
                                          ? strlen(prefix)
                                          : 0));
    else if (!results || results->count == 0)
        eg_leave_out(&judgement, EG_NOT_RUN, "egbench-%s has not been run", claim->experiment);
    else {
        judge(&judgement, results);
        hold_back(&judgement, results);
    }
    return judgement;
}
