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

/* Adds *result as the largest step between neighbouring points of the mean curve, as a part of the curve's
 * whole range, of the one of the two metrics that jumps more; its standard error is the jackknife's over the
 * replicates, which must be the same at all points. Nothing with fewer points or replicates than 2. */
int eg_add_largest_step(struct eg_results *results, struct eg_result result, const char *metric,
                        const char *other, struct eg_error *error);

#endif
