/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A step in a series of times or sizes: has it changed its level for good?
 *
 * The last EG_STEP_NIGHTLY_RUNS values are compared with those before them, at most EG_STEP_WINDOW, all as
 * logarithms. There is a step when each of the last lies on the same side of the earlier ones' median, by
 * at least log(1 + EG_STEP_SIZE) and at least EG_STEP_SPREADS of their spread (1.4826 times the median
 * distance from the median: the standard deviation of a normal distribution). One or two slow nightly runs are
 * none, nor are outliers among the earlier ones; a step is told of three nightly runs after the first that had it.
 * A creeping change is told of once it has come to that much. What is seen of a step of 20 %, and how often
 * a step is told of that is none, egbench-drift --replay measures.
 */
#ifndef EG_STATS_STEP_DETECTOR_H
#define EG_STATS_STEP_DETECTOR_H

#include <stddef.h>

#include "base/error.h"

enum { EG_STEP_NIGHTLY_RUNS = 4, EG_STEP_WINDOW = 20, EG_STEP_BEFORE = 6 };
#define EG_STEP_SIZE 0.10
#define EG_STEP_SPREADS 2.5

struct eg_step {
    int known; /* whether there were enough values: EG_STEP_BEFORE and EG_STEP_NIGHTLY_RUNS */
    int found; /* 1 upwards, -1 downwards, 0 none */
    double before, after; /* medians */
    double ratio;         /* after / before */
    double least;         /* the smallest step that would have been seen here, as a ratio over 1 */
};

/* values in the order of time, the newest last; those that are not finite and positive are left out.
 * EG_INTERNAL when memory is short. */
int eg_detect_step(const double *values, size_t count, struct eg_step *step,
                   struct eg_error *error);

#endif
