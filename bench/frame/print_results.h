/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_PRINT_RESULTS_H
#define EG_BENCH_PRINT_RESULTS_H

#include <stdio.h>

#include "run/experiment.h"

/* The experiment's tables as plain text, one for each data set and protocol there is: a line a
 * method, a column a metric, the standard error in brackets where there is one, "-" for no result.
 * Without tables, the results one a line, parted by tabs. Fails only through ferror(out). */
void eg_print_tables(const struct eg_experiment *experiment, const struct eg_results *results,
                     FILE *out);

/* The results as JSON, one object a line; NaN is null. EG_INTERNAL when memory is short. */
int eg_print_json(const struct eg_experiment *experiment, const struct eg_results *results,
                  FILE *out, struct eg_error *error);

#endif
