/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How two metrics move together over the strengths that a method was tried at: points of curves that are
 * in the results already, with what each replicate gave there.
 */
#ifndef EG_BENCH_TRADEOFF_H
#define EG_BENCH_TRADEOFF_H

#include "run/experiment.h"

/* numbers[] = each replicate's rank correlation (Spearman's) between the two metrics of *result's data set,
 * protocol and method, over the points at which the replicate has both, units[] the replicates; room for as many
 * as any point has. Returns how many: those that have EG_TRADEOFF_POINTS of them. */
enum { EG_TRADEOFF_POINTS = 4 };
size_t eg_rank_correlations(const struct eg_results *results, const struct eg_result *result,
                            const char *metric, const char *other, double *numbers, size_t *units);

/* result->value = the largest step between neighbouring points of the mean curve, as a part of the curve's
 * whole range, of the one of the two metrics that jumps more; its standard error is the jackknife's over the
 * n replicates, which must be the same at all points. Returns 0 where there is none, as with fewer than
 * EG_TRADEOFF_POINTS points or 2 replicates, else 1. */
int eg_find_largest_step(const struct eg_results *results, struct eg_result *result,
                         const char *metric, const char *other);

#endif
