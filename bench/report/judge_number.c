/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does our number agree with the printed one; and how a judgement is told. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "bench/report/judge_rules.h"
#include "stats/ttest.h"

/* A number and what it is compared with, or the logarithms of both. */
struct held {
    double measured;       /* as it is */
    double off;            /* measured - published */
    double sd;             /* of one replicate of ours; NAN: it has no error */
    double n, published_n; /* replicates */
    double published_se;   /* as printed; NAN: not printed */
    double overlap;
    double width, slack; /* of the rule; slack 0: none is stated */
    double rounding;     /* of what is printed, or of reading it */
};

static double published_se(const struct held *held)
{
    const struct eg_design design = {1, held->overlap};
    return isnan(held->published_se)
               ? held->sd * sqrt(eg_design_variance(design, held->published_n))
               : held->published_se;
}

static double own_se(const struct held *held, double n)
{
    const struct eg_design design = {1, held->overlap};
    return held->sd * sqrt(eg_design_variance(design, n));
}

static double half_width(const struct held *held, double n)
{
    return eg_prediction_half_width(own_se(held, n), n, published_se(held)) + held->rounding;
}

/* The fewest replicates whose interval is no wider than the rule; 0: no number of them. */
static size_t count_needed(const struct held *held)
{
    enum { MOST = 1 << 20 };
    size_t low = (size_t)held->n, high = 2 * low;
    while (high < MOST && half_width(held, (double)high) > held->width) {
        low = high;
        high *= 2;
    }
    if (high >= MOST)
        return 0;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (half_width(held, (double)middle) > held->width)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static struct held hold(const struct eg_claim *claim, const struct eg_result *result)
{
    const double m = result->value, q = claim->published;
    const int has_error = result->basis == EG_BASIS_SAMPLE && result->n >= 2 && result->se > 0;
    struct held held = {
        .measured = m,
        .off = m - q,
        .sd = has_error ? result->se * sqrt((double)result->n) : NAN,
        .n = (double)result->n,
        .published_n = isnan(claim->published_n) ? 1 : claim->published_n,
        .published_se = claim->published_se,
        .overlap = result->overlap,
        .width = claim->slack > 0 ? claim->slack : fabs(q) / 10,
        .slack = claim->slack,
        .rounding = claim->reading > 0 ? claim->reading : claim->half_unit,
    };
    if (claim->tolerance == EG_FACTOR) {
        held.off = m * q > 0 ? log(m / q) : INFINITY;
        held.sd /= fabs(m);
        held.published_se /= fabs(q);
        held.width = held.slack = log(claim->slack);
        held.rounding /= fabs(q);
    }
    return held;
}

/* Words for a gap and for the half-width of an interval; those of logarithms are factors. */
struct words {
    char off[48], half[48], width[48], slack[48];
};

static struct words put_in_words(const struct eg_claim *claim, const struct held *held, double half)
{
    struct words words;
    if (claim->tolerance == EG_FACTOR) {
        snprintf(words.off, sizeof words.off, "%.3g times the published value",
                 held->measured / claim->published);
        snprintf(words.half, sizeof words.half, "a factor of %.3g", exp(half));
        snprintf(words.width, sizeof words.width, "a factor of %.3g", exp(held->width));
        snprintf(words.slack, sizeof words.slack, "the stated factor of %g", claim->slack);
    } else {
        snprintf(words.off, sizeof words.off, "off by %.2g", held->off);
        snprintf(words.half, sizeof words.half, "+- %.2g", half);
        snprintf(words.width, sizeof words.width, "+- %.2g", held->width);
        snprintf(words.slack, sizeof words.slack, "the stated slack of %g", claim->slack);
    }
    return words;
}

/* Inside its interval: is that worth anything? */
static void judge_width(struct eg_judgement *judgement, const struct held *held, double half)
{
    const struct words words = put_in_words(judgement->claim, held, half);
    if (half <= held->width) {
        eg_decide(judgement, EG_REPRODUCED, "%s, inside the prediction interval of %s", words.off,
                  words.half);
        return;
    }
    if (held->width == 0) {
        eg_decide(judgement, EG_INCONCLUSIVE,
                  "inside a prediction interval of %s, but no width is stated, and the "
                  "published number is 0, which gives none",
                  words.half);
        return;
    }
    judgement->needed = count_needed(held);
    if (judgement->needed)
        eg_decide(judgement, EG_INCONCLUSIVE,
                  "inside a prediction interval of %s, wider than %s: %zu replicates would decide",
                  words.half, words.width, judgement->needed);
    else
        eg_decide(judgement, EG_INCONCLUSIVE,
                  "inside a prediction interval of %s, wider than %s for any number of "
                  "replicates, by the published number's own error",
                  words.half, words.width);
}

static void judge_error(struct eg_judgement *judgement, const struct held *held)
{
    const double half = half_width(held, held->n);
    const double beyond = fabs(held->off) - held->rounding;
    const struct words words = put_in_words(judgement->claim, held, half);
    judgement->p = eg_ttest_p(fmax(0, beyond) / hypot(own_se(held, held->n), published_se(held)),
                              held->n - 1);
    if (fabs(held->off) <= half)
        judge_width(judgement, held, half);
    else if (judgement->claim->tolerance == EG_REGENERATED && fabs(held->off) <= held->slack)
        eg_decide(judgement, EG_CLOSE, "outside the prediction interval of %s, within %s",
                  words.half, words.slack);
    else
        eg_decide(judgement, EG_NOT_REPRODUCED, "%s, outside the prediction interval of %s",
                  words.off, words.half);
}

/* Why there is no prediction interval. */
static const char *name_lack(const struct eg_claim *claim, const struct eg_result *result)
{
    if (result->basis == EG_BASIS_EXACT || claim->claim_class == EG_DETERMINISTIC)
        return "deterministic: no interval";
    if (result->basis == EG_BASIS_ONE_SPLIT)
        return "one split of the data: no interval";
    return result->n < 2 ? "one replicate: no interval" : "no standard error: no interval";
}

static void judge_bare(struct eg_judgement *judgement, const struct eg_result *result,
                       const struct held *held)
{
    const char *lack = name_lack(judgement->claim, result);
    const struct words words = put_in_words(judgement->claim, held, 0);
    if (fabs(held->off) <= held->slack)
        eg_decide(judgement, EG_CLOSE, "within %s; %s", words.slack, lack);
    else if (result->basis != EG_BASIS_EXACT && isnan(result->se) &&
             judgement->claim->claim_class == EG_STOCHASTIC) {
        judgement->needed = result->n < 2 ? 2 : 0;
        eg_decide(judgement, EG_INCONCLUSIVE, "%s; %s%s", words.off, lack,
                  result->n < 2 ? "; 2 replicates at least" : "");
    } else if (held->slack > 0)
        eg_decide(judgement, EG_NOT_REPRODUCED, "%s, more than %s; %s", words.off, words.slack,
                  lack);
    else
        eg_decide(judgement, EG_NOT_REPRODUCED, "%s; %s", words.off, lack);
}

void eg_judge_number(struct eg_judgement *judgement, const struct eg_result *result)
{
    const struct eg_claim *claim = judgement->claim;
    const double m = result->value, last_place = claim->half_unit * (1 + 1e-9);
    if (*claim->data) {
        eg_leave_out(judgement, EG_OTHER_DATA, "shown, not judged: other data");
        return;
    }
    if (result->basis == EG_BASIS_RECKONED) {
        eg_decide(judgement, EG_INCONCLUSIVE,
                  "extrapolated, not measured, which establishes nothing");
        return;
    }
    const struct held held = hold(claim, result);
    if (isnan(m))
        eg_decide(judgement, EG_NOT_REPRODUCED, "the measured value is not a number");
    else if (fabs(m - claim->published) <= last_place && claim->reading == 0)
        eg_decide(judgement, EG_EQUAL_DIGITS, "%s", "");
    else if (claim->tolerance == EG_EXACT)
        eg_decide(judgement, EG_NOT_REPRODUCED, "off by %.2g", m - claim->published);
    else if (!isnan(held.sd))
        judge_error(judgement, &held);
    else
        judge_bare(judgement, result, &held);
}

/* ---- words ---- */

const char *eg_verdict_name(enum eg_verdict verdict)
{
    static const char *const names[EG_VERDICTS] = {
        "equal", "reproduced", "close", "inconclusive", "not reproduced", "not attempted"};
    return names[verdict];
}

const char *eg_absence_name(enum eg_absence absence)
{
    static const char *const names[EG_ABSENCES] = {"",
                                                   "shown, not judged: other data",
                                                   "shown, not judged: too small a scale",
                                                   "not measured: its data are not here",
                                                   "not measured: not run",
                                                   "not measured: nothing to compare with"};
    return names[absence];
}

int eg_is_shown(enum eg_absence absence)
{
    return absence == EG_OTHER_DATA || absence == EG_TOO_SMALL;
}

int eg_came_back(enum eg_verdict verdict)
{
    return verdict == EG_EQUAL_DIGITS || verdict == EG_REPRODUCED || verdict == EG_CLOSE;
}

char *eg_judgement_text(const struct eg_judgement *judgement, char *text, size_t size)
{
    const struct eg_claim *claim = judgement->claim;
    const char *parts[5];
    char scale[40], data[240];
    size_t count = 0;
    if (*judgement->scale && strcmp(judgement->scale, "paper") != 0) {
        snprintf(scale, sizeof scale, "%s scale", judgement->scale);
        parts[count++] = scale;
    }
    if (*judgement->dataset && *claim->data) {
        snprintf(data, sizeof data, "on %s: %s", judgement->dataset, claim->data);
        parts[count++] = data;
    }
    if (*judgement->reason)
        parts[count++] = judgement->reason;
    if (*judgement->detail)
        parts[count++] = judgement->detail;
    if (*judgement->stand_in)
        parts[count++] = judgement->stand_in;
    size_t used = (size_t)snprintf(text, size, "%s", eg_verdict_name(judgement->verdict));
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s%s", i ? "; " : " (", parts[i],
                                 i + 1 == count ? ")" : "");
    return text;
}
