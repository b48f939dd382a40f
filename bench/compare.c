/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-compare: all attribution methods, and those from outside that are given, on the same models and rows,
 * with a verdict. A cell is a data set, a unit (a split and a model on it) and a method; so a new method
 * runs none of the others again.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_export.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_places.h"
#include "bench/compare/compare_present.h"
#include "bench/experiments.h"

/* How much more a cell takes that explains training rows too, and trains six times. */
enum { RETRAIN_COST = 4 };

struct listing {
    const struct eg_run *run;
    struct eg_outsiders outside;
    struct eg_grid *grid;
};

static int set_field(json_t *config, const char *field, json_t *value, struct eg_error *error)
{
    return json_object_set_new(config, field, value)
               ? eg_fail(error, EG_INTERNAL, "out of memory listing cells")
               : EG_OK;
}

static int hash_attributions(const struct eg_outside *outside, const struct eg_compare_place *place,
                             int is_train, json_t *config, struct eg_error *error)
{
    char hash[33];
    char *file = eg_compare_file_alloc(outside->given.what, place->name, is_train, error);
    int status = file ? eg_compare_hash_words(file, hash, error) : EG_INTERNAL;
    if (!status)
        status = set_field(config, is_train ? "train_files" : "files", json_string(hash), error);
    free(file);
    return status;
}

/* What the numbers are, where that is said before the method is asked. */
static int describe_terms(const struct eg_outside *outside, const struct eg_compare_place *place,
                          json_t *config, struct eg_error *error)
{
    struct eg_exchange_terms terms;
    char hash[33];
    int status = eg_compare_say_terms(outside, place->name, &terms, error);
    if (!status && *terms.kind)
        status = set_field(config, "kind", json_string(terms.kind), error);
    if (!status && *terms.baseline)
        status = set_field(config, "baseline", json_string(terms.baseline), error);
    if (status || !*terms.baseline || eg_compare_is_baseline_word(terms.baseline))
        return status;
    status = eg_compare_hash_words(terms.baseline, hash, error);
    return status ? status : set_field(config, "baseline_file", json_string(hash), error);
}

/* What the outcome of a method from outside depends on. */
static int describe_outside(const struct listing *listing, size_t number,
                            const struct eg_compare_place *place, int is_retrained, json_t *config,
                            struct eg_error *error)
{
    const struct eg_outside *outside = &listing->outside.items[number];
    const struct eg_compare_options *options = listing->run->own;
    int status;
    if (json_object_set_new(config, outside->kind_name, json_string(outside->given.what)))
        return eg_fail(error, EG_USAGE,
                       "'%s': the method's command or path is no UTF-8 text; rename it",
                       outside->name);
    if (outside->given.kind == EG_OUTSIDE_FILES) {
        status = hash_attributions(outside, place, 0, config, error);
        if (!status && is_retrained)
            status = hash_attributions(outside, place, 1, config, error);
    } else {
        status = set_field(config, "files", json_string(options->watched[number].hash), error);
        if (!status && options->ask_again && !is_retrained)
            status = set_field(config, "asked_again", json_integer(1), error);
    }
    return status || is_retrained ? status : describe_terms(outside, place, config, error);
}

static json_t *make_config(const struct eg_run *run, const struct eg_compare_place *place,
                           const char *method)
{
    const struct eg_compare_scale *scale = eg_compare_find_scale(run->scale);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:I, s:I}", "dataset",
                     place->dataset, "data", place->facts.hash, "protocol", run->protocol, "scale",
                     run->scale, "seed", (json_int_t)run->seed, "unit", (json_int_t)place->split,
                     "method", method, "epochs", (json_int_t)place->epochs, "samples",
                     (json_int_t)scale->samples, "background", (json_int_t)scale->background);
}

/* method: one of the program's own, and after these those from outside. */
static int add_cell(const struct listing *listing, const struct eg_compare_place *place,
                    size_t method, int is_retrained, struct eg_error *error)
{
    const size_t own = eg_compare_method_count();
    const char *name = method < own ? eg_compare_method_name(method)
                                    : listing->outside.items[method - own].name;
    const size_t rows = eg_compare_find_scale(listing->run->scale)->retrain_rows;
    const double cost = eg_compare_method_cost(name, place->facts.features);
    json_t *config = make_config(listing->run, place, name);
    int status = config ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory listing cells");
    if (!status && place->model)
        status = set_field(config, "initialisation", json_integer((json_int_t)place->model), error);
    if (!status && is_retrained)
        status = set_field(config, "measure", json_string("retrain"), error);
    if (!status && is_retrained)
        status = set_field(config, "retrain_rows", json_integer((json_int_t)rows), error);
    if (!status && method >= own)
        status = describe_outside(listing, method - own, place, is_retrained, config, error);
    if (!status && place->files)
        status = eg_compare_describe_user(listing->run->own, place->files, config, error);
    if (status) {
        json_decref(config);
        return status;
    }
    return eg_grid_add_config(listing->grid, config, is_retrained ? RETRAIN_COST * cost : cost,
                              error);
}

/* All methods on a unit. */
static int add_unit(const struct listing *listing, const struct eg_compare_place *place,
                    struct eg_error *error)
{
    const struct eg_compare_options *options = listing->run->own;
    const size_t count = eg_compare_method_count() + listing->outside.count;
    int status = EG_OK;
    for (int retrains = 0; retrains <= options->retrain; retrains++)
        for (size_t m = 0; m < count && !status; m++)
            status = add_cell(listing, place, m, retrains, error);
    return status;
}

