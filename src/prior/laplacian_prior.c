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
    for (size_t e = 0; e < graph->edges; e++)
        if (graph->from[e] >= p || graph->to[e] >= p)
            return eg_fail(error, EG_DATA, "edge %zu joins features %zu and %zu of %zu", e,
                           graph->from[e], graph->to[e], p);
    return EG_OK;
}

static double evaluate_laplacian(const struct eg_prior_settings *settings, size_t rows, size_t p,
                                 const real *a, real *gradient, double *scratch)
{
    (void)scratch;
    const struct eg_graph *graph = settings->graph;
    double omega = 0;
    memset(gradient, 0, rows * p * sizeof *gradient);
    for (size_t row = 0; row < rows; row++)
        for (size_t e = 0; e < graph->edges; e++) {
            const size_t i = row * p + graph->from[e], j = row * p + graph->to[e];
            const double gap = (double)a[i] - (double)a[j];
            const double slope = 2 * graph->weight[e] * gap;
            omega += graph->weight[e] * gap * gap;
            gradient[i] += (real)slope;
            gradient[j] -= (real)slope;
        }
    return omega;
}

const struct eg_prior eg_laplacian_prior = {
    .name = "laplacian",
    .summary = "squared differences along the edges of a graph (the graph prior)",
    .check = check_laplacian,
    .evaluate = evaluate_laplacian,
};
