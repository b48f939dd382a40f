/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_files.h"

#include <stdio.h>

#include <xxhash.h>

#include "bench/frame/load_once.h"
#include "bench/image/image_data.h"
#include "nn/torchvision_model.h"
#include "onnx/onnx_network.h"
#include "onnx/onnx_torchvision.h"

/* --- folders --- */

static int load_folders(const void *asked, void *made, struct eg_error *error)
{
    const struct eg_tune_options *options = asked;
    struct eg_tune_folders *folders = made;
    const int status = eg_image_folder_list(options->images, options->classes, &folders->train,
                                            error);
    return status ? status
                  : eg_image_folder_list_like(options->validation, &folders->train, &folders->test,
                                              error);
}

static void release_folders(void *made)
{
    struct eg_tune_folders *folders = made;
    eg_image_folder_free(&folders->train);
    eg_image_folder_free(&folders->test);
}

const struct eg_tune_folders *eg_cached_tune_folders(const struct eg_tune_options *options,
                                                     struct eg_error *error)
{
    static const struct eg_loaded_kind kind = {sizeof(struct eg_tune_folders), load_folders,
                                               release_folders};
    return eg_load_once(&kind, options, error, "%s\n%s\n%s", options->images, options->validation,
                        options->classes ? options->classes : "");
}

/* --- weights --- */

static int load_weights(const void *asked, void *made, struct eg_error *error)
{
    struct eg_tune_weights *weights = made;
    const int status = (eg_onnx_is_named(asked) ? eg_onnx_torchvision_read : eg_torchvision_read)(
        asked, &weights->model, &weights->shape, error);
    if (status)
        return status;
    const struct eg_network *network = &weights->model.network;
    const XXH128_hash_t hash = XXH3_128bits(network->theta, network->parameters * sizeof(real));
    snprintf(weights->content_hash, sizeof weights->content_hash, "%016llx%016llx",
             (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    return EG_OK;
}

static void release_weights(void *made)
{
    struct eg_tune_weights *weights = made;
    eg_torch_model_free(&weights->model);
}

const struct eg_tune_weights *eg_cached_tune_weights(const char *path, struct eg_error *error)
{
    static const struct eg_loaded_kind kind = {sizeof(struct eg_tune_weights), load_weights,
                                               release_weights};
    return eg_load_once(&kind, path, error, "%s", path);
}

/* --- images --- */

struct request {
    const struct eg_tune_cell *cell;
    const struct eg_image_set *set;
    const struct eg_tune_folders *folders;
};

/* What torchvision's weights were trained with. */
static const struct eg_image_scaling of_imagenet = {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};

static int make_images(const void *asked, void *made, struct eg_error *error)
{
    const struct request *request = asked;
    const struct eg_tune_cell *cell = request->cell;
    (void)error;
    *(struct eg_tune_images *)made = (struct eg_tune_images){
        .set = request->set,
        .train = request->set ? NULL : &request->folders->train,
        .test = request->set ? NULL : &request->folders->test,
        .shape = {cell->window, cell->window, cell->channels},
        .short_side = cell->short_side,
        .scaling = request->set ? eg_image_scaling_of(request->set, cell->pretrain_images, NULL)
                                : of_imagenet};
    return EG_OK;
}

static void release_images(void *made)
{
    (void)made;
}

const struct eg_tune_images *eg_cached_tune_images(const struct eg_run *run,
                                                   const struct eg_tune_cell *cell,
                                                   struct eg_error *error)
{
    static const struct eg_loaded_kind kind = {sizeof(struct eg_tune_images), make_images,
                                               release_images};
    const struct eg_tune_options *options = run->own;
    struct request request = {.cell = cell};
    if (cell->weights && (!options || !options->images || !options->weights))
        eg_fail(error, EG_USAGE, "this cell needs --images, --validation and --weights");
    else if (cell->weights)
        request.folders = eg_cached_tune_folders(options, error);
    else
        request.set = eg_cached_image_set(cell->dataset, run->data, error);
    return request.set || request.folders
               ? eg_load_once(&kind, &request, error, "%s %s %zu %zu %zu", cell->dataset,
                              cell->data, cell->window, cell->short_side, cell->pretrain_images)
               : NULL;
}
