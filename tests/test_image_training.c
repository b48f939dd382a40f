/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By which recipe each model of the image experiment is trained, and what that does to the images. */
#include "bench/image/image_training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/experiments.h"
#include "bench/image/image_scales.h"
#include "nn/backprop.h"
#include "run/grid.h"

extern const struct eg_experiment image_noise_experiment;

/* The layer whose outputs the first dense layer reads. */
static const struct eg_layer *before_dense(const struct eg_network *network)
{
    size_t l = 0;
    while (network->layers[l].type != &eg_dense)
        l++;
    return &network->layers[l - 1];
}

/* As in Liu and Deng (2015) and the Keras source. */
Test(image_training, vgg16_drops_half_of_what_its_dense_layer_reads)
{
    const struct eg_image_scale *scale = eg_image_scale_find("paper", EG_IMAGE_CIFAR);
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, 3072, scale->network, NULL), EG_OK);
    cr_expect_eq(before_dense(&network)->dropout, 0.5);
    cr_expect_eq(before_dense(&network)->type, &eg_max_pool);
    double dropped[EG_LAYERS_MAX];
    size_t count = 0;
    for (size_t l = 0; l < network.layer_count; l++)
        if (network.layers[l].dropout > 0)
            dropped[count++] = network.layers[l].dropout;
    static const double known[] = {0.3, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.5, 0.5};
    cr_assert_eq(count, sizeof known / sizeof *known);
    cr_expect_arr_eq(dropped, known, sizeof known);
    eg_network_free(&network);
    cr_expect_str_eq(eg_image_scale_find("paper", EG_IMAGE_KERAS)->network, scale->network);
}

/* y = sum w m x / (1 - rate) over pooled numbers x, m being 1 or 0: mean sum w x, variance
 * rate / (1 - rate) sum w^2 x^2. Within five standard errors. */
Test(image_training, dropout_behind_a_pool_has_the_mean_and_variance_of_its_masks)
{
    enum { DRAWS = 20000 };
    const real x[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2}, y[1] = {0};
    static const double largest[] = {6, 8, 9, 7};
    struct eg_network network;
    struct eg_backprop pass;
    cr_assert_eq(eg_network_alloc(&network, 16, "image 4x4x1, pool 2, dropout 0.5, dense 1", NULL),
                 EG_OK);
    double mean = 1, variance = 0, sum = 0, squares = 0, fourth = 0;
    for (size_t j = 0; j < 4; j++) {
        const double w = 0.1 * (double)(j + 1);
        network.theta[j] = (real)w;
        mean += w * largest[j];
        variance += w * w * largest[j] * largest[j];
    }
    network.theta[4] = 1;
    real *gradient = calloc(network.parameters, sizeof *gradient);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, 1, 1, NULL), EG_OK);
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct eg_stream dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 1, i);
        const double out = sqrt(
            eg_backprop_run(&pass, &network, &eg_mse, 1, x, y, &dropout, gradient));
        sum += out;
        squares += (out - mean) * (out - mean);
        fourth += pow(out - mean, 4);
    }
    cr_expect_float_eq(sum / DRAWS, mean, 5 * sqrt(variance / DRAWS));
    const double error = sqrt((fourth / DRAWS - variance * variance) / DRAWS);
    cr_expect_float_eq(squares / DRAWS, variance, 5 * error, "%g, not %g", squares / DRAWS,
                       variance);
    free(gradient);
    eg_backprop_free(&pass);
    eg_network_free(&network);
}

/* --- what is done to the images --- */

enum { SIDE = 21, PIXELS = SIDE * SIDE, IMAGES = 400, MIDDLE = SIDE / 2 };

/* Black images (-0.5) but for one pixel in the middle. */
static struct eg_image_data make_data(const struct eg_image_set *set, real black, real bright)
{
    struct eg_image_data data = {.set = set, .scaling = eg_image_scaling_centred()};
    cr_assert_eq(eg_matrix_alloc(&data.train.x, IMAGES, PIXELS, NULL), EG_OK);
    data.train.y = calloc(IMAGES, sizeof *data.train.y);
    for (size_t i = 0; i < IMAGES * PIXELS; i++)
        data.train.x.data[i] = i % PIXELS == MIDDLE * SIDE + MIDDLE ? bright : black;
    return data;
}

