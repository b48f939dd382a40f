/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures 1 and 2, Supplementary Figures 4 to 6: does a prior that keeps
 * attribution maps smooth make image networks robust to noise (Methods 4)?
 *
 * A cell is one training with all that is measured of it: a data set, a model,
 * its strength, a replicate. Which strength stands for a model is chosen in the
 * summary, from the same cells for both protocols: by test accuracy as in the
 * paper, or by that on validation images.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/image/image_cell.h"
#include "bench/image/image_cost.h"
#include "bench/image/image_data.h"
#include "bench/image/image_models.h"
#include "bench/image/image_summary.h"
#include "bench/image/image_views.h"

#ifndef EG_CODE_VERSION
#define EG_CODE_VERSION "unversioned"
#endif

/* --- networks --- */

/* Methods 4, and the same with the batch norm of the released code. */
#define MNIST_NETWORK                                                                              \
    "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "              \
    "dense 1024, relu, dropout 0.5, dense 10"
#define MNIST_RELEASED                                                                             \
    "image 28x28x1, conv 5x5x32 same, batchnorm 0.9, relu, pool 2, "                               \
    "conv 5x5x64 same, batchnorm 0.9, relu, pool 2, "                                              \
    "dense 1024, batchnorm 0.9, relu, dropout 0.5, dense 10"
#define SMALL_NETWORK                                                                              \
    "image 28x28x1, conv 5x5x8 same, relu, pool 2, conv 5x5x16 same, relu, pool 2, "               \
    "dense 128, relu, dropout 0.5, dense 10"
#define SMALL_RELEASED                                                                             \
    "image 28x28x1, conv 5x5x8 same, batchnorm 0.9, relu, pool 2, "                                \
    "conv 5x5x16 same, batchnorm 0.9, relu, pool 2, "                                              \
    "dense 128, batchnorm 0.9, relu, dropout 0.5, dense 10"
#define TINY_NETWORK                                                                               \
    "image 28x28x1, conv 5x5x8 stride 2, relu, pool 2, dense 32, relu, dropout 0.2, dense 10"
/* VGG16 for images of 32 x 32, with the dropout of Liu and Deng (2015), whom the paper follows. */
#define LAYER(channels) "conv 3x3x" channels " same, batchnorm, relu, "
#define DROP(rate) "dropout " rate ", "
#define VGG16                                                                                      \
    "image 32x32x3, " LAYER("64") DROP("0.3") LAYER("64") "pool 2, " LAYER("128") DROP("0.4")      \
        LAYER("128") "pool 2, " LAYER("256") DROP("0.4") LAYER("256") DROP("0.4")                  \
            LAYER("256") "pool 2, " LAYER("512") DROP("0.4") LAYER("512") DROP("0.4")              \
                LAYER("512") "pool 2, " LAYER("512") DROP("0.4") LAYER("512") DROP("0.4")          \
                    LAYER("512") "pool 2, "                                                        \
                                 "dense 512, batchnorm, relu, dropout 0.5, dense 10"
#define SLIM_VGG                                                                                   \
    "image 32x32x3, " LAYER("16") LAYER("16") "pool 2, " LAYER("32")                               \
        LAYER("32") "pool 2, " LAYER("64")                                                         \
            LAYER("64") "pool 2, dense 128, batchnorm, relu, dropout 0.5, dense 10"
#define SMALL_VGG                                                                                  \
    "image 32x32x3, " LAYER("8") LAYER("8") "pool 2, " LAYER("16")                                 \
        LAYER("16") "pool 2, " LAYER("32")                                                         \
            LAYER("32") "pool 2, dense 64, batchnorm, relu, dropout 0.5, dense 10"
#define TINY_VGG                                                                                   \
    "image 32x32x3, conv 3x3x4 same stride 2, batchnorm, relu, pool 2, dense 16, batchnorm, "      \
    "relu, dense 10"

/* --- scales --- */

struct scale {
    const char *name;
    int is_cifar;
    const char *network, *released;
    size_t replicates, epochs, batch;
    double rate;
    const struct eg_image_counts *counts;
};

/* What is measured on how many images is ours throughout. In the order of the fields: train,
 * validation, test, curve, attack, smooth, maps, samples. */
