/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A method over all metrics: Holm, counts, probability of improvement, the overall verdict. */
#include <math.h>
#include <stdlib.h>

#include "bench/compare/verdict_parts.h"
#include "stats/holm.h"
#include "stats/paired_power.h"

/* From a number of a unit's cost to the same of the next unit. */
enum { COST_STRIDE = sizeof(struct eg_unit_cost) / sizeof(double) };

/* Units that find a difference as large as the cell's at that level. */
static size_t reckon_units(const struct eg_trial *trial, const struct eg_score_cell *cell,
                           double level)
{
    /* Where differences do not vary, of the sign test. */
    if (isnan(cell->effect) && cell->difference != 0)
        return (size_t)fmax(EG_LEAST_UNITS, ceil(1 - log2(level)));
    return eg_units_needed(cell->effect, level, eg_shared_of(trial->table), EG_POWER,
                           EG_LEAST_UNITS, EG_MOST_UNITS);
}

/* Adjusts the p-values of one method and says what comes of them. p has room for all metrics. */
static void adjust(struct eg_trial *trial, struct eg_score_cell *cells, double *p)
{
    const size_t metrics = trial->table->metric_count;
    const double level = eg_level_of(trial->table);
    size_t tested = 0;
    for (size_t i = 0; i < metrics; i++) {
        p[i] = cells[i].pairs >= EG_LEAST_UNITS ? cells[i].judged_p : NAN;
        tested += cells[i].pairs > 1;
    }
    eg_keep_status(trial, eg_holm(p, metrics, p, trial->error));
    for (size_t i = 0; i < metrics; i++) {
        cells[i].holm_p = p[i];
        if (cells[i].standing == EG_STANDING_UNDECIDED && p[i] < level)
            cells[i].standing = cells[i].difference > 0 ? EG_STANDING_BETTER : EG_STANDING_WORSE;
        if (cells[i].pairs > 1 && cells[i].standing != EG_STANDING_SAME && !trial->table->is_brief)
            cells[i].units_needed = reckon_units(trial, &cells[i], level / (double)tested);
    }
}

static void count_metrics(const struct eg_score_table *table, const struct eg_score_cell *cells,
                          struct eg_method_verdict *verdict)
{
    double normalised = 0;
    for (size_t i = 0; i < table->metric_count; i++) {
        const struct eg_score_cell *cell = &cells[i];
        verdict->counts[cell->standing]++;
        if (cell->n) {
            verdict->missing += cell->missing;
            verdict->wanted += table->unit_count;
        }
        if (!isnan(cell->normalised)) {
            normalised += cell->normalised;
            verdict->normalised_count++;
        }
        if (!cell->pairs)
            continue;
        if (cell->pairs > verdict->most_pairs)
            verdict->most_pairs = cell->pairs;
        if (!verdict->fewest_pairs || cell->pairs < verdict->fewest_pairs)
            verdict->fewest_pairs = cell->pairs;
        verdict->wins += cell->difference > 0;
        verdict->losses += cell->difference < 0;
        verdict->ties += cell->difference == 0;
    }
    if (!verdict->wanted)
        verdict->missing = verdict->wanted = table->metric_count * table->unit_count;
    verdict->normalised = verdict->normalised_count ? normalised / (double)verdict->normalised_count
                                                    : NAN;
}

double eg_difference_at(const struct eg_score_table *table, size_t a, size_t b, size_t metric,
                        size_t unit)
{
    return eg_score_difference(&table->metrics[metric], eg_scores_of(table, a, metric)[unit],
                               eg_scores_of(table, b, metric)[unit]);
}

/* Shares are not normal: where measures go together, t errs in up to 7.3 % at 5 % (results/power), so
 * that its p is divided by this; six units that all agree, p 0.031, still decide. */
static const double calibration = 0.64;

/* Is the share of metrics in which a unit is better another than a half? trial->room has the
 * shares. */
static void test_share(struct eg_trial *trial, size_t units, struct eg_method_verdict *verdict)
{
    struct eg_score_cell cell = {.pairs = units};
    for (size_t i = 0; i < units; i++)
        trial->room[i] -= 0.5;
    eg_test_room(trial, &cell);
    verdict->overall = cell.standing;
    verdict->overall_p = fmin(1, cell.judged_p / calibration);
    verdict->overall_effect = cell.effect;
    if (units > 1 && cell.standing != EG_STANDING_SAME && !trial->table->is_brief)
        verdict->overall_units_needed = reckon_units(trial, &cell,
                                                     calibration * eg_level_of(trial->table));
}

