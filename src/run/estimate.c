/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/estimate.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_TIMED = 5 };

struct timing {
    double cost, seconds;
};

static int time_cell(const struct eg_plan *plan, const struct eg_cell *cell, struct timing *timing,
                     struct eg_error *error)
{
    json_t *values = json_object(), *shorter = NULL;
    double times = 1;
    int status = EG_OK;
    if (plan->experiment->shorten)
        status = plan->experiment->shorten(cell->config, &shorter, &times, error);
    const double started = eg_clock();
    if (!status)
        status = plan->experiment->run_cell(plan->run, shorter ? shorter : cell->config, values,
                                            error);
    *timing = (struct timing){cell->cost, times * (eg_clock() - started)};
    json_decref(shorter);
    json_decref(values);
    return status;
}

/* The first pending cell of each distinct cost, into firsts; returns how many. */
static size_t find_distinct(const struct eg_plan *plan, const struct eg_cell **firsts)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cells[i].pending &&
            (count == 0 || firsts[count - 1]->cost != plan->cells[i].cost))
            firsts[count++] = &plan->cells[i];
    return count;
}

static double reckon(double cost, const struct timing *timings, size_t count)
{
    const struct timing *nearest = timings;
    for (size_t i = 1; i < count; i++)
        if (fabs(log(timings[i].cost / cost)) < fabs(log(nearest->cost / cost)))
            nearest = &timings[i];
    return nearest->seconds * cost / nearest->cost;
}

static void add_up(const struct eg_plan *plan, const struct timing *timings, size_t threads,
                   struct eg_estimate *estimate)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan->cells[i].pending)
            continue;
        const double seconds = reckon(plan->cells[i].cost, timings, estimate->timed);
        estimate->cells++;
        estimate->core_seconds += seconds;
        estimate->longest = fmax(estimate->longest, seconds);
    }
    estimate->wall_seconds = fmax(estimate->core_seconds / (double)threads, estimate->longest);
}

int eg_estimate_plan(const struct eg_plan *plan, size_t threads, const atomic_int *stop,
                     struct eg_estimate *estimate, struct eg_error *error)
{
    struct timing timings[MOST_TIMED];
    *estimate = (struct eg_estimate){0};
    const struct eg_cell **firsts = eg_alloc(plan->count, sizeof *firsts, error);
    if (!firsts)
        return EG_INTERNAL;
    const size_t distinct = find_distinct(plan, firsts);
    const size_t wanted = distinct < MOST_TIMED ? distinct : MOST_TIMED;
    int status = EG_OK;
    for (size_t i = 0; !status && i < wanted; i++) {
        const size_t pick = wanted > 1 ? (wanted - 1 - i) * (distinct - 1) / (wanted - 1) : 0;
        status = atomic_load(stop)
                     ? eg_fail(error, EG_INTERRUPTED, "interrupted: no estimate")
                     : time_cell(plan, firsts[pick], &timings[estimate->timed++], error);
    }
    free(firsts);
    if (!status)
        add_up(plan, timings, threads, estimate);
    return status;
}
