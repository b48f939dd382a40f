/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_graph.h"

#include <stdlib.h>

#include "public/handles.h"

int egbench_graph_alloc(struct egbench_graph **graph, size_t nodes, size_t count,
                        const uint32_t *from, const uint32_t *to, const double *weight,
                        struct egbench_error *error)
{
    struct eg_edge *edges = eg_alloc(count, sizeof *edges, eg_error_of(error));
    int status = EG_HANDLE(error, *graph) && edges ? EG_OK : EG_INTERNAL;
    for (size_t e = 0; !status && e < count; e++)
        edges[e] = (struct eg_edge){from[e], to[e], weight ? weight[e] : 1};
    if (!status)
        status = eg_graph_alloc(&(*graph)->graph, nodes, count, edges, eg_error_of(error));
    free(edges);
    if (status) {
        free(*graph);
        *graph = NULL;
    }
    return status;
}

void egbench_graph_free(struct egbench_graph *graph)
{
    if (graph)
        eg_graph_free(&graph->graph);
    free(graph);
}

size_t egbench_graph_nodes(const struct egbench_graph *graph)
{
    return graph->graph.nodes;
}

size_t egbench_graph_edges(const struct egbench_graph *graph)
{
    return graph->graph.edges;
}
