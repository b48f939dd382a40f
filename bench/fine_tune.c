/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Supplements D and G (Supplementary Table 2, Supplementary Figures 3 and 7 to 9): a pretrained VGG network
 * is fine-tuned with the pixel prior on expected gradients: k = 1, SGD with momentum 0.9, batches of 16,
 * windows cut anywhere and mirrored, weight decay 5e-4, an epoch at one strength and a quarter of one at twice
 * that. How accurate is it before and after, and how smooth are its maps, whichever method draws them?
 * And what do methods make of black pixels?
 *
 * ImageNet cannot be had without an account, so there are two forms of one experiment. With a reader's
 * own files, --images, --validation and --weights, it is the paper's, at its learning rate and strengths.
 * Without, a narrow VGG is pretrained on the first 10,000 training images of CIFAR-10 (Fashion-MNIST where that
 * is absent) and fine-tuned on those that follow; windows of 28 of 32 pixels stand for 224 of 256. There the same
 * steps without the prior are a control that the paper lacks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/fine_tune/tune_files.h"
#include "bench/fine_tune/tune_summary.h"
#include "bench/frame/convolution_option.h"
#include "bench/image/image_data.h"

/* --- in small --- */

#define LAYER(channels) "conv 3x3x" channels " same, relu, "
#define BLOCK(channels) LAYER(channels) LAYER(channels) "pool 2, "
#define BLOCK_OF_3(channels) LAYER(channels) BLOCK(channels)
#define TINY "conv 3x3x4 same stride 2, relu, pool 2, dense 16, relu, dense 10"
#define SLIM BLOCK("12") BLOCK("24") BLOCK("48") "dense 64, relu, dropout 0.5, dense 10"
#define HALF BLOCK("32") BLOCK("64") BLOCK_OF_3("128") "dense 256, relu, dropout 0.5, dense 10"
#define WHOLE                                                                                      \
    BLOCK("64")                                                                                    \
    BLOCK("128") BLOCK_OF_3("256") BLOCK_OF_3("512") "dense 512, relu, dropout 0.5, dense 10"

struct scale {
    const char *name, *layers;
    size_t replicates, pretrain_images, pretrain_epochs, train_images, test_images, smooth_images,
        black_images, samples;
    double pretrain_rate;
};

static const struct scale scales[] = {
    {"smoke", TINY, 2, 600, 2, 300, 200, 5, 5, 10, 3e-3},
    {"quick", SLIM, 4, 10000, 8, 10000, 1000, 30, 40, 50, 1e-3},
    {"night", HALF, 5, 10000, 20, 10000, 0, 100, 100, 100, 1e-3},
    {"paper", WHOLE, 5, 10000, 40, 10000, 0, 200, 200, 200, 3e-4},
};

/* --- with a reader's files: at most so much of them --- */

struct limit {
    size_t steps, test_images, smooth_images, black_images, samples;
};

static const struct limit limits[] = {
    {4, 50, 4, 2, 10}, {100, 500, 10, 10, 50}, {2000, 5000, 30, 20, 100}, {0, 0, 50, 50, 200}};

static size_t find_scale(const struct eg_run *run)
{
    size_t at = 0;
    while (strcmp(scales[at].name, run->scale) != 0)
        at++;
    return at;
}

static size_t at_most(size_t count, size_t most)
{
    return count && count < most ? count : most;
}

/* What both forms have in common (Supplement G.1). */
static struct eg_tune_cell make_cell(const struct eg_run *run)
{
    return (struct eg_tune_cell){.protocol = "paper",
                                 .scale = run->scale,
                                 .seed = run->seed,
                                 .batch = 16,
                                 .weight_decay = 5e-4,
                                 .convolution = eg_convolution_of(run)};
}

static int add_replicates(const struct eg_tune_cell *common, size_t replicates,
                          struct eg_grid *grid, struct eg_error *error)
{
    struct eg_tune_cell cell = *common;
    double cost;
    int status = eg_tune_cost(&cell, &cost, error);
    for (cell.replicate = 0; cell.replicate < replicates && !status; cell.replicate++)
        status = eg_grid_add(grid, &cell, cost, error);
    return status;
}

