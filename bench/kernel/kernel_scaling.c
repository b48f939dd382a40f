/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_scaling.h"

#include <math.h>
#include <string.h>

#include <omp.h>

#include "base/progress.h"
#include "bench/kernel/kernel_limit.h"

enum { ROUNDS = 3, EMPTY_REGIONS = 2000 };

/* Shown beside as many as there are. */
static const size_t thread_counts[] = {1, 2, 4, 8, 16, 64, 128};

/* A step of minutes on one thread. */
static int is_endless(const struct eg_step *step)
{
    return strstr(step->name, "224") != NULL;
}

void eg_scaling_predict(struct eg_scaling_point *point)
{
    point->predicted = fmax(point->serial + point->work + point->regions, point->traffic);
}

/* Seconds that a parallel region of nothing costs, for each of its threads. */
static double time_region(size_t threads)
{
    double fastest = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = eg_clock();
        for (size_t i = 0; i < EMPTY_REGIONS; i++) {
#pragma omp parallel num_threads((int)threads)
            (void)omp_get_thread_num();
        }
        fastest = fmin(fastest, (eg_clock() - start) / EMPTY_REGIONS);
    }
    return fastest / (double)threads;
}

/* The fastest of the rounds, part by part. */
static int measure_point(const struct eg_step *step, size_t processors, double region_cost,
                         double bandwidth, struct eg_scaling_point *point, struct eg_error *error)
{
    const int is_measured = point->threads <= processors;
    point->serial = point->work = point->regions = INFINITY;
    point->measured = is_measured ? INFINITY : NAN;
    for (int round = 0; round < ROUNDS; round++) {
        struct eg_step_timing timing = {0};
        if (eg_time_step(step, 1, point->threads, &timing, error))
            return error->status;
        point->serial = fmin(point->serial, timing.regions.serial / timing.steps);
        point->work = fmin(point->work, timing.regions.longest / timing.steps);
        point->regions = fmin(point->regions, region_cost * timing.regions.threads / timing.steps);
        point->traffic = timing.traffic / bandwidth;
        if (is_measured)
            point->measured = fmin(point->measured, timing.seconds);
    }
    eg_scaling_predict(point);
    return EG_OK;
}

static void print_point(const struct eg_step *step, const struct eg_scaling_point *point,
                        double base, FILE *out)
{
    fprintf(out, "%-18s %7zu %9.2f %9.2f %9.2f %9.2f %10.2f %8.2f %5.0f %%", step->name,
            point->threads, 1e3 * point->serial, 1e3 * point->work, 1e3 * point->regions,
            1e3 * point->traffic, 1e3 * point->predicted, base / point->predicted,
            100 * base / point->predicted / (double)point->threads);
    if (isnan(point->measured))
        fprintf(out, "\n");
    else
        fprintf(out, " %9.2f %8.2f\n", 1e3 * point->measured, point->measured / point->predicted);
}

static int show_step(const struct eg_step *step, size_t processors, double region_cost, FILE *out,
                     struct eg_error *error)
{
    struct eg_step_timing timing;
    double triad, base = 0;
    int status = eg_time_step(step, 1, processors, &timing, error);
    if (!status)
        status = eg_time_triad(processors, timing.arrays, &triad, error);
    for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts && !status; i++) {
        struct eg_scaling_point point = {.threads = thread_counts[i]};
        status = measure_point(step, processors, region_cost, triad * (double)processors, &point,
                               error);
        base = i ? base : point.predicted;
        if (!status)
            print_point(step, &point, base, out);
        fflush(out);
    }
    return status;
}

/* Cells share nothing but the machine: one on each thread beside one alone. */
static int show_cells(const struct eg_step *step, size_t processors, FILE *out,
                      struct eg_error *error)
{
    double one = INFINITY, all = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        struct eg_step_timing timing;
        if (eg_time_step(step, 1, 1, &timing, error))
            return error->status;
        one = fmin(one, timing.seconds);
        if (eg_time_step(step, processors, processors, &timing, error))
            return error->status;
        all = fmin(all, timing.seconds);
    }
    fprintf(out, "%-18s %zu cells at once: %.2f ms, one alone %.2f ms, efficiency %.0f %%\n",
            step->name, processors, 1e3 * all, 1e3 * one, 100 * one / all);
    return EG_OK;
}

int eg_scaling_show(size_t threads, int is_short, FILE *out, struct eg_error *error)
{
    if (threads < 2)
        return eg_fail(error, EG_USAGE,
                       "--scaling: there is one processor; regions are timed on two or more");
    const double region_cost = time_region(threads);
    int status = EG_OK;
    fprintf(out,
            "a step's parts in ms, the fastest of %d rounds; a region of nothing costs %.2f us for "
            "each of its threads, on %zu threads\n",
            ROUNDS, 1e6 * region_cost, threads);
    fprintf(out, "%-18s %7s %9s %9s %9s %9s %10s %8s %7s %9s %8s\n", "step", "threads", "serial",
            "work", "regions", "traffic", "predicted", "speed-up", "share", "measured", "over it");
    for (const struct eg_step *step = eg_steps; step->name && !status; step++)
        if (step->is_wide && !is_endless(step) && !(is_short && step->is_long))
            status = show_step(step, threads, region_cost, out, error);
    for (const struct eg_step *step = eg_steps; step->name && !status; step++)
        if (!step->is_wide)
            status = show_cells(step, threads, out, error);
    return status;
}
