/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fake_experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stream.h"
#include "bench/frame/view.h"
#include "run/cell_key.h"

static const char *const methods[] = {"alpha", "beta", "gamma", NULL};
static const char *const datasets[] = {"circles", "moons", NULL};

struct cell {
    const char *dataset, *method, *protocol, *scale;
    size_t replicate, seed;
    double strength;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, dataset),   EG_FIELD(struct cell, method),
    EG_FIELD(struct cell, protocol),  EG_FIELD(struct cell, scale),
    EG_FIELD(struct cell, seed),      EG_FIELD(struct cell, strength),
    EG_FIELD(struct cell, replicate), {0}};

/* Where EGBENCH_FAKE_FOLLOWS is set and there is a row of each cell of the grid two more follow: one a data
 * set. */
static int add_followers(const struct eg_run *run, struct cell cell, struct eg_grid *grid,
                         struct eg_error *error)
{
    const size_t before = grid->count;
    char key[EG_KEY_SIZE];
    int status = EG_OK, is_known = 1;
    for (size_t i = 0; i < before && is_known; i++)
        is_known = !eg_cell_key("fake", 1, "double", json_array_get(grid->configs, i), key, NULL) &&
                   json_object_get(run->rows, key);
    for (size_t d = 0; datasets[d] && (is_known || run->is_reckoned) && !status; d++) {
        cell.dataset = datasets[d];
        cell.method = methods[0];
        cell.strength = 9;
        cell.replicate = 0;
        status = eg_grid_add(grid, &cell, 1, error);
    }
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const size_t replicates = run->replicates ? run->replicates : 4;
    struct cell cell = {.protocol = "fixed", .scale = run->scale, .seed = run->seed};
    int status = EG_OK;
    for (size_t d = 0; datasets[d]; d++)
        for (size_t m = 0; methods[m]; m++)
            for (cell.replicate = 0; cell.replicate < replicates && !status; cell.replicate++) {
                if (run->dataset && strcmp(run->dataset, datasets[d]) != 0)
                    continue;
                cell.dataset = datasets[d];
                cell.method = methods[m];
                cell.strength = 0.1 * (double)(m + 1);
                status = eg_grid_add(grid, &cell, (double)(1 + m + d), error);
            }
    return status || !getenv("EGBENCH_FAKE_FOLLOWS") ? status
                                                     : add_followers(run, cell, grid, error);
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    const struct cell *cell = of_cell;
    const char *fails = getenv("EGBENCH_FAKE_FAIL"), *slow = getenv("EGBENCH_FAKE_MILLISECONDS");
    double numbers[3];
    if (slow)
        usleep((useconds_t)atoi(slow) * 1000);
    if (fails && strcmp(fails, cell->method) == 0)
        return eg_fail(error, EG_DATA, "no data f\xc3\xbcr %s", cell->method);
    if (strcmp(cell->dataset, "moons") == 0 && cell->replicate == 3) {
        eg_row_skip(row, "no moon today");
        return EG_OK;
    }
    struct eg_stream stream = eg_stream_make(run->seed, 7, EG_PURPOSE_DATA, cell->replicate,
                                             cell->method[0]);
    for (size_t i = 0; i < 3; i++)
        numbers[i] = cell->strength * eg_stream_normal(&stream);
    if (cell->replicate == 2)
        numbers[1] = NAN;
    eg_row_set(row, "score", numbers[0]);
    eg_row_set_array(row, "curve", 3, numbers);
    return EG_OK;
}

static void summarise(const struct eg_view *view)
{
    for (size_t m = 0; methods[m]; m++) {
        const struct eg_view own = eg_where(view, struct cell, method, methods[m]);
        eg_put_mean(&own, methods[m], NULL, "score");
    }
}

static const char *const metrics[] = {"score", NULL};
static const struct eg_table_spec tables[] = {{.id = "table-fake",
                                               .title = "Table 0: sums of random numbers",
                                               .methods = methods,
                                               .metrics = metrics,
                                               .digits = 3},
                                              {0}};
static const struct eg_figure_spec figures[] = {{0}};

const struct eg_experiment fake_experiment = {
    .name = "fake",
    .title = "sums of random numbers",
    .reproduces = "nothing",
    .protocols = "paper fixed",
    .outcome_version = 1,
    .precision = "double",
    .code_hash = "1",
    .list_cells = list_cells,
    .fields = fields,
    .cell_size = sizeof(struct cell),
    .run_cell = run_cell,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};
