/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/verdict.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "bench/compare/verdict_parts.h"
#include "stats/binomial.h"
#include "stats/bootstrap.h"
#include "stats/moments.h"
#include "stats/resampled_ttest.h"

enum { STREAM = 0x76657264 /* "verd": no other program's */, RESAMPLES = 10000 };

static const double same_absolute = 1e-12, same_relative = 1e-9;

const double *eg_scores_of(const struct eg_score_table *table, size_t method, size_t metric)
{
    return table->scores + (method * table->metric_count + metric) * table->unit_count;
}

const struct eg_score_cell *eg_contest_cell(const struct eg_contest *comparison, size_t method,
                                            size_t metric)
{
    return &comparison->cells[method * comparison->table->metric_count + metric];
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

size_t eg_gather_units(const struct eg_score_table *table, double *values)
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
        if (members)
            values[count++] = sum / (double)members;
    }
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
    struct eg_bootstrap interval = {.bca_low = NAN, .bca_high = NAN};
    const size_t resamples = table->resamples ? table->resamples : RESAMPLES;
    int status = EG_OK;
    if (count > 1 && vary(values, count))
        status = eg_bootstrap_mean(values, count, resamples, 0.95, &stream, &interval, error);
    *low = interval.bca_low;
    *high = interval.bca_high;
    return status;
}

/* Mean and standard error of the finite numbers. */
static int take_moments(const struct eg_score_table *table, const double *scores, double *room,
                        struct eg_score_cell *cell, struct eg_error *error)
{
    struct eg_moments moments = {.mean = NAN, .se = NAN};
    for (size_t i = 0; i < table->unit_count; i++) {
        room[i] = isfinite(scores[i]) ? scores[i] : NAN;
        cell->missing += !isfinite(scores[i]);
    }
    cell->n = eg_gather_units(table, room);
    const int status = cell->n ? eg_moments(room, cell->n, EG_NAN_REFUSE, &moments, error) : EG_OK;
    cell->mean = moments.mean;
    cell->se = moments.se;
    return status;
}

/* What one method has on one metric, but for what depends on other metrics or methods. */
static int judge_cell(const struct eg_score_table *table, size_t method, size_t metric,
                      struct eg_verdict_room *room, struct eg_score_cell *cell,
                      struct eg_error *error)
{
    struct eg_pair_test test;
    double won = 0;
    int status = take_moments(table, eg_scores_of(table, method, metric), room->differences, cell,
                              error);
    if (!status)
        status = eg_test_pair(table, method, table->reference, metric, room, &test, error);
    if (status)
        return status;
    for (size_t i = 0; i < test.pairs; i++)
        won += room->differences[i] > 0 ? 1 : room->differences[i] < 0 ? 0 : 0.5;
    cell->pairs = test.pairs;
    cell->difference = test.difference;
    cell->t = test.t;
    cell->p = test.p;
    cell->corrected_t = test.corrected_t;
    cell->corrected_p = test.corrected_p;
    cell->judged_p = test.judged_p;
    cell->improvement = test.pairs ? won / (double)test.pairs : NAN;
    cell->normalised = cell->holm_p = NAN;
    cell->standing = !test.pairs                   ? EG_STANDING_NONE
                     : test.same                   ? EG_STANDING_SAME
                     : test.pairs < EG_LEAST_UNITS ? EG_STANDING_TOO_FEW
                                                   : EG_STANDING_UNDECIDED;
    return eg_verdict_interval(table, room->differences, test.pairs, &cell->low, &cell->high,
                               error);
}

static int check_role(const struct eg_score_table *table, const char *role, size_t method,
                      int is_needed, struct eg_error *error)
{
    if (method < table->method_count || (!is_needed && method == EG_NO_METHOD))
        return EG_OK;
    return eg_fail(error, EG_USAGE, "%s: the %s is not among the %zu methods compared",
                   table->dataset, role, table->method_count);
}

static int check_table(const struct eg_score_table *table, struct eg_error *error)
{
    if (!table->method_count || !table->metric_count || !table->unit_count)
        return eg_fail(error, EG_USAGE,
                       "%s: nothing to compare: %zu methods, %zu metrics, %zu units; each must be "
                       "at least 1",
                       table->dataset, table->method_count, table->metric_count, table->unit_count);
    if (check_role(table, "reference", table->reference, 1, error) ||
        check_role(table, "candidate", table->candidate, 1, error) ||
        check_role(table, "floor (random)", table->floor, 0, error) ||
        check_role(table, "ceiling (oracle)", table->ceiling, 0, error) ||
        check_role(table, "flipped oracle", table->flipped, 0, error))
        return EG_USAGE;
    return EG_OK;
}

static int judge_all(struct eg_contest *comparison, struct eg_verdict_room *room,
                     struct eg_error *error)
{
    const struct eg_score_table *table = comparison->table;
    int status = EG_OK;
    for (size_t i = 0; i < table->method_count * table->metric_count && !status; i++)
        status = judge_cell(table, i / table->metric_count, i % table->metric_count, room,
                            &comparison->cells[i], error);
    if (!status)
        status = eg_check_metrics(comparison, room, error);
    return status ? status : eg_judge_methods(comparison, room, error);
}

int eg_contest_make(const struct eg_score_table *table, struct eg_contest *comparison,
                    struct eg_error *error)
{
    *comparison = (struct eg_contest){.table = table};
    int status = check_table(table, error);
    if (status)
        return status;
    struct eg_verdict_room room = {eg_alloc(table->unit_count, sizeof(double), error),
                                   eg_alloc(table->unit_count, sizeof(double), error)};
    comparison->cells = eg_alloc(table->method_count * table->metric_count,
                                 sizeof *comparison->cells, error);
    comparison->methods = eg_alloc(table->method_count, sizeof *comparison->methods, error);
    comparison->checks = eg_alloc(table->metric_count, sizeof *comparison->checks, error);
    status = room.differences && room.zeros && comparison->cells && comparison->methods &&
                     comparison->checks
                 ? judge_all(comparison, &room, error)
                 : EG_INTERNAL;
    free(room.differences);
    free(room.zeros);
    if (status)
        eg_contest_free(comparison);
    return status;
}

void eg_contest_free(struct eg_contest *comparison)
{
    free(comparison->cells);
    free(comparison->methods);
    free(comparison->checks);
    *comparison = (struct eg_contest){0};
}
