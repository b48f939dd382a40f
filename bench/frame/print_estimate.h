/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_PRINT_ESTIMATE_H
#define EG_BENCH_PRINT_ESTIMATE_H

#include <stdio.h>

#include "run/estimate.h"

/* Prints what a run would cost: core hours, the longest cell, and for each number of machines the time
 * until the last is ready and how busy their threads are until then. nodes: one number; 0: 1, 4, 16,
 * ... as long as more make it shorter. Deals the plan out anew. */
int eg_print_estimate(struct eg_plan *plan, const struct eg_estimate *estimate, size_t nodes,
                      size_t threads, FILE *out, struct eg_error *error);

#endif
