/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loss's pass in the room of a prior: fewer bytes, the same training. */
#include <string.h>

#include <criterion/criterion.h>

#include "prior/terms.h"

enum { ROWS = 12, BATCH = 4, PIXELS = 8 * 8 * 2, CLASSES = 3 };

static const char text[] = "image 8x8x2, conv 3x3x9 same, batchnorm, relu, dropout 0.4, "
                           "conv 3x3x9 same, batchnorm, relu, pool 2, dense 10, batchnorm, relu, "
                           "dropout 0.5, dense 3";

struct workshop {
    struct eg_network network;
    struct eg_matrix x;
    real y[ROWS];
    struct eg_prior_term prior;
};

static void open_workshop(struct workshop *shop)
{
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, 0, 0);
    cr_assert_eq(eg_network_alloc(&shop->network, PIXELS, text, NULL), EG_OK);
    eg_network_initialise(&shop->network, EG_GLOROT_UNIFORM,
                          eg_stream_make(4, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    cr_assert_eq(eg_matrix_alloc(&shop->x, ROWS, PIXELS, NULL), EG_OK);
    for (size_t i = 0; i < ROWS * PIXELS; i++)
        shop->x.data[i] = (real)eg_stream_normal(&stream);
    for (size_t i = 0; i < ROWS; i++)
        shop->y[i] = (real)(i % CLASSES);
    const struct eg_explainer explainer = {
        .network = &shop->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED}};
    const struct eg_prior_settings settings = {.image = shop->network.layers[0].from};
    cr_assert_eq(eg_prior_term_alloc(&shop->prior, &eg_total_variation_prior, &settings, &explainer,
                                     BATCH, NULL),
                 EG_OK);
}

static void close_workshop(struct workshop *shop)
{
    eg_prior_term_free(&shop->prior);
    eg_matrix_free(&shop->x);
    eg_network_free(&shop->network);
}

/* By hand: two deltas as wide as the widest layer; every layer's values, and where it drops units what
 * is kept; of a batch norm its parameters twice. Each begins at a cache line. */
static size_t count_loss_bytes(const struct eg_network *network)
{
    static const size_t outputs[] = {8 * 8 * 9, 8 * 8 * 9, 8 * 8 * 9, 8 * 8 * 9,
                                     4 * 4 * 9, 10,        10,        3};
    static const size_t dropping[] = {8 * 8 * 9, 10}, norms[] = {4 * 9, 4 * 9, 4 * 10};
    const size_t line = 64 / sizeof(real);
    size_t numbers = 2 * BATCH * 8 * 8 * 9;
    cr_assert_eq(network->layer_count, sizeof outputs / sizeof *outputs);
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        numbers += (BATCH * outputs[i] + line - 1) / line * line;
    for (size_t i = 0; i < sizeof dropping / sizeof *dropping; i++)
        numbers += (BATCH * dropping[i] + line - 1) / line * line;
    for (size_t i = 0; i < sizeof norms / sizeof *norms; i++)
        numbers += 2 * ((norms[i] + line - 1) / line * line);
    return numbers * sizeof(real);
}

Test(train_room, is_a_third_of_the_memory)
{
    struct workshop shop;
    struct eg_backprop apart, within;
    open_workshop(&shop);
    const struct eg_room room = eg_prior_as_term(&shop.prior, 1).room;
    cr_assert_eq(eg_backprop_alloc(&apart, &shop.network, BATCH, 1, NULL), EG_OK);
    cr_assert_eq(eg_backprop_alloc_in(&within, &shop.network, BATCH, 1, &room, NULL), EG_OK);
    const size_t saved = eg_backprop_bytes(&apart) - eg_backprop_bytes(&within);
    const size_t before = eg_backprop_bytes(&apart) - within.workers.each * sizeof(real) +
                          room.size * sizeof(real);
    cr_expect_eq(saved, count_loss_bytes(&shop.network));
    cr_expect_eq(eg_backprop_bytes(&within), within.workers.each * sizeof(real));
    cr_expect_gt(3 * saved, before, "%zu bytes of %zu", saved, before);
    eg_backprop_free(&apart);
    eg_backprop_free(&within);
    close_workshop(&shop);
}

Test(train_room, is_not_taken_where_it_is_too_small)
{
    struct workshop shop;
    struct eg_backprop pass;
    real number;
    open_workshop(&shop);
    const struct eg_room room = {&number, 1};
    cr_assert_eq(eg_backprop_alloc_in(&pass, &shop.network, BATCH, 1, &room, NULL), EG_OK);
    cr_expect_neq(pass.room.block, &number);
    cr_expect_geq(eg_backprop_bytes(&pass), count_loss_bytes(&shop.network));
    eg_backprop_free(&pass);
    close_workshop(&shop);
}

/* Trains with the prior as a term or in turns; returns theta. */
static void train(int has_room, int is_alternating, real *theta)
{
    struct workshop shop;
    open_workshop(&shop);
    struct eg_objective_term prior = eg_prior_as_term(&shop.prior, 0.1);
    if (!has_room)
        prior.room = (struct eg_room){0};
    const struct eg_training training = {.loss = &eg_softmax_cross_entropy,
                                         .optimiser = eg_adam(1e-2),
                                         .epochs = 3,
                                         .batch = BATCH,
                                         .terms = &prior,
                                         .terms_count = !is_alternating,
                                         .alternating = &prior,
                                         .alternating_count = is_alternating,
                                         .alternating_optimiser = eg_adam(1e-2)};
    cr_assert_eq(eg_train(&shop.network, &training, &shop.x, shop.y, NULL, NULL), EG_OK);
    memcpy(theta, shop.network.theta, shop.network.parameters * sizeof *theta);
    close_workshop(&shop);
}

Test(train_room, changes_no_bit)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, PIXELS, text, NULL), EG_OK);
    const size_t bytes = network.parameters * sizeof(real);
    real *with = malloc(bytes), *without = malloc(bytes);
    for (int is_alternating = 0; is_alternating < 2; is_alternating++) {
        train(1, is_alternating, with);
        train(0, is_alternating, without);
        cr_expect_eq(memcmp(with, without, bytes), 0, "in turns: %d", is_alternating);
    }
    free(with);
    free(without);
    eg_network_free(&network);
}
