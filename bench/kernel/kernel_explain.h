/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expected gradients of 1000 rows with 200 references each, for the network of SHAP's benchmark.
 */
#ifndef EG_BENCH_KERNEL_EXPLAIN_H
#define EG_BENCH_KERNEL_EXPLAIN_H

#include "bench/kernel/kernel_steps.h"

/* For struct eg_step; settings is NULL. */
int eg_time_explanation(const void *settings, uint64_t replicate, size_t threads,
                        struct eg_step_timing *timing, struct eg_error *error);
int eg_write_explanation(const void *settings, const char *folder, struct eg_error *error);

#endif
