/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_search.h"

#include <math.h>
#include <string.h>

#include "bench/graph/graph_cell.h"
#include "run/cell_key.h"

enum { SETTINGS_MAX = 128 };

/* Of one setting: the errors of its retrainings, and whether each is a number. */
struct tried {
    double sum;
    size_t count;
    int is_bad;
};

static int is_of(const struct eg_graph_cell *cell, const char *dataset, size_t split)
{
    return strcmp(cell->family, eg_graph_families[EG_GRAPH_SEARCH]) == 0 && cell->split == split &&
           strcmp(cell->dataset, dataset) == 0 && cell->setting < SETTINGS_MAX;
}

/* NULL: none. */
static const json_t *find_row(const json_t *config, const json_t *rows)
{
    const struct eg_experiment *experiment = &graph_prior_experiment;
    char key[EG_KEY_SIZE];
    return eg_cell_key(experiment->name, experiment->outcome_version, experiment->precision, config,
                       key, NULL)
               ? NULL
               : json_object_get(rows, key);
}

static void add_row(const json_t *row, struct tried *tried)
{
    const json_t *values = json_object_get(row, "values");
    const char *outcome = json_string_value(json_object_get(row, "outcome"));
    const double error = eg_row_number(values, "neural_network", "validation_mse");
    if (!outcome || strcmp(outcome, "ok") != 0)
        return;
    tried->count++;
    tried->sum += error;
    tried->is_bad |= !isfinite(error);
}

int eg_graph_choose_setting(const struct eg_grid *grid, const json_t *rows, const char *dataset,
                            size_t split, size_t *setting)
{
    const struct eg_graph_cell *cells = (const void *)grid->cells;
    struct tried tried[SETTINGS_MAX] = {0};
    double least = INFINITY;
    *setting = 0;
    for (size_t i = 0; i < grid->count; i++) {
        if (!is_of(&cells[i], dataset, split))
            continue;
        const json_t *row = find_row(json_array_get(grid->configs, i), rows);
        if (!row)
            return 0;
        add_row(row, &tried[cells[i].setting]);
    }
    for (size_t s = 0; s < SETTINGS_MAX; s++) {
        const double mean = tried[s].sum / (double)tried[s].count;
        if (!tried[s].count || tried[s].is_bad || !(mean < least))
            continue;
        least = mean;
        *setting = s;
    }
    return 1;
}
