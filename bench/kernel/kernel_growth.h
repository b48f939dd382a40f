/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the cost of an epoch under the sparse prior grows with rows, references, features, depth and
 * threads.
 */
#ifndef EG_BENCH_KERNEL_GROWTH_H
#define EG_BENCH_KERNEL_GROWTH_H

#include <stdio.h>

#include "base/error.h"

/* Writes a table to out: one of the five at a time, the others as in Figure 4; half a minute. */
int eg_print_growth(size_t threads, FILE *out, struct eg_error *error);

#endif