/* change (PIXELS): by how much the weights of class 0 are changed by one epoch of steepest descent */
static void train_once(const struct eg_image_recipe *recipe, const struct eg_image_data *data,
                       double *change)
{
    const struct eg_run run = {.threads = 1};
    struct eg_network before, after;
    double loss;
    cr_assert_eq(eg_image_train(&run, recipe, data, &after, &loss, NULL), EG_OK);
    cr_assert_eq(eg_network_alloc(&before, PIXELS, recipe->network, NULL), EG_OK);
    eg_network_initialise(&before, recipe->initialiser,
                          eg_stream_make(5, EG_STREAM_IMAGE_NOISE, EG_PURPOSE_WEIGHTS, 0, 0));
    for (size_t j = 0; j < PIXELS; j++)
        change[j] = (double)(after.theta[j] - before.theta[j]);
    eg_network_free(&before);
    eg_network_free(&after);
}

static const struct eg_image_set square = {.shape = {SIDE, SIDE, 1}};

static struct eg_image_recipe plain_recipe(void)
{
    return (struct eg_image_recipe){.model = eg_image_models[0],
                                    .seed = 5,
                                    .network = "dense 2",
                                    .initialiser = EG_GLOROT_UNIFORM,
                                    .epochs = 1,
                                    .batch = 20,
                                    .optimiser = eg_sgd(0.01, 0)};
}

/* The weights of pixels that stay black all change alike, so that those of the others show where the
 * bright pixel has been; black comes in at the borders, or their weights would differ too. */
Test(image_training, released_images_are_moved_by_up_to_four_pixels_over_black)
{
    struct eg_image_data data = make_data(&square, -0.5, 0.5);
    struct eg_image_recipe recipe = plain_recipe();
    double change[PIXELS];
    for (size_t shift = 0; shift <= 4; shift += 4) {
        size_t lit = 0;
        recipe.moving = (struct eg_moving){.shift = shift, .pads = 1};
        train_once(&recipe, &data, change);
        for (size_t j = 0; j < PIXELS; j++) {
            const size_t down = (size_t)labs((long)(j / SIDE) - MIDDLE),
                         across = (size_t)labs((long)(j % SIDE) - MIDDLE);
            const int is_lit = fabs(change[j] - change[0]) > 1e-12;
            cr_assert(!is_lit || (down <= shift && across <= shift), "%zu", j);
            lit += (size_t)is_lit;
        }
        cr_expect(shift ? lit > 60 && lit <= 81 : lit == 1, "%zu", lit);
    }
    eg_matrix_free(&data.train.x);
    free(data.train.y);
}

/* Of images that are nought the loss has no slope for weights: each step leaves 1 - 2 rate lambda of
 * them, as Keras' l2 of lambda does. */
Test(image_training, weight_decay_is_that_of_keras)
{
    enum { STEPS = IMAGES / 20 };
    struct eg_image_data data = make_data(&square, 0, 0);
    struct eg_image_recipe recipe = plain_recipe();
    struct eg_network before;
    double change[PIXELS];
    recipe.weight_decay = 5e-4;
    train_once(&recipe, &data, change);
    cr_assert_eq(eg_network_alloc(&before, PIXELS, recipe.network, NULL), EG_OK);
    eg_network_initialise(&before, recipe.initialiser,
                          eg_stream_make(5, EG_STREAM_IMAGE_NOISE, EG_PURPOSE_WEIGHTS, 0, 0));
    for (size_t j = 0; j < PIXELS; j++)
        cr_expect_float_eq(change[j],
                           (double)before.theta[j] * (pow(1 - 2 * 0.01 * 5e-4, STEPS) - 1), 1e-14);
    eg_network_free(&before);
    eg_matrix_free(&data.train.x);
    free(data.train.y);
}

/* --- what configurations say --- */

/* Holds the fields of each cell of that model against those expected; consumes expected. */
static void expect_fields(const char *dataset, const char *scale, const char *model,
                          json_t *expected)
{
    const struct eg_run run = {
        .scale = scale, .protocol = "both", .data = getenv("EGBENCH_DATA_DIR"), .dataset = dataset};
    struct eg_grid grid = {.fields = image_noise_experiment.fields,
                           .cell_size = image_noise_experiment.cell_size};
    struct eg_error error;
    size_t seen = 0;
    cr_assert_eq(image_noise_experiment.list_cells(&run, &grid, &error), EG_OK, "%s",
                 error.message);
    for (size_t i = 0; i < grid.count; i++) {
        const json_t *config = json_array_get(grid.configs, i);
        const char *name, *own = json_string_value(json_object_get(config, "model"));
        json_t *field;
        if (strcmp(own, model) != 0)
            continue;
        json_object_foreach(expected, name, field)
            cr_expect(json_equal(json_object_get(config, name), field), "%s %s", model, name);
        seen++;
    }
    cr_assert_gt(seen, 0);
    eg_grid_free(&grid);
    json_decref(expected);
}

