/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_EARLIER_H
#define EG_BENCH_COMPARE_EARLIER_H

#include "bench/compare/compare_given.h"
#include "run/experiment.h"

/* The rows (a new array), without those of methods of earlier runs that were changed or asked again since: of
 * a name that this run does not give, the version asked last stands, and on each unit its latest row. NULL
 * with *error filled when memory is short. */
json_t *eg_compare_latest_rows(const struct eg_rows *rows, const struct eg_outsiders *outside,
                               struct eg_error *error);

/* When a method from outside gave the row's numbers, in seconds since 1970; 0 where that is not known. */
double eg_compare_asked(const json_t *row);

#endif
