/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/table_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/frame/names.h"

const char eg_mark_legend[] =
    "= equal, \u2713 reproduced, \u2248 close, ? inconclusive, \u2717 not reproduced";

const char *eg_verdict_mark(const struct eg_judgement *judgement)
{
    static const char *const marks[EG_VERDICTS] = {"=", "\u2713", "\u2248", "?", "\u2717", ""};
    return judgement ? marks[judgement->verdict] : "";
}

int eg_table_view(struct eg_table_view *view, const struct eg_report *report,
                  const struct eg_part *part, const struct eg_table_spec *spec,
                  const struct eg_result *block)
{
    *view = (struct eg_table_view){
        .report = report, .part = part, .results = &part->results, .spec = spec, .block = block};
    return eg_table_pivot(&view->pivot, spec, &part->results, block);
}

size_t eg_table_break(const struct eg_table_view *view, size_t first)
{
    const size_t last = first + EG_TABLE_COLUMNS;
    return last < view->pivot.metric_count ? last : view->pivot.metric_count;
}

struct eg_table_cell eg_table_cell(const struct eg_table_view *view, size_t method, size_t metric)
{
    const struct eg_claims *claims = &view->report->claims;
    const struct eg_result *block = view->block;
    const struct eg_result_name name = eg_table_name(view->spec, view->pivot.methods[method],
                                                     view->pivot.metrics[metric]);
    struct eg_table_cell cell = {
        .name = name,
        .result = eg_results_find_named(view->results, block->dataset, block->protocol, &name, NAN),
        .claim = eg_claims_find_number(claims, block->dataset, &name, NAN),
    };
    cell.published = cell.claim ? eg_claim_printed(cell.claim, name.statistic) : "";
    if (cell.claim &&
        (!*cell.claim->protocol || strcmp(cell.claim->protocol, block->protocol) == 0))
        cell.judgement = &view->report->judgements[cell.claim - claims->items];
    if (cell.result) {
        eg_format_value(cell.result->value, view->spec->digits, cell.value, sizeof cell.value);
        if (!isnan(cell.result->se))
            eg_format_error(cell.result->se, view->spec->digits, cell.se, sizeof cell.se);
    }
    return cell;
}

int eg_table_is_published(const struct eg_table_view *view, size_t method)
{
    for (size_t i = 0; i < view->pivot.metric_count; i++)
        if (eg_table_cell(view, method, i).claim)
            return 1;
    return 0;
}

struct eg_origin eg_table_origin(const struct eg_table_view *view)
{
    const struct eg_result *block = view->block;
    return eg_origin_of(view->part->origins, block->dataset, block->protocol, block->scale);
}

char *eg_table_caption(const struct eg_table_view *view, char *text, size_t size)
{
    const struct eg_result *block = view->block;
    size_t least = (size_t)-1, most = 0;
    int errors = 0;
    for (size_t i = 0; i < view->pivot.method_count; i++)
        for (size_t j = 0; j < view->pivot.metric_count; j++) {
            const struct eg_table_cell cell = eg_table_cell(view, i, j);
            if (!cell.result)
                continue;
            errors |= *cell.se != '\0';
            least = cell.result->n < least ? cell.result->n : least;
            most = cell.result->n > most ? cell.result->n : most;
        }
    const int used = snprintf(text, size, "Data: %s. Protocol: %s. Scale: %s. Seed: %llu. n = %zu",
                              eg_dataset_title(block->dataset), block->protocol, block->scale,
                              (unsigned long long)block->seed, least);
    if (used > 0 && (size_t)used < size) {
        char range[32] = "";
        if (most != least)
            snprintf(range, sizeof range, " to %zu", most);
        const struct eg_origin origin = eg_table_origin(view);
        snprintf(text + used, size - (size_t)used,
                 "%s replicate%s%s. Outcome version: %d. Code: %s. Core: %s.", range,
                 most == 1 ? "" : "s", errors ? "; \u00b1 is one standard error" : "",
                 view->part->outcome_version, origin.code, origin.core);
    }
    return text;
}