static const struct eg_image_counts smoke = {600, 100, 200, 100, 20, 10, 5, 20};
static const struct eg_image_counts quick = {6000, 1000, 2000, 1000, 200, 50, 10, 100};
static const struct eg_image_counts night = {0, 5000, 0, 5000, 500, 200, 10, 100};
static const struct eg_image_counts paper = {0, 5000, 0, 10000, 1000, 1000, 10, 100};
static const struct eg_image_counts quick_cifar = {10000, 1000, 1000, 500, 200, 50, 10, 100};
static const struct eg_image_counts night_cifar = {0, 2000, 0, 1000, 500, 200, 10, 100};

/* The paper does not say for how many epochs it trained on CIFAR-10: 100 is our assumption. The smoke
 * scale has no batch norm: a bias before it has a gradient of rounding errors alone, which Adam
 * takes for steps, so that two kernels of OpenBLAS soon part, and that scale is there to be
 * compared. */
static const struct scale scales[] = {
    {"smoke", 0, TINY_NETWORK, TINY_NETWORK, 2, 1, 10, 3e-3, &smoke},
    {"quick", 0, SMALL_NETWORK, SMALL_RELEASED, 5, 4, 50, 1e-3, &quick},
    {"night", 0, MNIST_NETWORK, MNIST_RELEASED, 5, 6, 50, 1e-3, &night},
    {"paper", 0, MNIST_NETWORK, MNIST_RELEASED, 5, 60, 50, 1e-4, &paper},
    {"smoke", 1, TINY_VGG, NULL, 2, 1, 20, 1e-2, &smoke},
    {"quick", 1, SMALL_VGG, NULL, 3, 6, 128, 0.1, &quick_cifar},
    {"night", 1, SLIM_VGG, NULL, 3, 30, 128, 0.1, &night_cifar},
    {"paper", 1, VGG16, NULL, 5, 100, 128, 0.1, &paper},
    {0},
};

static const struct scale *find_scale(const char *name, int is_cifar)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0 || scales[i].is_cifar != is_cifar)
        i++;
    return &scales[i];
}

/* In units of the full range of a pixel; the flipped shares are those of the released notebook. */
static const double mnist_levels[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
static const double cifar_levels[] = {0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5};
static const double flipped_levels[] = {0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* --- the grid --- */

static json_t *pack_numbers(const double *numbers, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_real(numbers[i]));
    return array;
}

static size_t at_most(size_t count, size_t most)
{
    return count && count < most ? count : most;
}

/* The scale's counts, no more than the set has. */
static json_t *pack_counts(const struct eg_image_counts *counts, const struct eg_image_set *set)
{
    const size_t train = at_most(counts->train, set->train_n - counts->validation);
    const size_t test = at_most(counts->test, set->test_n);
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "train_images", (json_int_t)train,
                     "validation_images", (json_int_t)counts->validation, "test_images",
                     (json_int_t)test, "curve_images", (json_int_t)at_most(counts->curve, test),
                     "attack_images", (json_int_t)at_most(counts->attack, test), "smooth_images",
                     (json_int_t)at_most(at_most(counts->smooth, test), counts->validation),
                     "map_images", (json_int_t)counts->maps, "samples",
                     (json_int_t)counts->samples);
}

/* Methods 4. */
static json_t *pack_recipe(const struct scale *scale)
{
    const int is_cifar = scale->is_cifar;
    return json_pack("{s:I, s:I, s:f, s:s, s:f, s:I, s:s, s:I, s:f}", "epochs",
                     (json_int_t)scale->epochs, "batch", (json_int_t)scale->batch, "rate",
                     scale->rate, "optimiser", is_cifar ? "sgd" : "adam", "decay",
                     is_cifar ? 0.5 : 0.95, "decay_epochs", (json_int_t)(is_cifar ? 20 : 1),
                     "scaling", is_cifar ? "standardised" : "centred", "shift",
                     (json_int_t)(is_cifar ? 3 : 0), "degrees", is_cifar ? 15.0 : 0.0);
}

static json_t *pack_distortions(int is_cifar)
{
    return json_pack("{s:f, s:o, s:o}", "attack", is_cifar ? 8.0 / 255 : 0.1, "noise_levels",
                     is_cifar ? pack_numbers(cifar_levels, COUNT_OF(cifar_levels))
                              : pack_numbers(mnist_levels, COUNT_OF(mnist_levels)),
                     "flipped_levels", pack_numbers(flipped_levels, COUNT_OF(flipped_levels)));
}

