/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/verdict_parts.h"
#include "stats/moments.h"

const struct eg_score_cell *eg_contest_cell(const struct eg_contest *comparison, size_t method,
                                            size_t metric)
{
    return &comparison->cells[method * comparison->table->metric_count + metric];
}

size_t eg_score_method(const struct eg_score_table *table, const char *name)
{
    size_t method = 0;
    while (method < table->method_count && strcmp(table->methods[method], name) != 0)
        method++;
    return method;
}

/* Mean and standard error of the finite numbers. */
static void take_moments(struct eg_trial *trial, const double *scores, struct eg_score_cell *cell)
{
    struct eg_moments moments = {.mean = NAN, .se = NAN};
    for (size_t i = 0; i < trial->table->unit_count; i++) {
        trial->room[i] = isfinite(scores[i]) ? scores[i] : NAN;
        cell->missing += !isfinite(scores[i]);
    }
    cell->n = eg_gather_units(trial->table, trial->room);
    if (cell->n)
        eg_keep_status(trial,
                       eg_moments(trial->room, cell->n, EG_NAN_REFUSE, &moments, trial->error));
    cell->mean = moments.mean;
    cell->se = moments.se;
}

/* What one method has on one metric, but for what depends on other metrics or methods. */
static void judge_cell(struct eg_trial *trial, size_t method, size_t metric,
                       struct eg_score_cell *cell)
{
    double won = 0;
    take_moments(trial, eg_scores_of(trial->table, method, metric), cell);
    eg_test_pair(trial, method, trial->table->reference, metric, cell);
    for (size_t i = 0; i < cell->pairs; i++)
        won += eg_win_of(trial->room[i]);
    cell->improvement = cell->pairs ? won / (double)cell->pairs : NAN;
    cell->normalised = cell->holm_p = NAN;
    eg_verdict_interval(trial, cell->pairs, &cell->low, &cell->high);
}

static int check_table(const struct eg_score_table *table, struct eg_error *error)
{
    if (!table->method_count || !table->metric_count || !table->unit_count)
        return eg_fail(error, EG_USAGE,
                       "%s: nothing to compare: %zu methods, %zu metrics, %zu units; each must be "
                       "at least 1",
                       table->dataset, table->method_count, table->metric_count, table->unit_count);
    const struct {
        const char *name;
        size_t method;
        int is_needed;
    } roles[] = {{"reference", table->reference, 1},
                 {"candidate", table->candidate, 1},
                 {"floor (random)", table->floor, 0},
                 {"ceiling (oracle)", table->ceiling, 0},
                 {"flipped oracle", table->flipped, 0}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles[i].method >= table->method_count &&
            (roles[i].is_needed || roles[i].method != EG_NO_METHOD))
            return eg_fail(error, EG_USAGE, "%s: the %s is not among the %zu methods compared",
                           table->dataset, roles[i].name, table->method_count);
    return EG_OK;
}

int eg_contest_make(const struct eg_score_table *table, struct eg_contest *comparison,
                    struct eg_error *error)
{
    *comparison = (struct eg_contest){.table = table};
    int status = check_table(table, error);
    if (status)
        return status;
    const size_t cells = table->method_count * table->metric_count;
    struct eg_trial trial = {.table = table, .contest = comparison, .error = error};
    trial.room = eg_alloc(table->unit_count, sizeof *trial.room, error);
    comparison->cells = eg_alloc(cells, sizeof *comparison->cells, error);
    comparison->methods = eg_alloc(table->method_count, sizeof *comparison->methods, error);
    comparison->checks = eg_alloc(table->metric_count, sizeof *comparison->checks, error);
    comparison->duels = eg_alloc(table->method_count * table->method_count,
                                 sizeof *comparison->duels, error);
    if (trial.room && comparison->cells && comparison->methods && comparison->checks &&
        comparison->duels) {
        for (size_t i = 0; i < cells; i++)
            judge_cell(&trial, i / table->metric_count, i % table->metric_count,
                       &comparison->cells[i]);
        eg_check_metrics(&trial);
        eg_judge_methods(&trial);
        if (!table->is_brief)
            eg_rank_methods(&trial);
    } else
        trial.status = EG_INTERNAL;
    free(trial.room);
    if (trial.status)
        eg_contest_free(comparison);
    return trial.status;
}

void eg_contest_free(struct eg_contest *comparison)
{
    free(comparison->cells);
    free(comparison->methods);
    free(comparison->checks);
    free(comparison->duels);
    *comparison = (struct eg_contest){0};
}
