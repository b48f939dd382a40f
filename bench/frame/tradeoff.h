/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How two metrics move together over the strengths that a method was tried at: points of curves that are
 * in the results already, with what each replicate gave there.
 */
#ifndef EG_BENCH_TRADEOFF_H
#define EG_BENCH_TRADEOFF_H

#include "run/experiment.h"

/* Adds *result as the mean over replicates of Spearman's rank correlation between the two metrics, over the
 * points at which the replicate has both. Nothing where no replicate has EG_TRADEOFF_POINTS of them. */
enum { EG_TRADEOFF_POINTS = 4 };
int eg_add_rank_correlation(struct eg_results *results, struct eg_result result, const char *metric,
                            const char *other, struct eg_error *error);

/* result->value = the largest step between neighbouring points of the mean curve, as a part of the curve's
 * whole range, of the one of the two metrics that jumps more; its standard error is the jackknife's over the
 * n replicates, which must be the same at all points. Returns 0 where there is none, as with fewer than
 * EG_TRADEOFF_POINTS points or 2 replicates, else 1. */
int eg_find_largest_step(const struct eg_results *results, struct eg_result *result,
                         const char *metric, const char *other);

#endif
