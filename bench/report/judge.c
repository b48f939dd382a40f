/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/judge.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "stats/ttest.h"

static const double sure = 2, allowed = 3; /* standard errors */

/* From fewer replicates a standard error is too uncertain to lean on. */
enum { FEWEST_FOR_ERROR = 5, FEWEST_FOR_EFFECT = 10 };

__attribute__((format(printf, 3, 4))) static void
decide(struct eg_judgement *judgement, enum eg_verdict verdict, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(judgement->reason, sizeof judgement->reason, format, arguments);
    va_end(arguments);
    judgement->verdict = verdict;
}

static const char *protocol_of(const struct eg_claim *claim)
{
    return *claim->protocol ? claim->protocol : NULL;
}

static const struct eg_result *find(const struct eg_claim *claim, const struct eg_results *results,
                                    const char *method, const char *metric, double x)
{
    return eg_results_find(results, claim->dataset, protocol_of(claim), method, metric, x);
}

static void take(struct eg_judgement *judgement, const struct eg_result *result)
{
    judgement->measured = result->value;
    judgement->se = result->se;
    judgement->n = result->n;
    snprintf(judgement->dataset, sizeof judgement->dataset, "%s", result->dataset);
    snprintf(judgement->scale, sizeof judgement->scale, "%s", result->scale);
}

