/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Undirected weighted graphs in compressed sparse rows, as priors and graph
 * convolutions use them.
 */
#ifndef EG_GRAPH_GRAPH_H
#define EG_GRAPH_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/real.h"
#include "base/stream.h"

struct eg_edge {
    uint32_t from, to;
    double weight;
};

/* A symmetric matrix: each edge stands in both its rows, a loop (from = to) once in its own. */
struct eg_graph {
    size_t nodes, edges; /* an edge counts once, a loop not */
    size_t *begin; /* nodes + 1: where each node's neighbours begin; the last is their count */
    uint32_t *neighbour; /* ascending within a node */
    double *weight;      /* of each neighbour */
};

/* The graph of those edges, in whatever order they come. Of edges that come twice the heavier
 * counts. EG_DATA, naming the edge, for a node that is not there, a loop, or a weight that is not
 * positive and finite. */
int eg_graph_alloc(struct eg_graph *graph, size_t nodes, size_t count, const struct eg_edge *edges,
                   struct eg_error *error);
void eg_graph_free(struct eg_graph *graph);

/* The same graph again. EG_INTERNAL. */
int eg_graph_copy(const struct eg_graph *graph, struct eg_graph *copy, struct eg_error *error);

/* list (graph->edges of them) = each edge once, from < to, in ascending order; loops left out. */
void eg_graph_list_edges(const struct eg_graph *graph, struct eg_edge *list);

/* a' L a = sum over edges of weight (a_i - a_j)^2, L = D - W being the Laplacian; slope (nodes) = 2 L
 * a, unless it is NULL. */
double eg_graph_roughness(const struct eg_graph *graph, const double *a, double *slope);

/* Kipf and Welling's (2017) propagation matrix, (D + I)^-1/2 (W + I) (D + I)^-1/2, as a graph with
 * loops, of a graph that has none. first and nodes place the graph's nodes among more of them, which
 * then have a loop alone. EG_DATA when they do not fit in. */
int eg_graph_propagation(const struct eg_graph *graph, size_t first, size_t nodes,
                         struct eg_graph *propagation, struct eg_error *error);

/* A graph of the same nodes with as many edges at random places, the weights distributed over them at
 * random: the paper's control (Methods 5.1). */
int eg_graph_randomise(const struct eg_graph *graph, struct eg_stream stream,
                       struct eg_graph *random, struct eg_error *error);

/* A graph in which every node keeps its number of edges: of pairs of edges a-b, c-d drawn at random,
 * the second either way round, ten pairs for each edge, those become a-d, c-b that make neither loop
 * nor double (Maslov and Sneppen 2002). A weight stays with a or c. */
int eg_graph_rewire(const struct eg_graph *graph, struct eg_stream stream, struct eg_graph *rewired,
                    struct eg_error *error);

#endif
