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

#include "bench/frame/convolution_option.h"
#include "bench/image/image_cell.h"
#include "bench/image/image_data.h"
#include "bench/image/image_models.h"
#include "bench/image/image_scales.h"
#include "bench/image/image_summary.h"

/* --- the grid --- */

/* In units of the full range of a pixel; the flipped shares are those of the released notebook. */
static const struct eg_numbers mnist_levels = {11,
                                               {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}};
static const struct eg_numbers cifar_levels = {
    10, {0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5}};
static const struct eg_numbers flipped_levels = {
    9, {0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40}};

/* How networks of a family are trained, and their images moved (Methods 4). */
static const struct eg_image_cell recipes[] = {[EG_IMAGE_MNIST] = {.optimiser = "adam",
                                                                   .decay = 0.95,
                                                                   .scaling = "centred",
                                                                   .outside = "black"},
                                               [EG_IMAGE_CIFAR] = {.optimiser = "sgd",
                                                                   .decay = 0.5,
                                                                   .scaling = "standardised",
                                                                   .shift = 3,
                                                                   .degrees = 15,
                                                                   .outside = "black"},
                                               [EG_IMAGE_FULL] = {.optimiser = "sgd",
                                                                  .decay = 0.5,
                                                                  .scaling = "standardised",
                                                                  .shift = 3,
                                                                  .degrees = 15,
                                                                  .outside = "black"},
                                               [EG_IMAGE_RESNET] = {.optimiser = "sgd",
                                                                    .decay = 0.5,
                                                                    .scaling = "standardised",
                                                                    .shift = 3,
                                                                    .degrees = 15,
                                                                    .outside = "black"},
                                               [EG_IMAGE_KERAS] = {.optimiser = "nesterov",
                                                                   .decay = 0.5,
                                                                   .weight_decay = 5e-4,
                                                                   .scaling = "standardised_pooled",
                                                                   .shift = 3,
                                                                   .degrees = 15,
                                                                   .flips = 1,
                                                                   .outside = "nearest"}};

static size_t at_most(size_t count, size_t most)
{
    return count && count < most ? count : most;
}

/* What the cells of a data set have in common; of images the scale's counts, no more than the set has. */
static struct eg_image_cell make_cell(const struct eg_run *run, const struct eg_image_scale *scale,
                                      const char *dataset, const struct eg_image_set *set)
{
    const struct eg_image_counts *counts = scale->counts;
    const struct eg_image *shape = &set->shape;
    const int is_mnist = scale->family == EG_IMAGE_MNIST;
    struct eg_image_cell cell = recipes[scale->family];
    cell.dataset = dataset;
    cell.data = set->content_hash;
    cell.protocol = "both";
    cell.scale = run->scale;
    cell.seed = run->seed;
    cell.image = (struct eg_numbers){
        3, {(double)shape->height, (double)shape->width, (double)shape->channels}};
    cell.epochs = scale->epochs;
    cell.batch = scale->batch;
    cell.rate = scale->rate;
    cell.decay_epochs = scale->decay_epochs;
    cell.train_images = at_most(counts->train, set->train_n - counts->validation);
    cell.validation_images = counts->validation;
    cell.test_images = at_most(counts->test, set->test_n);
    cell.attack_images = at_most(counts->attack, cell.test_images);
    cell.smooth_images = at_most(at_most(counts->smooth, cell.test_images), counts->validation);
    cell.map_images = counts->maps;
    cell.samples = counts->samples;
    cell.attack = is_mnist ? 0.1 : 8.0 / 255;
    cell.noise_levels = is_mnist ? mnist_levels : cifar_levels;
    cell.flipped_levels = flipped_levels;
    cell.convolution = eg_convolution_of(run);
    return cell;
}

/* The released code moves images of MNIST, and computes a rotation besides that it throws away. */
static void set_model(struct eg_image_cell *cell, const struct eg_image_scale *scale,
                      const struct eg_image_model *model)
{
    cell->model = model->name;
    cell->network = model->is_released ? scale->released : scale->network;
    cell->steps = model->is_released ? "turns" : "joint";
    cell->shift_by = model->is_released ? "padding" : "pixels";
    if (model->is_released)
        cell->shift = 4;
}

static int add_model(struct eg_image_cell cell, const struct eg_image_scale *scale,
                     const struct eg_image_model *model, size_t replicates, struct eg_grid *grid,
                     struct eg_error *error)
{
    double strengths[EG_IMAGE_STRENGTHS_MAX], cost;
    const size_t count = eg_image_strengths(model, cell.dataset, cell.scale, strengths);
    set_model(&cell, scale, model);
    int status = eg_image_cost(&cell, &cost, error);
    for (size_t i = 0; i < count; i++) {
        const size_t own = eg_image_replicates(model, strengths[i], replicates);
        cell.strength = strengths[i];
        for (cell.replicate = 0; cell.replicate < own && !status; cell.replicate++)
            status = eg_grid_add(grid, &cell, cost, error);
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
    const struct eg_image_cell cell = make_cell(run, scale, name, set);
    const size_t replicates = run->replicates ? run->replicates : scale->replicates;
    int status = EG_OK;
    for (size_t i = 0; eg_image_models[i] && !status; i++)
        if (!eg_image_models[i]->is_released || scale->released)
            status = add_model(cell, scale, eg_image_models[i], replicates, grid, error);
    return status;
}

static int is_available(const char *name, const char *data_folder)
{
    const struct eg_image_source *source = eg_image_source_find(name, NULL);
    return source && source->is_available(data_folder);
}

/* The smoke scale is the same everywhere; the others take MNIST where it is, and CIFAR-10 too, night also for
 * one whole VGG16 beside those of half the channels. */
static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const int is_smoke = strcmp(run->scale, "smoke") == 0;
    const int has_cifar = !is_smoke && is_available("cifar10", run->data);
    if (run->dataset)
        return add_dataset(run, run->dataset, grid, error);
    int status = add_dataset(
        run, !is_smoke && is_available("mnist", run->data) ? "mnist" : "fashion_mnist", grid,
        error);
    if (!status && has_cifar)
        status = add_dataset(run, "cifar10", grid, error);
    if (!status && has_cifar && strcmp(run->scale, "night") == 0)
        status = add_dataset(run, "cifar10_vgg16", grid, error);
    return status;
}

const struct eg_experiment image_noise_experiment = {
    .name = "image-noise",
    .title = "a prior for smooth attribution maps and the robustness of image networks to noise",
    .reproduces = "Figures 1 and 2, Supplementary Figures 4 to 6",
    .protocols = "paper fixed",
    .outcome_version = 3,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = eg_image_fields,
    .cell_size = sizeof(struct eg_image_cell),
    .run_cell = eg_image_run_cell,
    .cost = eg_image_cost,
    .shorten = eg_image_shorten,
    .summarise = eg_image_summarise,
    .tables = eg_image_tables,
    .figures = eg_image_figures,
    .make_options = eg_convolution_make_options,
};
