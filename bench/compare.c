/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-compare: all attribution methods, and one from outside if wanted, on the same models and rows,
 * with a verdict. A cell is a data set, a unit (a split and its model) and a method; so a new method
 * runs none of the others again.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution/explain.h"
#include "base/progress.h"
#include "bench/compare_measures.h"
#include "bench/compare_methods.h"
#include "bench/compare_options.h"
#include "bench/compare_outside.h"
#include "bench/compare_present.h"
#include "bench/compare_unit.h"
#include "bench/compare_user.h"
#include "bench/dataset_cache.h"
#include "bench/experiments.h"
#include "bench/program.h"
#include "run/values.h"

#ifndef EG_CODE_VERSION
#define EG_CODE_VERSION "unversioned"
#endif

enum { EPOCHS = 30 };

static const char *const datasets[] = {"interactions", "corrgroups60", "independentlinear60", NULL};
enum { DEFAULT_DATASETS = 2 };

/* --- the grid --- */

struct scale {
    const char *name;
    size_t units, samples, background;
};

static const struct scale scales[] = {
    {"smoke", 2, 20, 20}, {"quick", 6, 200, 50}, {"night", 10, 200, 100}, {"paper", 20, 200, 100}};

static const struct scale *find_scale(const char *name)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0)
        i++;
    return &scales[i];
}

/* What the outcome of a method from outside depends on. */
static int describe_outside(const struct eg_outside *outside, const char *dataset, size_t unit,
                            json_t *config, struct eg_error *error)
{
    char hash[33] = "";
    char *file = NULL;
    if (outside->kind == EG_OUTSIDE_FILES) {
        file = eg_compare_file_alloc(outside->what, dataset, unit, error);
        if (!file)
            return EG_INTERNAL;
    }
    int status = eg_compare_hash_words(file ? file : outside->what, hash, error);
    if (!status && (json_object_set_new(config, outside->kind_name, json_string(outside->what)) ||
                    json_object_set_new(config, "files", json_string(hash))))
        status = eg_fail(error, EG_USAGE,
                         "'%s': the method's command or path is no UTF-8 text; rename it",
                         outside->name);
    free(file);
    return status;
}

static int add_cell(const struct eg_run *run, const struct eg_dataset *dataset, size_t unit,
                    const char *method, const struct eg_outside *outside, struct eg_grid *grid,
                    struct eg_error *error)
{
    const struct scale *scale = find_scale(run->scale);
    json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:I, s:I}", "dataset",
                               dataset->name, "data", dataset->content_hash, "protocol",
                               run->protocol, "scale", run->scale, "seed", (json_int_t)run->seed,
                               "unit", (json_int_t)unit, "method", method, "epochs",
                               (json_int_t)EPOCHS, "samples", (json_int_t)scale->samples,
                               "background", (json_int_t)scale->background);
    int status = config ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory listing cells");
    if (!status && outside)
        status = describe_outside(outside, dataset->name, unit, config, error);
    if (status) {
        json_decref(config);
        return status;
    }
    return eg_grid_add(grid, config, eg_compare_method_cost(method, dataset->p), error);
}

static int add_dataset(const struct eg_run *run, const char *name, const struct eg_outside *outside,
                       struct eg_grid *grid, struct eg_error *error)
{
    const struct eg_dataset_options options = {0};
    const struct eg_dataset *dataset = eg_cached_dataset(name, &options, error);
    const size_t units = run->replicates ? run->replicates : find_scale(run->scale)->units;
    int status = dataset ? EG_OK : error->status;
    for (size_t unit = 0; unit < units && !status; unit++) {
        for (size_t m = 0; m < eg_compare_method_count() && !status; m++)
            status = add_cell(run, dataset, unit, eg_compare_method_name(m), NULL, grid, error);
        if (!status && outside->kind)
            status = add_cell(run, dataset, unit, outside->name, outside, grid, error);
    }
    return status;
}

/* The user's own model and rows: one unit. */
static int add_user(const struct eg_run *run, const struct eg_outside *outside,
                    struct eg_grid *grid, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    const struct eg_dataset user = {.name = "user", .p = 1};
    if (run->dataset)
        return eg_fail(error, EG_USAGE, "--dataset and --model: give one of them only");
    const size_t first = grid->count, own = eg_compare_method_count();
    /* What does not fit is better told once than by each cell. */
    struct eg_compare_unit unit;
    int status = eg_compare_load_user(&unit, options, run->seed, error);
    eg_compare_unit_free(&unit);
    for (size_t m = 0; m < own + (outside->kind != 0) && !status; m++) {
        const int is_own = m < own;
        status = add_cell(run, &user, 0, is_own ? eg_compare_method_name(m) : outside->name,
                          is_own ? NULL : outside, grid, error);
    }
    for (size_t i = first; i < grid->count && !status; i++) {
        json_t *config = json_array_get(grid->configs, i);
        status = eg_compare_describe_user(options, config, error);
        json_object_set_new(config, "split", json_integer((json_int_t)options->split));
    }
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    struct eg_outside outside;
    const struct eg_compare_options *options = run->own;
    int known = 0, status = eg_compare_check_user(options, error);
    if (!status)
        status = eg_compare_find_outside(options, &outside, error);
    if (!status && options->model)
        return add_user(run, &outside, grid, error);
    for (size_t d = 0; datasets[d] && !status; d++)
        if (run->dataset ? strcmp(run->dataset, datasets[d]) == 0 : d < DEFAULT_DATASETS) {
            known = 1;
            status = add_dataset(run, datasets[d], &outside, grid, error);
        }
    if (!status && !known)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: compare has interactions, corrgroups60 and "
                       "independentlinear60",
                       run->dataset);
    return status;
}

