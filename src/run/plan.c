/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

#include "run/grid.h"

static int by_falling_cost(const void *left, const void *right)
{
    const struct eg_cell *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost < b->cost ? 1 : -1;
    return (a->position > b->position) - (a->position < b->position);
}

static int by_key(const void *left, const void *right)
{
    const struct eg_cell *const *a = left, *const *b = right;
    return strcmp((*a)->key, (*b)->key);
}

/* Two cells with one key would be two runs of the same thing, and one row. */
static int check_distinct(const struct eg_plan *plan, struct eg_error *error)
{
    const struct eg_cell **cells = eg_alloc(plan->count, sizeof *cells, error);
    int status = cells ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; cells && i < plan->count; i++)
        cells[i] = &plan->cells[i];
    if (cells)
        qsort(cells, plan->count, sizeof *cells, by_key);
    for (size_t i = 1; !status && i < plan->count; i++)
        if (strcmp(cells[i - 1]->key, cells[i]->key) == 0) {
            char *name = eg_cell_name_alloc(cells[i]->config);
            status = eg_fail(error, EG_INTERNAL, "%s: the grid has the cell %s twice",
                             plan->experiment->name, name ? name : cells[i]->key);
            free(name);
        }
    free(cells);
    return status;
}

/* Whether the cell is asked for; -1 out of memory. */
static int is_wanted(const json_t *config, const char *only)
{
    if (!only)
        return 1;
    char *name = eg_cell_name_alloc(config);
    const int wanted = name ? eg_cell_fits(config, name, only) : -1;
    free(name);
    return wanted;
}

static int fill_cells(struct eg_plan *plan, const char *only, struct eg_error *error)
{
    for (size_t i = 0; i < plan->grid.count; i++) {
        const json_t *config = json_array_get(plan->grid.configs, i);
        const int wanted = is_wanted(config, only);
        if (wanted < 0)
            return eg_fail(error, EG_INTERNAL, "out of memory naming the cells");
        if (!wanted)
            continue;
        struct eg_cell *cell = &plan->cells[plan->count++];
        *cell = (struct eg_cell){
            .config = config, .cost = plan->grid.costs[i], .position = i, .shard = 1};
        if (eg_cell_key(plan->experiment->name, plan->experiment->code_version, config, cell->key,
                        error))
            return EG_INTERNAL;
    }
    if (plan->count == 0 && only)
        return eg_fail(error, EG_USAGE, "--only %s: fits no cell; --list shows their names", only);
    if (plan->count == 0)
        return eg_fail(error, EG_USAGE, "%s has no cells for these options; --help tells of them",
                       plan->experiment->name);
    qsort(plan->cells, plan->count, sizeof *plan->cells, by_falling_cost);
    return check_distinct(plan, error);
}

int eg_plan_make(struct eg_plan *plan, const struct eg_experiment *experiment,
                 const struct eg_run *run, const char *only, struct eg_error *error)
{
    *plan = (struct eg_plan){.experiment = experiment, .run = run};
    int status = experiment->list_cells(run, &plan->grid, error);
    if (!status) {
        plan->cells = eg_alloc(plan->grid.count, sizeof *plan->cells, error);
        status = plan->cells ? fill_cells(plan, only, error) : EG_INTERNAL;
    }
    if (status)
        eg_plan_free(plan);
    return status;
}

void eg_plan_free(struct eg_plan *plan)
{
    eg_grid_free(&plan->grid);
    free(plan->cells);
    *plan = (struct eg_plan){0};
}

int eg_plan_deal(struct eg_plan *plan, size_t shards, struct eg_error *error)
{
    double *costs = eg_alloc(plan->count, sizeof *costs, error);
    size_t *owner = costs ? eg_alloc(plan->count, sizeof *owner, error) : NULL;
    int status = owner ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; !status && i < plan->count; i++)
        costs[i] = plan->cells[i].cost;
    if (!status)
        status = eg_deal_by_cost(costs, plan->count, shards, owner, NULL, error);
    for (size_t i = 0; !status && i < plan->count; i++)
        plan->cells[i].shard = owner[i];
    free(costs);
    free(owner);
    return status;
}

size_t eg_plan_mark_pending(struct eg_plan *plan, const struct eg_shard *shard,
                            const struct eg_store *store, int force)
{
    size_t pending = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct eg_cell *cell = &plan->cells[i];
        cell->pending = cell->shard == shard->index &&
                        (force || eg_store_outcome(store, cell->key) < EG_OUTCOME_SKIP);
        pending += cell->pending != 0;
    }
    return pending;
}

struct sorted_row {
    char *config;
    const json_t *row;
};

static int by_config(const void *left, const void *right)
{
    const struct sorted_row *a = left, *b = right;
    return strcmp(a->config, b->config);
}

int eg_plan_collect_rows(const struct eg_plan *plan, const struct eg_store *store,
                         struct eg_rows *rows, size_t *missing, struct eg_error *error)
{
    struct sorted_row *sorted = eg_alloc(plan->count, sizeof *sorted, error);
    if (!sorted)
        return EG_INTERNAL;
    size_t count = 0;
    rows->array = json_array();
    int good = rows->array != NULL;
    for (size_t i = 0; good && i < plan->count; i++)
        if (eg_store_outcome(store, plan->cells[i].key) == EG_OUTCOME_OK) {
            sorted[count].row = eg_store_find(store, plan->cells[i].key);
            sorted[count].config = eg_canonical_alloc(plan->cells[i].config);
            good = sorted[count++].config != NULL;
        }
    if (good)
        qsort(sorted, count, sizeof *sorted, by_config);
    for (size_t i = 0; i < count; i++) {
        if (good)
            good = json_array_append(rows->array, (json_t *)sorted[i].row) == 0;
        free(sorted[i].config);
    }
    free(sorted);
    if (missing)
        *missing = plan->count - count;
    if (!good) {
        eg_rows_free(rows);
        return eg_fail(error, EG_INTERNAL, "out of memory collecting rows");
    }
    return EG_OK;
}

void eg_rows_free(struct eg_rows *rows)
{
    json_decref(rows->array);
    rows->array = NULL;
}
