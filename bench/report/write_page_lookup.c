/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_page_lookup.h"

#include <string.h>

#include "bench/frame/table_pivot.h"

const struct eg_part *eg_find_part(const struct eg_report *report, const char *experiment)
{
    for (size_t i = 0; i < report->part_count; i++)
        if (strcmp(report->parts[i].experiment->name, experiment) == 0)
            return &report->parts[i];
    return NULL;
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
                (!claim || (is_among(claim->method, pivot.methods, pivot.method_count) &&
                            is_among(claim->metric, pivot.metrics, pivot.metric_count))))
                return spec;
        }
    return NULL;
}
