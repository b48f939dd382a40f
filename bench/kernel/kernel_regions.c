/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_regions.h"

#include <math.h>
#include <time.h>

#include <omp.h>

enum { THREADS_MOST = 1024 };

static _Thread_local struct {
    struct eg_regions found;
    double begun, inside; /* processor seconds of this thread: at the beginning; in regions */
    int is_on;
} recorder;

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void eg_regions_begin(void)
{
    recorder.found = (struct eg_regions){0};
    recorder.inside = 0;
    recorder.is_on = 1;
    recorder.begun = processor_seconds();
}

void eg_regions_end(struct eg_regions *regions)
{
    recorder.found.serial = processor_seconds() - recorder.begun - recorder.inside;
    recorder.is_on = 0;
    *regions = recorder.found;
}

/* A region whose threads are timed. */
struct timed {
    void (*run)(void *);
    void *data;
    double seconds[THREADS_MOST];
};

static void run_timed(void *data)
{
    struct timed *timed = data;
    const double begin = processor_seconds();
    timed->run(timed->data);
    timed->seconds[omp_get_thread_num()] = processor_seconds() - begin;
}

void eg_regions_run(eg_region_start *start, void (*run)(void *), void *data, unsigned threads,
                    unsigned flags)
{
    struct timed timed;
    double longest = 0;
    if (!recorder.is_on || threads < 1 || threads > THREADS_MOST) {
        start(run, data, threads, flags);
        return;
    }
    timed.run = run;
    timed.data = data;
    for (unsigned i = 0; i < threads; i++)
        timed.seconds[i] = 0;
    recorder.is_on = 0; /* regions within are part of this one */
    const double begin = processor_seconds();
    start(run_timed, &timed, threads, flags);
    recorder.inside += processor_seconds() - begin;
    recorder.is_on = 1;
    for (unsigned i = 0; i < threads; i++)
        longest = fmax(longest, timed.seconds[i]);
    recorder.found.count++;
    recorder.found.threads += threads;
    recorder.found.longest += longest;
}