/* The one question. A method that always wins on some metrics and always loses on a few more has a
 * share that is surely below a half, which tells of the choice of metrics; so those decided must
 * point the same way, two to one. */
static void judge_overall(const struct eg_score_table *table, struct eg_method_verdict *verdict)
{
    const size_t *counts = verdict->counts;
    const size_t better = counts[EG_STANDING_BETTER], worse = counts[EG_STANDING_WORSE];
    if (verdict->overall != EG_STANDING_UNDECIDED || !(verdict->overall_p < eg_level_of(table)))
        return;
    if (verdict->improvement > 0.5 && better >= 2 * worse)
        verdict->overall = EG_STANDING_BETTER;
    if (verdict->improvement < 0.5 && worse >= 2 * better)
        verdict->overall = EG_STANDING_WORSE;
}

static void estimate_improvement(struct eg_trial *trial, size_t method,
                                 struct eg_method_verdict *verdict)
{
    const struct eg_score_table *table = trial->table;
    double sum = 0;
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        double won = 0;
        size_t metrics = 0;
        for (size_t metric = 0; metric < table->metric_count; metric++) {
            const double difference = eg_difference_at(table, method, table->reference, metric,
                                                       unit);
            won += isnan(difference) ? 0 : eg_win_of(difference);
            metrics += !isnan(difference);
        }
        trial->room[unit] = metrics ? won / (double)metrics : NAN;
    }
    const size_t units = eg_gather_units(table, trial->room);
    for (size_t i = 0; i < units; i++)
        sum += trial->room[i];
    verdict->improvement = units ? sum / (double)units : NAN;
    eg_verdict_interval(trial, units, &verdict->improvement_low, &verdict->improvement_high);
    test_share(trial, units, verdict);
}

/* The mean of those of count numbers, a stride apart, that are finite; NaN where none is, or values
 * is NULL. */
static double mean_known(const double *values, size_t count, size_t stride)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; values && i < count; i++)
        if (isfinite(values[i * stride])) {
            sum += values[i * stride];
            known++;
        }
    return known ? sum / (double)known : NAN;
}

/* The interval over units of one of the numbers of cost; NULL: not known. */
static void bound_cost(struct eg_trial *trial, const double *values, double *low, double *high)
{
    const struct eg_score_table *table = trial->table;
    for (size_t unit = 0; unit < table->unit_count; unit++)
        trial->room[unit] = values && isfinite(values[unit * COST_STRIDE])
                                ? values[unit * COST_STRIDE]
                                : NAN;
    eg_verdict_interval(trial, eg_gather_units(table, trial->room), low, high);
}

static void average_costs(struct eg_trial *trial, size_t method, struct eg_method_verdict *verdict)
{
    const struct eg_score_table *table = trial->table;
    const size_t units = table->unit_count, first = method * units;
    const struct eg_unit_cost *costs = table->costs ? table->costs + first : NULL;
    const double *randomisation = table->randomisation ? table->randomisation + first : NULL;
    const double *seconds = costs ? &costs->seconds : NULL,
                 *gradients = costs ? &costs->gradient_evaluations : NULL,
                 *bytes = costs ? &costs->bytes : NULL;
    struct eg_unit_cost *low = &verdict->cost_low, *high = &verdict->cost_high;
    verdict->cost = (struct eg_unit_cost){mean_known(seconds, units, COST_STRIDE),
                                          mean_known(gradients, units, COST_STRIDE),
                                          mean_known(bytes, units, COST_STRIDE)};
    verdict->randomisation = mean_known(randomisation, units, 1);
    verdict->ignores_model = verdict->randomisation < EG_LEAST_RANDOMISATION;
    if (table->is_brief)
        return;
    bound_cost(trial, seconds, &low->seconds, &high->seconds);
    bound_cost(trial, gradients, &low->gradient_evaluations, &high->gradient_evaluations);
    bound_cost(trial, bytes, &low->bytes, &high->bytes);
}

void eg_judge_methods(struct eg_trial *trial)
{
    const struct eg_score_table *table = trial->table;
    double *p = eg_alloc(table->metric_count, sizeof *p, trial->error);
    if (!p)
        trial->status = EG_INTERNAL;
    for (size_t method = 0; method < table->method_count && p; method++) {
        struct eg_score_cell *cells = trial->contest->cells + method * table->metric_count;
        struct eg_method_verdict *verdict = &trial->contest->methods[method];
        adjust(trial, cells, p);
        count_metrics(table, cells, verdict);
        average_costs(trial, method, verdict);
        estimate_improvement(trial, method, verdict);
        judge_overall(table, verdict);
        if (!table->is_brief)
            eg_flip_wins(trial, method, verdict);
    }
    free(p);
}
