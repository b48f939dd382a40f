/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_OUTSIDE_H
#define EG_BENCH_COMPARE_OUTSIDE_H

#include "bench/compare_options.h"
#include "bench/compare_unit.h"
#include "run/child.h"

/*
 * phi (made here) = what a method from outside says of the unit's test rows, by a folder below
 * run->out/exchange, which is removed when all went well, or from its file. EG_DATA with one line that
 * begins with the method's name. *result: what it took; zero for a file.
 */
int eg_compare_ask_outside(const struct eg_run *run, const struct eg_outside *outside,
                           const struct eg_compare_unit *unit, size_t samples,
                           struct eg_matrix *phi, struct eg_child_result *result,
                           struct eg_error *error);

#endif
