/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/missing_cells.h"

#include <stdio.h>
#include <stdlib.h>

#include "run/grid.h"
#include "run/plan.h"

int eg_find_missing(const struct eg_experiment *experiment, const struct eg_result *block,
                    const struct eg_store *store, const char *data, struct eg_missing *missing,
                    struct eg_error *error)
{
    struct eg_plan plan;
    struct eg_error unheard; /* an experiment may read what it has just been told */
    const struct eg_run run = {.scale = block->scale,
                               .protocol = block->protocol,
                               .seed = block->seed,
                               .data = data,
                               .dataset = block->dataset};
    *missing = (struct eg_missing){0};
    const int status = eg_plan_make(&plan, experiment, &run, NULL, error ? error : &unheard);
    if (status)
        return status;
    missing->cells = plan.count;
    for (size_t i = 0; i < plan.count; i++) {
        if (eg_store_outcome(store, plan.cells[i].key) != EG_OUTCOME_MISSING)
            continue;
        char *name = missing->missing++ ? NULL : eg_cell_name_alloc(plan.cells[i].config);
        if (name)
            snprintf(missing->first, sizeof missing->first, "%s", name);
        free(name);
    }
    eg_plan_free(&plan);
    return EG_OK;
}
