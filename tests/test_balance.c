/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How evenly the paper's own scale falls to shards: every experiment, on the data that need no
 * download. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/logging.h>

#include "run/plan.h"

/* The cells of the paper's scale; their memory is the caller's to free. */
static struct eg_plan plan_of(const struct eg_experiment *experiment, struct eg_run *run,
                              void **own)
{
    struct eg_option options[EG_OWN_OPTIONS] = {0};
    struct eg_error error = {0};
    struct eg_plan plan;
    *own = experiment->make_options ? experiment->make_options(options) : NULL;
    *run = (struct eg_run){.scale = "paper", .protocol = "both", .own = *own};
    if (!strchr(experiment->protocols, ' '))
        run->protocol = experiment->protocols;
    cr_assert_eq(eg_plan_make(&plan, experiment, run, NULL, &error), EG_OK, "%s", error.message);
    return plan;
}

/* Of the k * shards + 1 longest cells some shard has k + 1, no less than the shortest of these: the most of
 * that for any k. Cells are in order of cost. */
static double pigeonholes(const struct eg_plan *plan, size_t shards)
{
    double most = 0;
    for (size_t k = 1; k * shards < plan->count; k++) {
        double sum = 0;
        for (size_t i = k * shards - k; i <= k * shards; i++)
            sum += plan->cells[i].cost;
        most = fmax(most, sum);
    }
    return most;
}

/* The cost of the fullest shard, over what no division can be below: the mean, the longest cell, and
 * what pigeonholes give.
 * cards: the cells distributed in turn, as one would without looking at their costs. */
static double imbalance(const struct eg_plan *plan, size_t shards, int cards)
{
    double *loads = calloc(shards, sizeof *loads), total = 0, most = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct eg_cell *cell = &plan->cells[i];
        cr_assert(cell->shard >= 1 && cell->shard <= shards);
        loads[cards ? i % shards : cell->shard - 1] += cell->cost;
        total += cell->cost;
    }
    for (size_t s = 0; s < shards; s++)
        most = fmax(most, loads[s]);
    free(loads);
    return most /
           fmax(fmax(total / (double)shards, pigeonholes(plan, shards)), plan->cells[0].cost);
}

Test(balance, the_paper_on_any_number_of_machines)
{
    static const size_t shards[] = {2, 7, 64, 1000};
    for (size_t e = 0; eg_experiments[e]; e++) {
        void *own;
        struct eg_run run;
        struct eg_plan plan = plan_of(eg_experiments[e], &run, &own);
        for (size_t s = 0; s < sizeof shards / sizeof *shards; s++) {
            struct eg_error error = {0};
            cr_assert_eq(eg_plan_deal(&plan, shards[s], &error), EG_OK, "%s", error.message);
            const double by_cost = imbalance(&plan, shards[s], 0);
            const double in_turn = imbalance(&plan, shards[s], 1);
            cr_log_info("%s: %zu cells on %zu shards: %.4f, in turn %.4f", eg_experiments[e]->name,
                        plan.count, shards[s], by_cost, in_turn);
            cr_expect(by_cost <= 4.0 / 3 - 1 / (3 * (double)shards[s]) && by_cost <= in_turn,
                      "%s on %zu shards: %g, in turn %g", eg_experiments[e]->name, shards[s],
                      by_cost, in_turn);
        }
        eg_plan_free(&plan);
        free(own);
    }
}