/* --- one cell --- */

struct cell {
    const struct eg_dataset *dataset;
    const char *method;
    size_t seed, unit, epochs, samples, background;
    int is_user;
};

static int read_cell(const json_t *config, struct cell *cell, struct eg_error *error)
{
    const char *name;
    const struct eg_dataset_options options = {0};
    if (eg_config_text(config, "dataset", &name, error) ||
        eg_config_text(config, "method", &cell->method, error) ||
        eg_config_count(config, "seed", &cell->seed, error) ||
        eg_config_count(config, "unit", &cell->unit, error) ||
        eg_config_count(config, "epochs", &cell->epochs, error) ||
        eg_config_count(config, "samples", &cell->samples, error) ||
        eg_config_count(config, "background", &cell->background, error))
        return EG_INTERNAL;
    cell->is_user = json_object_get(config, "model") != NULL;
    cell->dataset = cell->is_user ? NULL : eg_cached_dataset(name, &options, error);
    return cell->dataset || cell->is_user ? EG_OK : error->status;
}

/* What a method took on a unit; NaN: not known. */
struct cost {
    double gradient_evaluations, model_evaluations, seconds, peak_bytes;
};

static int store_cost(const struct eg_compare_unit *unit, const struct cost *cost, json_t *values,
                      struct eg_error *error)
{
    json_t *timing = json_object();
    if (json_object_set_new(values, "timing", timing))
        return eg_fail(error, EG_INTERNAL, "out of memory");
    int status = eg_values_set(values, "n_train", (double)unit->train.x.rows, error);
    if (!status)
        status = eg_values_set(values, "n_test", (double)unit->test.x.rows, error);
    if (!status)
        status = eg_values_set(values, "test_r2", unit->test_r2, error);
    if (!status && isfinite(cost->gradient_evaluations))
        status = eg_values_set(values, "gradient_evaluations", cost->gradient_evaluations, error);
    if (!status && isfinite(cost->model_evaluations))
        status = eg_values_set(values, "model_evaluations", cost->model_evaluations, error);
    if (!status && isfinite(cost->seconds))
        status = eg_values_set(timing, "seconds", cost->seconds, error);
    if (!status && isfinite(cost->peak_bytes))
        status = eg_values_set(timing, "peak_bytes", cost->peak_bytes, error);
    return status;
}

static int average_output(const struct eg_network *network, const struct eg_matrix *x, double *mean,
                          struct eg_error *error)
{
    real *outputs = eg_alloc(x->rows, sizeof *outputs, error);
    const int status = outputs ? eg_network_predict(network, x->rows, x->data, outputs, error)
                               : EG_INTERNAL;
    *mean = 0;
    for (size_t i = 0; i < x->rows && !status; i++)
        *mean += (double)outputs[i] / (double)x->rows;
    free(outputs);
    return status;
}

static int measure_method(const struct eg_compare_unit *unit, const struct cell *cell,
                          const struct eg_compare_explainer *made, json_t *values,
                          struct eg_error *error)
{
    struct eg_explanation explanation;
    double base;
    const double started = eg_clock();
    int status = eg_explain(&made->explainer, &unit->test.x, NULL, made->stream, &explanation,
                            error);
    if (status)
        return status;
    const struct cost cost = {(double)explanation.gradient_evaluations,
                              (double)explanation.model_evaluations, eg_clock() - started, NAN};
    /* What a method counts from is what it reads: the training rows, some of them, or their mean. */
    status = average_output(&unit->network, &made->background, &base, error);
    if (!status)
        status = eg_compare_measure(unit, &explanation.phi, eg_compare_kind(cell->method), base,
                                    values, error);
    if (!status)
        status = eg_compare_ask_again(unit, made, &explanation.phi, values, error);
    if (!status)
        status = store_cost(unit, &cost, values, error);
    eg_explanation_free(&explanation);
    return status;
}

static int run_method(const struct eg_run *run, const struct cell *cell,
                      const struct eg_compare_unit *unit, json_t *values, struct eg_error *error)
{
    struct eg_compare_explainer made;
    int status = eg_compare_explainer_make(&made, unit, cell->method, cell->samples,
                                           cell->background, run->threads, error);
    if (!status)
        status = measure_method(unit, cell, &made, values, error);
    eg_compare_explainer_free(&made);
    return status;
}

