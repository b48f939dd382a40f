/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_page_lookup.h"

#include <string.h>

#include "bench/frame/table_pivot.h"

/* Whether a cell of the table is of what the claim is about. */
static int holds(const struct eg_table_spec *spec, const struct eg_table_pivot *pivot,
                 const struct eg_claim *claim)
{
    for (size_t line = 0; line < pivot->method_count; line++)
        for (size_t column = 0; column < pivot->metric_count; column++) {
            const struct eg_result_name name = eg_table_name(spec, pivot->methods[line],
                                                             pivot->metrics[column]);
            if (strcmp(name.method, claim->method) == 0 &&
                strcmp(name.metric, claim->metric) == 0 &&
                strcmp(name.statistic, claim->statistic) == 0 &&
                (!*claim->statistic || strcmp(name.versus, claim->versus) == 0))
                return 1;
        }
    return 0;
}

static int is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return 0;
}

/* Whether the block is what a claim about that data set and protocol is held against. */
static int is_about(const struct eg_claim *claim, const struct eg_result *block)
{
    return strcmp(claim->dataset, block->dataset) == 0 &&
           (!*claim->protocol || strcmp(claim->protocol, block->protocol) == 0);
}

const struct eg_figure *eg_find_figure(const struct eg_figures *figures, const struct eg_part *part,
                                       const struct eg_claim *claim)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct eg_figure *figure = &figures->items[i];
        const char *metric = figure->spec->metric, *other = figure->spec->published;
        if (figure->part == part && figure->drawn &&
            (!claim || (is_about(claim, figure->block) &&
                        is_among(claim->method, figure->methods, figure->method_count) &&
                        ((metric && strcmp(claim->metric, metric) == 0) ||
                         (other && strcmp(claim->metric, other) == 0)))))
            return figure;
    }
    return NULL;
}

const struct eg_table_spec *eg_find_table(const struct eg_part *part, const struct eg_claim *claim)
{
    const struct eg_table_spec *spec = part->experiment->tables;
    struct eg_table_pivot pivot;
    for (; spec && spec->id; spec++)
        for (size_t i = 0; i < part->results.count; i++) {
            const struct eg_result *block = &part->results.items[i];
            if (eg_begins_block(&part->results, i, spec->dataset) &&
                (!claim || is_about(claim, block)) &&
                eg_table_pivot(&pivot, spec, &part->results, block) &&
                (!claim || holds(spec, &pivot, claim)))
                return spec;
        }
    return NULL;
}
