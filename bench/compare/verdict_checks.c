/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the measure itself sound here: oracle above random above the oracle with its sign turned? */
#include <math.h>

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
}
