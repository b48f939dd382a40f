/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_steps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/fine_tune/tune_measures.h"
#include "tests/scratch_folder.h"

enum { SIDE = 8, IMAGES = 40, CLASSES = 3, BYTES = SIDE * SIDE * 3 };
static const char text[] = "image 6x6x3, conv 3x3x4 same, relu, pool 2, dense 6, relu, "
                           "dropout 0.5, dense 3";

/* Images whose class is the channel that is bright; image i has a black corner where i is even. */
static struct eg_image_set make_set(void)
{
    static const char *const names[] = {"red", "green", "blue"};
    static uint8_t pixels[IMAGES * BYTES], labels[IMAGES];
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % CLASSES);
        for (size_t k = 0; k < BYTES; k++)
            pixels[i * BYTES + k] = (uint8_t)(k % 3 == i % CLASSES ? 150 + (i * 31 + k * 7) % 100
                                                                   : 1 + (i * 17 + k * 5) % 90);
        for (size_t y = 0; y < 4 && i % 2 == 0; y++)
            memset(pixels + i * BYTES + y * SIDE * 3, 0, 4 * 3);
    }
    return (struct eg_image_set){.name = "made",
                                 .shape = {SIDE, SIDE, 3},
                                 .classes = CLASSES,
                                 .class_names = names,
                                 .train_n = IMAGES,
                                 .test_n = IMAGES,
                                 .train_pixels = pixels,
                                 .test_pixels = pixels,
                                 .train_labels = labels,
                                 .test_labels = labels};
}

static struct eg_tune_images make_images(const struct eg_image_set *set)
{
    return (struct eg_tune_images){
        .set = set, .shape = {6, 6, 3}, .short_side = SIDE, .scaling = eg_image_scaling_centred()};
}

static struct eg_tuning make_tuning(const struct eg_tune_images *images)
{
    return (struct eg_tuning){
        .images = images,
        .first = 4,
        .count = IMAGES - 4,
        .batch = 5,
        .optimiser = eg_sgd(0.05, 0.9),
        .weight_decay = 1e-3,
        .has_prior = 1,
        .shuffle = eg_stream_make(1, 0, EG_PURPOSE_SHUFFLE, 0, 0),
        .dropout = eg_stream_make(1, 0, EG_PURPOSE_DROPOUT, 0, 0),
        .attribution = eg_stream_make(1, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0),
        .augment = eg_stream_make(1, 0, EG_PURPOSE_AUGMENT, 0, 0)};
}

static void make_network(struct eg_network *network)
{
    cr_assert_eq(eg_network_alloc(network, 6 * 6 * 3, text, NULL), EG_OK);
    eg_network_initialise(network, EG_HE_NORMAL, eg_stream_make(2, 0, EG_PURPOSE_WEIGHTS, 0, 0));
}

/* Trains 12 steps at one strength and 4 at another; returns what the last stage returns. */
static int train(const struct eg_run *run, struct eg_network *network, double *loss,
                 struct eg_error *error)
{
    const struct eg_image_set set = make_set();
    const struct eg_tune_images images = make_images(&set);
    const struct eg_tuning tuning = make_tuning(&images);
    struct eg_tuner tuner;
    make_network(network);
    int status = eg_tuner_alloc(&tuner, run, &tuning, "test", network, error);
    if (!status)
        status = eg_tuner_run(&tuner, 12, 1e-3, 0, error);
    if (!status)
        status = eg_tuner_run(&tuner, 16, 2e-3, 1, error);
    *loss = tuner.loss;
    eg_tuner_free(&tuner);
    return status;
}

static void expect_same(const struct eg_network *a, const struct eg_network *b)
{
    cr_expect(memcmp(a->theta, b->theta, a->parameters * sizeof(real)) == 0);
}

Test(fine_tune, threads_change_no_bit)
{
    struct eg_network one, three;
    struct eg_error error = {0};
    double losses[2];
    const struct eg_run run = {.threads = 1}, more = {.threads = 3};
    cr_assert_eq(train(&run, &one, &losses[0], &error), EG_OK, "%s", error.message);
    cr_assert_eq(train(&more, &three, &losses[1], &error), EG_OK, "%s", error.message);
    expect_same(&one, &three);
    cr_expect_eq(losses[0], losses[1]);
    eg_network_free(&one);
    eg_network_free(&three);
}

/* Told to stop before each step, a training that is begun again each time comes to the same weights. */
Test(fine_tune, goes_on_from_any_step)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "kept");
    struct eg_network whole, broken;
    struct eg_error error = {0};
    atomic_int stop = 1;
    double losses[2];
    size_t breaks = 0;
    const struct eg_run plain = {.threads = 1};
    const struct eg_run run = {.threads = 1, .checkpoint = path.text, .key = "k", .stop = &stop};
    cr_assert_eq(train(&plain, &whole, &losses[0], &error), EG_OK, "%s", error.message);
    while (train(&run, &broken, &losses[1], &error) == EG_INTERRUPTED) {
        eg_network_free(&broken);
        breaks++;
        cr_assert_lt(breaks, 30);
    }
    cr_expect_eq(breaks, 16, "%zu breaks", breaks);
    expect_same(&whole, &broken);
    cr_expect_eq(losses[0], losses[1]);
    eg_network_free(&whole);
    eg_network_free(&broken);
    remove_scratch(&scratch);
}

