/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of a replicate's strengths is taken: the one with the best validation
 * ROC-AUC (Methods 6.3).
 */
#ifndef EG_BENCH_SPARSITY_CHOICE_H
#define EG_BENCH_SPARSITY_CHOICE_H

#include "bench/frame/summary.h"

/* The rows of one penalty, in the group's order; rows is room for group->count. */
struct eg_group eg_sparsity_select(const struct eg_group *group, const char *penalty,
                                   const json_t **rows);

/*
 * For each penalty and replicate of the group, of the rows that hold its strengths the one whose best
 * strength is the best of all; the weaker strength where two are equal. A replicate that lacks a
 * strength is left out. rows is room for group->count. EG_INTERNAL when memory is short.
 */
int eg_sparsity_choose(const struct eg_group *group, const json_t **rows, struct eg_group *chosen,
                       struct eg_error *error);

#endif
