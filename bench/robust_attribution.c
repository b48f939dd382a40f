/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Robust attribution regularisation (Chen et al. 2019, NeurIPS), the second paper: do IG-NORM and
 * IG-SUM-NORM keep attribution maps from an attack that is after them, and at which loss of
 * accuracy? Beside natural training and Madry's, which the paper has, stand the EG pixel prior
 * and noise in training, which it lacks; beside the top-k attack random points of the same box,
 * and beside top-k intersection its variant that forgives a neighbouring pixel.
 *
 * A cell is one training with all that is measured of it. Settings of the scale paper are those
 * of the authors' configuration files; what is shorter at the others is in the table of scales.
 */
#include <string.h>

#include "bench/experiments.h"
#include "bench/image/image_data.h"
#include "bench/robust/robust_cell.h"
#include "bench/robust/robust_models.h"
#include "bench/robust/robust_summary.h"

#define NETWORK                                                                                    \
    "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "              \
    "dense 1024, relu, dense 10"
#define MEDIUM                                                                                     \
    "image 28x28x1, conv 5x5x16 same, relu, pool 2, conv 5x5x32 same, relu, pool 2, "              \
    "dense 256, relu, dense 10"
#define SMALL "image 28x28x1, conv 5x5x8 same stride 2, relu, pool 2, dense 64, relu, dense 10"
#define TINY "image 28x28x1, conv 5x5x4 stride 2, relu, pool 2, dense 16, relu, dense 10"

/* --- the grid --- */

struct scale {
    const char *name, *network;
    size_t replicates, steps, natural_steps;
    double rate;
    /* Steps of searches and of attacks, and their length as a share of the radius; 0: as
     * published. */
    size_t search_steps, attack_steps;
    double search_step, attack_step;
    size_t points, search_points, attack_points, attacks; /* of integrals; starts of an attack */
    size_t train_images, test_images, pgd_images, map_images; /* 0: all, but for maps */
};

static const struct scale scales[] = {
    {"smoke", TINY, 2, 20, 20, 1e-3, 2, 3, 0.6, 0.5, 4, 2, 3, 2, 500, 100, 40, 8},
    {"quick", SMALL, 4, 1000, 1000, 2e-3, 4, 8, 0.4, 0.25, 4, 2, 5, 3, 20000, 2000, 500, 50},
    {"night", MEDIUM, 4, 1000, 1000, 5e-4, 7, 20, 0.25, 0.15, 10, 4, 10, 3, 0, 0, 1000, 100},
    {"paper", NETWORK, 5, 100000, 25000, 1e-4, 0, 0, 0, 0, 50, 10, 100, 3, 0, 0, 0, 200},
    {0},
};

/* What differs between the data sets, as published. */
struct task {
    const char *dataset;
    double radius;
    size_t search_steps, attacked;
};

static const struct task tasks[] = {{"mnist", 0.3, 40, 200}, {"fashion_mnist", 0.1, 20, 100}, {0}};

enum { BATCH = 50, COMPARED = 100, ATTACK_STEPS = 100 };
static const double published_step = 0.01;

static int add_dataset(const struct eg_run *run, const struct task *task, struct eg_grid *grid,
                       struct eg_error *error)
{
    const struct eg_image_set *set = eg_cached_image_set(task->dataset, run->data, error);
    const struct scale *scale = scales;
    if (!set)
        return error->status;
    while (strcmp(scale->name, run->scale) != 0)
        scale++;
    struct eg_robust_cell cell = {
        .dataset = set->name,
        .data = set->content_hash,
        .protocol = "paper",
        .scale = run->scale,
        .network = scale->network,
        .seed = run->seed,
        .batch = BATCH,
        .train_images = scale->train_images ? scale->train_images : set->train_n,
        .rate = scale->rate,
        .radius = task->radius,
        .search_step = scale->search_steps ? scale->search_step * task->radius : published_step,
        .search_steps = scale->search_steps ? scale->search_steps : task->search_steps,
        .search_points = scale->search_points,
        .points = scale->points,
        .test_images = scale->test_images ? scale->test_images : set->test_n,
        .pgd_images = scale->pgd_images ? scale->pgd_images : set->test_n,
        .map_images = scale->map_images,
        .attacks = scale->attacks,
        .attack_steps = scale->attack_steps ? scale->attack_steps : ATTACK_STEPS,
        .attack_points = scale->attack_points,
        .attacked = task->attacked,
        .compared = COMPARED,
        .attack_step = scale->attack_steps ? scale->attack_step * task->radius : published_step};
    const size_t replicates = run->replicates ? run->replicates : scale->replicates;
    int status = EG_OK;
    for (const struct eg_robust_model *model = eg_robust_models; model->name && !status; model++) {
        double cost;
        cell.model = model->name;
        cell.strength = model->strength;
        cell.steps = model->kind == EG_ROBUST_NATURAL ? scale->natural_steps : scale->steps;
        status = eg_robust_cost(&cell, &cost, error);
        for (cell.replicate = 0; cell.replicate < replicates && !status; cell.replicate++)
            status = eg_grid_add(grid, &cell, cost, error);
    }
    return status;
}

