/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

#include "run/grid.h"
#include "run/stored_row.h"

static int by_turn(const void *left, const void *right)
{
    const struct eg_cell *a = left, *b = right;
    if (a->comes_first != b->comes_first)
        return a->comes_first ? -1 : 1;
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

/* wanted[i] = 1 for the cells asked for, 2 for those that go with one of these. */
static int choose_cells(const struct eg_plan *plan, const char *only, char *wanted,
                        struct eg_error *error)
{
    const struct eg_experiment *experiment = plan->experiment;
    size_t count = 0;
    for (size_t i = 0; i < plan->grid.count; i++) {
        const int fits = is_wanted(json_array_get(plan->grid.configs, i), only);
        if (fits < 0)
            return eg_fail(error, EG_INTERNAL, "out of memory naming the cells");
        wanted[i] = (char)fits;
        count += fits != 0;
    }
    if (count == 0 && only)
        return eg_fail(error, EG_USAGE, "--only %s: fits no cell; --list shows their names", only);
    if (count == 0)
        return eg_fail(error, EG_USAGE, "%s has no cells for these options; --help tells of them",
                       experiment->name);
    for (size_t i = 0; i < plan->grid.count && experiment->goes_with; i++)
        for (size_t k = 0; k < plan->grid.count && !wanted[i]; k++)
            if (wanted[k] == 1 &&
                experiment->goes_with(plan->run, plan->grid.cells + k * plan->grid.cell_size,
                                      plan->grid.cells + i * plan->grid.cell_size))
                wanted[i] = 2;
    return EG_OK;
}

/* Times are compared between cells that ran at about the same time: those take their turns as listed. */
static int order_turns(struct eg_plan *plan, struct eg_error *error)
{
    plan->turns = eg_alloc(plan->count, sizeof *plan->turns, error);
    for (size_t i = 0; plan->turns && i < plan->count; i++) {
        size_t turn = plan->experiment->is_timed ? 0 : i;
        for (size_t k = 0; plan->experiment->is_timed && k < plan->count; k++)
            turn += plan->cells[k].position < plan->cells[i].position;
        plan->turns[turn] = i;
    }
    return plan->turns ? EG_OK : EG_INTERNAL;
}

static int fill_cells(struct eg_plan *plan, const char *only, struct eg_error *error)
{
    char *wanted = eg_alloc(plan->grid.count + 1, 1, error);
    int status = wanted ? choose_cells(plan, only, wanted, error) : EG_INTERNAL;
    for (size_t i = 0; i < plan->grid.count && !status; i++) {
        const json_t *config = json_array_get(plan->grid.configs, i);
        if (!wanted[i])
            continue;
        struct eg_cell *cell = &plan->cells[plan->count++];
        const void *values = plan->grid.cells + i * plan->grid.cell_size;
        *cell = (struct eg_cell){.config = config,
                                 .values = values,
                                 .cost = plan->grid.costs[i],
                                 .position = i,
                                 .comes_first = plan->experiment->comes_first &&
                                                plan->experiment->comes_first(values),
                                 .shard = 1};
        status = eg_cell_key(plan->experiment->name, plan->experiment->outcome_version,
                             plan->experiment->precision, config, cell->key, error);
    }
    free(wanted);
    if (status)
        return status;
    qsort(plan->cells, plan->count, sizeof *plan->cells, by_turn);
    status = check_distinct(plan, error);
    return status ? status : order_turns(plan, error);
}

int eg_plan_make(struct eg_plan *plan, const struct eg_experiment *experiment,
                 const struct eg_run *run, const char *only, struct eg_error *error)
{
    *plan = (struct eg_plan){
        .experiment = experiment,
        .run = run,
        .grid = {.fields = experiment->fields, .cell_size = experiment->cell_size}};
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
    free(plan->turns);
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

struct sorted_rows {
    struct sorted_row *items;
    size_t count;
};

static int by_config(const void *left, const void *right)
{
    const struct sorted_row *a = left, *b = right;
    return strcmp(a->config, b->config);
}

static int add_row(struct sorted_rows *sorted, const json_t *row)
{
    struct sorted_row *item = &sorted->items[sorted->count];
    item->row = row;
    item->config = eg_canonical_alloc(json_object_get(row, "config"));
    sorted->count += item->config != NULL;
    return item->config != NULL;
}

/* other: room for a cell. */
static int stays(const struct eg_plan *plan, const json_t *config, void *other)
{
    memset(other, 0, plan->grid.cell_size);
    if (eg_fields_read(plan->experiment->fields, config, other, NULL))
        return 0;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->experiment->stays(plan->run, plan->cells[i].values, other))
            return 1;
    return 0;
}

/* Rows of this outcome version that are of no cell of the plan, and are presented all the same. */
static int add_others(const struct eg_plan *plan, const struct eg_store *store,
                      struct sorted_rows *sorted)
{
    const char *key;
    json_t *row, *own = json_object();
    void *other = eg_alloc(1, plan->grid.cell_size, NULL);
    int good = own && other;
    for (size_t i = 0; i < plan->count && good; i++)
        good = json_object_set_new(own, plan->cells[i].key, json_true()) == 0;
    json_object_foreach(store->rows, key, row)
    {
        if (good && !json_object_get(own, key) && eg_store_outcome(store, key) == EG_OUTCOME_OK &&
            eg_row_is_current(row, plan->experiment) &&
            stays(plan, json_object_get(row, "config"), other))
            good = add_row(sorted, row);
    }
    json_decref(own);
    free(other);
    return good;
}

static int add_skipped(struct eg_rows *rows, const json_t *row)
{
    if (!rows->skipped)
        rows->skipped = json_array();
    return rows->skipped && json_array_append(rows->skipped, (json_t *)row) == 0;
}

int eg_plan_collect_rows(const struct eg_plan *plan, const struct eg_store *store,
                         struct eg_rows *rows, size_t *missing, struct eg_error *error)
{
    const size_t most = plan->count + json_object_size(store->rows);
    struct sorted_rows sorted = {eg_alloc(most + 1, sizeof *sorted.items, error), 0};
    if (!sorted.items)
        return EG_INTERNAL;
    *rows = (struct eg_rows){.array = json_array()};
    int good = rows->array != NULL;
    for (size_t i = 0; good && i < plan->count; i++) {
        const json_t *row = eg_store_find(store, plan->cells[i].key);
        const enum eg_outcome outcome = eg_store_outcome(store, plan->cells[i].key);
        if (outcome == EG_OUTCOME_OK)
            good = add_row(&sorted, row);
        else if (outcome == EG_OUTCOME_SKIP)
            good = add_skipped(rows, row);
    }
    if (missing)
        *missing = plan->count - sorted.count;
    if (good && plan->experiment->stays)
        good = add_others(plan, store, &sorted);
    if (good)
        qsort(sorted.items, sorted.count, sizeof *sorted.items, by_config);
    for (size_t i = 0; i < sorted.count; i++) {
        if (good)
            good = json_array_append(rows->array, (json_t *)sorted.items[i].row) == 0;
        free(sorted.items[i].config);
    }
    free(sorted.items);
    if (!good) {
        eg_rows_free(rows);
        return eg_fail(error, EG_INTERNAL, "out of memory collecting rows");
    }
    return EG_OK;
}

void eg_rows_free(struct eg_rows *rows)
{
    json_decref(rows->array);
    json_decref(rows->skipped);
    *rows = (struct eg_rows){0};
}
