/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/table_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/view_values.h"
#include "bench/report/report_view.h"

/* More columns than COLUMNS fit no page: the rest stands below, as in the paper. */
enum { CELL = 64, COLUMNS = 9 };

struct view {
    const struct eg_report *report;
    const struct eg_part *part;
    const struct eg_table_spec *spec;
    const struct eg_result *block; /* its data set, protocol, scale and seed */
    struct eg_table_pivot pivot;
};

static const struct eg_result *find_result(const struct view *view, size_t method, size_t metric)
{
    return eg_table_find(view->spec, &view->part->results, view->block, view->pivot.methods[method],
                         view->pivot.metrics[metric]);
}

static struct eg_result_name name_of(const struct view *view, size_t method, size_t metric)
{
    return eg_table_name(view->spec, view->pivot.methods[method], view->pivot.metrics[metric]);
}

/* The claim with the published number; NULL: none. */
static const struct eg_claim *find_claim(const struct view *view, size_t method, size_t metric)
{
    const struct eg_result_name name = name_of(view, method, metric);
    return eg_claims_find_number(&view->report->claims, view->block->dataset, &name, NAN);
}

/* What was measured, and of a claim about this protocol the verdict. */
static json_t *cell_data(const struct view *view, size_t method, size_t metric)
{
    const struct eg_result *result = find_result(view, method, metric);
    const struct eg_claim *claim = find_claim(view, method, metric);
    const struct eg_result_name name = name_of(view, method, metric);
    const int is_judged = claim && (!*claim->protocol ||
                                    strcmp(claim->protocol, view->block->protocol) == 0);
    char value[CELL] = "", se[CELL] = "";
    if (result)
        eg_format_value(result->value, view->spec->digits, value, sizeof value);
    if (result && !isnan(result->se))
        eg_format_error(result->se, view->spec->digits, se, sizeof se);
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:i, s:b, s:o, s:b, s:o}", "method",
        eg_text(name.method), "versus", eg_text(name.versus), "metric", eg_text(name.metric),
        "statistic", eg_text(name.statistic), "value", value, "se", se, "number",
        eg_number(result ? result->value : NAN), "number_se", eg_number(result ? result->se : NAN),
        "n", result ? (int)result->n : 0, "is_measured", result != NULL, "published",
        eg_text(claim ? eg_claim_printed(claim, name.statistic) : ""), "is_published",
        claim != NULL, "judgement",
        is_judged ? eg_judgement_data(&view->report->judgements[claim - view->report->claims.items])
                  : json_null());
}

static json_t *method_data(const struct view *view, size_t method)
{
    json_t *cells = json_array();
    int is_published = 0;
    for (size_t i = 0; i < view->pivot.metric_count; i++) {
        cells = eg_append(cells, cell_data(view, method, i));
        is_published |= find_claim(view, method, i) != NULL;
    }
    return json_pack("{s:o, s:o, s:b, s:o}", "method", eg_text(view->pivot.methods[method]),
                     "title", eg_title(view->pivot.methods[method]), "is_published", is_published,
                     "cells", cells);
}

/* The columns first..last-1 of the methods. */
static json_t *part_data(const struct view *view, const json_t *methods, size_t first, size_t last)
{
    json_t *columns = json_array(), *rows = json_array(), *method;
    size_t i;
    for (size_t column = first; column < last; column++)
        columns = eg_append(columns, eg_title(view->pivot.metrics[column]));
    json_array_foreach(methods, i, method)
    {
        json_t *cells = json_array();
        for (size_t column = first; column < last; column++)
            cells = eg_append(
                cells, json_incref(json_array_get(json_object_get(method, "cells"), column)));
        rows = eg_append(rows, json_pack("{s:O, s:O, s:o}", "title",
                                         json_object_get(method, "title"), "is_published",
                                         json_object_get(method, "is_published"), "cells", cells));
    }
    return json_pack("{s:o, s:o}", "columns", columns, "rows", rows);
}

/* Of the replicates behind the cells the least and the most, and whether there are standard errors. */
static int find_range(const struct view *view, size_t *least, size_t *most)
{
    int errors = 0;
    *least = (size_t)-1;
    *most = 0;
    for (size_t i = 0; i < view->pivot.method_count; i++)
        for (size_t j = 0; j < view->pivot.metric_count; j++) {
            const struct eg_result *result = find_result(view, i, j);
            if (!result)
                continue;
            errors |= !isnan(result->se);
            *least = result->n < *least ? result->n : *least;
            *most = result->n > *most ? result->n : *most;
        }
    return errors;
}

static json_t *block_data(const struct view *view)
{
    const struct eg_result *block = view->block;
    const size_t columns = view->pivot.metric_count;
    size_t least, most;
    int is_published = 0;
    json_t *methods = json_array(), *parts = json_array();
    const int has_errors = find_range(view, &least, &most);
    for (size_t i = 0; i < view->pivot.method_count; i++) {
        methods = eg_append(methods, method_data(view, i));
        is_published |= json_is_true(json_object_get(json_array_get(methods, i), "is_published"));
    }
    for (size_t first = 0; first < columns; first += COLUMNS)
        parts = eg_append(parts, part_data(view, methods, first,
                                           first + COLUMNS < columns ? first + COLUMNS : columns));
    return eg_merge(
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:b, s:b, s:b, s:o, s:o}", "command",
                  eg_command_data(view->part, block), "dataset", eg_text(block->dataset), "data",
                  eg_text(eg_dataset_title(block->dataset)), "protocol", eg_text(block->protocol),
                  "scale", eg_text(block->scale), "seed", eg_seed(block->seed), "least", (int)least,
                  "most", most == least ? 0 : (int)most, "is_single", most == 1, "has_errors",
                  has_errors, "is_published", is_published, "methods", methods, "parts", parts),
        eg_origin_data(view->part, block->dataset, block->protocol, block->scale));
}

json_t *eg_table_data(const struct eg_report *report, const struct eg_part *part,
                      const struct eg_table_spec *spec)
{
    json_t *blocks = json_array();
    for (size_t i = 0; i < part->results.count; i++) {
        struct view view = {
            .report = report, .part = part, .spec = spec, .block = &part->results.items[i]};
        if (eg_begins_block(&part->results, i, spec->dataset) &&
            eg_table_pivot(&view.pivot, spec, &part->results, view.block))
            blocks = eg_append(blocks, block_data(&view));
    }
    return json_pack("{s:s, s:s, s:o}", "id", spec->id, "title", spec->title, "blocks", blocks);
}
