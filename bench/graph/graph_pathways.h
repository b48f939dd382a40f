/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gene sets that the genes of largest mean |EG| come from (Supplementary
 * Figure 11).
 */
#ifndef EG_BENCH_GRAPH_PATHWAYS_H
#define EG_BENCH_GRAPH_PATHWAYS_H

#include "bench/graph/graph_choice.h"

/*
 * For the sets with the least median q with the graph prior, and those with the least without, adds
 * results by the set's name: q_with_prior and q_without_prior (medians over the retrainings of the
 * first split), times_with_prior and times_without_prior (in how many of them q < 0.05). rows: room
 * for the group's.
 */
int eg_graph_add_pathways(const struct eg_graph_choice *choice, const json_t **rows,
                          struct eg_results *results, struct eg_error *error);

#endif
