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
                      double *room, struct eg_score_cell *cell, struct eg_error *error)
{
    double won = 0;
    int status = take_moments(table, eg_scores_of(table, method, metric), room, cell, error);
    if (!status)
        status = eg_test_pair(table, method, table->reference, metric, room, cell, error);
    if (status)
        return status;
    for (size_t i = 0; i < cell->pairs; i++)
        won += eg_win_of(room[i]);
    cell->improvement = cell->pairs ? won / (double)cell->pairs : NAN;
    cell->normalised = cell->holm_p = NAN;
    return eg_verdict_interval(table, room, cell->pairs, &cell->low, &cell->high, error);
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

static int judge_all(struct eg_contest *comparison, double *room, struct eg_error *error)
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
    double *room = eg_alloc(table->unit_count, sizeof *room, error);
    comparison->cells = eg_alloc(table->method_count * table->metric_count,
                                 sizeof *comparison->cells, error);
    comparison->methods = eg_alloc(table->method_count, sizeof *comparison->methods, error);
    comparison->checks = eg_alloc(table->metric_count, sizeof *comparison->checks, error);
    status = room && comparison->cells && comparison->methods && comparison->checks
                 ? judge_all(comparison, room, error)
                 : EG_INTERNAL;
    free(room);
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
