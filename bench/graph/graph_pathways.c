/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_pathways.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

/* As many as the paper shows. */
enum { SHOWN = 10, SIDES = 2 };

static const double significant = 0.05;
static const char *const models[SIDES] = {"graph_prior", "neural_network"};
static const char *const q_names[SIDES] = {"q_with_prior", "q_without_prior"};
static const char *const times_names[SIDES] = {"times_with_prior", "times_without_prior"};

/* Of each set: the median of q over the rows, and in how many q is significant. */
struct side {
    size_t rows;
    double *median, *times;
};

static double q_of(const json_t *row, const char *model, size_t set)
{
    const json_t *values = json_object_get(json_object_get(row, "values"), model);
    const json_t *q = json_array_get(json_object_get(values, "set_q"), set);
    return json_is_number(q) ? json_number_value(q) : 1;
}

/* q: room for the rows. */
static void fill_side(const char *model, const json_t **rows, size_t sets, double *q,
                      struct side *side)
{
    for (size_t set = 0; set < sets; set++) {
        for (size_t i = 0; i < side->rows; i++) {
            q[i] = q_of(rows[i], model, set);
            side->times[set] += q[i] < significant;
        }
        gsl_sort(q, 1, side->rows);
        side->median[set] = gsl_stats_median_from_sorted_data(q, 1, side->rows);
    }
}

static int store_set(const struct eg_graph_choice *choice, const char *name, size_t set,
                     const struct side sides[SIDES], struct eg_results *results,
                     struct eg_error *error)
{
    int status = EG_OK;
    for (int s = 0; s < SIDES && !status; s++) {
        status = eg_add_value(results, eg_group_result(choice->group, name, q_names[s]),
                              sides[s].median[set], sides[s].rows, error);
        if (!status)
            status = eg_add_value(results, eg_group_result(choice->group, name, times_names[s]),
                                  sides[s].times[set], sides[s].rows, error);
    }
    return status;
}

/* In the order of the sets' medians with the prior, then of those without. */
static int store_sets(const struct eg_graph_choice *choice, const json_t *names, size_t sets,
                      const struct side sides[SIDES], size_t *order, struct eg_results *results,
                      struct eg_error *error)
{
    int status = EG_OK;
    for (int s = 0; s < SIDES; s++) {
        gsl_sort_index(order, sides[s].median, 1, sets);
        for (size_t i = 0; i < sets && i < SHOWN && !status; i++) {
            const char *name = json_string_value(json_array_get(names, order[i]));
            if (!eg_results_find(results, choice->group->dataset, choice->group->protocol, name,
                                 q_names[0], NAN))
                status = store_set(choice, name, order[i], sides, results, error);
        }
    }
    return status;
}

int eg_graph_add_pathways(const struct eg_graph_choice *choice, const json_t **rows,
                          struct eg_results *results, struct eg_error *error)
{
    const size_t count = eg_graph_find_rows(choice, models[0], 0, rows);
    const json_t *names = count ? json_object_get(json_object_get(rows[0], "values"), "sets")
                                : NULL;
    const size_t sets = json_array_size(names);
    if (sets == 0)
        return EG_OK;
    struct side sides[SIDES] = {{count, NULL, NULL}, {count, NULL, NULL}};
    double *room = eg_alloc(4 * sets + count, sizeof *room, error);
    size_t *order = eg_alloc(sets, sizeof *order, error);
    int status = room && order ? EG_OK : EG_INTERNAL;
    for (int s = 0; s < SIDES && !status; s++) {
        sides[s].median = room + (size_t)(2 * s) * sets;
        sides[s].times = sides[s].median + sets;
        fill_side(models[s], rows, sets, room + 4 * sets, &sides[s]);
    }
    if (!status)
        status = store_sets(choice, names, sets, sides, order, results, error);
    free(room);
    free(order);
    return status;
}
