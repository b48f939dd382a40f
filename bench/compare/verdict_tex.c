/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of means as papers have it: a few methods side by side, a line a measure. */
#include <math.h>

#include "bench/compare/verdict_parts.h"
#include "bench/frame/names.h"
#include "bench/page/view_values.h"

/* Methods side by side on paper. */
enum { ACROSS = 3, DIGITS = 3, CELL = 64 };

int eg_is_any_decided(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    for (size_t i = 0; i < table->method_count; i++)
        for (size_t k = 0; k < table->metric_count; k++) {
            const enum eg_standing standing = eg_contest_cell(comparison, i, k)->standing;
            if (i != table->reference && i != table->flipped &&
                (standing >= EG_STANDING_BETTER || standing == EG_STANDING_SAME))
                return 1;
        }
    return 0;
}

/* A mark where some are decided: where none is, the caption says so once. */
static const char *mark_of(const struct eg_contest *comparison, size_t method, size_t metric)
{
    static const char *const marks[] = {"", "", "$^{=}$", "$^{?}$", "$^{+}$", "$^{-}$"};
    if (method == comparison->table->reference || !eg_is_any_decided(comparison))
        return "";
    return marks[eg_contest_cell(comparison, method, metric)->standing];
}

static json_t *cell_data(const struct eg_contest *comparison, size_t method, size_t metric)
{
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    char mean[CELL], se[CELL] = "";
    eg_format_value(cell->mean, DIGITS, mean, sizeof mean);
    if (!isnan(cell->se))
        eg_format_error(cell->se, DIGITS, se, sizeof se);
    return json_pack("{s:s, s:s, s:s}", "mean", mean, "se", se, "tex",
                     mark_of(comparison, method, metric));
}

/* NULL: none of these methods has a number. */
static json_t *row_data(const struct eg_contest *comparison, size_t metric, size_t first,
                        size_t end)
{
    json_t *cells = json_array();
    size_t numbers = 0;
    for (size_t method = first; method < end; method++) {
        numbers += eg_contest_cell(comparison, method, metric)->n > 0;
        cells = eg_append(cells, cell_data(comparison, method, metric));
    }
    if (numbers)
        return eg_merge(eg_metric_head(comparison, metric), json_pack("{s:o}", "cells", cells));
    json_decref(cells);
    return NULL;
}

json_t *eg_tex_data(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    json_t *parts = json_array();
    for (size_t first = 0; first < table->method_count; first += ACROSS) {
        const size_t end = first + ACROSS < table->method_count ? first + ACROSS
                                                                : table->method_count;
        json_t *heads = json_array(), *rows = json_array();
        for (size_t i = first; i < end; i++)
            heads = eg_append(heads, eg_method_head(comparison, i));
        for (size_t metric = 0; metric < table->metric_count; metric++) {
            json_t *row = row_data(comparison, metric, first, end);
            if (row)
                rows = eg_append(rows, row);
        }
        parts = eg_append(parts, json_pack("{s:o, s:o}", "columns", heads, "rows", rows));
    }
    return parts;
}
