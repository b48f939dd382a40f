/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A convolutional network's logits, attributions, loss and priors, and the
 * gradient of each for every weight, against automatic differentiation.
 */
#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "image_fixture.h"
#include "nn/backprop.h"
#include "prior/terms.h"
#include "small_network.h"

static const char *const activations[] = {"relu", "tanh", "softplus"};
static const struct eg_target own_logit = {EG_TARGET_OUTPUT, NULL};

Test(image_gradients, logits_equal_the_oracle)
{
    for (size_t i = 0; i < 3; i++) {
        struct image_fixture fixture;
        real logits[IMAGE_N * IMAGE_CLASSES];
        image_fixture_load(&fixture, activations[i]);
        cr_assert_eq(eg_network_predict(&fixture.network, IMAGE_N, fixture.x.data, logits, NULL),
                     EG_OK);
        const double distance = image_logits_distance(&fixture, logits);
        cr_expect_lt(distance, 1e-12, "%s: off by %.3g", activations[i], distance);
        image_fixture_free(&fixture);
    }
}

static struct eg_explainer explainer_of(const struct image_fixture *fixture,
                                        const struct eg_method *method, struct eg_target target,
                                        size_t threads)
{
    return (struct eg_explainer){
        .network = &fixture->network,
        .method = method,
        .target = target,
        .threads = threads,
        .background = method == &given_expected_gradients ? &fixture->references : NULL};
}

static void check_maps(const struct image_fixture *fixture, const char *name,
                       const struct eg_method *method, size_t threads)
{
    struct eg_error error;
    struct eg_attribution attribution;
    real phi[IMAGE_N * IMAGE_P];
    const struct eg_explainer explainer = explainer_of(fixture, method, own_logit, threads);
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, IMAGE_N, 0, &error), EG_OK, "%s",
                 error.message);
    eg_attribution_explain(&attribution, IMAGE_N, fixture->x.data, fixture->labels,
                           (struct eg_stream){0}, phi, NULL, NULL);
    eg_attribution_free(&attribution);
    const double distance = image_map_distance(fixture, name, phi);
    cr_expect_lt(distance, 1e-11, "%s, %s: off by %.3g", fixture->activation, name, distance);
}

Test(image_gradients, attributions_equal_automatic_differentiation)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t threads = 1; threads < 3; threads++) {
            struct image_fixture fixture;
            image_fixture_load(&fixture, activations[i]);
            check_maps(&fixture, "eg", &given_expected_gradients, threads);
            check_maps(&fixture, "xgrad", &eg_gradients, threads);
            image_fixture_free(&fixture);
        }
}

static void check_result(const struct image_fixture *fixture, const char *name, double value,
                         const real *gradient)
{
    const double oracle = image_oracle_value(fixture, name);
    cr_expect_lt(fabs(value - oracle), 1e-9 * fabs(oracle), "%s, %s: %.15g, oracle %.15g",
                 fixture->activation, name, value, oracle);
    const double distance = image_gradient_distance(fixture, name, gradient);
    cr_expect_lt(distance, 1e-9, "%s, %s: gradient off by %.3g", fixture->activation, name,
                 distance);
}

/* gradient += that of the mean cross-entropy, which it returns */
static double add_loss(const struct image_fixture *fixture, size_t threads, real *gradient)
{
    struct eg_backprop pass;
    cr_assert_eq(eg_backprop_alloc(&pass, &fixture->network, IMAGE_N, threads, NULL), EG_OK);
    const double loss = eg_backprop_run(&pass, &fixture->network, &eg_softmax_cross_entropy,
                                        IMAGE_N, fixture->x.data, fixture->labels, NULL, gradient);
    eg_backprop_free(&pass);
    return loss;
}

Test(image_gradients, loss_equals_automatic_differentiation)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t threads = 1; threads < 3; threads++) {
            struct image_fixture fixture;
            image_fixture_load(&fixture, activations[i]);
            real *gradient = calloc(fixture.network.parameters, sizeof *gradient);
            const double loss = add_loss(&fixture, threads, gradient);
            check_result(&fixture, "ce", loss, gradient);
            free(gradient);
            image_fixture_free(&fixture);
        }
}

struct penalty_case {
    const char *name;
    const struct eg_method *method;
    struct eg_target target;
    const struct eg_prior *prior;
    enum eg_standardise standardise;
};

static const struct penalty_case penalties[] = {
    {"tv_eg",
     &given_expected_gradients,
     {EG_TARGET_OUTPUT, NULL},
     &eg_total_variation_prior,
     EG_STANDARDISE_SD},
    {"tv_eg_released",
     &given_expected_gradients,
     {EG_TARGET_OUTPUT, NULL},
     &eg_total_variation_prior,
     EG_STANDARDISE_RELEASED},
    {"tv_grad",
     &eg_gradients,
     {EG_TARGET_OUTPUT, NULL},
     &eg_total_variation_prior,
     EG_STANDARDISE_SD},
    {"rrr",
     &eg_gradients,
     {EG_TARGET_LOG_PROBABILITY_SUM, NULL},
     &eg_mask_prior,
     EG_STANDARDISE_NONE},
};
enum { PENALTIES = sizeof penalties / sizeof *penalties };

