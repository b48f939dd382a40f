/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_MOVED_CELLS_H
#define EG_BENCH_MOVED_CELLS_H

#include <stdio.h>

#include "bench/report/report_data.h"

/* Prints, for each experiment of which cells have other values here than in the reference though the outcome
 * version, precision and configuration are the same: how many, and the first of them with the first value that
 * moved and the fix. On another OpenBLAS core and the like values may move within the tolerance (run/tolerance.h).
 * *moved: how many cells. EG_DATA when a store cannot be read. */
int eg_print_moved_cells(const struct eg_report_sources *here, const char *reference, FILE *out,
                         size_t *moved, struct eg_error *error);

#endif
