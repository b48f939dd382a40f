/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/sparsity/sparsity_choice.h"

#include <stdlib.h>
#include <string.h>

static const char *penalty_of(const json_t *row)
{
    const char *penalty = json_string_value(
        json_object_get(json_object_get(row, "config"), "penalty"));
    return penalty ? penalty : "";
}

static json_int_t setting_of(const json_t *row, const char *field)
{
    return json_integer_value(json_object_get(json_object_get(row, "config"), field));
}

static double value_of(const json_t *row, const char *field)
{
    return json_number_value(json_object_get(json_object_get(row, "values"), field));
}

struct eg_group eg_sparsity_select(const struct eg_group *group, const char *penalty,
                                   const json_t **rows)
{
    struct eg_group selected = *group;
    selected.rows = rows;
    selected.count = 0;
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(penalty_of(group->rows[i]), penalty) == 0)
            rows[selected.count++] = group->rows[i];
    return selected;
}

static int is_better(const json_t *row, const json_t *than)
{
    const double score = value_of(row, "validation_roc_auc");
    const double other = value_of(than, "validation_roc_auc");
    return score > other ||
           (score == other && value_of(row, "strength") < value_of(than, "strength"));
}

static size_t count_strengths(const json_t *row)
{
    return json_array_size(json_object_get(json_object_get(row, "config"), "strengths"));
}

int eg_sparsity_choose(const struct eg_group *group, const json_t **rows, struct eg_group *chosen,
                       struct eg_error *error)
{
    size_t *strengths = eg_alloc(group->count, sizeof *strengths, error), kept = 0;
    if (!strengths)
        return EG_INTERNAL;
    *chosen = *group;
    chosen->rows = rows;
    chosen->count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *row = group->rows[i];
        size_t at = 0;
        while (at < chosen->count &&
               (strcmp(penalty_of(rows[at]), penalty_of(row)) != 0 ||
                setting_of(rows[at], "replicate") != setting_of(row, "replicate")))
            at++;
        if (at == chosen->count || is_better(row, rows[at]))
            rows[at] = row;
        chosen->count += at == chosen->count;
        strengths[at] += count_strengths(row);
    }
    for (size_t i = 0; i < chosen->count; i++)
        if ((json_int_t)strengths[i] == setting_of(rows[i], "strengths_in_all"))
            rows[kept++] = rows[i];
    chosen->count = kept;
    free(strengths);
    return EG_OK;
}
