/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_pathways.h"

#include <math.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "bench/graph/graph_cell.h"

/* As many as the paper shows. */
enum { SHOWN = 10, SIDES = 2 };

static const double significant = 0.05;

static const struct {
    const char *model, *q, *times; /* the names of its results */
} sides[SIDES] = {{"graph_prior", "q_with_prior", "times_with_prior"},
                  {"neural_network", "q_without_prior", "times_without_prior"}};

struct set {
    const char *model;
    size_t number;
};

/* A q that is no number is no finding. */
static double q_of(const struct eg_record *record, const void *of)
{
    const struct set *set = of;
    const double q = eg_row_element(record->values, set->model, "set_q", set->number);
    return isnan(q) ? 1 : q;
}

/* Of each set: the median of q over the records, and in how many q is significant. */
static void fill_side(const struct eg_view *records, const char *model, size_t sets, double *median,
                      double *times)
{
    for (size_t set = 0; set < sets; set++) {
        const struct eg_sample q = eg_sample_by(records, q_of, &(struct set){model, set});
        for (size_t i = 0; i < q.count; i++)
            times[set] += q.numbers[i] < significant;
        if (q.count)
            median[set] = gsl_stats_median(q.numbers, 1, q.count);
    }
}

void eg_graph_put_pathways(const struct eg_view *first)
{
    const struct eg_view networks = eg_where(first, struct eg_graph_cell, family,
                                             eg_graph_families[EG_GRAPH_NETWORK]);
    const json_t *names = networks.count ? json_object_get(networks.records[0].values, "sets")
                                         : NULL;
    const size_t sets = json_array_size(names);
    double *median[SIDES], *times[SIDES];
    for (int s = 0; s < SIDES; s++) {
        median[s] = eg_view_alloc(first, sets, sizeof **median);
        times[s] = eg_view_alloc(first, sets, sizeof **times);
        fill_side(&networks, sides[s].model, sets, median[s], times[s]);
    }
    size_t *order = eg_view_alloc(first, sets, sizeof *order);
    for (int by = 0; by < SIDES && order && sets; by++) {
        gsl_sort_index(order, median[by], 1, sets);
        for (size_t i = 0; i < sets && i < SHOWN; i++) {
            const char *name = json_string_value(json_array_get(names, order[i]));
            if (eg_view_find(first, name, sides[0].q, NAN))
                continue;
            for (int s = 0; s < SIDES; s++) {
                eg_put_value(first, eg_view_result(first, name, sides[s].q), median[s][order[i]],
                             networks.count);
                eg_put_value(first, eg_view_result(first, name, sides[s].times), times[s][order[i]],
                             networks.count);
            }
        }
    }
}
