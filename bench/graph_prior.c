/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figure 3, Supplementary Figures 10 to 12 and the t-tests of Methods 5.1: does
 * a prior that makes the attributions of neighbouring genes alike help to predict
 * how cells respond to a drug (Methods 5)?
 *
 * A cell is a split of the patients, a retraining and a setting of the models of
 * one family. Which setting stands for a model is chosen by validation error, in
 * the summary. Where many settings of the network are tried, cells of a search train
 * it alone at each, and the network's own, with fine-tuning and all that is measured, follow
 * at the setting that is chosen on their split. Both protocols read the same cells: paper is the retrainings
 * on the first split, fixed the mean over retrainings on each split.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sizes.h"
#include "bench/experiments.h"
#include "bench/graph/graph_cell.h"
#include "bench/graph/graph_cohorts.h"
#include "bench/graph/graph_search.h"
#include "bench/graph/graph_summary.h"

/* --- scales --- */

struct scale {
    /* dataset NULL: all that have no line of their own; a line is its variants' too, whose names go on
     * after its own. */
    const char *name, *dataset;
    size_t replicates, splits;
    struct eg_graph_recipe recipe;
    size_t train_rows; /* 0: all */
    size_t explained, references, permutations;
    size_t patients, drugs; /* of the simulated cohort; 0: as many as by default */
    int has_grid;
    int has_small_convolution; /* the smallest of the paper's three pairs of dense layers in it */
};

/* Methods 5.3, but for the number of filters of the graph convolution, which the paper does not
 * give. */
#define RECIPE(epochs_, fine_, rate_, filters_)                                                    \
    {                                                                                              \
        .first_layer = 512, .second_layer = 256, .filters = filters_, .l1 = 1e-3, .l2 = 1e-5,      \
        .dropout = 0.6, .rate = rate_, .batch = 32, .epochs = epochs_, .patience = 20,             \
        .fine_epochs = fine_, .nu = 100, .samples = 10                                             \
    }
#define SMOKE_RECIPE                                                                               \
    {                                                                                              \
        .first_layer = 24, .second_layer = 12, .filters = 2, .l1 = 1e-3, .l2 = 1e-5,               \
        .dropout = 0.2, .rate = 3e-3, .batch = 32, .epochs = 6, .patience = 3, .fine_epochs = 1,   \
        .nu = 100, .samples = 3                                                                    \
    }

/* Beat AML once more, to show what unscaled drugs do. */
#define UNSCALED "beataml_drugs_unscaled"

/* The least p of m permutations is about 2 / m, and times the 680 sets of GDSC it has to stay below 0.05 for one set
 * alone to be found. */
enum { PERMUTATIONS = 30000 };

/* The rate of quick and night is the one of the paper's three, 1e-5 to 1e-3, that left the least validation error on
 * split 0 after quick's 5,000 to 7,000 steps; the paper chose 1e-5 and trained for 120 epochs. */
static const struct scale scales[] = {
    {"smoke", NULL, 2, 2, SMOKE_RECIPE, 0, 30, 20, 1000, 60, 6, 0, 1},
    {"quick", "simulated_response", 5, 5, RECIPE(40, 3, 1e-3, 2), 0, 200, 50, PERMUTATIONS, 0, 0, 0,
     1},
    {"quick", "gdsc", 3, 2, RECIPE(15, 1, 1e-3, 2), 10000, 200, 50, PERMUTATIONS, 0, 0, 0, 1},
    {"quick", UNSCALED, 3, 1, RECIPE(12, 1, 1e-4, 2), 0, 200, 50, PERMUTATIONS, 0, 0, 0, 1},
    {"quick", NULL, 5, 3, RECIPE(12, 1, 1e-4, 2), 0, 200, 50, PERMUTATIONS, 0, 0, 0, 1},
    {"night", UNSCALED, 5, 1, RECIPE(40, 5, 1e-4, 4), 0, 500, 100, PERMUTATIONS, 0, 0, 0, 0},
    {"night", "beataml", 10, 10, RECIPE(40, 5, 1e-4, 4), 0, 500, 100, PERMUTATIONS, 0, 0, 0, 0},
    {"night", "gdsc", 5, 3, RECIPE(20, 5, 1e-3, 4), 0, 500, 100, PERMUTATIONS, 0, 0, 0, 0},
    {"night", NULL, 10, 10, RECIPE(40, 5, 1e-3, 4), 0, 500, 100, PERMUTATIONS, 0, 0, 0, 0},
    {"paper", NULL, 10, 10, RECIPE(500, 10, 1e-5, 4), 0, 1000, 200, PERMUTATIONS, 0, 0, 1, 0},
    {0},
};

