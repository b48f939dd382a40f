/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-compare: all attribution methods, and one from outside if wanted, on the same models and rows,
 * with a verdict. A cell is a data set, a unit (a split and a model on it) and a method; so a new method
 * runs none of the others again.
 */
#include <stdlib.h>

#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_export.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_places.h"
#include "bench/compare/compare_present.h"
#include "bench/frame/program.h"

#ifndef EG_CODE_VERSION
#define EG_CODE_VERSION "unversioned"
#endif

/* How much more a cell takes that explains training rows too, and trains six times. */
enum { RETRAIN_COST = 4 };

struct listing {
    const struct eg_run *run;
    struct eg_outside outside;
    struct eg_grid *grid;
};

static int set_field(json_t *config, const char *field, json_t *value, struct eg_error *error)
{
    return json_object_set_new(config, field, value)
               ? eg_fail(error, EG_INTERNAL, "out of memory listing cells")
               : EG_OK;
}

static int hash_attributions(const struct listing *listing, const struct eg_compare_place *place,
                             int is_train, json_t *config, struct eg_error *error)
{
    char hash[33];
    char *file = eg_compare_file_alloc(listing->outside.what, place->name, is_train, error);
    int status = file ? eg_compare_hash_words(file, hash, error) : EG_INTERNAL;
    if (!status)
        status = set_field(config, is_train ? "train_files" : "files", json_string(hash), error);
    free(file);
    return status;
}

/* What the outcome of a method from outside depends on. */
static int describe_outside(const struct listing *listing, const struct eg_compare_place *place,
                            int is_retrained, json_t *config, struct eg_error *error)
{
    const struct eg_outside *outside = &listing->outside;
    char hash[33];
    if (json_object_set_new(config, outside->kind_name, json_string(outside->what)))
        return eg_fail(error, EG_USAGE,
                       "'%s': the method's command or path is no UTF-8 text; rename it",
                       outside->name);
    if (outside->kind == EG_OUTSIDE_FILES) {
        const int status = hash_attributions(listing, place, 0, config, error);
        return status || !is_retrained ? status
                                       : hash_attributions(listing, place, 1, config, error);
    }
    const struct eg_compare_options *options = listing->run->own;
    int status = eg_compare_hash_words(outside->what, hash, error);
    if (!status)
        status = set_field(config, "files", json_string(hash), error);
    if (!status && options->ask_again && !is_retrained)
        status = set_field(config, "asked_again", json_integer(1), error);
    return status;
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

static int add_cell(const struct listing *listing, const struct eg_compare_place *place,
                    const char *method, int is_outside, int is_retrained, struct eg_error *error)
{
    const size_t rows = eg_compare_find_scale(listing->run->scale)->retrain_rows;
    const double cost = eg_compare_method_cost(method, place->facts.features);
    json_t *config = make_config(listing->run, place, method);
    int status = config ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory listing cells");
    if (!status && place->model)
        status = set_field(config, "initialisation", json_integer((json_int_t)place->model), error);
    if (!status && is_retrained)
        status = set_field(config, "measure", json_string("retrain"), error);
    if (!status && is_retrained)
        status = set_field(config, "retrain_rows", json_integer((json_int_t)rows), error);
    if (!status && is_outside)
        status = describe_outside(listing, place, is_retrained, config, error);
    if (!status && place->files)
        status = eg_compare_describe_user(listing->run->own, place->files, config, error);
    if (status) {
        json_decref(config);
        return status;
    }
    return eg_grid_add(listing->grid, config, is_retrained ? RETRAIN_COST * cost : cost, error);
}

/* All methods on a unit. */
static int add_unit(const struct listing *listing, const struct eg_compare_place *place,
                    struct eg_error *error)
{
    const struct eg_compare_options *options = listing->run->own;
    const size_t own = eg_compare_method_count(), count = own + (listing->outside.kind != 0);
    int status = EG_OK;
    for (int retrains = 0; retrains <= options->retrain; retrains++)
        for (size_t m = 0; m < count && !status; m++)
            status = add_cell(listing, place,
                              m < own ? eg_compare_method_name(m) : listing->outside.name, m >= own,
                              retrains, error);
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    struct listing listing = {.run = run, .grid = grid};
    struct eg_compare_places places = {0};
    int status = eg_compare_find_places(run, &places, error);
    if (!status)
        status = eg_compare_find_outside(run->own, &listing.outside, error);
    for (size_t i = 0; i < places.count && !status; i++)
        status = add_unit(&listing, &places.items[i], error);
    eg_compare_places_free(&places);
    return status;
}

static const char description[] =
    "egbench-compare holds attribution methods against each other on the same models and rows: "
    "those of this program, and one of yours, given as a plug-in (--method), a command in any "
    "language (--exec) or files of numbers (--attributions). A cell is a data set, a unit (a split "
    "of the rows and a model trained on it) and a method; each is stored as soon as it is done "
    "and not run again, so a new method runs none of the others.\n\n"
    "Data sets, several with commas between: interactions and corrgroups60 (the default), "
    "independentlinear60; nhanes and beataml from the data folder, simulated_cohort and "
    "simulated_response, which stand in for them. Or models and rows of your own (--model, "
    "--units).\n\n"
    "The verdict says what each "
    "method scores, how far that is from expected gradients and what the numbers allow one to "
    "say. It is printed to standard output and written to the folder report below that of --out. "
    "A method that fails, hangs or gives numbers that are no attributions makes its own cells "
    "fail, which a later run tries again; its folder below exchange is kept then.";

static const struct eg_term examples[] = {
    {"egbench-compare --scale smoke", "all methods of the program, in a minute"},
    {"egbench-compare --method ./mine.so", "a plug-in of one's own beside them"},
    {"egbench-compare --exec 'python3 mine.py {dir}' --name mine", "a method in Python"},
    {"egbench-compare --export given", "models and rows, to explain them elsewhere"},
    {"egbench-compare --attributions given", "then, with given/UNIT/attributions.npy"},
    {"egbench-compare --dataset nhanes --models 3 --retrain",
     "three models on each split of NHANES I, and ROAR and KAR"},
    {NULL, NULL}};

static const struct eg_experiment compare_experiment = {
    .name = "compare",
    .title = "compare attribution methods, yours among them, and judge the differences",
    .reproduces = "nothing",
    .protocols = "fixed",
    .code_version = EG_CODE_VERSION,
    .list_cells = list_cells,
    .run_cell = eg_compare_run_cell,
    .make_options = eg_compare_make_options,
    .act = eg_compare_export,
    .present = eg_compare_present,
    .out = "results/compare",
    .description = description,
    .examples = examples,
};

int main(int argc, char **argv)
{
    return eg_program_main(&compare_experiment, argc, argv);
}
