/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_PRESENT_H
#define EG_BENCH_COMPARE_PRESENT_H

#include <stdio.h>

#include "run/experiment.h"

/* Judges the rows, a verdict for each data set, prints them, and writes them to run->out/report. The
 * last lines are about the method from outside where there is one. */
int eg_compare_present(const struct eg_run *run, const struct eg_rows *rows, int as_json, FILE *out,
                       struct eg_error *error);

#endif
