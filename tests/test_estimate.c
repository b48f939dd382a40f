/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/estimate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/fake_experiment.h"

static const struct eg_shard whole = {1, 1, NULL};

struct cell {
    size_t number, cost;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, number), EG_FIELD(struct cell, cost), {0}};

/* 30 cells of six costs, 5 ms a unit of cost. */
static int list_costs(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    (void)run;
    int status = EG_OK;
    for (size_t i = 0; i < 30 && !status; i++)
        status = eg_grid_add(grid, &(struct cell){i, 1 + i % 6}, (double)(1 + i % 6), error);
    return status;
}

static int spin_cost(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                     struct eg_error *error)
{
    const struct cell *cell = of_cell;
    (void)run;
    (void)row;
    (void)error;
    const clock_t end = clock() + (clock_t)cell->cost * (CLOCKS_PER_SEC / 200);
    while (clock() < end)
        ;
    return EG_OK;
}

static int tell_cost(const void *of_cell, double *cost, struct eg_error *error)
{
    (void)error;
    *cost = (double)((const struct cell *)of_cell)->cost;
    return EG_OK;
}

static void make_cheap(void *of_cell)
{
    ((struct cell *)of_cell)->cost = 1;
}

static int is_shortened;

static int fail_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                     struct eg_error *error)
{
    (void)run;
    (void)cell;
    (void)row;
    return eg_fail(error, EG_DATA, "no such file");
}

static int estimate(int (*run_cell)(const struct eg_run *, const void *, const struct eg_row *,
                                    struct eg_error *),
                    int stopped, struct eg_plan *plan, struct eg_estimate *result,
                    struct eg_error *error)
{
    static const struct eg_run run = {.scale = "smoke", .protocol = "both"};
    const atomic_int stop = stopped;
    struct eg_experiment experiment = fake_experiment;
    struct eg_store store;
    experiment.list_cells = list_costs;
    experiment.run_cell = run_cell;
    experiment.fields = fields;
    experiment.cell_size = sizeof(struct cell);
    if (is_shortened) {
        experiment.cost = tell_cost;
        experiment.shorten = make_cheap;
    }
    cr_assert_eq(eg_store_make(&store, "fake", (struct eg_warner){0}, error), EG_OK);
    cr_assert_eq(eg_plan_make(plan, &experiment, &run, NULL, error), EG_OK);
    cr_assert_eq(eg_plan_mark_pending(plan, &whole, &store, 0), 30);
    eg_store_free(&store);
    return eg_estimate_plan(plan, &stop, result, error);
}

Test(estimate, adds_up_what_the_cells_would_take)
{
    struct eg_plan plan;
    struct eg_estimate result;
    struct eg_error error = {0};
    cr_assert_eq(estimate(spin_cost, 0, &plan, &result, &error), EG_OK, "%s", error.message);
    cr_assert_eq(result.cells, 30);
    cr_assert_eq(result.timed, 5);
    /* 5 cells of each cost 1 .. 6 at 5 ms: 525 ms of the processor. */
    cr_assert(result.core_seconds > 0.52 && result.core_seconds < 0.8, "%g", result.core_seconds);
    cr_assert(result.longest > 0.029 && result.longest < result.core_seconds);
    eg_estimate_free(&result);
    eg_plan_free(&plan);
}

Test(estimate, a_shortened_cell_stands_for_the_whole)
{
    struct eg_plan plan;
    struct eg_estimate result;
    struct eg_error error = {0};
    is_shortened = 1;
    const clock_t started = clock();
    cr_assert_eq(estimate(spin_cost, 0, &plan, &result, &error), EG_OK, "%s", error.message);
    const double spent = (double)(clock() - started) / CLOCKS_PER_SEC;
    cr_assert(spent > 0.025 && spent < 0.06, "five cells of 5 ms: %g", spent);
    cr_assert(result.core_seconds > 0.52 && result.core_seconds < 0.8, "%g", result.core_seconds);
    eg_estimate_free(&result);
    eg_plan_free(&plan);
}

Test(estimate, fails_as_the_cell_does_and_can_be_stopped)
{
    struct eg_plan plan;
    struct eg_estimate result;
    struct eg_error error = {0};
    cr_assert_eq(estimate(fail_cell, 0, &plan, &result, &error), EG_DATA);
    cr_assert_str_eq(error.message, "no such file");
    eg_plan_free(&plan);
    cr_assert_eq(estimate(spin_cost, 1, &plan, &result, &error), EG_INTERRUPTED);
    eg_plan_free(&plan);
}

/* With a second for each unit of cost: 5 cells of each cost 1 .. 6, 105 seconds in all. */
static double wall_on(struct eg_plan *plan, size_t nodes, size_t threads)
{
    double own[30], wall;
    struct eg_error error = {0};
    for (size_t i = 0; i < 30; i++)
        own[i] = plan->cells[i].cost;
    const struct eg_estimate estimate = {.cells = 30, .seconds = own};
    cr_assert_eq(eg_estimate_wall(plan, &estimate, nodes, threads, &wall, &error), EG_OK, "%s",
                 error.message);
    return wall;
}

Test(estimate, wall_time_of_nodes)
{
    struct eg_plan plan;
    struct eg_estimate unused;
    struct eg_error error = {0};
    cr_assert_eq(estimate(spin_cost, 1, &plan, &unused, &error), EG_INTERRUPTED);
    cr_expect_eq(wall_on(&plan, 1, 1), 105);
    cr_expect_eq(wall_on(&plan, 1, 2), 53, "two threads: the half, in whole seconds");
    cr_expect_eq(wall_on(&plan, 2, 1), 53, "two nodes likewise");
    cr_expect_eq(wall_on(&plan, 1, 1000), 6, "the longest cell");
    cr_expect_eq(wall_on(&plan, 1000, 2), 6, "the longest cell");
    /* Five nodes: the 5 cells of each cost one a node, 6 + 5 + 4 + 3 + 2 + 1, on two threads
     * 6 + 3 + 2 and 5 + 4 + 1. */
    cr_expect_eq(wall_on(&plan, 5, 1), 21);
    cr_expect_eq(wall_on(&plan, 5, 2), 11);
    /* What is done already takes no time. */
    double own[30] = {0}, wall;
    own[29] = 4;
    const struct eg_estimate little = {.cells = 1, .seconds = own};
    cr_assert_eq(eg_estimate_wall(&plan, &little, 3, 2, &wall, &error), EG_OK);
    cr_expect_eq(wall, 4);
    eg_plan_free(&plan);
}
