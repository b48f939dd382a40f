/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/table_pivot.h"

#include <math.h>
#include <string.h>

struct where {
    const struct eg_table_spec *spec;
    const struct eg_results *results;
    const struct eg_result *block;
};

static int has_result(const struct where *where, const char *method, const char *metric)
{
    return eg_results_find(where->results, where->block->dataset, where->block->protocol, method,
                           metric, NAN) != NULL;
}

static int has_any_metric(const struct where *where, const char *method)
{
    for (const char *const *metric = where->spec->metrics; *metric; metric++)
        if (has_result(where, method, *metric))
            return 1;
    return 0;
}

static void add_method(const struct where *where, const char *method, struct eg_table_pivot *pivot)
{
    for (size_t i = 0; i < pivot->method_count; i++)
        if (strcmp(pivot->methods[i], method) == 0)
            return;
    if (pivot->method_count < EG_TABLE_MOST && has_any_metric(where, method))
        pivot->methods[pivot->method_count++] = method;
}

int eg_table_pivot(struct eg_table_pivot *pivot, const struct eg_table_spec *spec,
                   const struct eg_results *results, const struct eg_result *block)
{
    const struct where where = {spec, results, block};
    *pivot = (struct eg_table_pivot){0};
    for (const char *const *method = spec->methods; method && *method; method++)
        add_method(&where, *method, pivot);
    for (size_t i = 0; !spec->methods && i < results->count; i++)
        add_method(&where, results->items[i].method, pivot);
    for (const char *const *metric = spec->metrics; *metric; metric++)
        for (size_t i = 0; i < pivot->method_count; i++)
            if (pivot->metric_count < EG_TABLE_MOST &&
                has_result(&where, pivot->methods[i], *metric)) {
                pivot->metrics[pivot->metric_count++] = *metric;
                break;
            }
    return pivot->method_count > 0;
}
