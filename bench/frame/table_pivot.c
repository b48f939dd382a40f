/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/table_pivot.h"

#include <math.h>
#include <string.h>

struct where {
    const struct eg_table_spec *spec;
    const struct eg_results *results;
    const struct eg_result *block;
};

struct eg_result_name eg_table_name(const struct eg_table_spec *spec, const char *line,
                                    const char *column)
{
    if (!spec->contrast)
        return (struct eg_result_name){line, "", column, ""};
    const char *versus = spec->versus ? spec->versus : line;
    for (const char *const *pair = spec->instead; pair && *pair; pair += 2)
        if (strcmp(pair[0], line) == 0)
            versus = pair[1];
    return (struct eg_result_name){spec->of ? spec->of : line, versus, spec->contrast, column};
}

const struct eg_result *eg_table_find(const struct eg_table_spec *spec,
                                      const struct eg_results *results,
                                      const struct eg_result *block, const char *line,
                                      const char *column)
{
    const struct eg_result_name name = eg_table_name(spec, line, column);
    return eg_results_find_named(results, block->dataset, block->protocol, &name, NAN);
}

static int has_result(const struct where *where, const char *method, const char *metric)
{
    return eg_table_find(where->spec, where->results, where->block, method, metric) != NULL;
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