static int run_oracle(const struct cell *cell, const struct eg_compare_unit *unit, json_t *values,
                      struct eg_error *error)
{
    const struct cost cost = {NAN, NAN, NAN, NAN};
    const struct eg_matrix seen = {unit->oracle_is_exact ? unit->background : unit->train.x.rows,
                                   unit->train.x.cols, unit->train.x.data};
    struct eg_matrix phi = {0};
    double base;
    const double sign = strcmp(cell->method, eg_compare_flipped) == 0 ? -1 : 1;
    int status = eg_matrix_alloc(&phi, unit->oracle.rows, unit->oracle.cols, error);
    for (size_t i = 0; i < phi.rows * phi.cols && !status; i++)
        phi.data[i] = (real)sign * unit->oracle.data[i];
    if (!status)
        status = average_output(&unit->network, &seen, &base, error);
    if (!status)
        status = eg_compare_measure(unit, &phi, EG_PHI_SHARES, base, values, error);
    if (!status)
        status = store_cost(unit, &cost, values, error);
    eg_matrix_free(&phi);
    return status;
}

static int run_outside(const struct eg_run *run, const struct cell *cell,
                       const struct eg_outside *outside, const struct eg_compare_unit *unit,
                       json_t *values, struct eg_error *error)
{
    struct eg_matrix phi = {0};
    struct eg_child_result result;
    double base;
    int status = eg_compare_ask_outside(run, outside, unit, cell->samples, &phi, &result, error);
    const int ran = outside->kind != EG_OUTSIDE_FILES;
    const struct cost cost = {NAN, NAN, ran ? result.seconds : NAN,
                              result.peak_bytes ? (double)result.peak_bytes : NAN};
    if (!status)
        status = average_output(&unit->network, &unit->train.x, &base, error);
    if (!status)
        status = eg_compare_measure(unit, &phi, EG_PHI_SHARES, base, values, error);
    if (!status)
        status = store_cost(unit, &cost, values, error);
    eg_matrix_free(&phi);
    return status;
}

static int is_oracle(const struct cell *cell)
{
    return strcmp(cell->method, eg_compare_oracle) == 0 ||
           strcmp(cell->method, eg_compare_flipped) == 0;
}

static int prepare(const struct eg_run *run, const struct cell *cell, struct eg_compare_unit *unit,
                   struct eg_error *error)
{
    if (!cell->is_user)
        return eg_compare_prepare(unit, cell->dataset, cell->unit, cell->seed, cell->epochs,
                                  cell->background, is_oracle(cell), run->threads, error);
    const int status = eg_compare_load_user(unit, run->own, cell->seed, error);
    return status ? status
                  : eg_compare_finish_unit(unit, cell->background, is_oracle(cell), run->threads,
                                           error);
}

static void skip(const char *why, json_t *values)
{
    json_object_set_new(values, "skip", json_string(why));
}

static int run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                    struct eg_error *error)
{
    struct cell cell;
    struct eg_outside outside = {0};
    struct eg_compare_unit unit = {0};
    int status = read_cell(config, &cell, error);
    if (status)
        return status;
    const int is_outside = json_object_get(config, "files") != NULL;
    if (is_outside)
        status = eg_compare_find_outside(run->own, &outside, error);
    if (!status)
        status = prepare(run, &cell, &unit, error);
    const char *reason = status || is_outside ? NULL : eg_compare_skip(&unit, cell.method);
    if (status)
        ;
    else if (reason)
        skip(reason, values);
    else if (is_outside)
        status = run_outside(run, &cell, &outside, &unit, values, error);
    else if (is_oracle(&cell))
        status = run_oracle(&cell, &unit, values, error);
    else
        status = run_method(run, &cell, &unit, values, error);
    eg_compare_unit_free(&unit);
    return status;
}

static const char description[] =
    "egbench-compare holds attribution methods against each other on the same models and rows: "
    "those of this program, and one of yours, given as a plug-in (--method), a command in any "
    "language (--exec) or files of numbers (--attributions). A cell is a data set, a unit (a split "
    "of the rows with the model trained on it) and a method; each is stored as soon as it is done "
    "and not run again, so a new method runs none of the others.\n\nThe verdict says what each "
    "method scores, how far that is from expected gradients and what the numbers allow one to "
    "say. It is printed to standard output and written to the folder report below that of --out. "
    "A method that fails, hangs or gives numbers that are no attributions makes its own cells "
    "fail, which a later run tries again; its folder below exchange is kept then.";

static const struct eg_term examples[] = {
    {"egbench-compare --scale smoke", "all methods of the program, in a minute"},
    {"egbench-compare --method ./mine.so", "a plug-in of one's own beside them"},
    {"egbench-compare --exec 'python3 mine.py {dir}' --name mine", "a method in Python"},
    {NULL, NULL}};

static const struct eg_experiment compare_experiment = {
    .name = "compare",
    .title = "compare attribution methods, yours among them, and judge the differences",
    .reproduces = "nothing",
    .protocols = "fixed",
    .code_version = EG_CODE_VERSION,
    .list_cells = list_cells,
    .run_cell = run_cell,
    .make_options = eg_compare_make_options,
    .present = eg_compare_present,
    .out = "results/compare",
    .description = description,
    .examples = examples,
};

int main(int argc, char **argv)
{
    return eg_program_main(&compare_experiment, argc, argv);
}
