/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which rows speak for a model of the graph-prior experiment under a protocol.
 */
#ifndef EG_BENCH_GRAPH_CHOICE_H
#define EG_BENCH_GRAPH_CHOICE_H

#include "bench/graph/graph_models.h"
#include "bench/frame/summary.h"

enum { EG_GRAPH_SPLITS_MAX = 32 };

/* For each split and family the setting with the least mean validation error of the family's first
 * model, and how many were tried. */
struct eg_graph_choice {
    const struct eg_group *group;
    int is_fixed; /* protocol fixed: one number a split; else one a retraining of the first split */
    size_t splits;
    size_t setting[EG_GRAPH_FAMILIES][EG_GRAPH_SPLITS_MAX], tried[EG_GRAPH_FAMILIES];
};

/* group: rows of one cohort; its protocol is what results are named by. EG_DATA for a row of more
 * splits or settings than there may be. */
int eg_graph_choose(const struct eg_group *group, int is_fixed, struct eg_graph_choice *choice,
                    struct eg_error *error);

/* rows (room for group->count) = those that speak for the model on that split; returns how many. */
size_t eg_graph_find_rows(const struct eg_graph_choice *choice, const char *model, size_t split,
                          const json_t **rows);

/* Of the first row's facts about the data: "train_samples" and the like; 0 where there is none. */
size_t eg_graph_count_data(const struct eg_graph_choice *choice, const char *what);

/* numbers (room for group->count) = the metric of the model: of each retraining, or of each split the
 * mean over its retrainings, a split without any passed over; returns how many. units, where not
 * NULL, tells the replicate or the split of each. */
size_t eg_graph_numbers(const struct eg_graph_choice *choice, const char *model, const char *metric,
                        double *numbers, size_t *units);

#endif
