/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_ESTIMATE_H
#define EG_RUN_ESTIMATE_H

#include <stdatomic.h>

#include "base/progress.h"
#include "run/plan.h"

struct eg_estimate {
    size_t cells, timed;
    double core_seconds; /* of all pending cells together */
    double longest;      /* seconds of the longest one */
    double wall_seconds; /* on that many threads */
};

/* Times some pending cells, one after the other, from the cheapest cost to the dearest, and reckons
 * the rest from the nearest cost timed, in proportion; where the experiment has shorter cells to time,
 * these. Nothing is stored. Fails as the cell timed
 * does; EG_INTERRUPTED when *stop becomes not 0. */
int eg_estimate_plan(const struct eg_plan *plan, size_t threads, const atomic_int *stop,
                     struct eg_estimate *estimate, struct eg_error *error);

#endif
