/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/evidence.h"

#include <math.h>

#include "stats/ttest.h"

/* A mean and its spread. */
struct gap {
    double mean, se, df;
    double sd; /* of one unit, in which an effect is told */
    size_t n;
    struct eg_design design;
    const char *test;
};

/* P(T >= t): half the two-sided p on its side. */
static double upper_p(double t, double df)
{
    const double half = eg_ttest_p(t, df) / 2;
    return t > 0 ? half : 1 - half;
}

/* One-sided p that the mean is above a value. Where n units do not vary at all, each says so with
 * the chance of a coin. */
static double p_above(const struct gap *gap, double value)
{
    if (gap->se > 0)
        return upper_p((gap->mean - value) / gap->se, gap->df);
    return gap->mean > value ? pow(0.5, (double)gap->n) : 1;
}

static double p_below(const struct gap *gap, double value)
{
    struct gap turned = *gap;
    turned.mean = -gap->mean;
    return p_above(&turned, -value);
}

static struct eg_evidence no_evidence(const char *lack)
{
    return (struct eg_evidence){.kind = EG_EVIDENCE_NONE,
                                .lack = lack,
                                .lead = NAN,
                                .effect = NAN,
                                .p_for = NAN,
                                .p_against = NAN,
                                .p_small = NAN,
                                .t = NAN};
}

/* The evidence of a gap that should be above 0. */
static struct eg_evidence weigh(struct gap *gap)
{
    static const double rounding = 1e-12;
    if (gap->sd <= rounding * fabs(gap->mean))
        gap->sd = gap->se = 0;
    return (struct eg_evidence){.kind = EG_EVIDENCE_SAMPLED,
                                .lead = gap->mean,
                                .effect = gap->mean / gap->sd,
                                .n = gap->n,
                                .design = gap->design,
                                .test = gap->test,
                                .t = gap->mean / gap->se,
                                .p_for = p_above(gap, 0),
                                .p_against = p_below(gap, 0),
                                .p_small = NAN};
}

static struct eg_evidence weigh_exact(double lead)
{
    struct eg_evidence evidence = no_evidence(NULL);
    evidence.kind = EG_EVIDENCE_EXACT;
    evidence.lead = lead;
    return evidence;
}

static int has_error(const struct eg_result *result)
{
    return result->basis == EG_BASIS_SAMPLE && result->n >= 2 && isfinite(result->se);
}

/* Whether it is a number that the other's replicates can be held against. */
static int is_constant(const struct eg_result *result)
{
    return result->basis == EG_BASIS_EXACT || result->basis == EG_BASIS_ONE_SPLIT;
}

static const char *find_lack(const struct eg_result *result)
{
    if (result->basis == EG_BASIS_RECKONED)
        return "extrapolated, not measured, which establishes nothing";
    if (result->basis == EG_BASIS_ONE_SPLIT)
        return "one split of the data: no test";
    return result->n < 2 ? "one replicate has no standard error"
                         : "its standard error is not known";
}

/* --- unit by unit --- */

/* How two values become a difference: a - factor b, or log (a / b). */
struct rule {
    double factor;
    int is_ratio;
};

static double subtract(const struct rule *rule, double a, double b)
{
    return rule->is_ratio ? log(a / b) : a - rule->factor * b;
}

/* Of the units that both have: their number and the sum of (difference - centre)^power. */
static double add_differences(const struct eg_result *a, const struct eg_result *b,
                              const struct rule *rule, double centre, int power, size_t *n)
{
    double sum = 0;
    *n = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            if (a->units[i] == b->units[j]) {
                const double off = subtract(rule, a->sample[i], b->sample[j]) - centre;
                sum += power == 1 ? off : off * off;
                (*n)++;
                break;
            }
    return sum;
}

static int are_paired(const struct eg_result *a, const struct eg_result *b)
{
    return a->sample && b->sample && a->units && b->units;
}

static struct gap pair_units(const struct eg_result *a, const struct eg_result *b,
                             const struct rule *rule)
{
    struct gap gap = {.design = {1, a->overlap},
                      .test = a->overlap > 0 ? "corrected paired t" : "paired t"};
    const double sum = add_differences(a, b, rule, 0, 1, &gap.n);
    const double n = (double)gap.n;
    gap.mean = sum / n;
    gap.sd = sqrt(add_differences(a, b, rule, gap.mean, 2, &gap.n) / (n - 1));
    gap.se = gap.sd * sqrt(eg_design_variance(gap.design, n));
    gap.df = n - 1;
    return gap;
}

/* --- samples --- */

/* A sample by its mean and error, or by those of its logarithm. */
static struct gap take_sample(const struct eg_result *result, double times, int is_ratio)
{
    const double root = sqrt((double)result->n);
    struct gap gap = {.n = result->n,
                      .df = (double)result->n - 1,
                      .mean = is_ratio ? log(result->value) : times * result->value,
                      .design = {1, result->overlap},
                      .test = result->overlap > 0 ? "corrected one-sample t" : "one-sample t"};
    gap.sd = root * (is_ratio ? result->se / fabs(result->value) : fabs(times) * result->se);
    gap.se = gap.sd * sqrt(eg_design_variance(gap.design, (double)result->n));
    return gap;
}

