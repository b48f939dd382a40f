/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "run/run_cell.h"

enum { MOST_TIMED = 5 };

struct timing {
    double cost, seconds;
};

static double seconds_of(int whose)
{
    struct rusage used;
    if (getrusage(whose, &used))
        return 0;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Of the processor, so that others on the machine count for little; of programs that cells have run too. */
static double processor_seconds(void)
{
    return seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN);
}

/* Makes *cell a shorter one; the whole one costs *times as much. */
static int shorten_cell(const struct eg_experiment *experiment, void *cell, double *times,
                        struct eg_error *error)
{
    double whole, part;
    int status = experiment->cost(cell, &whole, error);
    experiment->shorten(cell);
    if (!status)
        status = experiment->cost(cell, &part, error);
    if (!status)
        *times = whole / part;
    return status;
}

static int time_cell(const struct eg_plan *plan, const struct eg_cell *cell, struct timing *timing,
                     struct eg_error *error)
{
    const struct eg_experiment *experiment = plan->experiment;
    json_t *values = json_object();
    void *shorter = eg_alloc(1, experiment->cell_size, error);
    double times = 1;
    int status = shorter ? EG_OK : EG_INTERNAL;
    if (!status)
        memcpy(shorter, cell->values, experiment->cell_size);
    if (!status && experiment->shorten)
        status = shorten_cell(experiment, shorter, &times, error);
    const double started = processor_seconds();
    if (!status)
        status = eg_run_cell(experiment, plan->run, shorter, values, error);
    *timing = (struct timing){cell->cost, times * (processor_seconds() - started)};
    free(shorter);
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

static void add_up(const struct eg_plan *plan, const struct timing *timings,
                   struct eg_estimate *estimate)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan->cells[i].pending)
            continue;
        const double seconds = reckon(plan->cells[i].cost, timings, estimate->timed);
        estimate->seconds[i] = seconds;
        estimate->cells++;
        estimate->core_seconds += seconds;
        estimate->longest = fmax(estimate->longest, seconds);
    }
}

static int time_some(const struct eg_plan *plan, const atomic_int *stop,
                     struct timing timings[MOST_TIMED], size_t *timed, struct eg_error *error)
{
    const struct eg_cell **firsts = eg_alloc(plan->count, sizeof *firsts, error);
    if (!firsts)
        return EG_INTERNAL;
    const size_t distinct = find_distinct(plan, firsts);
    const size_t wanted = distinct < MOST_TIMED ? distinct : MOST_TIMED;
    int status = EG_OK;
    for (size_t i = 0; !status && i < wanted; i++) {
        const size_t pick = wanted > 1 ? (wanted - 1 - i) * (distinct - 1) / (wanted - 1) : 0;
        status = atomic_load(stop) ? eg_fail(error, EG_INTERRUPTED, "interrupted: no estimate")
                                   : time_cell(plan, firsts[pick], &timings[(*timed)++], error);
    }
    free(firsts);
    return status;
}

int eg_estimate_plan(const struct eg_plan *plan, const atomic_int *stop,
                     struct eg_estimate *estimate, struct eg_error *error)
{
    struct timing timings[MOST_TIMED];
    *estimate = (struct eg_estimate){.seconds = eg_alloc(plan->count, sizeof(double), error)};
    if (!estimate->seconds)
        return EG_INTERNAL;
    const int status = time_some(plan, stop, timings, &estimate->timed, error);
    if (status)
        eg_estimate_free(estimate);
    else
        add_up(plan, timings, estimate);
    return status;
}

void eg_estimate_free(struct eg_estimate *estimate)
{
    free(estimate->seconds);
    *estimate = (struct eg_estimate){0};
}

/* The cells' seconds shard by shard, in the plan's order in each: shard s has own[begin[s - 1]] up to
 * own[begin[s]]. */
static void sort_by_shard(const struct eg_plan *plan, const double *seconds, size_t shards,
                          double *own, size_t *begin)
{
    for (size_t i = 0; i < plan->count; i++)
        begin[plan->cells[i].shard]++;
    for (size_t s = 1; s <= shards; s++)
        begin[s] += begin[s - 1];
    for (size_t i = plan->count; i-- > 0;)
        own[--begin[plan->cells[i].shard]] = seconds[i];
    /* begin[s] is now where shard s begins. */
    for (size_t s = 0; s < shards; s++)
        begin[s] = begin[s + 1];
    begin[shards] = plan->count;
}

int eg_estimate_wall(struct eg_plan *plan, const struct eg_estimate *estimate, size_t nodes,
                     size_t threads, double *seconds, struct eg_error *error)
{
    const size_t used = nodes < plan->count ? nodes : plan->count; /* the others have no cell */
    double *own = eg_alloc(plan->count, sizeof *own, error);
    size_t *begin = own ? eg_alloc(used + 1, sizeof *begin, error) : NULL;
    int status = begin ? eg_plan_deal(plan, used, error) : EG_INTERNAL;
    if (!status)
        sort_by_shard(plan, estimate->seconds, used, own, begin);
    *seconds = 0;
    for (size_t node = 0; !status && node < used; node++) {
        double last;
        /* Whichever thread is free first takes the next cell: it is the one with the least so far. */
        status = eg_deal_by_cost(own + begin[node], begin[node + 1] - begin[node], threads, NULL,
                                 &last, error);
        *seconds = fmax(*seconds, last);
    }
    free(begin);
    free(own);
    return status;
}
