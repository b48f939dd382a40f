/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an edge list: a sound graph over four genes, or one line of error. */
#include "datasets/edge_list.h"

#include <math.h>
#include <string.h>

enum { GENES = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_graph(const struct eg_graph *graph)
{
    struct eg_edge list[GENES * GENES];
    if (graph->nodes != GENES || graph->edges == 0 || graph->edges > GENES * (GENES - 1) / 2)
        __builtin_trap();
    eg_graph_list_edges(graph, list);
    for (size_t i = 0; i < graph->edges; i++)
        if (list[i].from >= list[i].to || list[i].to >= GENES || !(list[i].weight > 0) ||
            !isfinite(list[i].weight))
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char *const genes[GENES] = {"C", "A", "D", "B"};
    static const struct eg_edge_list_options options[] = {
        {NULL, 0, NULL}, {"w", 0, NULL}, {"w", 1000, &options[1]}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        struct eg_error error = {0};
        struct eg_graph graph;
        const int status = eg_edge_list_parse("fuzz.csv", (const char *)bytes, size, &options[i],
                                              GENES, genes, &graph, &error);
        if (status == EG_OK)
            check_graph(&graph);
        else if (graph.nodes || !*error.message || strchr(error.message, '\n'))
            __builtin_trap();
        eg_graph_free(&graph);
    }
    return 0;
}
