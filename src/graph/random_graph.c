/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Controls: what a graph says beyond its number of edges, or beyond its degrees.
 */
#include <stdlib.h>

#include "graph/graph.h"

/* Goes through all pairs of nodes and takes each with the chance that makes every choice of `edges`
 * pairs equally likely. */
static void place_edges(size_t nodes, size_t edges, struct eg_stream *stream, struct eg_edge *list)
{
    uint64_t pairs = (uint64_t)nodes * (nodes - (nodes > 0)) / 2;
    for (uint32_t from = 0; from < nodes && edges > 0; from++)
        for (uint32_t to = from + 1; to < nodes && edges > 0; to++, pairs--)
            if (eg_stream_below(stream, pairs) < edges) {
                list->from = from;
                list->to = to;
                list++;
                edges--;
            }
}

static void deal_weights(size_t edges, struct eg_stream *stream, struct eg_edge *list)
{
    for (size_t last = edges; last > 1; last--) {
        const size_t pick = (size_t)eg_stream_below(stream, last);
        const double weight = list[last - 1].weight;
        list[last - 1].weight = list[pick].weight;
        list[pick].weight = weight;
    }
}

int eg_graph_randomise(const struct eg_graph *graph, struct eg_stream stream,
                       struct eg_graph *random, struct eg_error *error)
{
    *random = (struct eg_graph){0};
    struct eg_edge *list = eg_alloc(graph->edges, sizeof *list, error);
    if (!list)
        return EG_INTERNAL;
    eg_graph_list_edges(graph, list);
    place_edges(graph->nodes, graph->edges, &stream, list);
    deal_weights(graph->edges, &stream, list);
    const int status = eg_graph_alloc(random, graph->nodes, graph->edges, list, error);
    free(list);
    return status;
}

/* The place of `other` among the neighbours of node; NULL when it is none. */
static uint32_t *find_neighbour(const struct eg_graph *graph, uint32_t node, uint32_t other)
{
    for (size_t k = graph->begin[node]; k < graph->begin[node + 1]; k++)
        if (graph->neighbour[k] == other)
            return &graph->neighbour[k];
    return NULL;
}

/* a-b, c-d become a-d, c-b. Degrees stay, so neighbours is brought up to date in place. */
static void swap_ends(struct eg_edge *first, struct eg_edge *second, struct eg_graph *neighbours)
{
    const uint32_t a = first->from, b = first->to, c = second->from, d = second->to;
    if (a == d || c == b || find_neighbour(neighbours, a, d) || find_neighbour(neighbours, c, b))
        return;
    *find_neighbour(neighbours, a, b) = d;
    *find_neighbour(neighbours, b, a) = c;
    *find_neighbour(neighbours, c, d) = b;
    *find_neighbour(neighbours, d, c) = a;
    first->to = d;
    second->to = b;
}

/* neighbours: who is beside whom, in no order within a node; weights are in the list alone. */
static void swap_edges(size_t edges, struct eg_stream *stream, struct eg_edge *list,
                       struct eg_graph *neighbours)
{
    for (size_t pair = 0; pair < 10 * edges; pair++) {
        struct eg_edge *first = &list[eg_stream_below(stream, edges)],
                       *second = &list[eg_stream_below(stream, edges)];
        /* Ends change places, or a node that is first in all its edges would stay so. */
        if (eg_stream_below(stream, 2))
            *second = (struct eg_edge){second->to, second->from, second->weight};
        swap_ends(first, second, neighbours);
    }
}

int eg_graph_rewire(const struct eg_graph *graph, struct eg_stream stream, struct eg_graph *rewired,
                    struct eg_error *error)
{
    *rewired = (struct eg_graph){0};
    struct eg_graph neighbours = {0};
    struct eg_edge *list = eg_alloc(graph->edges, sizeof *list, error);
    if (!list)
        return EG_INTERNAL;
    eg_graph_list_edges(graph, list);
    int status = eg_graph_alloc(&neighbours, graph->nodes, graph->edges, list, error);
    if (!status) {
        swap_edges(graph->edges, &stream, list, &neighbours);
        status = eg_graph_alloc(rewired, graph->nodes, graph->edges, list, error);
    }
    eg_graph_free(&neighbours);
    free(list);
    return status;
}
