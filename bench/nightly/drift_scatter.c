/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_scatter.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "bench/nightly/drift_speed.h"

/* values become deviations; 0 when one of them is no cost. sorted: room for runs. */
static int centre(double *values, size_t runs, double *sorted)
{
    for (size_t i = 0; i < runs; i++) {
        if (!(values[i] > 0 && isfinite(values[i])))
            return 0;
        sorted[i] = values[i] = log(values[i]);
    }
    gsl_sort(sorted, 1, runs);
    const double median = gsl_stats_median_from_sorted_data(sorted, 1, runs);
    for (size_t i = 0; i < runs; i++)
        values[i] -= median;
    return 1;
}

static int sum_up(struct eg_scatter *scatter, struct eg_error *error)
{
    double *sd = eg_alloc(scatter->series, sizeof *sd, error);
    if (!sd)
        return EG_INTERNAL;
    for (size_t k = 0; k < scatter->series; k++)
        sd[k] = gsl_stats_sd(scatter->deviations + k * scatter->runs, 1, scatter->runs);
    gsl_sort(sd, 1, scatter->series);
    scatter->least = sd[0];
    scatter->median = gsl_stats_median_from_sorted_data(sd, 1, scatter->series);
    scatter->largest = sd[scatter->series - 1];
    free(sd);
    return EG_OK;
}

/* room: for as many numbers as the history has lines. */
static int collect(struct eg_scatter *scatter, const struct eg_history *history, const json_t *last,
                   const struct eg_costs *costs, double *room, struct eg_error *error)
{
    const size_t runs = costs->count ? eg_cost_series(history, last, &costs->items[0], room) : 0;
    if (runs < EG_STEP_BEFORE + EG_STEP_NIGHTLY_RUNS)
        return EG_OK;
    scatter->runs = runs;
    scatter->deviations = eg_alloc(costs->count * runs, sizeof *scatter->deviations, error);
    if (!scatter->deviations)
        return EG_INTERNAL;
    for (size_t k = 0; k < costs->count; k++) {
        double *values = scatter->deviations + scatter->series * runs;
        eg_cost_series(history, last, &costs->items[k], values);
        scatter->series += centre(values, runs, room) != 0;
    }
    return scatter->series ? sum_up(scatter, error) : EG_OK;
}

int eg_scatter_measure(struct eg_scatter *scatter, const struct eg_history *history,
                       struct eg_error *error)
{
    const json_t *last = eg_history_last(history, "night");
    struct eg_costs costs = {0};
    *scatter = (struct eg_scatter){0};
    if (!last)
        return EG_OK;
    double *room = eg_alloc(json_array_size(history->lines), sizeof *room, error);
    int status = room ? eg_costs_list(&costs, last, last, error) : EG_INTERNAL;
    if (!status)
        status = collect(scatter, history, last, &costs, room, error);
    eg_costs_free(&costs);
    free(room);
    return status;
}

void eg_scatter_free(struct eg_scatter *scatter)
{
    free(scatter->deviations);
    *scatter = (struct eg_scatter){0};
}
