/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/missing_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/grid.h"
#include "run/plan.h"
#include "run/stored_row.h"

static int is_text(const json_t *config, const char *field, const char *wanted)
{
    const char *text = json_string_value(json_object_get(config, field));
    return text && strcmp(text, wanted) == 0;
}

/* One more than the highest replicate that the store has of the block, in the experiment's outcome version. */
static size_t count_replicates(const struct eg_experiment *experiment,
                               const struct eg_result *block, const struct eg_store *store)
{
    json_int_t most = 0;
    const char *key;
    json_t *row;
    json_object_foreach(store->rows, key, row)
    {
        const json_t *config = json_object_get(row, "config");
        const json_int_t own = json_integer_value(json_object_get(config, "replicate")) + 1;
        const json_int_t seed = json_integer_value(json_object_get(config, "seed"));
        if (own > most && eg_row_is_current(row, experiment) && seed == (json_int_t)block->seed &&
            is_text(config, "dataset", block->dataset) &&
            is_text(config, "protocol", block->protocol) && is_text(config, "scale", block->scale))
            most = own;
    }
    return (size_t)most;
}

static void name_missing(const struct eg_plan *plan, const struct eg_store *store,
                         struct eg_warner named, struct eg_missing *missing)
{
    missing->cells = plan->count;
    for (size_t i = 0; i < plan->count; i++) {
        if (eg_store_outcome(store, plan->cells[i].key) != EG_OUTCOME_MISSING)
            continue;
        const int first = missing->missing++ == 0;
        char *name = first || named.warn ? eg_cell_name_alloc(plan->cells[i].config) : NULL;
        if (name && first)
            snprintf(missing->first, sizeof missing->first, "%s", name);
        if (name && named.warn)
            named.warn(named.context, name);
        free(name);
    }
}

/* For a run as asked for, of as many replicates as the store has where these are more than the scale's own. */
static int find_missing(const struct eg_experiment *experiment, struct eg_run *run,
                        size_t replicates, const struct eg_store *store, struct eg_warner named,
                        struct eg_missing *missing, struct eg_error *error)
{
    struct eg_plan plan, more;
    int status = eg_plan_make(&plan, experiment, run, NULL, error);
    if (status)
        return status;
    run->replicates = replicates;
    if (replicates)
        status = eg_plan_make(&more, experiment, run, NULL, error);
    if (!status && replicates && more.count > plan.count) {
        missing->replicates = replicates;
        name_missing(&more, store, named, missing);
    } else if (!status)
        name_missing(&plan, store, named, missing);
    if (!status && replicates)
        eg_plan_free(&more);
    eg_plan_free(&plan);
    return status;
}

int eg_find_missing(const struct eg_experiment *experiment, const struct eg_result *block,
                    const struct eg_store *store, const char *data, struct eg_warner named,
                    struct eg_missing *missing, struct eg_error *error)
{
    struct eg_error unheard = {0}; /* an experiment may read what it has just been told */
    struct eg_option table[EG_OWN_OPTIONS] = {0};
    void *own = experiment->make_options ? experiment->make_options(table) : NULL;
    struct eg_run run = {.scale = block->scale,
                         .protocol = block->protocol,
                         .seed = block->seed,
                         .data = data,
                         .dataset = block->dataset,
                         .own = own,
                         .rows = store->rows};
    *missing = (struct eg_missing){0};
    error = error ? error : &unheard;
    if (experiment->make_options && !own)
        return eg_fail(error, EG_INTERNAL, "out of memory for the options of %s", experiment->name);
    const int status = find_missing(experiment, &run, count_replicates(experiment, block, store),
                                    store, named, missing, error);
    free(own);
    return status;
}