/* An epoch, and a quarter of one. */
static void set_steps(struct eg_tune_cell *cell, size_t images, size_t most)
{
    const size_t epoch = images / cell->batch;
    cell->first_steps = at_most(most, epoch ? epoch : 1);
    cell->last_steps = (cell->first_steps + 3) / 4;
}

static int list_small(const struct eg_run *run, const char *name, struct eg_grid *grid,
                      struct eg_error *error)
{
    const struct scale *scale = &scales[find_scale(run)];
    const struct eg_image_set *set = eg_cached_image_set(name, run->data, error);
    if (!set)
        return error->status;
    struct eg_tune_cell cell = make_cell(run);
    const size_t side = set->shape.height;
    if (set->train_n < scale->pretrain_images + scale->train_images)
        return eg_fail(error, EG_DATA,
                       "%s has %zu training images; %zu are needed to pretrain on and %zu to "
                       "fine-tune on: a second training batch",
                       name, set->train_n, scale->pretrain_images, scale->train_images);
    cell.dataset = name;
    cell.data = set->content_hash;
    cell.short_side = side;
    cell.window = side * 7 / 8 / 4 * 4; /* what two pools halve without a rest */
    cell.channels = set->shape.channels;
    cell.pretrain_images = scale->pretrain_images;
    cell.pretrain_epochs = scale->pretrain_epochs;
    cell.pretrain_batch = 50;
    cell.pretrain_rate = scale->pretrain_rate;
    cell.train_images = scale->train_images;
    set_steps(&cell, scale->train_images, 0);
    cell.rate = 1e-3;
    cell.first_strength = 1e-3;
    cell.last_strength = 2e-3;
    cell.has_control = 1;
    cell.test_images = at_most(scale->test_images, set->test_n);
    cell.smooth_images = at_most(scale->smooth_images, cell.test_images);
    cell.map_images = at_most(5, cell.smooth_images);
    cell.black_images = scale->black_images;
    cell.black_among = cell.test_images;
    cell.samples = scale->samples;
    cell.references = at_most(200, scale->train_images);
    char network[400];
    snprintf(network, sizeof network, "image %zux%zux%zu, %s", cell.window, cell.window,
             set->shape.channels, scale->layers);
    cell.network = network;
    return add_replicates(&cell, run->replicates ? run->replicates : scale->replicates, grid,
                          error);
}

