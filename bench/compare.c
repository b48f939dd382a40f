/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-compare: all attribution methods, and those from outside that are given, on the same models and rows,
 * with a verdict. A cell is a data set, a unit (a split and a model on it) and a method; so a new method
 * runs none of the others again.
 */
#include <string.h>

#include "bench/compare/compare_asked.h"
#include "bench/compare/compare_auto.h"
#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_places.h"
#include "bench/compare/compare_present.h"
#include "bench/compare/compare_rows.h"
#include "bench/compare/compare_stored.h"
#include "bench/experiments.h"
#include "bench/page/metric_list.h"

/* What a cell measures, and how much more it takes than one of the usual measures. */
struct task {
    const char *measure; /* NULL: those */
    double cost;
};

/* It explains training rows too, and trains six times. */
static const struct task usual = {NULL, 1}, retraining = {"retrain", 4};

struct listing {
    const struct eg_run *run;
    struct eg_outsiders outside;
    struct eg_grid *grid;
};

/* What a cell's texts point to until the grid has copied them. */
struct texts {
    struct eg_compare_hashes hashes;
    struct eg_exchange_terms terms;
};

/* The hash of the numbers that were given for the unit. */
static int hash_attributions(const struct eg_outside *outside, const struct eg_compare_place *place,
                             int is_train, struct texts *texts, const char **hash,
                             struct eg_error *error)
{
    char file[PATH_MAX];
    eg_compare_name_file(outside->given.what, place->name, is_train, file);
    *hash = eg_compare_hash(&texts->hashes, file, error);
    return *hash ? EG_OK : error->status;
}

/* What the numbers are, where that is said before the method is asked. */
static int describe_terms(const struct eg_outside *outside, const struct eg_compare_place *place,
                          struct texts *texts, struct eg_compare_cell *cell, struct eg_error *error)
{
    struct eg_exchange_terms *terms = &texts->terms;
    const int status = eg_compare_say_terms(outside, place->name, terms, error);
    if (status)
        return status;
    cell->kind = *terms->kind ? terms->kind : NULL;
    cell->baseline = *terms->baseline ? terms->baseline : NULL;
    if (!cell->baseline || eg_compare_is_baseline_word(terms->baseline))
        return EG_OK;
    cell->baseline_file = eg_compare_hash(&texts->hashes, terms->baseline, error);
    return cell->baseline_file ? EG_OK : error->status;
}

/* What the outcome of a method from outside depends on. */
static int describe_outside(const struct listing *listing, size_t number,
                            const struct eg_compare_place *place, struct texts *texts,
                            struct eg_compare_cell *cell, struct eg_error *error)
{
    const struct eg_outside *outside = &listing->outside.items[number];
    const struct eg_compare_options *options = listing->run->own;
    const char *what = outside->given.what;
    const int is_retrained = cell->retrain_rows != 0;
    int status = EG_OK;
    if (outside->given.kind == EG_OUTSIDE_FILES) {
        status = hash_attributions(outside, place, 0, texts, &cell->files, error);
        if (!status && is_retrained)
            status = hash_attributions(outside, place, 1, texts, &cell->train_files, error);
    } else {
        *(outside->given.kind == EG_OUTSIDE_PLUGIN ? &cell->plugin : &cell->command) = what;
        cell->files = options->watched[number].hash;
        cell->asked_again = options->ask_again && !is_retrained;
    }
    return status || is_retrained ? status : describe_terms(outside, place, texts, cell, error);
}

/* method: one of the program's own, and after these those from outside. */
static int add_cell(const struct listing *listing, const struct eg_compare_place *place,
                    size_t method, struct task task, struct eg_error *error)
{
    const struct eg_run *run = listing->run;
    const struct eg_compare_scale *scale = eg_compare_find_scale(run->scale);
    const size_t own = eg_compare_method_count();
    const char *name = method < own ? eg_compare_method_name(method)
                                    : listing->outside.items[method - own].name;
    const double cost = eg_compare_method_cost(name, place->facts.features);
    struct texts texts = {.hashes = {.count = 0}};
    struct eg_compare_cell cell = {
        .dataset = place->dataset,
        .data = place->facts.hash,
        .protocol = run->protocol,
        .scale = run->scale,
        .seed = run->seed,
        .unit = place->split,
        .method = name,
        .epochs = place->epochs,
        .samples = scale->samples,
        .background = scale->background,
        .initialisation = place->model,
        .measure = task.measure,
        .retrain_rows = task.measure == retraining.measure ? scale->retrain_rows : 0};
    int status = EG_OK;
    if (method >= own)
        status = describe_outside(listing, method - own, place, &texts, &cell, error);
    if (!status && place->files)
        status = eg_compare_describe_user(run->own, place->files, &texts.hashes, &cell, error);
    return status ? status : eg_grid_add(listing->grid, &cell, task.cost * cost, error);
}

/* A task of all methods on a unit. */
static int add_task(const struct listing *listing, const struct eg_compare_place *place,
                    struct task task, struct eg_error *error)
{
    const size_t count = eg_compare_method_count() + listing->outside.count;
    int status = EG_OK;
    for (size_t m = 0; m < count && !status; m++)
        status = add_cell(listing, place, m, task, error);
    return status;
}

static int add_unit(const struct listing *listing, const struct eg_compare_place *place,
                    struct eg_error *error)
{
    const struct eg_compare_options *options = listing->run->own;
    int status = add_task(listing, place, usual, error);
    if (!status && options->retrain)
        status = add_task(listing, place, retraining, error);
    for (const struct eg_asked_family *family = eg_asked_families; family->name && !status;
         family++)
        if (eg_compare_is_asked(options, family))
            status = add_task(listing, place, (struct task){family->name, family->cost}, error);
    return status;
}