static const struct scale *find_scale(const char *name, const char *dataset)
{
    const struct scale *scale = scales;
    while (strcmp(scale->name, name) != 0 ||
           (scale->dataset && strncmp(scale->dataset, dataset, strlen(scale->dataset)) != 0))
        scale++;
    return scale;
}

/* Powers of ten, `each` of them a decade. */
static struct eg_numbers list_decades(int from, int to, int each)
{
    const int step = to > from ? 1 : -1;
    struct eg_numbers list = {.count = 1 + (size_t)(each * abs(to - from))};
    for (size_t i = 0; i < list.count; i++)
        list.at[i] = pow(10, from + step * (int)i / (double)each);
    return list;
}

/* Methods 5.3: alpha from 1e-9 to 1, nu from 1e-3 to 100, decade by decade. The ridge, which the paper
 * lacks, from 1e-3 to 1e4. */
static struct eg_graph_strengths list_strengths(void)
{
    return (struct eg_graph_strengths){.alphas = list_decades(0, -9, 1),
                                       .nus = list_decades(-3, 2, 1),
                                       .ridges = list_decades(-3, 4, 2)};
}

static struct eg_graph_recipe make_recipe(const struct scale *scale, enum eg_graph_family family,
                                          size_t setting)
{
    struct eg_graph_recipe recipe = scale->recipe;
    if (family == EG_GRAPH_CONVOLUTION) {
        recipe.l1 = 0;
        if (!scale->has_grid)
            /* Of 1e-3 and 1e-4, the one with the least validation error on split 0 after night's 40 epochs. */
            recipe.rate = fmax(recipe.rate, 1e-3);
        if (scale->has_small_convolution)
            eg_graph_apply_setting(family, EG_GRAPH_SMALL_CONVOLUTION, &recipe);
    } else {
        recipe.filters = 0;
        recipe.dropout = 0;
        recipe.l2 = 0;
    }
    if (family != EG_GRAPH_NOTEBOOK)
        eg_graph_apply_setting(family, setting, &recipe);
    if (family == EG_GRAPH_SEARCH) {
        recipe.fine_epochs = recipe.samples = 0;
        recipe.nu = 0;
    }
    if (family == EG_GRAPH_NOTEBOOK) {
        recipe.rate = 1e-5;
        recipe.epochs = 10;
        recipe.patience = 0;
        recipe.fine_epochs = 2;
        recipe.l1_on_biases = 1;
        recipe.he_normal_cut = 1;
        recipe.training_references = 1;
        recipe.prior_on_next_batch = 1;
        recipe.validation_in_training = 1;
    }
    return recipe;
}

/* --- how long a cell takes --- */

/* A step with the prior on expected gradients (k = 10), and on gradients, as `make bench` and trials
 * found it, in plain steps; what is measured of a model, and a linear fit, in epochs. */
static const double eg_step = 12, gradient_step = 3, measuring = 0.5, searching = 0.1;
static const double linear_fit = 3;

/* Weights against those of a plain network with some 600 features. */
static double relative_size(const struct eg_graph_recipe *recipe)
{
    const double features = 600, first = (double)recipe->first_layer;
    const double channels = recipe->filters ? (double)recipe->filters : 1;
    return first * (features * channels + (double)recipe->second_layer) / (512 * (features + 256));
}