Test(fine_tune, diverging_is_named)
{
    const struct eg_image_set set = make_set();
    const struct eg_tune_images images = make_images(&set);
    const struct eg_run run = {.threads = 1};
    struct eg_tuning tuning = make_tuning(&images);
    struct eg_network network;
    struct eg_tuner tuner;
    struct eg_error error = {0};
    tuning.optimiser.rate = 1e30;
    make_network(&network);
    cr_assert_eq(eg_tuner_alloc(&tuner, &run, &tuning, "prior", &network, &error), EG_OK);
    cr_expect_eq(eg_tuner_run(&tuner, 10, 1, 0, &error), EG_DATA);
    cr_expect(strstr(error.message, "prior: training diverged in step"), "%s", error.message);
    eg_tuner_free(&tuner);
    eg_network_free(&network);
}

/* Windows are parts of the image, mirrored or not; all places and both sides are drawn. */
Test(fine_tune, windows_are_cut_anywhere_and_mirrored)
{
    const struct eg_image_set set = make_set();
    const struct eg_tune_images images = make_images(&set);
    const struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_AUGMENT, 0, 0);
    struct eg_error error = {0};
    size_t seen[3][3][2] = {{{0}}};
    for (uint64_t draw = 0; draw < 300; draw++) {
        struct eg_stream own = eg_stream_item(&stream, draw);
        uint8_t bytes[6 * 6 * 3];
        cr_assert_eq(eg_tune_window(&images, 0, 1, &own, bytes, &error), EG_OK);
        for (size_t place = 0; place < 18; place++) {
            const size_t top = place / 6, left = place / 2 % 3, turned = place % 2;
            size_t same = 0;
            for (size_t k = 0; k < sizeof bytes; k++) {
                const size_t y = k / 18, x = k / 3 % 6, from = turned ? 5 - x : x;
                same += bytes[k] ==
                        set.train_pixels[BYTES + ((top + y) * SIDE + left + from) * 3 + k % 3];
            }
            seen[top][left][turned] += same == sizeof bytes;
        }
    }
    for (size_t place = 0; place < 18; place++)
        cr_expect(seen[place / 6][place / 2 % 3][place % 2] > 3, "place %zu", place);
}

static struct eg_tune_meter make_meter(const struct eg_network *network,
                                       const struct eg_tune_images *images)
{
    struct eg_tune_meter meter;
    struct eg_error error = {0};
    cr_assert_eq(eg_tune_meter_alloc(&meter, network, images, 0, 10, 2, &error), EG_OK);
    meter.samples = 20;
    meter.explain = eg_stream_make(4, 0, EG_PURPOSE_EXPLAIN, 0, 0);
    return meter;
}

/* By brute force: outputs of all images, classes sorted. */
Test(fine_tune, accuracies_are_those_of_the_outputs)
{
    const struct eg_image_set set = make_set();
    const struct eg_tune_images images = make_images(&set);
    struct eg_network network;
    struct eg_error error = {0};
    real x[IMAGES * 6 * 6 * 3], y[IMAGES], out[IMAGES * CLASSES];
    double top_1, top_5;
    size_t right = 0;
    make_network(&network);
    struct eg_tune_meter meter = make_meter(&network, &images);
    cr_assert_eq(eg_tune_accuracy(&meter, IMAGES, &top_1, &top_5, &error), EG_OK);
    cr_assert_eq(eg_tune_take(&images, 1, IMAGES, NULL, NULL, 0, 1, x, y, &error), EG_OK);
    cr_assert_eq(eg_network_predict(&network, IMAGES, x, out, &error), EG_OK);
    for (size_t i = 0; i < IMAGES; i++) {
        size_t best = 0;
        for (size_t c = 1; c < CLASSES; c++)
            best = out[i * CLASSES + c] > out[i * CLASSES + best] ? c : best;
        right += best == (size_t)y[i];
    }
    cr_expect_eq(top_1, (double)right / IMAGES);
    cr_expect_eq(top_5, 1, "of three classes all are among the first five");
    eg_tune_meter_free(&meter);
    eg_network_free(&network);
}

Test(fine_tune, a_black_baseline_gives_black_pixels_nothing)
{
    const struct eg_image_set set = make_set();
    const struct eg_tune_images images = make_images(&set);
    struct eg_network network;
    struct eg_error error = {0};
    size_t index[5], count;
    make_network(&network);
    struct eg_tune_meter meter = make_meter(&network, &images);
    cr_assert_eq(eg_tune_find_black(&meter, IMAGES, 5, index, &count, &error), EG_OK);
    cr_assert(count == 5 && index[0] == 0 && index[4] == 8, "every other image");
    for (int method = 0; method < EG_TUNE_METHODS; method++) {
        real phi[5 * 6 * 6 * 3];
        cr_assert_eq(
            eg_tune_explain(&meter, (enum eg_tune_method)method, count, index, phi, &error), EG_OK,
            "%s", error.message);
        for (size_t i = 0; i < count; i++) {
            uint8_t bytes[6 * 6 * 3];
            cr_assert_eq(eg_tune_window(&images, 1, index[i], NULL, bytes, &error), EG_OK);
            const double share = eg_tune_black_share(&images.shape, bytes, phi + i * 6 * 6 * 3);
            cr_expect(method == EG_TUNE_BLACK ? share == 0 : share > 0, "%s: %g",
                      eg_tune_methods[method], share);
        }
    }
    eg_tune_meter_free(&meter);
    eg_network_free(&network);
}

/* One black pixel of two with a fourth of the attribution of the other: 0.25 by the mean 0.625. */
Test(fine_tune, black_share_by_hand)
{
    const struct eg_image shape = {1, 2, 2};
    const uint8_t image[] = {0, 0, 0, 7};
    const real phi[] = {1, (real)-0.75, -2, 1};
    cr_expect_float_eq(eg_tune_black_share(&shape, image, phi), 0.25 / 0.625, 1e-12);
}
