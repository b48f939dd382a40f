/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int make_room(struct eg_graph *graph, size_t nodes, size_t neighbours,
                     struct eg_error *error)
{
    *graph = (struct eg_graph){.nodes = nodes};
    graph->begin = eg_alloc(nodes + 1, sizeof *graph->begin, error);
    graph->neighbour = eg_alloc(neighbours, sizeof *graph->neighbour, error);
    graph->weight = eg_alloc(neighbours, sizeof *graph->weight, error);
    if (graph->begin && graph->neighbour && graph->weight)
        return EG_OK;
    eg_graph_free(graph);
    return EG_INTERNAL;
}

void eg_graph_free(struct eg_graph *graph)
{
    free(graph->begin);
    free(graph->neighbour);
    free(graph->weight);
    *graph = (struct eg_graph){0};
}

int eg_graph_copy(const struct eg_graph *graph, struct eg_graph *copy, struct eg_error *error)
{
    const size_t neighbours = graph->begin[graph->nodes];
    if (make_room(copy, graph->nodes, neighbours, error))
        return EG_INTERNAL;
    copy->edges = graph->edges;
    memcpy(copy->begin, graph->begin, (graph->nodes + 1) * sizeof *copy->begin);
    memcpy(copy->neighbour, graph->neighbour, neighbours * sizeof *copy->neighbour);
    memcpy(copy->weight, graph->weight, neighbours * sizeof *copy->weight);
    return EG_OK;
}

static int check_edge(size_t nodes, size_t number, const struct eg_edge *edge,
                      struct eg_error *error)
{
    if (edge->from >= nodes || edge->to >= nodes)
        return eg_fail(error, EG_DATA,
                       "edge %zu joins nodes %u and %u, but there are %zu nodes, from 0 on", number,
                       edge->from, edge->to, nodes);
    if (edge->from == edge->to)
        return eg_fail(error, EG_DATA, "edge %zu joins node %u with itself; leave it out", number,
                       edge->from);
    if (!isfinite(edge->weight) || edge->weight <= 0)
        return eg_fail(error, EG_DATA,
                       "edge %zu, of nodes %u and %u, has weight %g; weights are positive and "
                       "finite",
                       number, edge->from, edge->to, edge->weight);
    return EG_OK;
}

/* By ends, and of the same ends the heavier first. */
static int compare_edges(const void *a, const void *b)
{
    const struct eg_edge *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    if (left->to != right->to)
        return left->to < right->to ? -1 : 1;
    return (left->weight < right->weight) - (left->weight > right->weight);
}

/* Sorts the edges, from < to, and leaves each once; returns how many are left. */
static size_t tidy_edges(size_t count, struct eg_edge *edges)
{
    size_t kept = 0;
    for (size_t e = 0; e < count; e++)
        if (edges[e].from > edges[e].to)
            edges[e] = (struct eg_edge){edges[e].to, edges[e].from, edges[e].weight};
    qsort(edges, count, sizeof *edges, compare_edges);
    for (size_t e = 0; e < count; e++)
        if (kept == 0 || edges[kept - 1].from != edges[e].from || edges[kept - 1].to != edges[e].to)
            edges[kept++] = edges[e];
    return kept;
}

static void put_neighbour(struct eg_graph *graph, size_t *at, uint32_t neighbour, double weight)
{
    graph->neighbour[*at] = neighbour;
    graph->weight[*at] = weight;
    ++*at;
}

/* Of edges that tidy_edges left. A node's smaller neighbours come as first ends before its greater
 * ones come as second ends, so each row fills in ascending order. */
static int join_edges(struct eg_graph *graph, size_t nodes, size_t count,
                      const struct eg_edge *edges, struct eg_error *error)
{
    if (make_room(graph, nodes, 2 * count, error))
        return EG_INTERNAL;
    size_t *next = eg_alloc(nodes + 1, sizeof *next, error);
    if (!next) {
        eg_graph_free(graph);
        return EG_INTERNAL;
    }
    graph->edges = count;
    for (size_t e = 0; e < count; e++) {
        graph->begin[edges[e].from + 1]++;
        graph->begin[edges[e].to + 1]++;
    }
    for (size_t node = 0; node < nodes; node++)
        graph->begin[node + 1] += graph->begin[node];
    memcpy(next, graph->begin, nodes * sizeof *next);
    for (size_t e = 0; e < count; e++) {
        put_neighbour(graph, &next[edges[e].from], edges[e].to, edges[e].weight);
        put_neighbour(graph, &next[edges[e].to], edges[e].from, edges[e].weight);
    }
    free(next);
    return EG_OK;
}

