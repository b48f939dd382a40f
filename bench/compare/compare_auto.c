/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_auto.h"

#include <string.h>

#include "bench/compare/compare_table.h"
#include "bench/compare/compare_user_files.h"
#include "bench/experiments.h"
#include "run/cell_key.h"

static const size_t steps[EG_MOST_LOOKS] = {6, 9, 14, 21, 32};
/* One of so many looks errs in 5 % if each is made at that level: of 200,000 drawn sequences,
 * rounded down. */
static const double levels[EG_MOST_LOOKS] = {0.049, 0.029, 0.021, 0.0165, 0.0135};

size_t eg_compare_looks(size_t most, size_t looks[EG_MOST_LOOKS])
{
    size_t count = 0;
    const size_t last = steps[EG_MOST_LOOKS - 1];
    most = most && most < last ? most : last;
    while (steps[count] < most) {
        looks[count] = steps[count];
        count++;
    }
    looks[count] = most;
    return count + 1;
}

double eg_compare_look_level(size_t looks)
{
    return levels[looks - 1];
}

double eg_compare_level(const struct eg_run *run)
{
    const struct eg_compare_options *options = run->own;
    size_t looks[EG_MOST_LOOKS];
    return options->adds_units ? eg_compare_look_level(eg_compare_looks(run->replicates, looks))
                               : 0;
}

int eg_compare_check_auto(const struct eg_run *run, const struct eg_outsiders *outside,
                          struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    if (!options->adds_units)
        return EG_OK;
    if (!outside->count)
        return eg_fail(
            error, EG_USAGE,
            "--units auto adds units until a method of yours is decided on: give one, by "
            "--method, --exec or --worker");
    if (eg_compare_has_user(options))
        return eg_fail(error, EG_USAGE,
                       "--units auto goes with data sets of the program: of your own models there "
                       "are no more units than you give");
    if (run->replicates && run->replicates < steps[0])
        return eg_fail(error, EG_USAGE,
                       "--units auto: --replicates is the most units it may take, and must be %zu "
                       "or more, not %zu",
                       steps[0], run->replicates);
    return EG_OK;
}

/* Whether the verdict hangs on the cell. */
static int is_asked_for(const struct eg_run *run, const struct eg_grid *grid, size_t at,
                        const struct eg_outsiders *outside)
{
    const struct eg_compare_cell *cell = (const void *)(grid->cells + at * grid->cell_size);
    return eg_compare_find_outsider(outside, cell->method) ||
           strcmp(cell->method, eg_compare_reference(run->own)) == 0;
}

/* Takes in the row of that configuration. Returns 0 where there is none, or a failure. */
static int add_row(const struct eg_run *run, const json_t *config, struct eg_rows *rows)
{
    const struct eg_experiment *experiment = &compare_experiment;
    char key[EG_KEY_SIZE];
    if (eg_cell_key(experiment->name, experiment->outcome_version, experiment->precision, config,
                    key, NULL))
        return 0;
    json_t *row = json_object_get(run->rows, key);
    const char *outcome = json_string_value(json_object_get(row, "outcome"));
    if (!outcome || strncmp(outcome, "failed", 6) == 0)
        return 0;
    return json_array_append(strcmp(outcome, "ok") == 0 ? rows->array : rows->skipped, row) == 0;
}

static int judge(const struct eg_run *run, const struct eg_rows *rows,
                 const struct eg_outsiders *outside, int *goes_on, struct eg_error *error)
{
    struct eg_compare_rows read = {0};
    struct eg_compare_table made = {0};
    struct eg_contest contest = {0};
    int status = eg_compare_rows_read(rows, outside, &read, error);
    if (!status && read.count)
        status = eg_compare_table_make(run, &read, outside, &made, error);
    made.table.resamples = 2; /* intervals decide nothing */
    made.table.is_brief = 1;
    if (!status && read.count)
        status = eg_contest_make(&made.table, &contest, error);
    for (size_t m = 0; m < made.table.method_count && contest.methods; m++)
        *goes_on |= eg_is_candidate(&made.table, m) &&
                    (contest.methods[m].overall == EG_STANDING_UNDECIDED ||
                     contest.methods[m].overall == EG_STANDING_TOO_FEW);
    eg_contest_free(&contest);
    eg_compare_table_free(&made);
    eg_compare_rows_free(&read);
    return status;
}

int eg_compare_goes_on(const struct eg_run *run, const struct eg_grid *grid, size_t first,
                       const struct eg_outsiders *outside, int *goes_on, struct eg_error *error)
{
    struct eg_rows rows = {json_array(), json_array()};
    int is_whole = run->rows && rows.array && rows.skipped, status = EG_OK;
    *goes_on = 0;
    for (size_t i = first; i < grid->count && is_whole; i++)
        if (is_asked_for(run, grid, i, outside))
            is_whole = add_row(run, json_array_get(grid->configs, i), &rows);
    if (is_whole)
        status = judge(run, &rows, outside, goes_on, error);
    json_decref(rows.array);
    json_decref(rows.skipped);
    return status;
}
