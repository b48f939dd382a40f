/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --units auto: units are added until it is decided whether each method from outside is better or
 * worse than the reference, or there are as many as --replicates says. A group-sequential rule: the
 * verdict is looked at after 6, 9, 14, 21 and 32 units and is made at a level at which, under the
 * null, all looks together err in at most 5 % (Pocock 1977, the levels simulated for Student's t of
 * these numbers of units: docs/power.md).
 */
#ifndef EG_BENCH_COMPARE_AUTO_H
#define EG_BENCH_COMPARE_AUTO_H

#include "bench/compare/compare_options.h"
#include "run/experiment.h"

enum { EG_MOST_LOOKS = 5 };

/* looks = after how many units one looks, of `most` (0: 32) at the most. Returns how many. */
size_t eg_compare_looks(size_t most, size_t looks[EG_MOST_LOOKS]);

/* The level at each of so many looks. */
double eg_compare_look_level(size_t looks);

/* That of the run's tests: 0 (the usual one) without --units auto. */
double eg_compare_level(const struct eg_run *run);

/* EG_USAGE where --units auto goes with no method from outside, with a model of one's own or with
 * too few replicates. */
int eg_compare_check_auto(const struct eg_run *run, const struct eg_outsiders *outside,
                          struct eg_error *error);

/* Whether the cells of the reference and the methods from outside, among those from `first` on, all
 * of one data set, have rows in run->rows (skipped or not), and these do not decide on each method.
 * A row that is missing or failed: 0. */
int eg_compare_goes_on(const struct eg_run *run, const struct eg_grid *grid, size_t first,
                       const struct eg_outsiders *outside, int *goes_on, struct eg_error *error);

#endif
