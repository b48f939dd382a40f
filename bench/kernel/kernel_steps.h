/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps that `make bench` and `make bench-peer` time, each with the fewest
 * multiplications and additions, and the fewest bytes from and to memory, that
 * it can be done with.
 */
#ifndef EG_BENCH_KERNEL_STEPS_H
#define EG_BENCH_KERNEL_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bench/kernel/kernel_regions.h"

/* What one timing of a step found. */
struct eg_step_timing {
    double seconds;    /* a step */
    double operations; /* of it, at the least: convolutions by the best known algorithm */
    double direct;     /* operations with direct convolutions */
    double traffic;    /* bytes that come and go, at the least */
    double arrays;     /* bytes of the arrays that they come from: the caches they may be in */
    double bytes;      /* that its passes take, without data and weights */
    double steps;      /* that were timed, with these parallel regions in all */
    struct eg_regions regions;
};

struct eg_step {
    const char *name;  /* "sparse_prior" */
    const char *title; /* "sparse prior, an epoch" */
    int is_wide;       /* one step has work for all threads; else each does one of its own */
    int is_long;       /* takes seconds */
    const void *settings;
    /* One step of that replicate on so many threads, after one that is not timed. */
    int (*time)(const struct eg_step *step, uint64_t replicate, size_t threads,
                struct eg_step_timing *timing, struct eg_error *error);
    /* Writes to the folder what another program needs to do the same step, and what came out on so many
     * threads. */
    int (*write)(const struct eg_step *step, size_t threads, const char *folder,
                 struct eg_error *error);
    int is_direct; /* convolutions without minimal filtering */
};

/* Ends with a name of NULL. */
extern const struct eg_step eg_steps[];

/* NULL, with *error listing the names, when there is none of that name. */
const struct eg_step *eg_step_find(const char *name, struct eg_error *error);

/* `replicates` of the step side by side, each on its share of so many threads; the seconds are those of
 * the slowest, everything else of one. */
int eg_time_step(const struct eg_step *step, size_t replicates, size_t threads,
                 struct eg_step_timing *timing, struct eg_error *error);

#endif