static int list_files(const struct eg_run *run, const struct eg_tune_options *options,
                      struct eg_grid *grid, struct eg_error *error)
{
    enum { IMAGENET_CLASSES = 1000 };
    if (!options->images || !options->validation || !options->weights)
        return eg_fail(error, EG_USAGE,
                       "--images, --validation and --weights go together: %s is missing",
                       !options->images       ? "--images"
                       : !options->validation ? "--validation"
                                              : "--weights");
    const struct limit *limit = &limits[find_scale(run)];
    const struct eg_tune_folders *folders = eg_cached_tune_folders(options, error);
    const struct eg_tune_weights *weights = folders
                                                ? eg_cached_tune_weights(options->weights, error)
                                                : NULL;
    if (!weights)
        return error->status;
    const size_t classes = folders->train.classes, train = folders->train.count;
    if (weights->model.network.outputs != classes || weights->shape.channels != 3)
        return eg_fail(error, EG_DATA,
                       "%s: a network of %zu classes and %zu channels, where %s has %zu classes "
                       "of 3 channels",
                       options->weights, weights->model.network.outputs, weights->shape.channels,
                       options->images, classes);
    struct eg_tune_cell cell = make_cell(run);
    char hash[2 * 32 + 2];
    snprintf(hash, sizeof hash, "%s-%s", folders->train.content_hash, folders->test.content_hash);
    cell.dataset = classes == IMAGENET_CLASSES ? "imagenet" : "image_folder";
    cell.data = hash;
    cell.network = weights->model.text;
    cell.weights = weights->content_hash;
    cell.window = weights->shape.height;
    cell.channels = weights->shape.channels;
    cell.short_side = (8 * cell.window + 6) / 7;
    cell.pretrain_batch = cell.batch;
    cell.train_images = train;
    set_steps(&cell, train, limit->steps);
    cell.rate = 1e-5;
    cell.first_strength = 1e-5;
    cell.last_strength = 2e-5;
    cell.has_control = options->control != 0;
    cell.test_images = at_most(limit->test_images, folders->test.count);
    cell.smooth_images = at_most(limit->smooth_images, cell.test_images);
    cell.map_images = at_most(3, cell.smooth_images);
    cell.black_images = limit->black_images;
    cell.black_among = cell.test_images;
    cell.samples = limit->samples;
    cell.references = at_most(100, train);
    return add_replicates(&cell, run->replicates ? run->replicates : 1, grid, error);
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const struct eg_tune_options *options = run->own;
    if (options && (options->images || options->validation || options->weights || options->classes))
        return list_files(run, options, grid, error);
    const int has_cifar = strcmp(run->scale, "smoke") != 0 && /* the same everywhere */
                          eg_image_source_find("cifar10", NULL)->is_available(run->data);
    const char *name = run->dataset ? run->dataset : has_cifar ? "cifar10" : "fashion_mnist";
    if (!eg_word_in_list(name, "cifar10 fashion_mnist mnist"))
        return eg_fail(error, EG_USAGE,
                       "--dataset %.60s: fine-tune has cifar10, fashion_mnist and mnist, or your "
                       "own files by --images",
                       name);
    return list_small(run, name, grid, error);
}

static void *make_options(struct eg_option table[EG_OWN_OPTIONS])
{
    struct eg_tune_options *options = calloc(1, sizeof *options);
    if (!options)
        return NULL;
    table[0] = eg_convolution_option(&options->convolution);
    const struct eg_option own[] = {
        {"images", 0, "DIR",
         "fine-tune on the photographs there, JPEG and PNG, a subfolder for each class, in place "
         "of CIFAR-10; with --validation and --weights. Their short side becomes 8/7 of the "
         "window, windows are cut anywhere and mirrored; EXIF orientation is not heeded, as in "
         "torchvision",
         eg_parse_text, &options->images, 0, 0, NULL},
        {"validation", 0, "DIR",
         "photographs of the same classes to measure on, by a window in the middle", eg_parse_text,
         &options->validation, 0, 0, NULL},
        {"weights", 0, "FILE",
         "a VGG network in safetensors under torchvision's names (features.0.weight, "
         "classifier.6.bias), with or without batch norm, for images of torchvision's scaling; or "
         "the same as ONNX (FILE.onnx), where exporters make batch norms part of the convolutions",
         eg_parse_text, &options->weights, 0, 0, NULL},
        {"classes", 0, "FILE",
         "names of the classes' subfolders in the order of the network's outputs, one a line; "
         "sorted by their bytes otherwise",
         eg_parse_text, &options->classes, 0, 0, NULL},
        {"control", 0, NULL, "with --images: take the same steps without the prior, too",
         eg_parse_flag, &options->control, 0, 0, NULL}};
    memcpy(table + 1, own, sizeof own);
    return options;
}

const struct eg_experiment fine_tune_experiment = {
    .name = "fine-tune",
    .title = "a pretrained image network fine-tuned with a prior for smooth attribution maps",
    .reproduces = "Supplementary Table 2, Supplementary Figures 3 and 7 to 9",
    .protocols = "paper",
    .outcome_version = 2,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = eg_tune_fields,
    .cell_size = sizeof(struct eg_tune_cell),
    .run_cell = eg_tune_run_cell,
    .cost = eg_tune_cost,
    .shorten = eg_tune_shorten,
    .summarise = eg_tune_summarise,
    .tables = eg_tune_tables,
    .figures = eg_tune_figures,
    .make_options = make_options,
};
