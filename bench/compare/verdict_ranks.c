/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All methods beside each other: ranks over units, and every method against every other. */
#include <math.h>
#include <stdlib.h>

#include "bench/compare/verdict_parts.h"
#include "stats/holm.h"

/* Whether every method but the flipped one has a number there. */
static int all_have(const struct eg_score_table *table, size_t metric, size_t unit)
{
    for (size_t method = 0; method < table->method_count; method++)
        if (method != table->flipped && !isfinite(eg_scores_of(table, method, metric)[unit]))
            return 0;
    return 1;
}

/* From 1 for the best. */
static double rank_of(const struct eg_score_table *table, size_t method, size_t metric, size_t unit)
{
    double rank = 1;
    for (size_t other = 0; other < table->method_count; other++)
        if (other != method && other != table->flipped)
            rank += eg_win_of(eg_difference_at(table, other, method, metric, unit));
    return rank;
}

/* ranks (method x unit) = the mean over the metrics on which all have a number, NaN where there is
 * none. */
static void find_ranks(struct eg_contest *comparison, double *ranks)
{
    const struct eg_score_table *table = comparison->table;
    const size_t units = table->unit_count;
    for (size_t unit = 0; unit < units; unit++) {
        size_t metrics = 0;
        for (size_t metric = 0; metric < table->metric_count; metric++) {
            if (!all_have(table, metric, unit))
                continue;
            metrics++;
            for (size_t method = 0; method < table->method_count; method++)
                ranks[method * units + unit] += rank_of(table, method, metric, unit);
        }
        comparison->rank_count += metrics;
        for (size_t method = 0; method < table->method_count; method++) {
            double *rank = &ranks[method * units + unit];
            comparison->methods[method].mean_rank += *rank;
            *rank = metrics ? *rank / (double)metrics : NAN;
        }
    }
}

static void average_ranks(struct eg_trial *trial, const double *ranks)
{
    struct eg_contest *comparison = trial->contest;
    const struct eg_score_table *table = trial->table;
    for (size_t method = 0; method < table->method_count; method++) {
        struct eg_method_verdict *verdict = &comparison->methods[method];
        const int has_rank = comparison->rank_count && method != table->flipped;
        double sum = 0;
        verdict->mean_rank = has_rank ? verdict->mean_rank / (double)comparison->rank_count : NAN;
        verdict->unit_rank = verdict->rank_low = verdict->rank_high = NAN;
        for (size_t unit = 0; unit < table->unit_count; unit++)
            trial->room[unit] = has_rank ? ranks[method * table->unit_count + unit] : NAN;
        const size_t units = eg_gather_units(table, trial->room);
        for (size_t i = 0; i < units; i++)
            sum += trial->room[i];
        if (!units)
            continue;
        comparison->rank_units = units;
        verdict->unit_rank = sum / (double)units;
        eg_verdict_interval(trial, units, &verdict->rank_low, &verdict->rank_high);
    }
}

/* a and b on all metrics. p has room for these. */
static void count_wins(struct eg_trial *trial, size_t a, size_t b, double *p, struct eg_duel *duel)
{
    const struct eg_score_table *table = trial->table;
    struct eg_score_cell cell;
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        eg_test_pair(trial, a, b, metric, &cell);
        /* The sign tells who is better. */
        p[metric] = cell.standing == EG_STANDING_UNDECIDED
                        ? copysign(cell.judged_p, cell.difference)
                        : NAN;
        p[table->metric_count + metric] = fabs(p[metric]);
        duel->ties += cell.pairs >= EG_LEAST_UNITS;
    }
    double *holm = p + table->metric_count;
    eg_keep_status(trial, eg_holm(holm, table->metric_count, holm, trial->error));
    for (size_t metric = 0; metric < table->metric_count; metric++)
        if (holm[metric] < eg_level_of(table)) {
            duel->ties--;
            (*(signbit(p[metric]) ? &duel->losses : &duel->wins))++;
        }
}

/* p of the difference of the units' ranks; NaN: nothing to test. */
static double test_ranks(struct eg_trial *trial, const double *ranks, size_t a, size_t b)
{
    const struct eg_score_table *table = trial->table;
    const size_t units = table->unit_count;
    struct eg_score_cell cell = {0};
    for (size_t unit = 0; unit < units; unit++)
        trial->room[unit] = ranks[b * units + unit] - ranks[a * units + unit];
    cell.pairs = a == table->flipped || b == table->flipped ? 0
                                                            : eg_gather_units(table, trial->room);
    eg_test_room(trial, &cell);
    return cell.standing == EG_STANDING_UNDECIDED ? cell.judged_p
           : cell.standing == EG_STANDING_SAME    ? 1
                                                  : NAN;
}

/* All pairs; p: room for these, and for two numbers a metric. */
static void fight(struct eg_trial *trial, const double *ranks, double *p)
{
    const size_t methods = trial->table->method_count, count = methods * (methods - 1) / 2;
    struct eg_duel *duels = trial->contest->duels;
    size_t pair = 0;
    for (size_t a = 0; a < methods; a++)
        for (size_t b = a + 1; b < methods; b++) {
            struct eg_duel *duel = &duels[a * methods + b];
            count_wins(trial, a, b, p + count, duel);
            p[pair++] = test_ranks(trial, ranks, a, b);
        }
    eg_keep_status(trial, eg_holm(p, count, p, trial->error));
    pair = 0;
    for (size_t a = 0; a < methods; a++)
        for (size_t b = a + 1; b < methods; b++) {
            struct eg_duel *duel = &duels[a * methods + b];
            duel->rank_p = p[pair++];
            duels[b * methods + a] = (struct eg_duel){duel->losses, duel->wins, duel->ties,
                                                      duel->rank_p};
        }
}

void eg_rank_methods(struct eg_trial *trial)
{
    const struct eg_score_table *table = trial->table;
    const size_t methods = table->method_count;
    double *ranks = eg_alloc(methods * table->unit_count, sizeof *ranks, trial->error);
    double *p = eg_alloc(methods * methods + 2 * table->metric_count, sizeof *p, trial->error);
    if (ranks && p) {
        find_ranks(trial->contest, ranks);
        average_ranks(trial, ranks);
        fight(trial, ranks, p);
    } else
        trial->status = EG_INTERNAL;
    free(ranks);
    free(p);
}