/* The |t| whose two-sided p is that; by bisection, since p falls all the way. */
static double t_of_p(double p, double df)
{
    double low = 0, high = 1e6;
    for (int i = 0; i < 200; i++) {
        const double middle = 0.5 * (low + high);
        if (eg_ttest_p(middle, df) > p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* How large the difference is in units of the spread, whatever n. */
struct effect {
    double size, variance;
};

static struct effect find_effect(const struct eg_claim *claim, double t, double n)
{
    const double samples = claim->has_two_samples ? 2 : 1, size = t * sqrt(samples / n);
    return (struct effect){size, (samples + size * size / (2 * samples)) / n};
}

static void judge_t(struct eg_judgement *judgement, double published, double measured)
{
    static const char format[] = "effect %.3g against %.3g standard deviations";
    const struct eg_claim *claim = judgement->claim;
    const double n = (double)judgement->n;
    if (!(n > 1) || !(claim->published_n > 1)) {
        decide(judgement, EG_NOT_ATTEMPTED, "a t needs 2 replicates here and in the paper");
        return;
    }
    const struct effect own = find_effect(claim, measured, n);
    const struct effect of_paper = find_effect(claim, published, claim->published_n);
    const double d = own.size, q = of_paper.size;
    const int has_sign = fabs(q) > sure * sqrt(of_paper.variance);
    const int is_alike = d * q > 0 || (!has_sign && fabs(d) <= sure * sqrt(own.variance));
    judgement->z = (d - q) / sqrt(own.variance + of_paper.variance);
    if (has_sign && !(d * q > 0))
        decide(judgement, EG_NOT_REPRODUCED, "wrong sign: effect %.3g against %.3g", d, q);
    else if (fabs(judgement->z) <= allowed && n >= FEWEST_FOR_EFFECT)
        decide(judgement, EG_WITHIN_ERROR, format, d, q);
    else
        decide(judgement, is_alike ? EG_DIRECTION_ONLY : EG_NOT_REPRODUCED, format, d, q);
}

static void judge_p(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    const struct eg_result *t = find(claim, results, claim->method, claim->sign_metric, NAN);
    if (!t) {
        decide(judgement, EG_NOT_ATTEMPTED, "no result for %s of %s", claim->sign_metric,
               claim->method);
        return;
    }
    const double samples = claim->has_two_samples ? 2 : 1;
    judge_t(judgement, t_of_p(claim->published, samples * (claim->published_n - 1)), t->value);
}

static void judge_monte_carlo(struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    const double difference = judgement->measured - claim->published;
    const double se = isnan(judgement->se) ? 0 : judgement->se;
    double published_se = claim->published_se;
    if (isnan(published_se))
        published_se = isnan(claim->published_n)
                           ? 0
                           : se * sqrt((double)judgement->n / claim->published_n);
    const double combined = hypot(se, published_se);
    const int few = se > 0 && judgement->n < FEWEST_FOR_ERROR;
    if (combined > 0)
        judgement->z = difference / combined;
    if (fabs(difference) <= claim->slack)
        decide(judgement, EG_WITHIN_ERROR, "within the stated slack of %g", claim->slack);
    else if (combined > 0 && fabs(judgement->z) <= allowed && few)
        decide(judgement, EG_NOT_REPRODUCED,
               "off by %.2g, and %zu replicates are too few for a standard error", difference,
               judgement->n);
    else if (combined > 0)
        decide(judgement, fabs(judgement->z) <= allowed ? EG_WITHIN_ERROR : EG_NOT_REPRODUCED,
               "%.1f combined standard errors off", fabs(judgement->z));
    else
        decide(judgement, EG_NOT_REPRODUCED, "off by %.2g, without a standard error", difference);
}

static void judge_number(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    const double measured = judgement->measured, published = claim->published;
    const double last_place = claim->half_unit * (1 + 1e-9);
    const int depends_on_n = claim->tolerance == EG_T_VALUE || claim->tolerance == EG_P_VALUE;
    if (isnan(measured))
        decide(judgement, EG_NOT_REPRODUCED, "the measured value is not a number");
    else if (fabs(measured - published) <= last_place &&
             (!depends_on_n || (double)judgement->n == claim->published_n))
        decide(judgement, EG_REPRODUCED, "%s", "");
    else if (claim->tolerance == EG_MONTE_CARLO)
        judge_monte_carlo(judgement);
    else if (claim->tolerance == EG_T_VALUE)
        judge_t(judgement, published, measured);
    else if (claim->tolerance == EG_P_VALUE)
        judge_p(judgement, results);
    else if (claim->tolerance == EG_FACTOR && measured * published > 0 &&
             fabs(log(measured / published)) <= log(claim->slack))
        decide(judgement, EG_WITHIN_ERROR, "within a factor of %g", claim->slack);
    else
        decide(judgement, EG_NOT_REPRODUCED, "off by %.2g", measured - published);
}

static void judge_bound(struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    const double measured = judgement->measured, bound = claim->published;
    const int holds = claim->relation == EG_GREATER ? measured >= bound : measured <= bound;
    if (holds)
        decide(judgement, EG_REPRODUCED, "%s", "");
    else if (claim->tolerance == EG_T_VALUE && measured * bound > 0)
        decide(judgement, EG_DIRECTION_ONLY, "t %.3g, bound %g", measured, bound);
    else
        decide(judgement, EG_NOT_REPRODUCED, "%.4g, bound %g", measured, bound);
}

static void judge_significance(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    const double p = judgement->measured, bound = claim->published;
    if (claim->relation == EG_P_ABOVE) {
        if (!(p > bound))
            decide(judgement, EG_NOT_REPRODUCED, "p %.2g", p);
        else if ((double)judgement->n < claim->published_n)
            decide(judgement, EG_DIRECTION_ONLY,
                   "p %.2g, but from %zu replicates where the paper has %g", p, judgement->n,
                   claim->published_n);
        else
            decide(judgement, EG_REPRODUCED, "%s", "");
        return;
    }
    if (*claim->sign_metric) {
        const struct eg_result *t = find(claim, results, claim->method, claim->sign_metric, NAN);
        if (!t || !(t->value > 0)) {
            decide(judgement, t ? EG_NOT_REPRODUCED : EG_NOT_ATTEMPTED, "%s %s",
                   t ? "wrong sign of" : "no result for", claim->sign_metric);
            return;
        }
    }
    if (p < bound)
        decide(judgement, EG_REPRODUCED, "%s", "");
    else
        decide(judgement, EG_DIRECTION_ONLY, "p %.2g", p);
}

static double factor_of(const struct eg_claim *claim)
{
    return isnan(claim->published) ? 1 : claim->published;
}

/* How far method is on the claimed side of factor x other: positive when the ordering holds. Of two said
 * to be alike, how far the logarithm of their ratio is within that of the factor. */
static double lead(const struct eg_claim *claim, double method, double other)
{
    const double difference = method - factor_of(claim) * other;
    if (claim->relation == EG_ABOUT)
        return log(factor_of(claim)) - fabs(log(method / other));
    return claim->relation == EG_GREATER ? difference : -difference;
}

static void judge_ordering(struct eg_judgement *judgement, const struct eg_result *result,
                           const struct eg_result *other)
{
    const struct eg_claim *claim = judgement->claim;
    const double ahead = lead(claim, result->value, other->value);
    const int is_ratio = claim->relation == EG_ABOUT;
    const double unit = is_ratio ? result->value : 1;
    const double unit_of_other = is_ratio ? other->value : 1 / factor_of(claim);
    const double se = hypot(isnan(result->se) ? 0 : result->se / unit,
                            isnan(other->se) ? 0 : other->se / unit_of_other);
    if (se > 0)
        judgement->z = ahead / se;
    if (!(ahead > 0))
        decide(judgement, EG_NOT_REPRODUCED, "%.4g against %.4g", result->value, other->value);
    else if (se > 0 && result->n < FEWEST_FOR_ERROR)
        decide(judgement, EG_DIRECTION_ONLY, "%.4g against %.4g, from %zu replicates",
               result->value, other->value, result->n);
    else if (se > 0 && judgement->z < sure)
        decide(judgement, EG_DIRECTION_ONLY, "%.4g against %.4g, %.1f standard errors",
               result->value, other->value, judgement->z);
    else
        decide(judgement, EG_REPRODUCED, "%.4g against %.4g", result->value, other->value);
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
        decide(judgement, EG_NOT_ATTEMPTED, "needs %s; measured on the %s only",
               eg_dataset_title(claim->dataset), eg_dataset_title(results->items[0].dataset));
    else if (!has_method)
        decide(judgement, EG_NOT_ATTEMPTED, "%s was not run at %s scale", method, there->scale);
    else
        decide(judgement, EG_NOT_ATTEMPTED, "no result for %s of %s at %s scale", claim->metric,
               method, there->scale);
}

static int is_on_curve(const struct eg_claim *claim, const struct eg_result *result,
                       const char *method)
{
    return !isnan(result->x) && strcmp(result->dataset, claim->dataset) == 0 &&
           (!*claim->protocol || strcmp(result->protocol, claim->protocol) == 0) &&
           strcmp(result->method, method) == 0 && strcmp(result->metric, claim->metric) == 0;
}

static int has_curve(const struct eg_claim *claim, const struct eg_results *results,
                     const char *method)
{
    for (size_t i = 0; i < results->count; i++)
        if (is_on_curve(claim, &results->items[i], method))
            return 1;
    return 0;
}

/* Points where the two are equal (the ends of a Lorenz curve) say nothing and do not count. */
static void judge_whole_curve(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    size_t points = 0, held = 0;
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        if (!is_on_curve(claim, result, claim->method))
            continue;
        const struct eg_result *other = find(claim, results, claim->other, claim->metric,
                                             result->x);
        if (!other || lead(claim, result->value, other->value) == 0 ||
            (strcmp(claim->x, "positive") == 0 && !(result->x > 0)))
            continue;
        take(judgement, result);
        points++;
        held += lead(claim, result->value, other->value) > 0;
    }
    if (points == 0) {
        explain_absence(judgement, results,
                        has_curve(claim, results, claim->method) ? claim->other : claim->method);
        return;
    }
    judgement->measured = (double)held / (double)points;
    judgement->se = NAN;
    decide(judgement,
           held == points      ? EG_REPRODUCED
           : 2 * held > points ? EG_DIRECTION_ONLY
                               : EG_NOT_REPRODUCED,
           "holds at %zu of %zu points of the curve", held, points);
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
        return find(claim, results, method, claim->metric, NAN);
    return *end ? pick_point(claim, results, method)
                : find(claim, results, method, claim->metric, x);
}

static void judge(struct eg_judgement *judgement, const struct eg_results *results)
{
    const struct eg_claim *claim = judgement->claim;
    if (strcmp(claim->x, "all") == 0 || strcmp(claim->x, "positive") == 0) {
        judge_whole_curve(judgement, results);
        return;
    }
    const struct eg_result *result = find_point(claim, results, claim->method);
    const struct eg_result *other = *claim->other ? find_point(claim, results, claim->other) : NULL;
    if (!result || (*claim->other && !other)) {
        explain_absence(judgement, results, result ? claim->other : claim->method);
        return;
    }
    take(judgement, result);
    if (claim->relation == EG_EQUAL)
        judge_number(judgement, results);
    else if (claim->relation == EG_P_BELOW || claim->relation == EG_P_ABOVE)
        judge_significance(judgement, results);
    else if (other)
        judge_ordering(judgement, result, other);
    else
        judge_bound(judgement);
}

/* The scale that a claim takes at the least: what follows "from " in its status, or NULL. */
static const char *find_least_scale(const struct eg_claim *claim)
{
    static const char word[] = "from ";
    return strncmp(claim->status, word, strlen(word)) == 0 ? claim->status + strlen(word) : NULL;
}

struct eg_judgement eg_judge_claim(const struct eg_claim *claim, const struct eg_results *results)
{
    static const char prefix[] = "not attempted: ";
    struct eg_judgement judgement = {
        .claim = claim, .verdict = EG_NOT_ATTEMPTED, .measured = NAN, .se = NAN, .z = NAN};
    const char *least = find_least_scale(claim);
    if (*claim->status && !least)
        decide(&judgement, EG_NOT_ATTEMPTED, "%s",
               claim->status +
                   (strncmp(claim->status, prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0));
    else if (!results || results->count == 0)
        decide(&judgement, EG_NOT_ATTEMPTED, "egbench-%s has not been run", claim->experiment);
    else
        judge(&judgement, results);
    if (judgement.verdict == EG_NOT_ATTEMPTED) {
        judgement.measured = judgement.se = judgement.z = NAN;
        judgement.n = 0;
        judgement.dataset[0] = judgement.scale[0] = '\0';
    } else if (eg_scale_rank(judgement.scale) < eg_scale_rank(least))
        decide(&judgement, EG_NOT_ATTEMPTED, "too little to judge it by: --scale %s", least);
    return judgement;
}