Test(image_training, released_models_alone_are_shifted_by_padding_and_a_crop)
{
    static const char *const released[] = {"released_baseline", "released_eg_prior"};
    for (size_t i = 0; i < 2; i++)
        expect_fields("fashion_mnist", "paper", released[i],
                      json_pack("{s:i, s:s, s:f, s:i, s:s, s:s}", "shift", 4, "shift_by", "padding",
                                "degrees", 0.0, "flips", 0, "outside", "black", "scaling",
                                "centred"));
    expect_fields("fashion_mnist", "paper", "eg_prior",
                  json_pack("{s:i, s:f, s:i, s:s, s:f}", "shift", 0, "degrees", 0.0, "flips", 0,
                            "optimiser", "adam", "weight_decay", 0.0));
}

/* Methods 4.2, and all in which the Keras source differs. */
Test(image_training, cifar10_is_trained_as_in_the_paper_or_as_in_the_keras_source)
{
    if (!eg_image_source_find("cifar10", NULL)->is_available(getenv("EGBENCH_DATA_DIR")))
        cr_skip("EGBENCH_DATA_DIR does not hold cifar10");
    static const char *const models[] = {"baseline", "eg_prior"};
    for (size_t i = 0; i < 2; i++) {
        expect_fields("cifar10", "paper", models[i],
                      json_pack("{s:i, s:s, s:f, s:i, s:f, s:s, s:i, s:s, s:f, s:i, s:s}", "epochs",
                                100, "optimiser", "sgd", "rate", 0.1, "decay_epochs", 20, "decay",
                                0.5, "scaling", "standardised", "shift", 3, "shift_by", "pixels",
                                "degrees", 15.0, "flips", 0, "outside", "black"));
        expect_fields("cifar10_keras_source", "paper", models[i],
                      json_pack("{s:i, s:s, s:f, s:i, s:f, s:s, s:i, s:s, s:f, s:i, s:s, s:f}",
                                "epochs", 250, "optimiser", "nesterov", "rate", 0.1, "decay_epochs",
                                20, "decay", 0.5, "scaling", "standardised_pooled", "shift", 3,
                                "shift_by", "pixels", "degrees", 15.0, "flips", 1, "outside",
                                "nearest", "weight_decay", 5e-4));
    }
}

/* A quarter of the channels at quick; half of them at night, and beside that VGG16 itself. */
Test(image_training, cifar10_has_smaller_networks_below_paper)
{
    if (!eg_image_source_find("cifar10", NULL)->is_available(getenv("EGBENCH_DATA_DIR")))
        cr_skip("EGBENCH_DATA_DIR does not hold cifar10");
    expect_fields("cifar10", "quick", "eg_prior",
                  json_pack("{s:i, s:i, s:f, s:i}", "epochs", 6, "batch", 50, "rate", 0.05,
                            "decay_epochs", 2));
    expect_fields("cifar10", "night", "eg_prior",
                  json_pack("{s:i, s:i, s:f, s:i}", "epochs", 10, "batch", 128, "rate", 0.1,
                            "decay_epochs", 2));
    expect_fields("cifar10_vgg16", "night", "eg_prior", json_pack("{s:i}", "replicate", 0));
}

Test(image_training, data_sets_are_known_by_name)
{
    struct eg_error error;
    cr_expect_str_eq(eg_image_dataset_find("cifar10_keras_source", &error)->set, "cifar10");
    cr_expect(eg_image_is_cifar("cifar10") && eg_image_is_cifar("cifar10_keras_source"));
    cr_expect(eg_image_is_one_network("cifar10_vgg16") && !eg_image_is_one_network("cifar10"));
    cr_expect(eg_image_is_cifar("cifar10_resnet20") && eg_image_is_one_network("cifar10_resnet20"));
    cr_expect(!eg_image_is_cifar("mnist") && !eg_image_is_cifar("faces"));
    cr_expect_null(eg_image_dataset_find("faces", &error));
    cr_expect(error.status == EG_USAGE && strstr(error.message, "cifar10_keras_source"));
}
