/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gene sets that the genes of largest mean |EG| come from (Supplementary
 * Figure 11).
 */
#ifndef EG_BENCH_GRAPH_PATHWAYS_H
#define EG_BENCH_GRAPH_PATHWAYS_H

#include "bench/frame/view.h"

/*
 * first: the records that speak for the first split. For the sets with the least median q with the graph
 * prior, and those with the least without, puts results by the set's name: q_with_prior and q_without_prior
 * (medians over the retrainings), times_with_prior and times_without_prior (in how many of them q < 0.05).
 */
void eg_graph_put_pathways(const struct eg_view *first);

#endif
