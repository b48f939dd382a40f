/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From timed steps to batches a second and memory of each method.
 */
#ifndef EG_BENCH_COST_SUMMARY_H
#define EG_BENCH_COST_SUMMARY_H

#include "bench/frame/guides.h"
#include "bench/frame/view.h"

/* What is compared: a guide with so many points for each row. */
struct eg_cost_method {
    const char *name; /* "eg_5"; with the count that the paper uses, the guide's own name */
    const char *guide;
    size_t samples;
};

enum { EG_COST_METHODS_MAX = 16 };

/* Ends with a name of NULL. */
extern const struct eg_cost_method eg_cost_methods[];

/* counts[0 .. EG_COST_METHODS_MAX + 1] = how many points of a guide are run where `most` is the most,
 * ascending; returns how many. Those of its methods up to the most; where any has more, the most and
 * half of it too. */
size_t eg_cost_points(const struct eg_guide *guide, size_t most,
                      size_t counts[EG_COST_METHODS_MAX + 2]);

/* batches_per_second (of the median step, with the mean's standard error), times_plain (a step's time
 * in steps without a guide), peak_memory (MB), extra_gradient_calls (a step and row) and points_run of
 * each method. Where fewer points were run than the method has, time is on the straight line from a step
 * without a guide to the one with most points, and memory on that through the two counts with most; a
 * line of time that does not rise gives nothing. */
void eg_cost_summarise(const struct eg_view *view);

extern const struct eg_table_spec eg_cost_tables[];
extern const struct eg_figure_spec eg_cost_figures[];

#endif
