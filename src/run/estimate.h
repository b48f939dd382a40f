/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_ESTIMATE_H
#define EG_RUN_ESTIMATE_H

#include <stdatomic.h>

#include "base/progress.h"
#include "run/plan.h"

struct eg_estimate {
    size_t cells, timed; /* pending cells; how many of them were timed */
    double core_seconds; /* of all pending cells together */
    double longest;      /* seconds of the longest one */
    double *seconds;     /* of each cell of the plan, 0 where it is not pending; owned */
};

/* Times some pending cells, one after the other, from the cheapest cost to the dearest, and reckons
 * the rest from the nearest cost timed, in proportion; where the experiment has shorter cells to time,
 * these. Nothing is stored. Fails as the cell timed does; EG_INTERRUPTED when *stop becomes not 0. */
int eg_estimate_plan(const struct eg_plan *plan, const atomic_int *stop,
                     struct eg_estimate *estimate, struct eg_error *error);
void eg_estimate_free(struct eg_estimate *estimate);

/* The time until the last of so many machines is ready, into *seconds: cells distributed to them as to
 * shards, on each taken in the order of falling cost by whichever of its threads is free. A cell takes
 * as long as on one thread, though a run with fewer cells than threads gives each several. Deals the
 * plan out anew. */
int eg_estimate_wall(struct eg_plan *plan, const struct eg_estimate *estimate, size_t nodes,
                     size_t threads, double *seconds, struct eg_error *error);

#endif
