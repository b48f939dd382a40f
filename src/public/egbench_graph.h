/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Undirected weighted graphs over features, for the Laplacian prior and for graph convolutions. */
#ifndef EGBENCH_GRAPH_H
#define EGBENCH_GRAPH_H

#include "egbench_base.h"

/** A graph; read only once it is made. */
struct egbench_graph;

/** The graph of edges (count of them) between from[e] and to[e], 0 .. nodes - 1, of weight[e]
 * (NULL: 1 each), in any order. Of an edge that comes twice the heavier counts. The arrays are
 * copied. Returns EGBENCH_DATA, naming the edge, for a node that is not there, a loop, or a weight
 * that is not positive and finite; EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_graph_alloc(struct egbench_graph **graph, size_t nodes, size_t count,
                                    const uint32_t *from, const uint32_t *to, const double *weight,
                                    struct egbench_error *error);

/** Releases a graph; NULL is allowed. */
EGBENCH_API void egbench_graph_free(struct egbench_graph *graph);

/** The number of nodes. */
EGBENCH_API size_t egbench_graph_nodes(const struct egbench_graph *graph);

/** The number of edges; one that came twice counts once. */
EGBENCH_API size_t egbench_graph_edges(const struct egbench_graph *graph);

#endif
