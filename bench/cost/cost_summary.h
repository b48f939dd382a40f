/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the timed steps come to, method by method. */
#ifndef EG_BENCH_COST_SUMMARY_H
#define EG_BENCH_COST_SUMMARY_H

#include "bench/frame/view.h"

/* What is compared: a regulariser with so many points for each row. */
struct eg_cost_method {
    const char *name; /* "eg_5"; with the count that the paper uses, the regulariser's own name */
    const char *regulariser;
    size_t samples;
};

/* Ends with a name of NULL; the first is the training without a regulariser. */
extern const struct eg_cost_method eg_cost_methods[];

/* As summarise of struct eg_experiment: batches_per_second (of a round's median step), times_plain (a step's time in
 * steps without a regulariser of its round), peak_memory (MB), extra_gradient_calls (a step and row) and points_run
 * of each method. */
void eg_cost_summarise(const struct eg_view *view);

#endif
