/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For templates: measures of a method by name and by number, every method against every other, and
 * what so many units can find. */
#include <math.h>
#include <stdio.h>

#include "bench/compare/verdict_parts.h"
#include "bench/frame/names.h"
#include "bench/page/view_values.h"
#include "stats/paired_power.h"

enum { TEXT = 2048, CELL = 64, DIGITS = 3 };

static void label_finding(const struct eg_contest *comparison, size_t method,
                          enum eg_finding finding, char label[CELL])
{
    static const char *const labels[EG_FINDINGS] = {[EG_FINDING_BETTER] = "better",
                                                    [EG_FINDING_WORSE] = "worse",
                                                    [EG_FINDING_SAME] = "the same",
                                                    [EG_FINDING_UNDECIDED] = "undecided",
                                                    [EG_FINDING_NONE] = "no numbers of both"};
    const size_t units = comparison->methods[method].most_pairs;
    if (finding == EG_FINDING_BEYOND)
        snprintf(label, CELL, "cannot be decided with %zu %s%s", units, eg_unit_word(comparison),
                 units == 1 ? "" : "s");
    else
        snprintf(label, CELL, "%s", labels[finding]);
}

json_t *eg_findings_data(const struct eg_contest *comparison, size_t method)
{
    char label[CELL], text[TEXT];
    json_t *list = json_array();
    for (int finding = 0; finding < EG_FINDINGS; finding++) {
        const size_t count = eg_contest_name_measures(comparison, method, finding, text,
                                                      sizeof text);
        label_finding(comparison, method, finding, label);
        if (count)
            list = eg_append(list, json_pack("{s:s, s:i, s:o}", "label", label, "count", (int)count,
                                             "measures", eg_text(text)));
    }
    return list;
}

static json_t *value_data(double value)
{
    char text[CELL];
    return eg_text(eg_format_value(value, DIGITS, text, sizeof text));
}

static const char *format_needed(const struct eg_score_cell *cell, char text[CELL])
{
    if (cell->pairs < 2 || cell->standing == EG_STANDING_SAME ||
        cell->standing >= EG_STANDING_BETTER)
        return "";
    if (!cell->units_needed)
        snprintf(text, CELL, "over %d", (int)EG_MOST_UNITS);
    else
        snprintf(text, CELL, "%zu", cell->units_needed);
    return text;
}

static json_t *measure_data(const struct eg_contest *comparison, size_t method, size_t metric)
{
    const struct eg_score_metric *of = &comparison->table->metrics[metric];
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric),
                               *reference = eg_contest_cell(comparison,
                                                            comparison->table->reference, metric);
    const enum eg_finding finding = eg_contest_find(comparison, method, metric);
    char label[CELL], needed[CELL];
    label_finding(comparison, method, finding, label);
    return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:b}", "title",
                     eg_title(of->name), "arrow", eg_direction_arrow(of), "own",
                     value_data(cell->mean), "reference", value_data(reference->mean), "difference",
                     value_data(cell->difference), "low", eg_number(cell->low), "high",
                     eg_number(cell->high), "effect", eg_number(cell->effect), "holm_p",
                     eg_number(cell->holm_p), "finding", label, "class",
                     finding == EG_FINDING_BETTER  ? "v0"
                     : finding == EG_FINDING_WORSE ? "v3"
                                                   : "soft",
                     "needed", format_needed(cell, needed), "has_failed",
                     comparison->checks[metric].state == EG_CHECK_FAILED);
}

json_t *eg_measures_data(const struct eg_contest *comparison, size_t method)
{
    json_t *list = json_array();
    for (size_t metric = 0; metric < comparison->table->metric_count; metric++)
        list = eg_append(list, measure_data(comparison, method, metric));
    return list;
}

/* --- every method against every other --- */

