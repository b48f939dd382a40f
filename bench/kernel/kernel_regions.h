/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a thread's parallel regions take, in processor time, so that it is the same where threads wait for
 * processors. A program that has GOMP_parallel call eg_regions_run records; others find nothing.
 */
#ifndef EG_BENCH_KERNEL_REGIONS_H
#define EG_BENCH_KERNEL_REGIONS_H

/* Between begin and end, on the thread that called them. */
struct eg_regions {
    double count, threads; /* regions; threads of them all, added up */
    double longest;        /* seconds of the busiest thread of each, added up */
    double serial;         /* seconds of the calling thread outside of them */
};

void eg_regions_begin(void);
void eg_regions_end(struct eg_regions *regions);

/* Libgomp's function of that signature. */
typedef void eg_region_start(void (*run)(void *), void *data, unsigned threads, unsigned flags);

/* Runs a region by `start`, and records it where the calling thread is between begin and end. */
void eg_regions_run(eg_region_start *start, void (*run)(void *), void *data, unsigned threads,
                    unsigned flags);

#endif
