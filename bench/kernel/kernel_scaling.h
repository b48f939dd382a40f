/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a step would take on more threads than there are, from measured parts. The step runs on as many
 * threads as asked for, on the processors that there are, and each thread's processor time is taken: what
 * is outside of parallel regions, and of each region its busiest thread, add up to the time on as many
 * processors; and each region costs something for every thread in it. It can not be under the step's traffic at the
 * bandwidth of this machine. Caches and clocks are taken to be as here.
 */
#ifndef EG_BENCH_KERNEL_SCALING_H
#define EG_BENCH_KERNEL_SCALING_H

#include <stdio.h>

#include "bench/kernel/kernel_steps.h"

enum { EG_SCALING_POINTS = 8 };

struct eg_scaling_point {
    size_t threads;
    double serial, work, regions, traffic; /* seconds of a step */
    double predicted;
    double measured; /* NAN where there are not so many processors */
};

/* predicted = the longer of serial + work + regions and traffic */
void eg_scaling_predict(struct eg_scaling_point *point);

/* Times all wide steps but those of minutes, without is_long if is_short, and prints a table. EG_USAGE with fewer
 * than two threads. */
int eg_scaling_show(size_t threads, int is_short, FILE *out, struct eg_error *error);

#endif
