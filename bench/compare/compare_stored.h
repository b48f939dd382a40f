/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_STORED_H
#define EG_BENCH_COMPARE_STORED_H

#include <stdio.h>

#include "run/experiment.h"

/* Where --stored asks for it, presents all rows of the scale that the store of --out has, as a run
 * of their cells would, without data and without running anything, and sets *done. EG_DATA where
 * there are none. */
int eg_compare_present_stored(const struct eg_run *run, FILE *out, int *done,
                              struct eg_error *error);

#endif
