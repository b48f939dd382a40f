/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failures of methods from outside, told as they happen: the rest of a run may take long. */
#ifndef EG_BENCH_COMPARE_FAILURES_H
#define EG_BENCH_COMPARE_FAILURES_H

#include <pthread.h>

#include "base/error.h"
#include "base/warner.h"
#include "bench/compare/compare_given.h"

/* Of a method: its cells with the usual measures, how many failed, and why the first did. */
struct eg_compare_failing {
    char name[64];
    size_t cells, failed;
    int differs; /* another failed for another reason */
    char why[512];
};

struct eg_compare_failures {
    pthread_mutex_t lock;
    struct eg_compare_failing items[EG_MOST_OUTSIDE];
};

/* The method of that place has so many cells; *failures is zeroed but for the lock. */
void eg_compare_expect_cells(struct eg_compare_failures *failures, size_t place, const char *name,
                             size_t cells);

/* Tells the method's first failure, and once more when all of its cells failed for one reason. error: of the
 * cell, its message as eg_compare_ask_outside leaves it; unit: where. */
void eg_compare_tell_failure(struct eg_compare_failures *failures, const char *name,
                             const char *unit, const struct eg_error *error,
                             const struct eg_warner *warner);

#endif