/* Epochs until a training stops early, 20 after its best one, as trials on the simulated cohort had it (split and
 * retraining 0). The paper's stopped after some 140 at 1e-5. */
static double expect_epochs(const struct eg_graph_recipe *recipe)
{
    const double most = (double)recipe->epochs;
    const double until = recipe->rate < 3e-5 ? 361 : recipe->rate < 3e-4 ? 95 : 34;
    return recipe->patience ? fmin(most, until) : most;
}

/* In epochs of a plain network of 512 and 256 units. */
static double find_work(const struct eg_graph_cell *cell)
{
    const enum eg_graph_family family = eg_graph_family_named(cell->family);
    const double epochs = expect_epochs(&cell->recipe), fine = (double)cell->recipe.fine_epochs;
    double models = 1, work = epochs;
    if (family == EG_GRAPH_LINEAR)
        return linear_fit;
    if (family == EG_GRAPH_SEARCH)
        return relative_size(&cell->recipe) * (work + searching);
    if (family == EG_GRAPH_NOTEBOOK)
        work += 3 * eg_step;
    for (const struct eg_fine_tuning *t = eg_fine_tunings; family == EG_GRAPH_NETWORK && t->name;
         t++, models++)
        work += fine * (!t->method ? 1 : t->method == &eg_gradients ? gradient_step : eg_step);
    return relative_size(&cell->recipe) * (work + models * measuring);
}

static int tell_work(const void *of_cell, double *cost, struct eg_error *error)
{
    (void)error;
    *cost = find_work(of_cell);
    return EG_OK;
}

static void shorten(void *of_cell)
{
    struct eg_graph_cell *cell = of_cell;
    cell->recipe.epochs = eg_least(cell->recipe.epochs, 3);
    cell->recipe.fine_epochs = eg_least(cell->recipe.fine_epochs, 1);
}

/* --- the grid --- */

/* What the cells of a data set are made of. */
struct listing {
    const struct eg_run *run;
    const struct scale *scale;
    double rows;
    struct eg_graph_cell cell; /* all but what family, split, setting and retraining say */
    struct eg_grid *grid;
};

/* The first split has all retrainings, the others one; linear models have but one solution. */
static int add_cells(const struct listing *listing, enum eg_graph_family family, size_t split,
                     size_t setting, struct eg_error *error)
{
    const struct eg_run *run = listing->run;
    const size_t most = run->replicates ? run->replicates : listing->scale->replicates;
    const int is_single = split || family == EG_GRAPH_NOTEBOOK || family == EG_GRAPH_LINEAR;
    struct eg_graph_cell cell = listing->cell;
    int status = EG_OK;
    cell.family = eg_graph_families[family];
    cell.split = split;
    cell.setting = setting;
    if (family == EG_GRAPH_LINEAR)
        cell.strengths = list_strengths();
    else
        cell.recipe = make_recipe(listing->scale, family, setting);
    if (family == EG_GRAPH_SEARCH)
        cell.explained_rows = cell.references = cell.permutations = 0;
    for (cell.replicate = 0; cell.replicate < (is_single ? 1 : most) && !status; cell.replicate++)
        status = eg_grid_add(listing->grid, &cell, listing->rows * find_work(&cell), error);
    return status;
}

static int add_family(const struct listing *listing, enum eg_graph_family family,
                      struct eg_error *error)
{
    const size_t settings = eg_graph_count_settings(family, listing->scale->has_grid);
    const size_t splits = family == EG_GRAPH_NOTEBOOK ? 1 : listing->scale->splits;
    int status = EG_OK;
    for (size_t split = 0; split < splits; split++)
        for (size_t setting = 0; setting < settings && !status; setting++)
            status = add_cells(listing, family, split, setting, error);
    return status;
}

/* The networks at the settings that the search has chosen by now; to reckon costs, at the paper's where it has
 * not. */
