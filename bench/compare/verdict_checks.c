/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the measure itself sound here: oracle above random above the oracle with its sign turned? And where methods stand
 * between these. */
#include <math.h>
#include <stdlib.h>

#include "bench/compare/verdict_parts.h"

static const double level = 0.05;

/* a less b, if both are there. */
static struct eg_check_step take_step(struct eg_trial *trial, size_t a, size_t b, size_t metric)
{
    struct eg_score_cell test;
    if (a == EG_NO_METHOD || b == EG_NO_METHOD)
        return (struct eg_check_step){NAN, NAN, 0};
    eg_test_pair(trial, a, b, metric, &test);
    return (struct eg_check_step){test.difference,
                                  test.difference > 0 ? test.judged_p / 2 : 1 - test.judged_p / 2,
                                  test.pairs};
}

static enum eg_check_state judge_steps(const struct eg_score_table *table,
                                       const struct eg_metric_check *check, int is_blind)
{
    const struct eg_check_step *above = &check->above, *below = &check->below;
    const int are_there = table->floor != EG_NO_METHOD && table->ceiling != EG_NO_METHOD &&
                          (is_blind || table->flipped != EG_NO_METHOD);
    if (!above->pairs || (!is_blind && !below->pairs))
        return are_there ? EG_CHECK_NO_NUMBERS : EG_CHECK_ABSENT;
    if (above->pairs < EG_LEAST_UNITS || (!is_blind && below->pairs < EG_LEAST_UNITS))
        return EG_CHECK_TOO_FEW;
    return above->p < level && (is_blind || below->p < level) ? EG_CHECK_PASSED : EG_CHECK_FAILED;
}

struct heights {
    double above, whole; /* method less floor, ceiling less floor */
};

/* A unit's on a metric. Returns 0 where it lacks one of the three. */
static int take_heights(const struct eg_score_table *table, size_t method, size_t metric,
                        size_t unit, struct heights *heights)
{
    const double floor = eg_scores_of(table, table->floor, metric)[unit];
    heights->above = eg_scores_of(table, method, metric)[unit] - floor;
    heights->whole = eg_scores_of(table, table->ceiling, metric)[unit] - floor;
    return isfinite(heights->above) && isfinite(heights->whole);
}

/* The sums over the units that have all three; how many these are. */
static size_t add_heights(const struct eg_score_table *table, size_t method, size_t metric,
                          struct heights *sum)
{
    size_t count = 0;
    struct heights own;
    *sum = (struct heights){0, 0};
    for (size_t unit = 0; unit < table->unit_count; unit++)
        if (take_heights(table, method, metric, unit, &own)) {
            sum->above += own.above;
            sum->whole += own.whole;
            count++;
        }
    return count;
}

/* (method - floor) / (ceiling - floor), of means over the units that have all three. */
static double normalise(const struct eg_score_table *table, size_t method, size_t metric)
{
    struct heights sum;
    add_heights(table, method, metric, &sum);
    const int is_above = table->metrics[metric].lower_is_better ? sum.whole < 0 : sum.whole > 0;
    return is_above ? sum.above / sum.whole : NAN;
}

/* Adds to each unit's sum its number of a ratio of means, linearised there: their mean is the ratio, their variance
 * its own to first order (Cochran 1977, Sampling Techniques, chapter 6). */
static void add_linearised(const struct eg_trial *trial, size_t method, size_t metric,
                           double *counts)
{
    const struct eg_score_table *table = trial->table;
    const double ratio = eg_contest_cell(trial->contest, method, metric)->normalised;
    struct heights sum, own;
    const double count = (double)add_heights(table, method, metric, &sum);
    for (size_t unit = 0; unit < table->unit_count; unit++)
        if (take_heights(table, method, metric, unit, &own)) {
            trial->room[unit] += ratio + (own.above - ratio * own.whole) / (sum.whole / count);
            counts[unit]++;
        }
}

/* The interval of normalised. counts: room for a number of each unit. */
static void bound_normalised(struct eg_trial *trial, size_t method, double *counts)
{
    const struct eg_score_table *table = trial->table;
    struct eg_method_verdict *verdict = &trial->contest->methods[method];
    for (size_t unit = 0; unit < table->unit_count; unit++)
        trial->room[unit] = counts[unit] = 0;
    for (size_t metric = 0; metric < table->metric_count; metric++)
        if (!isnan(eg_contest_cell(trial->contest, method, metric)->normalised))
            add_linearised(trial, method, metric, counts);
    for (size_t unit = 0; unit < table->unit_count; unit++)
        trial->room[unit] = counts[unit] > 0 ? trial->room[unit] / counts[unit] : NAN;
    eg_verdict_interval(trial, eg_gather_units(table, trial->room), &verdict->normalised_low,
                        &verdict->normalised_high);
}

void eg_check_metrics(struct eg_trial *trial)
{
    const struct eg_score_table *table = trial->table;
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        struct eg_metric_check *check = &trial->contest->checks[metric];
        const int is_blind = table->metrics[metric].is_blind_to_sign;
        check->above = take_step(trial, table->ceiling, table->floor, metric);
        check->below = take_step(trial, table->floor, is_blind ? EG_NO_METHOD : table->flipped,
                                 metric);
        check->state = judge_steps(table, check, is_blind);
        for (size_t method = 0; method < table->method_count && check->above.p < level; method++)
            trial->contest->cells[method * table->metric_count + metric].normalised = normalise(
                table, method, metric);
    }
    double *counts = table->is_brief ? NULL
                                     : eg_alloc(table->unit_count, sizeof *counts, trial->error);
    if (!counts && !table->is_brief)
        trial->status = EG_INTERNAL;
    for (size_t method = 0; method < table->method_count && counts; method++)
        bound_normalised(trial, method, counts);
    free(counts);
}
