/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/verdict_pairs.h"

#include <float.h>
#include <math.h>

#include "stats/binomial.h"
#include "stats/mean_interval.h"
#include "stats/resampled_ttest.h"

enum { STREAM = 0x76657264 /* "verd": no other program's */, RESAMPLES = 10000 };

static const double same_absolute = 1e-12, same_relative = 1e-9;

const double *eg_scores_of(const struct eg_score_table *table, size_t method, size_t metric)
{
    return table->scores + (method * table->metric_count + metric) * table->unit_count;
}

double eg_score_difference(const struct eg_score_metric *metric, double a, double b)
{
    if (!isfinite(a) || !isfinite(b))
        return NAN;
    if (fabs(a - b) <= same_absolute + same_relative * fmax(fabs(a), fabs(b)))
        return 0;
    return metric->lower_is_better ? b - a : a - b;
}

static int begins_split(const struct eg_score_table *table, size_t unit)
{
    for (size_t i = 0; table->splits && i < unit; i++)
        if (table->splits[i] == table->splits[unit])
            return 0;
    return 1;
}

size_t eg_merge_units(const struct eg_score_table *table, double *values)
{
    size_t count = 0;
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        double sum = 0;
        size_t members = 0;
        if (!begins_split(table, unit))
            continue;
        for (size_t i = unit; i < (table->splits ? table->unit_count : unit + 1); i++)
            if (!isnan(values[i]) && (!table->splits || table->splits[i] == table->splits[unit])) {
                sum += values[i];
                members++;
            }
        values[count++] = members ? sum / (double)members : NAN;
    }
    return count;
}

size_t eg_gather_units(const struct eg_score_table *table, double *values)
{
    const size_t merged = eg_merge_units(table, values);
    size_t count = 0;
    for (size_t i = 0; i < merged; i++)
        if (!isnan(values[i]))
            values[count++] = values[i];
    return count;
}

/* Whether values differ by more than rounding. */
static int vary(const double *values, size_t count)
{
    double low = DBL_MAX, high = -DBL_MAX;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    return count && high - low > same_absolute + same_relative * fmax(fabs(low), fabs(high));
}

static int test_varying(const struct eg_score_table *table, const struct eg_verdict_room *room,
                        struct eg_pair_test *test, struct eg_error *error)
{
    struct eg_ttest plain, corrected;
    int status = eg_ttest_paired(room->differences, room->zeros, test->pairs, &plain, error);
    if (status)
        return status;
    test->t = plain.t;
    test->judged_p = test->p = plain.p;
    if (!table->n_train)
        return EG_OK;
    status = eg_resampled_ttest(room->differences, room->zeros, test->pairs, table->n_train,
                                table->n_test, &corrected, error);
    if (status)
        return status;
    test->corrected_t = corrected.t;
    test->judged_p = test->corrected_p = corrected.p;
    return EG_OK;
}

int eg_test_pair(const struct eg_score_table *table, size_t a, size_t b, size_t metric,
                 struct eg_verdict_room *room, struct eg_pair_test *test, struct eg_error *error)
{
    const double *first = eg_scores_of(table, a, metric), *second = eg_scores_of(table, b, metric);
    double sum = 0;
    *test = (struct eg_pair_test){.difference = NAN,
                                  .t = NAN,
                                  .p = NAN,
                                  .corrected_t = NAN,
                                  .corrected_p = NAN,
                                  .judged_p = NAN,
                                  .one_sided_p = NAN,
                                  .same = 1};
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        const double difference = eg_score_difference(&table->metrics[metric], first[unit],
                                                      second[unit]);
        room->differences[unit] = difference;
        test->same &= isnan(difference) || difference == 0;
    }
    test->pairs = eg_gather_units(table, room->differences);
    if (!test->pairs)
        return EG_OK;
    for (size_t i = 0; i < test->pairs; i++)
        sum += room->differences[i];
    test->difference = sum / (double)test->pairs;
    test->varies = vary(room->differences, test->pairs);
    int status = EG_OK;
    if (test->same)
        test->judged_p = 1;
    else if (test->varies)
        status = test_varying(table, room, test, error);
    else if (test->pairs > 1)
        test->judged_p = fmin(1, 2 * eg_binomial_p(test->pairs, test->pairs, 0.5));
    test->one_sided_p = test->difference > 0 ? test->judged_p / 2 : 1 - test->judged_p / 2;
    return status;
}

int eg_verdict_interval(const struct eg_score_table *table, const double *values, size_t count,
                        double *low, double *high, struct eg_error *error)
{
    /* The same draws for all methods and metrics: what is added to a table changes no other interval. */
    const struct eg_stream stream = eg_stream_make(table->seed, STREAM, EG_PURPOSE_BOOTSTRAP, 0, 0);
    const size_t resamples = table->resamples ? table->resamples : RESAMPLES;
    *low = *high = NAN;
    return count > 1 && vary(values, count)
               ? eg_mean_interval(values, count, resamples, &stream, low, high, error)
               : EG_OK;
}
