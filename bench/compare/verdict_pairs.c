/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/verdict_pairs.h"

#include <float.h>
#include <math.h>

#include "bench/frame/contrast.h"
#include "stats/binomial.h"
#include "stats/mean_interval.h"

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

void eg_keep_status(struct eg_trial *trial, int status)
{
    if (status)
        trial->status = status;
}

/* The tests of differences that are not all 0. */
static void test_differences(struct eg_trial *trial, struct eg_score_cell *cell)
{
    const struct eg_score_table *table = trial->table;
    struct eg_paired_tests tests = {0};
    if (!vary(trial->room, cell->pairs)) {
        /* All of one sign: the sign test. */
        if (cell->pairs > 1)
            cell->judged_p = fmin(1, 2 * eg_binomial_p(cell->pairs, cell->pairs, 0.5));
        return;
    }
    eg_keep_status(trial, eg_test_differences(trial->room, cell->pairs, table->n_train,
                                              table->n_test, &tests, trial->error));
    cell->t = tests.paired.t;
    cell->p = tests.paired.p;
    cell->corrected_t = tests.corrected.t;
    cell->corrected_p = tests.corrected.p;
    cell->judged_p = table->n_train ? cell->corrected_p : cell->p;
    cell->effect = cell->t / sqrt((double)cell->pairs);
}

void eg_test_room(struct eg_trial *trial, struct eg_score_cell *cell)
{
    double sum = 0;
    int same = 1;
    cell->difference = cell->t = cell->p = cell->corrected_t = cell->corrected_p = NAN;
    cell->judged_p = cell->effect = NAN;
    for (size_t i = 0; i < cell->pairs; i++) {
        sum += trial->room[i];
        same &= trial->room[i] == 0;
    }
    cell->standing = !cell->pairs                   ? EG_STANDING_NONE
                     : same                         ? EG_STANDING_SAME
                     : cell->pairs < EG_LEAST_UNITS ? EG_STANDING_TOO_FEW
                                                    : EG_STANDING_UNDECIDED;
    if (!cell->pairs)
        return;
    cell->difference = sum / (double)cell->pairs;
    if (same)
        cell->judged_p = 1;
    else
        test_differences(trial, cell);
}

void eg_test_pair(struct eg_trial *trial, size_t a, size_t b, size_t metric,
                  struct eg_score_cell *cell)
{
    const struct eg_score_table *table = trial->table;
    const double *first = eg_scores_of(table, a, metric), *second = eg_scores_of(table, b, metric);
    for (size_t unit = 0; unit < table->unit_count; unit++)
        trial->room[unit] = eg_score_difference(&table->metrics[metric], first[unit], second[unit]);
    cell->pairs = eg_gather_units(table, trial->room);
    eg_test_room(trial, cell);
}

double eg_shared_of(const struct eg_score_table *table)
{
    return table->n_train ? (double)table->n_test / (double)table->n_train : 0;
}

double eg_level_of(const struct eg_score_table *table)
{
    return table->level > 0 ? table->level : 0.05;
}

void eg_verdict_interval(struct eg_trial *trial, size_t count, double *low, double *high)
{
    const struct eg_score_table *table = trial->table;
    /* The same draws for all methods and metrics: what is added to a table changes no other
     * interval. */
    const struct eg_stream stream = eg_stream_make(table->seed, STREAM, EG_PURPOSE_BOOTSTRAP, 0, 0);
    const size_t resamples = table->resamples ? table->resamples : RESAMPLES;
    *low = *high = NAN;
    if (count > 1 && vary(trial->room, count))
        eg_keep_status(trial, eg_mean_interval(trial->room, count, resamples, &stream, low, high,
                                               trial->error));
}

double eg_win_of(double difference)
{
    return difference > 0 ? 1 : difference < 0 ? 0 : 0.5;
}
