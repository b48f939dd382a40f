/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the measure itself sound here: oracle above random above the oracle with its sign turned? */
#include <math.h>

#include "bench/compare/verdict_parts.h"

static const double level = 0.05;

/* a less b, if both are there. */
static int take_step(const struct eg_score_table *table, size_t a, size_t b, size_t metric,
                     double *room, struct eg_check_step *step, struct eg_error *error)
{
    struct eg_score_cell test;
    *step = (struct eg_check_step){NAN, NAN, 0};
    if (a == EG_NO_METHOD || b == EG_NO_METHOD)
        return EG_OK;
    const int status = eg_test_pair(table, a, b, metric, room, &test, error);
    if (status)
        return status;
    step->difference = test.difference;
    step->p = test.difference > 0 ? test.judged_p / 2 : 1 - test.judged_p / 2;
    step->pairs = test.pairs;
    return EG_OK;
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

static int check_metric(struct eg_contest *comparison, size_t metric, double *room,
                        struct eg_error *error)
{
    const struct eg_score_table *table = comparison->table;
    struct eg_metric_check *check = &comparison->checks[metric];
    const int is_blind = table->metrics[metric].is_blind_to_sign;
    int status = take_step(table, table->ceiling, table->floor, metric, room, &check->above, error);
    if (!status)
        status = take_step(table, table->floor, is_blind ? EG_NO_METHOD : table->flipped, metric,
                           room, &check->below, error);
    check->state = judge_steps(table, check, is_blind);
    return status;
}

/* (method - floor) / (ceiling - floor), of means over the units that have all three. */
static double normalise(const struct eg_score_table *table, size_t method, size_t metric)
{
    const double *own = eg_scores_of(table, method, metric),
                 *floor = eg_scores_of(table, table->floor, metric),
                 *ceiling = eg_scores_of(table, table->ceiling, metric);
    double above = 0, whole = 0;
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        if (!isfinite(own[unit]) || !isfinite(floor[unit]) || !isfinite(ceiling[unit]))
            continue;
        above += own[unit] - floor[unit];
        whole += ceiling[unit] - floor[unit];
    }
    const int is_above = table->metrics[metric].lower_is_better ? whole < 0 : whole > 0;
    return is_above ? above / whole : NAN;
}

int eg_check_metrics(struct eg_contest *comparison, double *room, struct eg_error *error)
{
    const struct eg_score_table *table = comparison->table;
    int status = EG_OK;
    for (size_t metric = 0; metric < table->metric_count && !status; metric++) {
        status = check_metric(comparison, metric, room, error);
        if (status || !(comparison->checks[metric].above.p < level))
            continue;
        for (size_t method = 0; method < table->method_count; method++)
            comparison->cells[method * table->metric_count + metric].normalised = normalise(
                table, method, metric);
    }
    return status;
}