/* How a pull-back is cut up: points in a piece (0: as it was allocated). */
struct cut {
    size_t threads, piece;
};
static const struct cut cuts[] = {{1, 0}, {2, 0}, {1, 1}, {2, 1}, {1, 2}, {2, 4}};
enum { CUTS = sizeof cuts / sizeof *cuts };

/* gradient += strength times that of the penalty, which it returns without strength */
static double add_penalty(const struct image_fixture *fixture, const struct penalty_case *penalty,
                          struct cut cut, double strength, real *gradient)
{
    real mask[IMAGE_P];
    struct eg_error error = {0};
    struct eg_prior_term term;
    for (size_t i = 0; i < IMAGE_P; i++)
        mask[i] = 1;
    const struct eg_prior_settings settings = {.image = {IMAGE_SIDE, IMAGE_SIDE, IMAGE_CHANNELS},
                                               .standardise = penalty->standardise,
                                               .mask = mask,
                                               .mask_rows = 1};
    const struct eg_explainer explainer = explainer_of(fixture, penalty->method, penalty->target,
                                                       cut.threads);
    cr_assert_eq(eg_prior_term_alloc(&term, penalty->prior, &settings, &explainer, IMAGE_N, &error),
                 EG_OK, "%s: %s", penalty->name, error.message);
    if (cut.piece && cut.piece < term.attribution.piece)
        term.attribution.piece = cut.piece;
    const struct eg_batch batch = {.n = IMAGE_N, .x = fixture->x.data, .y = fixture->labels};
    const struct eg_objective_term as_term = eg_prior_as_term(&term, strength);
    const double omega = as_term.add(as_term.context, &fixture->network, &batch, strength,
                                     gradient);
    eg_prior_term_free(&term);
    return omega;
}

static void check_penalties(const struct image_fixture *fixture, struct cut cut)
{
    const size_t bytes = fixture->network.parameters * sizeof(real);
    for (size_t i = 0; i < PENALTIES; i++) {
        real *gradient = calloc(1, bytes);
        const double omega = add_penalty(fixture, &penalties[i], cut, 1, gradient);
        check_result(fixture, penalties[i].name, omega, gradient);
        free(gradient);
    }
    real *gradient = calloc(1, bytes);
    const double loss = add_loss(fixture, cut.threads, gradient);
    const double omega = add_penalty(fixture, &penalties[0], cut, 0.01, gradient);
    check_result(fixture, "total", loss + 0.01 * omega, gradient);
    free(gradient);
}

Test(image_gradients, priors_equal_automatic_differentiation)
{
    for (size_t i = 0; i < 3; i++) {
        struct image_fixture fixture;
        image_fixture_load(&fixture, activations[i]);
        for (size_t c = 0; c < CUTS; c++)
            check_penalties(&fixture, cuts[c]);
        image_fixture_free(&fixture);
    }
}

/* Loss and a prior of a network large enough for its sweeps to be shared: gradient, and omega. */
static double run_large(const struct eg_network *network, const struct eg_batch *batch,
                        size_t threads, real *gradient)
{
    struct eg_backprop pass;
    struct eg_prior_term term;
    const struct eg_prior_settings settings = {.image = {28, 28, 1},
                                               .standardise = EG_STANDARDISE_RELEASED};
    const struct eg_explainer explainer = {
        .network = network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED},
        .threads = threads};
    cr_assert_eq(eg_backprop_alloc(&pass, network, batch->n, threads, NULL), EG_OK);
    cr_assert_eq(eg_prior_term_alloc(&term, &eg_total_variation_prior, &settings, &explainer,
                                     batch->n, NULL),
                 EG_OK);
    struct eg_stream dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 0, 0);
    const double loss = eg_backprop_run(&pass, network, &eg_softmax_cross_entropy, batch->n,
                                        batch->x, batch->y, &dropout, gradient);
    const struct eg_objective_term as_term = eg_prior_as_term(&term, 1);
    const double omega = as_term.add(as_term.context, network, batch, 1, gradient);
    eg_prior_term_free(&term);
    eg_backprop_free(&pass);
    return loss + omega;
}

/* Which thread does what must not move a bit. */
Test(image_gradients, threads_do_not_change_a_bit)
{
    enum { ROWS = 64 };
    struct eg_network network = draw_network(
        784,
        "image 28x28x1, conv 5x5x8 same, batchnorm, relu, pool 2, conv 5x5x16 same, softplus, "
        "batchnorm, pool 2, dense 128, tanh, dropout 0.5, dense 10",
        1);
    struct eg_matrix x = draw_matrix(ROWS, 784, 2);
    real y[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        y[i] = (real)(i % 10);
    const struct eg_batch batch = {ROWS, x.data, y,
                                   eg_stream_make(1, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    const size_t bytes = network.parameters * sizeof(real);
    real *one = calloc(1, bytes);
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    const double value = run_large(&network, &batch, 1, one);
    for (size_t threads = 2; threads < 5; threads++) {
        real *more = calloc(1, bytes);
        cr_expect_eq(run_large(&network, &batch, threads, more), value);
        cr_expect_arr_eq(one, more, bytes, "%zu threads", threads);
        free(more);
    }
    free(one);
    eg_matrix_free(&x);
    eg_network_free(&network);
}
