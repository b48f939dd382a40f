/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which setting the rows of a search choose, and what follows at paper scale. */
#include "bench/graph/graph_search.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/graph/graph_cell.h"
#include "run/cell_key.h"
#include "run/grid.h"

/* Splits 0 and 1 with settings 0 to 2 and two retrainings each. */
static struct eg_grid make_grid(void)
{
    struct eg_grid grid = {.fields = eg_graph_fields, .cell_size = sizeof(struct eg_graph_cell)};
    struct eg_graph_cell cell = {.dataset = "cohort",
                                 .data = "",
                                 .sets = "",
                                 .protocol = "both",
                                 .scale = "paper",
                                 .family = "search"};
    for (cell.split = 0; cell.split < 2; cell.split++)
        for (cell.setting = 0; cell.setting < 3; cell.setting++)
            for (cell.replicate = 0; cell.replicate < 2; cell.replicate++)
                cr_assert_eq(eg_grid_add(&grid, &cell, 1, NULL), EG_OK);
    return grid;
}

/* A row of each cell of the first split; error NAN: it failed. */
static json_t *make_rows(const struct eg_grid *grid, const double error[6])
{
    json_t *rows = json_object();
    for (size_t i = 0; i < 6; i++) {
        char key[EG_KEY_SIZE];
        json_t *values = isnan(error[i])
                             ? json_object()
                             : json_pack("{s:{s:f}}", "neural_network", "validation_mse", error[i]);
        cr_assert_eq(eg_cell_key("graph-prior", graph_prior_experiment.outcome_version, "single",
                                 json_array_get(grid->configs, i), key, NULL),
                     EG_OK);
        json_object_set_new(rows, key,
                            json_pack("{s:s, s:o}", "outcome",
                                      isnan(error[i]) ? "failed: diverged" : "ok", "values",
                                      values));
    }
    return rows;
}

static size_t choose(const double error[6])
{
    size_t setting = 99;
    struct eg_grid grid = make_grid();
    json_t *rows = make_rows(&grid, error);
    cr_expect(eg_graph_choose_setting(&grid, rows, "cohort", 0, &setting));
    json_decref(rows);
    eg_grid_free(&grid);
    return setting;
}

Test(graph_search, takes_the_least_mean_error)
{
    cr_expect_eq(choose((double[]){0.1, 0.9, 0.4, 0.5, 0.6, 0.6}), 1, "not the best single one");
    cr_expect_eq(choose((double[]){0.5, 0.5, 0.5, 0.5, 0.5, 0.5}), 0, "of equal ones the first");
    cr_expect_eq(choose((double[]){NAN, NAN, 0.5, NAN, 0.6, 0.4}), 1, "a failure has no say");
    cr_expect_eq(choose((double[]){NAN, NAN, NAN, NAN, NAN, NAN}), 0,
                 "the paper's, for want of one");
}

Test(graph_search, waits_until_all_have_come_out)
{
    static const double error[6] = {0.1, 0.9, 0.4, 0.5, 0.6, 0.6};
    size_t setting;
    struct eg_grid grid = make_grid();
    json_t *rows = make_rows(&grid, error);
    cr_expect_not(eg_graph_choose_setting(&grid, rows, "cohort", 1, &setting), "nothing there");
    cr_expect_not(eg_graph_choose_setting(&grid, NULL, "cohort", 0, &setting));
    json_object_del(rows, json_object_iter_key(json_object_iter(rows)));
    cr_expect_not(eg_graph_choose_setting(&grid, rows, "cohort", 0, &setting));
    json_decref(rows);
    eg_grid_free(&grid);
}

static size_t count_family(const struct eg_grid *grid, const char *family)
{
    const struct eg_graph_cell *cells = (const void *)grid->cells;
    size_t count = 0;
    for (size_t i = 0; i < grid->count; i++)
        count += strcmp(cells[i].family, family) == 0;
    return count;
}

/* On the simulated cohort: 72 settings by 10 retrainings and 9 more splits; the network is not tuned
 * before one is chosen, but reckoned with. */
Test(graph_search, the_paper_tries_72_settings_and_tunes_one)
{
    for (int is_reckoned = 0; is_reckoned < 2; is_reckoned++) {
        struct eg_grid grid = {.fields = eg_graph_fields,
                               .cell_size = sizeof(struct eg_graph_cell)};
        struct eg_error error = {0};
        const struct eg_run run = {.scale = "paper",
                                   .protocol = "both",
                                   .dataset = "simulated_response",
                                   .is_reckoned = is_reckoned};
        cr_assert_eq(graph_prior_experiment.list_cells(&run, &grid, &error), EG_OK, "%s",
                     error.message);
        cr_expect_eq(count_family(&grid, "search"), 72 * 19);
        cr_expect_eq(count_family(&grid, "network"), is_reckoned ? 19 : 0);
        eg_grid_free(&grid);
    }
}