/* Only the paper scale takes MNIST unless it is told otherwise, where it is: in its box of 0.3 Madry's training
 * and IG-SUM-NORM have learnt little in the steps of the others. */
static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const int has_mnist = strcmp(run->scale, "paper") == 0 &&
                          eg_image_source_find("mnist", NULL)->is_available(run->data);
    int status = EG_OK, found = 0;
    for (const struct task *task = tasks; task->dataset && !status; task++) {
        const int is_own = has_mnist || strcmp(task->dataset, "mnist") != 0;
        if (run->dataset ? strcmp(run->dataset, task->dataset) != 0 : !is_own)
            continue;
        found = 1;
        status = add_dataset(run, task, grid, error);
    }
    if (!found)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: robust-attribution has mnist and fashion_mnist",
                       run->dataset);
    return status;
}

static const char description[] =
    "egbench-robust-attribution trains networks on MNIST and Fashion-MNIST with cross-entropy "
    "alone (natural), at PGD neighbours (madry), with IG-NORM and IG-SUM-NORM, and, which the "
    "paper lacks, with the pixel prior on expected gradients (eg_prior) and on noisy images "
    "(noise_augmentation). It measures accuracy, accuracy under PGD, and of correctly "
    "classified images what the top-k attack leaves of their maps of integrated gradients: the "
    "share of the 100 strongest pixels that are still there, the same where one of the 3 x 3 "
    "neighbours counts, Kendall's and Spearman's rank correlations; and beside each the same at"
    " random points of the attack's box, worst of three as the attack is. (Chen et al. 2019, "
    "Robust Attribution Regularization, NeurIPS: orderings that it states in words.)\n\n"
    "Scale paper is as published: 100,000 steps (natural 25,000), searches of 40 and 20 steps "
    "of 0.01 in boxes of 0.3 and 0.1, integrals of 50 points (10 in the search), attacks of 100"
    " steps and 100 points; --estimate says what it costs. Scale night has half the channels "
    "and a quarter of the dense layer, 1000 steps, searches of 7 steps of a quarter of the "
    "box's radius and attacks of 20 of 0.15, integrals of 10 and 4 points. Scale quick has a "
    "network of one convolution, 1000 steps, searches of 4 and attacks of 8 steps, integrals of"
    " 4 and 2 points, those of maps of 5, and 50 attacked images. Boxes, strengths and the "
    "number of attacks are the published ones everywhere. Trainings are kept every 100 steps. "
    "Smoke, quick and night take Fashion-MNIST alone, since in MNIST's box Madry's "
    "training and IG-SUM-NORM learn little in so few steps; paper takes MNIST too where it is.";

const struct eg_experiment robust_attribution_experiment = {
    .name = "robust-attribution",
    .title = "whether regularised networks keep their attribution maps under attack",
    .reproduces = "Chen et al. (2019), Robust Attribution Regularization: its orderings",
    .protocols = "paper",
    .outcome_version = 3,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = eg_robust_fields,
    .cell_size = sizeof(struct eg_robust_cell),
    .run_cell = eg_robust_run_cell,
    .cost = eg_robust_cost,
    .shorten = eg_robust_shorten,
    .summarise = eg_robust_summarise,
    .tables = eg_robust_tables,
    .figures = eg_robust_figures,
    .description = description,
};
