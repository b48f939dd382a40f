/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the cost of an epoch under the sparse prior grows with rows, references, features, depth and
 * threads: one of them at a time, the others as usual. `make bench-growth` keeps it.
 */
#ifndef EG_BENCH_KERNEL_GROWTH_H
#define EG_BENCH_KERNEL_GROWTH_H

#include <stdio.h>

#include "base/error.h"
#include "run/store.h"

enum { EG_GROWTH_ROUNDS = 5, EG_GROWTH_AXES = 5, EG_GROWTH_POINTS = 5 };

/* One value of what is varied. */
struct eg_growth_point {
    size_t value;
    double seconds[EG_GROWTH_ROUNDS]; /* an epoch, round by round */
    double operations, bytes;         /* at the least; of the passes */
    /* By eg_growth_fit: */
    double fastest, median;
    double predicted; /* seconds: those of the usual value by the ratio of operations a thread */
};

struct eg_growth_axis {
    const char *name; /* "references" */
    size_t usual;
    struct eg_growth_point points[EG_GROWTH_POINTS];
    size_t measured, count; /* the points from measured on need more threads than there are */
    int is_threads;
    /* Seconds go as a power of the value: by least squares on logarithms over the fastest of each point,
     * with its standard error, NAN below three points; and the same of predicted. NAN below two points. */
    double exponent, exponent_se, exponent_predicted;
};

struct eg_growth {
    struct eg_growth_axis axes[EG_GROWTH_AXES];
    size_t threads; /* there are */
};

/* Times all values of all axes, round by round, and fits each axis; about a minute. */
int eg_growth_measure(size_t threads, struct eg_growth *growth, struct eg_error *error);

/* Fills what is left of an axis from value, seconds and operations of its points, among them the usual. */
int eg_growth_fit(struct eg_growth_axis *axis, struct eg_error *error);

/* Both tables in Markdown: what grows how fast, and each point. EG_INTERNAL when memory is short. */
int eg_growth_print(const struct eg_growth *growth, FILE *out, struct eg_error *error);

/* Writes folder/growth.md, growth.json, and figures/growth.svg, with what it is drawn from. EG_DATA when a
 * file cannot be written; without gnuplot a warning. */
int eg_growth_write(const struct eg_growth *growth, const char *folder, struct eg_warner warner,
                    struct eg_error *error);

#endif
