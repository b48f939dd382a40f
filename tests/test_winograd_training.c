/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that use minimal filtering: gradients of loss and prior, threads, batches. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "convolution_problem.h"
#include "nn/backprop.h"
#include "prior/terms.h"
#include "small_network.h"

enum { ROWS = 16, INPUTS = 12 * 12 * 3 };

static const char text[] = "image 12x12x3, conv 5x5x20 same, softplus, conv 3x3x40 same, softplus, "
                           "mean_pool 2, conv 3x3x24 same, softplus, conv 5x5x10 same, softplus, "
                           "mean_pool 3, conv 3x3x16 same, softplus, dense 3";

/* All forms, after a layer that has none. */
static void use_forms(struct eg_network *network, int is_winograd)
{
    static const struct {
        size_t layer;
        const char *form;
    } forms[] = {{1, F4}, {3, F2}, {4, F25}, {6, T2}};
    eg_network_choose_convolutions(network, 0);
    for (size_t i = 0; i < sizeof forms / sizeof *forms && is_winograd; i++)
        use_form(&network->layers[forms[i].layer], forms[i].form);
}

struct training {
    struct eg_network network;
    struct eg_matrix x;
    real y[ROWS], *gradient;
    struct eg_backprop pass;
    struct eg_prior_term prior;
};

static void open_training(struct training *training, int is_winograd, size_t threads)
{
    static real mask[INPUTS];
    const struct eg_prior_settings settings = {.mask = mask, .mask_rows = 1};
    for (size_t i = 0; i < INPUTS; i++)
        mask[i] = (real)(i % 3);
    training->network = draw_network(INPUTS, text, 1);
    use_forms(&training->network, is_winograd);
    training->x = draw_matrix(ROWS, INPUTS, 2);
    for (size_t i = 0; i < ROWS; i++)
        training->y[i] = (real)(i % 3);
    training->gradient = malloc(training->network.parameters * sizeof(real));
    const struct eg_explainer explainer = {
        .network = &training->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED},
        .threads = threads};
    cr_assert_eq(eg_backprop_alloc(&training->pass, &training->network, ROWS, threads, NULL),
                 EG_OK);
    cr_assert_eq(
        eg_prior_term_alloc(&training->prior, &eg_mask_prior, &settings, &explainer, ROWS, NULL),
        EG_OK);
}

static void close_training(struct training *training)
{
    eg_prior_term_free(&training->prior);
    eg_backprop_free(&training->pass);
    eg_matrix_free(&training->x);
    eg_network_free(&training->network);
    free(training->gradient);
}

/* Loss and prior of so many rows; training->gradient is theirs. */
static double find_gradient(struct training *training, size_t rows)
{
    const struct eg_batch batch = {rows, training->x.data, training->y,
                                   eg_stream_make(1, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    const struct eg_objective_term term = eg_prior_as_term(&training->prior, 1e-3);
    memset(training->gradient, 0, training->network.parameters * sizeof(real));
    const double loss = eg_backprop_run(&training->pass, &training->network,
                                        &eg_softmax_cross_entropy, rows, batch.x, batch.y, NULL,
                                        training->gradient);
    return loss + term.strength * term.add(term.context, &training->network, &batch, term.strength,
                                           training->gradient);
}

/* Batches of all rows and of one. */
Test(winograd_training, gradient_is_that_of_direct_convolutions)
{
    for (size_t rows = 1; rows <= ROWS; rows += ROWS - 1) {
        struct training ours, direct;
        double off = 0, size = 0;
        open_training(&ours, 1, 2);
        open_training(&direct, 0, 2);
        const double value = find_gradient(&ours, rows), right = find_gradient(&direct, rows);
        cr_expect_float_eq(value, right, 1e-12, "%zu rows", rows);
        for (size_t i = 0; i < ours.network.parameters; i++) {
            off = fmax(off, fabs((double)(ours.gradient[i] - direct.gradient[i])));
            size = fmax(size, fabs((double)direct.gradient[i]));
        }
        cr_expect_lt(off, 1e-11 * size, "%zu rows: off by %.3g of %.3g", rows, off, size);
        close_training(&ours);
        close_training(&direct);
    }
}

Test(winograd_training, gradient_equals_differences)
{
    const double step = 1e-5;
    struct training training;
    double along = 0, ends[2];
    open_training(&training, 1, 1);
    find_gradient(&training, ROWS);
    for (size_t i = 0; i < training.network.parameters; i++)
        along += (double)training.gradient[i] * sin(1.0 + (double)i);
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i < training.network.parameters; i++)
            training.network.theta[i] += (end ? 2 : -1) * step * sin(1.0 + (double)i);
        ends[end] = find_gradient(&training, ROWS);
    }
    const double difference = (ends[1] - ends[0]) / (2 * step);
    cr_expect_float_eq(along, difference, 1e-6 * fabs(difference), "%.12g and %.12g", along,
                       difference);
    close_training(&training);
}

Test(winograd_training, bits_do_not_depend_on_threads)
{
    struct training one;
    open_training(&one, 1, 1);
    find_gradient(&one, ROWS);
    for (size_t threads = 2; threads < 8; threads += 3) {
        struct training several;
        open_training(&several, 1, threads);
        find_gradient(&several, ROWS);
        cr_expect_eq(memcmp(one.gradient, several.gradient, one.network.parameters * sizeof(real)),
                     0, "%zu threads", threads);
        close_training(&several);
    }
    close_training(&one);
}

/* The form hangs on the layer's shape alone. More rows than a block has tiles, and more channels out than are
 * transformed at a time. */
Test(winograd_training, rows_do_not_depend_on_their_batch)
{
    enum { MANY = 131, SIZE = 4 * 4 * 300, CHANNELS = 230 };
    struct eg_network network = draw_network(SIZE, "image 4x4x300, conv 3x3x230 same, mean_pool 4",
                                             1);
    struct eg_matrix x = draw_matrix(MANY, SIZE, 2);
    real *whole = malloc(MANY * CHANNELS * sizeof *whole), *row = malloc(CHANNELS * sizeof *row);
    use_form(&network.layers[0], F4);
    cr_assert_lt(eg_winograd_block(network.layers[0].winograd, &network.layers[0]), MANY);
    cr_assert_eq(eg_network_predict(&network, MANY, x.data, whole, NULL), EG_OK);
    for (size_t i = 0; i < MANY; i += 13) {
        cr_assert_eq(eg_network_predict(&network, 1, x.data + i * SIZE, row, NULL), EG_OK);
        cr_expect_eq(memcmp(row, whole + i * CHANNELS, CHANNELS * sizeof *row), 0, "row %zu", i);
    }
    free(whole);
    free(row);
    eg_matrix_free(&x);
    eg_network_free(&network);
}