/* Welch's t: degrees of freedom after Welch and Satterthwaite. */
static struct gap subtract_samples(const struct gap *a, const struct gap *b)
{
    const double of_a = a->se * a->se, of_b = b->se * b->se;
    return (struct gap){.mean = a->mean - b->mean,
                        .se = sqrt(of_a + of_b),
                        .sd = sqrt((a->sd * a->sd + b->sd * b->sd) / 2),
                        .df = (of_a + of_b) * (of_a + of_b) /
                              (of_a * of_a / a->df + of_b * of_b / b->df),
                        .n = a->n < b->n ? a->n : b->n,
                        .design = {2, a->design.overlap},
                        .test = "Welch's t"};
}

/* Student's t of two samples: one variance, pooled. */
static struct gap pool_samples(const struct gap *a, const struct gap *b)
{
    struct gap gap = subtract_samples(a, b);
    const double n_a = (double)a->n, n_b = (double)b->n;
    gap.df = a->df + b->df;
    gap.sd = sqrt((a->df * a->sd * a->sd + b->df * b->sd * b->sd) / gap.df);
    gap.se = gap.sd * sqrt(eg_design_variance(a->design, n_a) + eg_design_variance(b->design, n_b));
    gap.test = "two-sample t";
    return gap;
}

/* --- all of it --- */

/* a - factor b, or log (a / b), in their design. *lack becomes not NULL where there is no telling. */
static struct gap find_gap(const struct eg_result *a, const struct eg_result *b,
                           const struct rule *rule, int ignores_units, const char **lack)
{
    const int a_varies = has_error(a), b_varies = has_error(b);
    struct gap gap = {0};
    *lack = NULL;
    if (a->basis == EG_BASIS_RECKONED || b->basis == EG_BASIS_RECKONED)
        *lack = find_lack(a->basis == EG_BASIS_RECKONED ? a : b);
    else if (a_varies && b_varies && are_paired(a, b) && !ignores_units) {
        gap = pair_units(a, b, rule);
        *lack = gap.n < 2 ? "fewer than two units in common" : NULL;
    } else if ((!a_varies && !is_constant(a)) || (!b_varies && !is_constant(b)))
        *lack = find_lack(!a_varies && !is_constant(a) ? a : b);
    else if (!a_varies && !b_varies)
        *lack = find_lack(a->basis == EG_BASIS_ONE_SPLIT ? a : b);
    else if (a_varies && b_varies) {
        const struct gap first = take_sample(a, 1, rule->is_ratio);
        const struct gap second = take_sample(b, rule->factor, rule->is_ratio);
        gap = ignores_units ? pool_samples(&first, &second) : subtract_samples(&first, &second);
    } else {
        gap = take_sample(a_varies ? a : b, a_varies ? 1 : -rule->factor, rule->is_ratio);
        gap.mean = subtract(rule, a->value, b->value);
    }
    return gap;
}

static int are_exact(const struct eg_result *a, const struct eg_result *b)
{
    return a->basis == EG_BASIS_EXACT && b->basis == EG_BASIS_EXACT;
}

static struct eg_evidence weigh_order(const struct eg_result *a, const struct eg_result *b,
                                      const struct eg_order *order, int ignores_units)
{
    const struct rule rule = {order->factor, 0};
    const char *lack;
    if (are_exact(a, b))
        return weigh_exact(order->sign * (a->value - order->factor * b->value) - order->least);
    struct gap gap = find_gap(a, b, &rule, ignores_units, &lack);
    if (lack)
        return no_evidence(lack);
    gap.mean = order->sign * gap.mean - order->least;
    return weigh(&gap);
}

struct eg_evidence eg_weigh_order(const struct eg_result *a, const struct eg_result *b,
                                  const struct eg_order *order)
{
    return weigh_order(a, b, order, 0);
}

struct eg_evidence eg_weigh_samples(const struct eg_result *a, const struct eg_result *b,
                                    const struct eg_order *order)
{
    return weigh_order(a, b, order, 1);
}

struct eg_evidence eg_weigh_bound(const struct eg_result *a, double bound, double sign)
{
    if (a->basis == EG_BASIS_EXACT)
        return weigh_exact(sign * (a->value - bound));
    if (!has_error(a))
        return no_evidence(find_lack(a));
    struct gap gap = take_sample(a, 1, 0);
    gap.mean = sign * (gap.mean - bound);
    return weigh(&gap);
}

struct eg_evidence eg_weigh_ratio(const struct eg_result *a, const struct eg_result *b,
                                  double factor)
{
    const struct rule rule = {1, 1};
    const double margin = log(factor);
    const char *lack;
    if (!(a->value > 0) || !(b->value > 0))
        return no_evidence("a ratio needs two values above 0");
    if (are_exact(a, b))
        return weigh_exact(margin - fabs(log(a->value / b->value)));
    struct gap gap = find_gap(a, b, &rule, 0, &lack);
    if (lack || !isfinite(gap.mean))
        return no_evidence(lack ? lack : "a ratio needs values above 0");
    struct eg_evidence evidence = weigh(&gap);
    evidence.lead = margin - fabs(gap.mean);
    evidence.t = evidence.lead / gap.se; /* of the two tests the one that is less sure */
    evidence.effect = margin / gap.sd;
    evidence.p_for = fmax(p_above(&gap, -margin), p_below(&gap, margin));
    evidence.p_against = fmin(p_above(&gap, margin), p_below(&gap, -margin));
    return evidence;
}