static int watch_all(const struct listing *listing, struct eg_error *error)
{
    const struct eg_compare_options *options = listing->run->own;
    int status = EG_OK;
    for (size_t i = 0; i < listing->outside.count && !status; i++)
        if (listing->outside.items[i].given.kind != EG_OUTSIDE_FILES)
            status = eg_compare_watch(&listing->outside.items[i].given, &options->depends,
                                      &options->watched[i], error);
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    struct listing listing = {.run = run, .grid = grid};
    struct eg_compare_places places = {0};
    int status = eg_compare_find_places(run, &places, error);
    if (!status)
        status = eg_compare_find_outside(run->own, &listing.outside, error);
    if (!status)
        status = watch_all(&listing, error);
    for (size_t i = 0; i < places.count && !status; i++)
        status = add_unit(&listing, &places.items[i], error);
    eg_compare_places_free(&places);
    return status;
}

/* --- what belongs together --- */

static int is_same(const json_t *a, const json_t *b, const char *field)
{
    const json_t *of_a = json_object_get(a, field), *of_b = json_object_get(b, field);
    return of_a == of_b || (of_a && of_b && json_equal(of_a, of_b));
}

static const char *method_of(const json_t *config)
{
    const char *name = json_string_value(json_object_get(config, "method"));
    return name ? name : "";
}

/* The reference's cell on the same unit. */
static int goes_with(const struct eg_run *run, const json_t *wanted, const json_t *other)
{
    return strcmp(method_of(other), eg_compare_reference(run->own)) == 0 &&
           is_same(wanted, other, "dataset") && is_same(wanted, other, "unit") &&
           is_same(wanted, other, "initialisation") && is_same(wanted, other, "measure");
}

/* Fields of a configuration that are the method's; all others are the unit's. */
static int is_of_method(const char *field)
{
    static const char *const fields[] = {"method",      "plugin",   "command",
                                         "files",       "kind",     "train_files",
                                         "asked_again", "baseline", "baseline_file"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(field, fields[i]) == 0)
            return 1;
    return 0;
}

/* Whether what a says of the unit, b says too. */
static int agrees(const json_t *a, const json_t *b)
{
    const char *field;
    json_t *value;
    json_object_foreach((json_t *)a, field, value)
    {
        if (!is_of_method(field) && !is_same(a, b, field))
            return 0;
    }
    return 1;
}

/* Whether a method from outside that this run does not ask was asked before about a unit of this run. */
static int stays(const struct eg_run *run, const json_t *cell, const json_t *config)
{
    struct eg_outsiders outside;
    return json_object_get(config, "files") && agrees(cell, config) && agrees(config, cell) &&
           eg_compare_find_outside(run->own, &outside, NULL) == EG_OK &&
           !eg_compare_find_outsider(&outside, method_of(config));
}

static const char description[] =
    "egbench-compare holds attribution methods against each other on the same models and rows: "
    "those of this program, and yours, given as plug-ins (--method), commands in any language "
    "(--exec) or files of numbers (--attributions). A cell is a data set, a unit (a split of the "
    "rows and a model trained on it) and a method; each is stored as soon as it is done and not "
    "run again, so a new method runs none of the others, and those of earlier runs on the same "
    "units stay in the table.\n\n"
    "Data sets, several with commas between: interactions and corrgroups60 (the default), "
    "independentlinear60; nhanes and beataml from the data folder, simulated_cohort and "
    "simulated_response, which stand in for them. Or models and rows of your own (--model, "
    "--units).\n\n"
    "The verdict says what each "
    "method scores, how far that is from expected gradients and what the numbers allow one to "
    "say. It is printed to standard output and written to the folder report below that of --out. "
    "A measure that has no value on a unit (labels of one class, too few rows to impute from) is "
    "skipped with its reason, and the others stand. A method runs in a folder of its own, outside "
    "that of --out. One that fails, hangs or gives numbers that are no attributions makes its own "
    "cells fail, which a later run tries again; its folder is kept below exchange then. A command "
    "is run again when a file changes that is watched: those it names, all that git names beside "
    "them, what these import in Python, and what --depends names; the verdict says which, and from "
    "when the numbers are.";

static const struct eg_term examples[] = {
    {"egbench-compare --scale smoke", "all methods of the program, in a minute"},
    {"egbench-compare --method ./mine.so", "a plug-in of one's own beside them"},
    {"egbench-compare --exec 'python3 mine.py {dir}' --name mine", "a method in Python"},
    {"egbench-compare --exec 'sh a.sh {dir}' --name a --exec 'sh b.sh {dir}' --name b --kind "
     "slopes",
     "two commands, of which the second gives gradients"},
    {"egbench-compare --measures 'KP?,infidelity' --reference lime",
     "some measures alone, held against another method"},
    {"egbench-compare --export given", "models and rows, to explain them elsewhere"},
    {"egbench-compare --attributions given", "then, with given/UNIT/attributions.npy"},
    {"egbench-compare --dataset nhanes --models 3 --retrain",
     "three models on each split of NHANES I, and ROAR and KAR"},
    {NULL, NULL}};

const struct eg_experiment compare_experiment = {
    .name = "compare",
    .title = "compare attribution methods, yours among them, and judge the differences",
    .reproduces = "nothing",
    .protocols = "fixed",
    .outcome_version = 1,
    .precision = "double",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .run_config = eg_compare_run_cell,
    .make_options = eg_compare_make_options,
    .act = eg_compare_export,
    .present = eg_compare_present,
    .goes_with = goes_with,
    .stays = stays,
    .out = "results/compare",
    .description = description,
    .examples = examples,
};
