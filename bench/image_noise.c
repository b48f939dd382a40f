/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures 1 and 2, Supplementary Figures 4 to 6: does a prior that keeps
 * attribution maps smooth make image networks robust to noise (Methods 4)?
 *
 * A cell is one training with all that is measured of it: a data set, a model,
 * its strength, a replicate. Which strength stands for a model is chosen in the
 * summary, from the same cells for both protocols: by test accuracy as in the
 * paper, or by that on validation images.
 *
 * CIFAR-10 is trained by the paper's words, or as the public Keras source of its
 * network does it, a data set of its own (cifar10_keras_source): weight decay
 * 5e-4, mirrored images, Nesterov's momentum, one mean and sd for all channels,
 * the nearest pixel where a moved image leaves a gap, 250 epochs at paper scale.
 */
#include <string.h>

#include "bench/experiments.h"
#include "bench/image/image_cell.h"
#include "bench/image/image_cost.h"
#include "bench/image/image_data.h"
#include "bench/image/image_models.h"
#include "bench/image/image_scales.h"
#include "bench/image/image_summary.h"
#include "bench/image/image_views.h"

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
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "train_images", (json_int_t)train,
        "validation_images", (json_int_t)counts->validation, "test_images", (json_int_t)test,
        "attack_images", (json_int_t)at_most(counts->attack, test), "smooth_images",
        (json_int_t)at_most(at_most(counts->smooth, test), counts->validation), "map_images",
        (json_int_t)counts->maps, "samples", (json_int_t)counts->samples);
}

/* Methods 4. */
static json_t *pack_recipe(const struct eg_image_scale *scale)
{
    const int is_cifar = scale->family != EG_IMAGE_MNIST;
    const int is_keras = scale->family == EG_IMAGE_KERAS;
    return json_pack(
        "{s:I, s:I, s:f, s:s, s:f, s:I, s:f, s:s}", "epochs", (json_int_t)scale->epochs, "batch",
        (json_int_t)scale->batch, "rate", scale->rate, "optimiser",
        is_keras   ? "nesterov"
        : is_cifar ? "sgd"
                   : "adam",
        "decay", is_cifar ? 0.5 : 0.95, "decay_epochs", (json_int_t)(is_cifar ? 20 : 1),
        "weight_decay", is_keras ? 5e-4 : 0.0, "scaling",
        is_keras   ? "standardised_pooled"
        : is_cifar ? "standardised"
                   : "centred");
}

/* How training images are moved: those of CIFAR-10 as in Methods 4.2, or as the Keras source does it;
 * those of MNIST in the released code alone, which computes a rotation besides and throws it away. */
static json_t *pack_moving(const struct eg_image_scale *scale, const struct eg_image_model *model)
{
    const int is_cifar = scale->family != EG_IMAGE_MNIST;
    const int is_keras = scale->family == EG_IMAGE_KERAS;
    return json_pack("{s:I, s:s, s:f, s:i, s:s}", "shift",
                     (json_int_t)(is_cifar             ? 3
                                  : model->is_released ? 4
                                                       : 0),
                     "shift_by", model->is_released ? "padding" : "pixels", "degrees",
                     is_cifar ? 15.0 : 0.0, "flips", is_keras, "outside",
                     is_keras ? "nearest" : "black");
}

static json_t *pack_distortions(int is_cifar)
{
    return json_pack("{s:f, s:o, s:o}", "attack", is_cifar ? 8.0 / 255 : 0.1, "noise_levels",
                     is_cifar ? pack_numbers(cifar_levels, COUNT_OF(cifar_levels))
                              : pack_numbers(mnist_levels, COUNT_OF(mnist_levels)),
                     "flipped_levels", pack_numbers(flipped_levels, COUNT_OF(flipped_levels)));
}

static json_t *pack_model(const struct eg_image_scale *scale, const struct eg_image_model *model,
                          double strength, size_t replicate)
{
    return json_pack("{s:s, s:s, s:s, s:f, s:I}", "model", model->name, "network",
                     model->is_released ? scale->released : scale->network, "steps",
                     model->is_released ? "turns" : "joint", "strength", strength, "replicate",
                     (json_int_t)replicate);
}

/* A new reference, or NULL when memory is short. */
static json_t *make_config(const struct eg_run *run, const struct eg_image_scale *scale,
                           const char *dataset, const struct eg_image_set *set,
                           const struct eg_image_model *model, double strength, size_t replicate)
{
    json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:I, s:[I,I,I]}", "dataset", dataset, "data",
                               set->content_hash, "protocol", "both", "scale", run->scale, "seed",
                               (json_int_t)run->seed, "image", (json_int_t)set->shape.height,
                               (json_int_t)set->shape.width, (json_int_t)set->shape.channels);
    if (json_object_update_new(config, pack_recipe(scale)) ||
        json_object_update_new(config, pack_moving(scale, model)) ||
        json_object_update_new(config, pack_counts(scale->counts, set)) ||
        json_object_update_new(config, pack_distortions(scale->family != EG_IMAGE_MNIST)) ||
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
        return eg_grid_add_config(grid, config, cost, error);
    json_decref(config);
    return status;
}

static int add_cells(const struct eg_run *run, const struct eg_image_scale *scale,
                     const char *dataset, const struct eg_image_set *set,
                     const struct eg_image_model *model, struct eg_grid *grid,
                     struct eg_error *error)
{
    const size_t replicates = run->replicates ? run->replicates : scale->replicates;
    double strengths[EG_IMAGE_STRENGTHS_MAX];
    const size_t count = eg_image_strengths(model, dataset, run->scale, strengths);
    int status = EG_OK;
    for (size_t i = 0; i < count; i++) {
        const size_t own = eg_image_replicates(model, strengths[i], replicates);
        for (size_t r = 0; r < own && !status; r++)
            status = add_cell(make_config(run, scale, dataset, set, model, strengths[i], r), grid,
                              error);
    }
    return status;
}

static int add_dataset(const struct eg_run *run, const char *name, struct eg_grid *grid,
                       struct eg_error *error)
{
    const struct eg_image_dataset *dataset = eg_image_dataset_find(name, error);
    const struct eg_image_set *set = dataset ? eg_cached_image_set(dataset->set, run->data, error)
                                             : NULL;
    if (!set)
        return error->status;
    const struct eg_image_scale *scale = eg_image_scale_find(run->scale, dataset->family);
    int status = EG_OK;
    for (size_t i = 0; eg_image_models[i] && !status; i++)
        if (!eg_image_models[i]->is_released || scale->released)
            status = add_cells(run, scale, name, set, eg_image_models[i], grid, error);
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
    .outcome_version = 1,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .run_config = eg_image_run_cell,
    .shorten_config = eg_image_shorten,
    .summarise_rows = eg_image_summarise,
    .tables = eg_image_tables,
    .figures = eg_image_figures,
};