static int watch_all(const struct listing *listing, struct eg_error *error)
{
    const struct eg_compare_options *options = listing->run->own;
    const struct eg_given model = {.kind = EG_OUTSIDE_WORKER, .what = options->predict};
    const struct eg_compare_depends none = {.count = 0};
    int status = options->predict ? eg_compare_watch(&model, &none, options->predicted, error)
                                  : EG_OK;
    for (size_t i = 0; i < listing->outside.count && !status; i++)
        if (listing->outside.items[i].given.kind != EG_OUTSIDE_FILES)
            status = eg_compare_watch(&listing->outside.items[i].given, &options->depends,
                                      &options->watched[i], error);
    return status;
}

/* The units of a data set, or more and more of them until what they say is decided (--units auto); *at: the first
 * place, then that behind the last. */
static int add_dataset(const struct listing *listing, const struct eg_compare_places *places,
                       size_t *at, struct eg_error *error)
{
    const struct eg_run *run = listing->run;
    const struct eg_compare_options *options = run->own;
    const char *dataset = places->items[*at].dataset;
    const size_t first = listing->grid->count;
    size_t looks[EG_MOST_LOOKS], look = 0;
    int goes_on = 1, status = EG_OK;
    eg_compare_looks(run->replicates, looks);
    for (; *at < places->count && strcmp(places->items[*at].dataset, dataset) == 0; ++*at) {
        const size_t split = places->items[*at].split;
        if (options->adds_units && goes_on && split == looks[look] && !status) {
            status = eg_compare_goes_on(run, listing->grid, first, &listing->outside, &goes_on,
                                        error);
            look++;
        }
        if (goes_on && !status)
            status = add_unit(listing, &places->items[*at], error);
    }
    return status;
}

/* So that it is told when all of them have failed. */
static void expect_cells(const struct listing *listing)
{
    const struct eg_compare_options *options = listing->run->own;
    for (size_t k = 0; options->failures && k < listing->outside.count; k++) {
        const char *name = listing->outside.items[k].name;
        size_t cells = 0;
        for (size_t i = 0; i < listing->grid->count; i++) {
            const struct eg_compare_cell *cell = (const void *)(listing->grid->cells +
                                                                i * listing->grid->cell_size);
            cells += strcmp(cell->method, name) == 0 && eg_compare_comes_first(cell);
        }
        eg_compare_expect_cells(options->failures, k, name, cells);
    }
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    struct listing listing = {.run = run, .grid = grid};
    struct eg_compare_places places = {0};
    int status = eg_compare_find_outside(run->own, &listing.outside, error);
    if (!status)
        status = eg_compare_check_auto(run, &listing.outside, error);
    if (!status)
        status = eg_compare_find_places(run, &places, error);
    if (!status)
        status = watch_all(&listing, error);
    for (size_t i = 0; i < places.count && !status;)
        status = add_dataset(&listing, &places, &i, error);
    if (!status)
        expect_cells(&listing);
    eg_compare_places_free(&places);
    return status;
}

/* What runs no cells. */
static int act(const struct eg_run *run, FILE *out, int *done, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    if (options->markdown && !options->metrics)
        return eg_fail(error, EG_USAGE, "--markdown goes with --metrics: give it too");
    if (options->metrics) {
        *done = 1;
        (options->markdown ? eg_write_metrics_page : eg_print_metrics)(out);
        return EG_OK;
    }
    const int status = eg_compare_present_stored(run, out, done, error);
    return status || *done ? status : eg_compare_export(run, out, done, error);
}

static int adds_units(const struct eg_run *run)
{
    return ((const struct eg_compare_options *)run->own)->adds_units;
}

static const char description[] =
    "egbench-compare holds attribution methods against each other on the same models and rows: "
    "those of this program, and yours, given as plug-ins (--method), commands in any language "
    "(--exec) or files of numbers (--attributions). A cell is a data set, a unit (a split of the "
    "rows and a model trained on it) and a method; each is stored as soon as it is done and not "
    "run again, so a new method runs none of the others, and those of earlier runs on the same "
    "units stay in the table.\n\n"
    "Data sets, several with commas between: interactions and corrgroups60 (the default), "
    "independentlinear60; nhanes, beataml, mnist and cifar10 from the data folder, "
    "simulated_cohort and simulated_response, which stand in for the first two; decoy_mnist, from "
    "MNIST. Of the first three and of decoy_mnist it is known which features matter. Or models and "
    "rows of your own (--model, "
    "--units).\n\n"
    "The verdict says what each "
    "method scores, how far that is from expected gradients and what the numbers allow one to "
    "say: overall, and which measures are better, worse, undecided or take more units. One screen "
    "of it "
    "is printed (--verbose: all), all is written to the folder report below that of --out. "
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
    {"egbench-compare --measures 'KP?,infidelity_*' --reference lime",
     "some measures alone, compared with another method"},
    {"egbench-compare --metrics", "what each measure is, tells and hides, by formula and source"},
    {"egbench-compare --units auto --exec 'python3 mine.py {dir}' --name mine",
     "as many units as it takes to say whether it is better"},
    {"egbench-compare --stored", "the report of all that was run, again"},
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
    .outcome_version = 6,
    .precision = "double",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = eg_compare_fields,
    .cell_size = sizeof(struct eg_compare_cell),
    .run_cell = eg_compare_run_cell,
    .make_options = eg_compare_make_options,
    .act = act,
    .present = eg_compare_present,
    .has_followers = 1,
    .may_follow = adds_units,
    .names_failures = 1,
    .comes_first = eg_compare_comes_first,
    .goes_with = eg_compare_goes_with,
    .stays = eg_compare_stays,
    .out = "results/compare",
    .description = description,
    .examples = examples,
};
