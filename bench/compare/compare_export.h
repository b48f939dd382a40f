/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_EXPORT_H
#define EG_BENCH_COMPARE_EXPORT_H

#include <stdio.h>

#include "run/experiment.h"

/* Where --export asks for it, writes each unit's model and rows into a folder of the unit's name
 * (run/exchange.h), prints one line for each, and sets *done. For struct eg_experiment. */
int eg_compare_export(const struct eg_run *run, FILE *out, int *done, struct eg_error *error);

#endif