static int add_chosen(const struct listing *listing, struct eg_error *error)
{
    const struct eg_run *run = listing->run;
    size_t setting;
    int status = EG_OK;
    for (size_t split = 0; split < listing->scale->splits && !status; split++)
        if (eg_graph_choose_setting(listing->grid, run->rows, listing->cell.dataset, split,
                                    &setting) ||
            run->is_reckoned)
            status = add_cells(listing, EG_GRAPH_NETWORK, split, setting, error);
    return status;
}

static int is_family_of(const struct listing *listing, enum eg_graph_family family)
{
    const int has_grid = listing->scale->has_grid;
    return family == EG_GRAPH_NETWORK    ? !has_grid
           : family == EG_GRAPH_SEARCH   ? has_grid
           : family == EG_GRAPH_NOTEBOOK ? strcmp(listing->cell.dataset, "beataml") == 0
                                         : 1;
}

static int add_dataset(const struct eg_run *run, const char *dataset, struct eg_grid *grid,
                       struct eg_error *error)
{
    const struct scale *scale = find_scale(run->scale, dataset);
    const int is_simulated = strncmp(dataset, "simulated_response", 18) == 0;
    const struct eg_graph_cohort *cohort = eg_graph_cohort_load(dataset, run->data, scale->patients,
                                                                scale->drugs, error);
    if (!cohort)
        return error->status;
    const size_t most = scale->train_rows, responses = cohort->cohort.responses;
    const double rows = (double)(most ? eg_least(responses, most) : responses);
    const struct listing listing = {.run = run,
                                    .scale = scale,
                                    .rows = rows,
                                    .grid = grid,
                                    .cell = {.dataset = dataset,
                                             .data = cohort->cohort.content_hash,
                                             .sets = cohort->sets_hash,
                                             .protocol = "both",
                                             .scale = run->scale,
                                             .seed = run->seed,
                                             .train_rows = scale->train_rows,
                                             .explained_rows = scale->explained,
                                             .references = scale->references,
                                             .permutations = scale->permutations,
                                             .patients = is_simulated ? scale->patients : 0,
                                             .drugs = is_simulated ? scale->drugs : 0}};
    int status = EG_OK;
    for (int family = 0; family < EG_GRAPH_FAMILIES && !status; family++)
        if (is_family_of(&listing, (enum eg_graph_family)family))
            status = add_family(&listing, (enum eg_graph_family)family, error);
    return status || !scale->has_grid ? status : add_chosen(&listing, error);
}

/* The smoke scale is the same everywhere; the others take the real cohorts that are there too, with the
 * variant where they have a line for it. */
static int is_listed(const struct eg_run *run, const char *dataset)
{
    return strcmp(run->scale, "smoke") != 0 && eg_graph_cohort_is_available(dataset, run->data) &&
           (strcmp(dataset, UNSCALED) != 0 || find_scale(run->scale, dataset)->dataset);
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    static const char *const real_cohorts[] = {"beataml", "gdsc", UNSCALED, NULL};
    if (run->dataset)
        return add_dataset(run, run->dataset, grid, error);
    int status = add_dataset(run, "simulated_response", grid, error);
    for (const char *const *name = real_cohorts; *name && !status; name++)
        if (is_listed(run, *name))
            status = add_dataset(run, *name, grid, error);
    return status;
}

const struct eg_experiment graph_prior_experiment = {
    .name = "graph-prior",
    .title = "a prior for attributions that are smooth over a graph, and drug response",
    .reproduces = "Figure 3, Supplementary Figures 10 to 12",
    .protocols = "paper fixed",
    .outcome_version = 4,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = eg_graph_fields,
    .cell_size = sizeof(struct eg_graph_cell),
    .run_cell = eg_graph_run_cell,
    .cost = tell_work,
    .shorten = shorten,
    .has_followers = 1,
    .summarise = eg_graph_summarise,
    .tables = eg_graph_tables,
    .figures = eg_graph_figures,
};