int eg_graph_alloc(struct eg_graph *graph, size_t nodes, size_t count, const struct eg_edge *edges,
                   struct eg_error *error)
{
    *graph = (struct eg_graph){0};
    for (size_t e = 0; e < count; e++) {
        const int status = check_edge(nodes, e, &edges[e], error);
        if (status)
            return status;
    }
    struct eg_edge *sorted = eg_alloc(count, sizeof *sorted, error);
    if (!sorted)
        return EG_INTERNAL;
    if (count > 0)
        memcpy(sorted, edges, count * sizeof *sorted);
    const int status = join_edges(graph, nodes, tidy_edges(count, sorted), sorted, error);
    free(sorted);
    return status;
}

void eg_graph_list_edges(const struct eg_graph *graph, struct eg_edge *list)
{
    for (size_t node = 0; node < graph->nodes; node++)
        for (size_t k = graph->begin[node]; k < graph->begin[node + 1]; k++)
            if (graph->neighbour[k] > node)
                *list++ = (struct eg_edge){(uint32_t)node, graph->neighbour[k], graph->weight[k]};
}

double eg_graph_roughness(const struct eg_graph *graph, const double *a, double *slope)
{
    double roughness = 0;
    for (size_t node = 0; node < graph->nodes; node++) {
        double pull = 0;
        for (size_t k = graph->begin[node]; k < graph->begin[node + 1]; k++) {
            const double gap = a[node] - a[graph->neighbour[k]];
            pull += graph->weight[k] * gap;
            if (graph->neighbour[k] > node)
                roughness += graph->weight[k] * gap * gap;
        }
        if (slope)
            slope[node] = 2 * pull;
    }
    return roughness;
}

/* scale (nodes) = (D + I)^-1/2 */
static void scale_degrees(const struct eg_graph *graph, double *scale)
{
    for (size_t node = 0; node < graph->nodes; node++) {
        double degree = 1;
        for (size_t k = graph->begin[node]; k < graph->begin[node + 1]; k++)
            degree += graph->weight[k];
        scale[node] = 1 / sqrt(degree);
    }
}

/* The row of one of graph's nodes, its loop in its place among the neighbours. */
static void propagate_node(const struct eg_graph *graph, size_t node, const double *scale,
                           size_t first, struct eg_graph *propagation, size_t *at)
{
    size_t k = graph->begin[node];
    const size_t end = graph->begin[node + 1];
    for (; k < end && graph->neighbour[k] < node; k++)
        put_neighbour(propagation, at, (uint32_t)(first + graph->neighbour[k]),
                      scale[node] * graph->weight[k] * scale[graph->neighbour[k]]);
    put_neighbour(propagation, at, (uint32_t)(first + node), scale[node] * scale[node]);
    for (; k < end; k++)
        put_neighbour(propagation, at, (uint32_t)(first + graph->neighbour[k]),
                      scale[node] * graph->weight[k] * scale[graph->neighbour[k]]);
}

int eg_graph_propagation(const struct eg_graph *graph, size_t first, size_t nodes,
                         struct eg_graph *propagation, struct eg_error *error)
{
    *propagation = (struct eg_graph){0};
    if (first > nodes || graph->nodes > nodes - first)
        return eg_fail(error, EG_DATA,
                       "the graph has %zu nodes, from %zu on, but there are only %zu in all",
                       graph->nodes, first, nodes);
    double *scale = eg_alloc(graph->nodes, sizeof *scale, error);
    if (!scale || make_room(propagation, nodes, 2 * graph->edges + nodes, error)) {
        free(scale);
        return EG_INTERNAL;
    }
    scale_degrees(graph, scale);
    propagation->edges = graph->edges;
    size_t at = 0;
    for (size_t node = 0; node < nodes; node++) {
        if (node >= first && node - first < graph->nodes)
            propagate_node(graph, node - first, scale, first, propagation, &at);
        else
            put_neighbour(propagation, &at, (uint32_t)node, 1);
        propagation->begin[node + 1] = at;
    }
    free(scale);
    return EG_OK;
}
