/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the network of SHAP's benchmark: expected gradients of 1000 rows with 200 references each; and the 18
 * Keep/Remove metrics of one split, 900 rows to train on and 100 to test, under the published convention.
 */
#ifndef EG_BENCH_KERNEL_EXPLAIN_H
#define EG_BENCH_KERNEL_EXPLAIN_H

#include "bench/kernel/kernel_steps.h"

/* For struct eg_step whose settings are NULL. */
int eg_time_explanation(const struct eg_step *step, uint64_t replicate, size_t threads,
                        struct eg_step_timing *timing, struct eg_error *error);
int eg_write_explanation(const struct eg_step *step, size_t threads, const char *folder,
                         struct eg_error *error);
int eg_time_metrics(const struct eg_step *step, uint64_t replicate, size_t threads,
                    struct eg_step_timing *timing, struct eg_error *error);
int eg_write_metrics(const struct eg_step *step, size_t threads, const char *folder,
                     struct eg_error *error);

#endif
