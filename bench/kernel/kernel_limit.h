/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The roofline of a step: what the machine does at the best, measured by a matrix product and a triad on as
 * many threads in the same run.
 */
#ifndef EG_BENCH_KERNEL_LIMIT_H
#define EG_BENCH_KERNEL_LIMIT_H

#include "bench/kernel/kernel_steps.h"

struct eg_limit {
    double threads; /* that one step has */
    double product; /* seconds of eg_time_product */
    double triad;   /* bytes a second of eg_time_triad */
};

/* Seconds that one single-precision product of 1024 x 1024 takes with one on each thread. */
int eg_time_product(size_t threads, double *seconds, struct eg_error *error);

/* Bytes a second that each thread moves by a[i] = b[i] + factor * c[i], one store and two loads, over
 * arrays of so many bytes in all, with three of its own on each thread. */
int eg_time_triad(size_t threads, double bytes, double *rate, struct eg_error *error);

/* Operations a second, of a thread, in a product that took so long. */
double eg_product_rate(double seconds);

/* Seconds that a step takes at the best: the longer of what its operations take at the rate of the product
 * and what its traffic takes at that of the triad, since a processor does both at once. */
double eg_best_seconds(const struct eg_limit *limit, const struct eg_step_timing *timing);

#endif
