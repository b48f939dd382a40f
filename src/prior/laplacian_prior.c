/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The graph prior: Omega = sum over rows of a' L a = sum over edges of w_ij (a_i - a_j)^2, each
 * edge counted once, L = D - W being the Laplacian of the graph.
 */
#include <string.h>

#include "prior/prior.h"

static int check_laplacian(const struct eg_prior_settings *settings, size_t p,
                           struct eg_error *error)
{
    const struct eg_graph *graph = settings->graph;
    if (!graph)
        return eg_fail(error, EG_USAGE, "the laplacian prior needs a graph");
    if (settings->graph_first > p || graph->nodes > p - settings->graph_first)
        return eg_fail(error, EG_USAGE,
                       "the graph of the laplacian prior has %zu nodes, features %zu and on, but "
                       "there are only %zu features",
                       graph->nodes, settings->graph_first, p);
    return EG_OK;
}

static void reads_nodes(const struct eg_prior_settings *settings, size_t p, size_t *first,
                        size_t *count)
{
    (void)p;
    *first = settings->graph_first;
    *count = settings->graph->nodes;
}

static double evaluate_laplacian(const struct eg_prior_settings *settings, size_t rows, size_t p,
                                 const real *a, real *gradient, double *scratch)
{
    const struct eg_graph *graph = settings->graph;
    double *of_nodes = scratch, *slope = scratch + p, omega = 0;
    memset(gradient, 0, rows * p * sizeof *gradient);
    for (size_t row = 0; row < rows; row++) {
        const size_t first = row * p + settings->graph_first;
        for (size_t node = 0; node < graph->nodes; node++)
            of_nodes[node] = (double)a[first + node];
        omega += eg_graph_roughness(graph, of_nodes, slope);
        for (size_t node = 0; node < graph->nodes; node++)
            gradient[first + node] = (real)slope[node];
    }
    return omega;
}

const struct eg_prior eg_laplacian_prior = {
    .name = "laplacian",
    .summary = "squared differences along the edges of a graph (the graph prior)",
    .check = check_laplacian,
    .reads = reads_nodes,
    .evaluate = evaluate_laplacian,
};
