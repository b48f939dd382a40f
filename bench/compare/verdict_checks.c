/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the measure itself sound here: oracle above random above the oracle with its sign turned? */
#include <math.h>

#include "bench/compare/verdict_parts.h"

static const double level = 0.05;

static int check_metric(struct eg_contest *comparison, size_t metric, struct eg_verdict_room *room,
                        struct eg_error *error)
{
    const struct eg_score_table *table = comparison->table;
    struct eg_metric_check *check = &comparison->checks[metric];
    struct eg_pair_test test;
    int status = EG_OK;
    *check = (struct eg_metric_check){
        .above = NAN, .above_p = NAN, .below = NAN, .below_p = NAN, .state = EG_CHECK_ABSENT};
    if (table->floor != EG_NO_METHOD && table->ceiling != EG_NO_METHOD) {
        status = eg_test_pair(table, table->ceiling, table->floor, metric, room, &test, error);
        check->above = test.difference;
        check->above_p = test.one_sided_p;
        check->above_pairs = test.pairs;
    }
    const int is_blind = table->metrics[metric].is_blind_to_sign;
    if (!status && !is_blind && table->floor != EG_NO_METHOD && table->flipped != EG_NO_METHOD) {
        status = eg_test_pair(table, table->floor, table->flipped, metric, room, &test, error);
        check->below = test.difference;
        check->below_p = test.one_sided_p;
        check->below_pairs = test.pairs;
    }
    const int are_there = table->floor != EG_NO_METHOD && table->ceiling != EG_NO_METHOD &&
                          (is_blind || table->flipped != EG_NO_METHOD);
    if (!check->above_pairs || (!is_blind && !check->below_pairs)) {
        check->state = are_there ? EG_CHECK_NO_NUMBERS : EG_CHECK_ABSENT;
        return status;
    }
    const int is_above = check->above_p < level, is_below = is_blind || check->below_p < level;
    if (check->above_pairs < EG_LEAST_UNITS || (!is_blind && check->below_pairs < EG_LEAST_UNITS))
        check->state = EG_CHECK_TOO_FEW;
    else
        check->state = is_above && is_below ? EG_CHECK_PASSED : EG_CHECK_FAILED;
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

int eg_check_metrics(struct eg_contest *comparison, struct eg_verdict_room *room,
                     struct eg_error *error)
{
    const struct eg_score_table *table = comparison->table;
    int status = EG_OK;
    for (size_t metric = 0; metric < table->metric_count && !status; metric++) {
        status = check_metric(comparison, metric, room, error);
        if (status || !(comparison->checks[metric].above_p < level))
            continue;
        for (size_t method = 0; method < table->method_count; method++)
            comparison->cells[method * table->metric_count + metric].normalised = normalise(
                table, method, metric);
    }
    return status;
}