json_t *eg_duels_data(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    json_t *heads = json_array(), *rows = json_array();
    for (size_t a = 0; a < table->method_count; a++) {
        json_t *cells = json_array();
        if (a == table->flipped)
            continue;
        heads = eg_append(heads, eg_method_data(comparison, a));
        for (size_t b = 0; b < table->method_count; b++) {
            const struct eg_duel *duel = &comparison->duels[a * table->method_count + b];
            if (b == table->flipped)
                continue;
            cells = eg_append(cells, json_pack("{s:b, s:i, s:i, s:i, s:s}", "is_own", a == b,
                                               "wins", (int)duel->wins, "ties", (int)duel->ties,
                                               "losses", (int)duel->losses, "class",
                                               duel->wins > duel->losses   ? "v0"
                                               : duel->wins < duel->losses ? "v3"
                                                                           : "soft"));
        }
        rows = eg_append(
            rows, json_pack("{s:o, s:o}", "title", eg_method_data(comparison, a), "cells", cells));
    }
    return json_pack("{s:o, s:o}", "heads", heads, "rows", rows);
}

/* --- several data sets at a glance --- */

static json_t *board_cell(const struct eg_contest *comparison, const char *name)
{
    const struct eg_score_table *table = comparison->table;
    const size_t method = eg_score_method(table, name);
    if (method == table->method_count)
        return json_pack("{s:s, s:s, s:s}", "rank", "", "class", "soft", "mark", "");
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const int is_reference = method == table->reference;
    char rank[CELL];
    eg_format_value(verdict->unit_rank, 1, rank, sizeof rank);
    return json_pack("{s:o, s:s, s:s}", "rank", eg_text(rank), "class",
                     is_reference                             ? "soft"
                     : verdict->overall == EG_STANDING_BETTER ? "v0"
                     : verdict->overall == EG_STANDING_WORSE  ? "v3"
                                                              : "soft",
                     "mark", is_reference ? "reference" : eg_standing_name(verdict->overall));
}

static int is_listed(const struct eg_contest *items, size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++)
        if (eg_score_method(items[i].table, name) < items[i].table->method_count)
            return 1;
    return 0;
}

static json_t *board_row(const struct eg_contest *items, size_t count, size_t at, size_t method)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < count; i++)
        cells = eg_append(cells, board_cell(&items[i], items[at].table->methods[method]));
    return json_pack("{s:o, s:o}", "title", eg_method_data(&items[at], method), "cells", cells);
}

json_t *eg_board_data(const struct eg_contest *items, size_t count)
{
    json_t *heads = json_array(), *rows = json_array();
    for (size_t i = 0; i < count && count > 1; i++) {
        const struct eg_score_table *table = items[i].table;
        heads = eg_append(heads, eg_text(eg_dataset_title(table->dataset)));
        for (size_t method = 0; method < table->method_count; method++)
            if (method != table->flipped && !is_listed(items, i, table->methods[method]))
                rows = eg_append(rows, board_row(items, count, i, method));
    }
    return json_pack("{s:o, s:o}", "heads", heads, "rows", rows);
}

/* --- what so many units can find --- */

static json_t *power_row(const struct eg_score_table *table, size_t units)
{
    static const double effects[] = {0.5, 1, 2};
    const double level = eg_level_of(table), shared = eg_shared_of(table);
    const double holm = level / (double)table->metric_count;
    json_t *cells = json_array();
    for (size_t k = 0; k < sizeof effects / sizeof *effects; k++)
        cells = eg_append(cells,
                          json_pack("{s:f, s:f}", "one",
                                    100 * eg_paired_power(units, effects[k], level, shared), "holm",
                                    100 * eg_paired_power(units, effects[k], holm, shared)));
    return json_pack("{s:i, s:o, s:f, s:f}", "units", (int)units, "cells", cells, "found",
                     eg_effect_found(units, level, shared, EG_POWER), "found_holm",
                     eg_effect_found(units, holm, shared, EG_POWER));
}

json_t *eg_power_data(const struct eg_contest *comparison)
{
    static const size_t counts[] = {6, 10, 20, 50};
    size_t own = 0;
    json_t *rows = json_array();
    for (size_t method = 0; method < comparison->table->method_count; method++)
        if (comparison->methods[method].most_pairs > own)
            own = comparison->methods[method].most_pairs;
    int is_there = own < 2;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (!is_there && own <= counts[i]) {
            is_there = 1;
            if (own < counts[i])
                rows = eg_append(rows, power_row(comparison->table, own));
        }
        rows = eg_append(rows, power_row(comparison->table, counts[i]));
    }
    if (!is_there)
        rows = eg_append(rows, power_row(comparison->table, own));
    return rows;
}
