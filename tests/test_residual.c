/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Residual networks: what the text makes, ResNet-20's known size, and that it trains under a prior. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "bench/image/image_scales.h"
#include "prior/terms.h"
#include "small_network.h"

/* y = relu(x) + x by hand, and x + x where an activation comes after the mark. */
Test(residual, adds_what_was_named)
{
    static const struct {
        const char *text;
        real out[2];
    } cases[] = {{"mark a, relu, add a", {-3, 4}},
                 {"mark a, relu, mark b, from a, add b", {-3, 4}},
                 {"mark a, add a, mark a, add a", {-12, 8}},
                 {"mark a, relu, dropout 0.5, from a", {-3, 2}},
                 {"mark first, relu, mark second, add first, add second, relu", {0, 6}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eg_network network = draw_network(2, cases[i].text, 1);
        const real x[] = {-3, 2};
        real out[2];
        cr_assert_eq(eg_network_predict(&network, 1, x, out, NULL), EG_OK);
        cr_expect_arr_eq(out, cases[i].out, sizeof out, "%s: %g, %g", cases[i].text, out[0],
                         out[1]);
        eg_network_free(&network);
    }
}

Test(residual, says_what_cannot_be_added)
{
    struct eg_network network;
    struct eg_error error = {0};
    cr_expect_eq(eg_network_alloc(&network, 48,
                                  "image 4x4x3, mark a, conv 3x3x8 pad 1 stride 2, add a", &error),
                 EG_USAGE);
    cr_expect(strstr(error.message, "'add a': 2x2x8 cannot be added to the mark's 4x4x3") &&
                  strstr(error.message, "mark b, from a, conv 1x1x8 stride N, add b"),
              "%s", error.message);
    eg_network_free(&network);
    cr_expect_eq(eg_network_alloc(&network, 3, "dense 3, add a", &error), EG_USAGE);
    cr_expect(strstr(error.message, "no mark of that name before it"), "%s", error.message);
    eg_network_free(&network);
}

/* A mark has the shape that what comes next sees. */
Test(residual, remembers_what_was_flattened)
{
    struct eg_network network = draw_network(
        12, "image 2x2x3, conv 1x1x2, flatten, mark a, dense 8, add a, from a, layernorm", 1);
    cr_expect_eq(network.shape.channels, 8);
    cr_expect_eq(network.layers[network.layer_count - 1].from.height, 1);
    eg_network_free(&network);
}

/* Keras's documentation has 274,442 parameters for it, without the batch norms that we have on the two
 * projections: 4 for each of 32 and 64 channels. */
Test(residual, resnet20_has_its_known_size)
{
    struct eg_network network;
    struct eg_error error = {0};
    const struct eg_image_scale *scale = eg_image_scale_find("paper", EG_IMAGE_RESNET);
    cr_assert_eq(eg_network_alloc(&network, 3072, scale->network, &error), EG_OK, "%s",
                 error.message);
    cr_expect_eq(network.parameters, 274442 + 4 * (32 + 64));
    eg_network_free(&network);
}

enum { ROWS = 32, PIXELS = 32 * 32 * 3, CLASSES = 4, OUTPUTS = 10 };

/* A bright square of one colour, or none, in a noisy image tells the class. */
static void draw_images(struct eg_matrix *x, real *y)
{
    struct eg_stream stream = eg_stream_make(5, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t row = 0; row < ROWS; row++) {
        y[row] = (real)(row % CLASSES);
        for (size_t i = 0; i < PIXELS; i++) {
            const size_t y_of = i / 3 / 32, x_of = i / 3 % 32, first = 4 + row % 12;
            const int is_inside = y_of - first < 12 && x_of - first < 12;
            x->data[row * PIXELS + i] = (real)(0.5 * eg_stream_normal(&stream) +
                                               2 * (is_inside && i % 3 == row % CLASSES));
        }
    }
}

struct outcome {
    double loss, omega; /* mean cross-entropy; of the prior, on the training rows */
};

static struct outcome measure(const struct eg_network *network, struct eg_prior_term *prior,
                              const struct eg_batch *batch)
{
    real logits[ROWS * OUTPUTS], slope[OUTPUTS];
    struct outcome outcome = {0};
    real *unused = calloc(network->parameters, sizeof *unused);
    const struct eg_objective_term term = eg_prior_as_term(prior, 1);
    cr_assert_eq(eg_network_predict(network, ROWS, batch->x, logits, NULL), EG_OK);
    for (size_t row = 0; row < ROWS; row++)
        outcome.loss += eg_softmax_cross_entropy.row(OUTPUTS, logits + row * OUTPUTS,
                                                     batch->y + row, slope) /
                        ROWS;
    outcome.omega = term.add(term.context, network, batch, 1, unused);
    free(unused);
    return outcome;
}

/* Trains a small residual network of ResNet-20's units, and measures before and after. */
static void train(double strength, size_t threads, struct outcome ends[2], real **theta)
{
    struct eg_network network = draw_network(
        PIXELS, eg_image_scale_find("smoke", EG_IMAGE_RESNET)->network, 1);
    struct eg_matrix x = draw_matrix(ROWS, PIXELS, 2);
    real y[ROWS];
    struct eg_prior_term prior;
    eg_network_initialise(&network, EG_HE_NORMAL, eg_stream_make(4, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    draw_images(&x, y);
    const struct eg_explainer explainer = {
        .network = &network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED},
        .threads = threads};
    const struct eg_prior_settings settings = {.image = {32, 32, 3},
                                               .standardise = EG_STANDARDISE_SD};
    const struct eg_batch batch = {ROWS, x.data, y,
                                   eg_stream_make(7, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    cr_assert_eq(
        eg_prior_term_alloc(&prior, &eg_total_variation_prior, &settings, &explainer, ROWS, NULL),
        EG_OK);
    const struct eg_objective_term term = eg_prior_as_term(&prior, strength);
    const struct eg_training training = {.loss = &eg_softmax_cross_entropy,
                                         .optimiser = eg_adam(0.01),
                                         .epochs = 10,
                                         .batch = 8,
                                         .threads = threads,
                                         .terms = &term,
                                         .terms_count = strength > 0};
    ends[0] = measure(&network, &prior, &batch);
    cr_assert_eq(eg_train(&network, &training, &x, y, NULL, NULL), EG_OK);
    ends[1] = measure(&network, &prior, &batch);
    eg_prior_term_free(&prior);
    eg_matrix_free(&x);
    *theta = network.theta;
}

/* Loss and prior fall, the prior below what training without it leaves; threads change no bit. */
Test(residual, trains_under_the_pixel_prior)
{
    struct outcome plain[2], smooth[2], again[2];
    real *theta[3];
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK);
    train(0, 1, plain, &theta[0]);
    train(1e-4, 1, smooth, &theta[1]);
    train(1e-4, 3, again, &theta[2]);
    cr_expect_lt(plain[1].loss, 0.5 * plain[0].loss, "%g to %g", plain[0].loss, plain[1].loss);
    cr_expect_lt(smooth[1].loss, 0.5 * smooth[0].loss, "%g to %g", smooth[0].loss, smooth[1].loss);
    cr_expect_lt(smooth[1].omega, 0.9 * smooth[0].omega, "%g to %g", smooth[0].omega,
                 smooth[1].omega);
    cr_expect_lt(smooth[1].omega, 0.9 * plain[1].omega, "%g, without the prior %g", smooth[1].omega,
                 plain[1].omega);
    cr_expect_arr_eq(smooth, again, sizeof smooth);
    for (size_t i = 0; i < 3; i++)
        free(theta[i]);
}
