/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/print_estimate.h"

static int print_nodes(struct eg_plan *plan, const struct eg_estimate *estimate, size_t nodes,
                       size_t threads, double *wall, FILE *out, struct eg_error *error)
{
    char text[32];
    if (eg_estimate_wall(plan, estimate, nodes, threads, wall, error))
        return EG_INTERNAL;
    eg_format_duration(*wall, text, sizeof text);
    fprintf(out, "%10zu  %-14s  %3.0f %%\n", nodes, text,
            100 * estimate->core_seconds / (*wall * (double)(nodes * threads)));
    return EG_OK;
}

int eg_print_estimate(struct eg_plan *plan, const struct eg_estimate *estimate, size_t nodes,
                      size_t threads, FILE *out, struct eg_error *error)
{
    char longest[32];
    eg_format_duration(estimate->longest, longest, sizeof longest);
    fprintf(out, "%zu of %zu cells to run (%zu timed): %.3g core hours, the longest cell %s\n",
            estimate->cells, plan->count, estimate->timed, estimate->core_seconds / 3600, longest);
    if (estimate->cells == 0)
        return EG_OK;
    fprintf(out, "%10s  %-14s  busy; %zu thread%s a node\n", "nodes", "wall time", threads,
            threads == 1 ? "" : "s");
    int status;
    double wall;
    size_t n = nodes ? nodes : 1;
    do {
        status = print_nodes(plan, estimate, n, threads, &wall, out, error);
        n *= 4;
    } while (!status && !nodes && wall > estimate->longest);
    return status;
}
