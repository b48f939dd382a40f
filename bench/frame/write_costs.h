/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of a whole run took, as a table that the documents quote. */
#ifndef EG_BENCH_WRITE_COSTS_H
#define EG_BENCH_WRITE_COSTS_H

#include <stddef.h>

#include "base/error.h"

struct eg_cost {
    char command[64];
    double seconds;
    size_t peak_memory; /* bytes; of the largest of its processes */
};

/* Writes folder/times/SCALE.csv, a line for each of the count costs, with threads, processor and the kernels that
 * OpenBLAS chose for it. EG_DATA where it cannot be written. */
int eg_write_costs(const struct eg_cost *costs, size_t count, size_t threads, const char *scale,
                   const char *folder, struct eg_error *error);

#endif