static json_t *pack_model(const struct scale *scale, const struct eg_image_model *model,
                          double strength, size_t replicate)
{
    return json_pack("{s:s, s:s, s:s, s:f, s:I}", "model", model->name, "network",
                     model->is_released ? scale->released : scale->network, "steps",
                     model->is_released ? "turns" : "joint", "strength", strength, "replicate",
                     (json_int_t)replicate);
}

/* A new reference, or NULL when memory is short. */
static json_t *make_config(const struct eg_run *run, const struct scale *scale,
                           const struct eg_image_set *set, const struct eg_image_model *model,
                           double strength, size_t replicate)
{
    json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:I, s:[I,I,I]}", "dataset", set->name, "data",
                               set->content_hash, "protocol", "both", "scale", run->scale, "seed",
                               (json_int_t)run->seed, "image", (json_int_t)set->shape.height,
                               (json_int_t)set->shape.width, (json_int_t)set->shape.channels);
    if (json_object_update_new(config, pack_recipe(scale)) ||
        json_object_update_new(config, pack_counts(scale->counts, set)) ||
        json_object_update_new(config, pack_distortions(scale->is_cifar)) ||
        json_object_update_new(config, pack_model(scale, model, strength, replicate))) {
        json_decref(config);
        return NULL;
    }
    return config;
}

static int add_cell(json_t *config, struct eg_grid *grid, struct eg_error *error)
{
    double cost;
    if (!config)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    const int status = eg_image_cost(config, &cost, error);
    if (!status)
        return eg_grid_add(grid, config, cost, error);
    json_decref(config);
    return status;
}

static int add_cells(const struct eg_run *run, const struct scale *scale,
                     const struct eg_image_set *set, const struct eg_image_model *model,
                     struct eg_grid *grid, struct eg_error *error)
{
    const size_t replicates = run->replicates ? run->replicates : scale->replicates;
    double strengths[EG_IMAGE_STRENGTHS_MAX];
    const size_t count = eg_image_strengths(model, set->name, run->scale, strengths);
    int status = EG_OK;
    for (size_t i = 0; i < count; i++) {
        const size_t own = eg_image_replicates(model, strengths[i], replicates);
        for (size_t r = 0; r < own && !status; r++)
            status = add_cell(make_config(run, scale, set, model, strengths[i], r), grid, error);
    }
    return status;
}

static int add_dataset(const struct eg_run *run, const char *name, struct eg_grid *grid,
                       struct eg_error *error)
{
    const struct eg_image_set *set = eg_cached_image_set(name, run->data, error);
    int status = set ? EG_OK : error->status;
    const struct scale *scale = find_scale(run->scale, strcmp(name, "cifar10") == 0);
    for (size_t i = 0; eg_image_models[i] && !status; i++)
        if (!eg_image_models[i]->is_released || scale->released)
            status = add_cells(run, scale, set, eg_image_models[i], grid, error);
    return status;
}

static int is_available(const char *name, const char *data_folder)
{
    const struct eg_image_source *source = eg_image_source_find(name, NULL);
    return source && source->is_available(data_folder);
}

/* The smoke scale is the same everywhere; the others take MNIST where it is, and paper CIFAR-10
 * too. */
static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const int is_smoke = strcmp(run->scale, "smoke") == 0;
    if (run->dataset)
        return add_dataset(run, run->dataset, grid, error);
    int status = add_dataset(
        run, !is_smoke && is_available("mnist", run->data) ? "mnist" : "fashion_mnist", grid,
        error);
    if (!status && strcmp(run->scale, "paper") == 0 && is_available("cifar10", run->data))
        status = add_dataset(run, "cifar10", grid, error);
    return status;
}

const struct eg_experiment image_noise_experiment = {
    .name = "image-noise",
    .title = "a prior for smooth attribution maps and the robustness of image networks to noise",
    .reproduces = "Figures 1 and 2, Supplementary Figures 4 to 6",
    .protocols = "paper fixed",
    .code_version = EG_CODE_VERSION,
    .list_cells = list_cells,
    .run_cell = eg_image_run_cell,
    .shorten = eg_image_shorten,
    .summarise = eg_image_summarise,
    .tables = eg_image_tables,
    .figures = eg_image_figures,
};
