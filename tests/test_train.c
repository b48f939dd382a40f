/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss gradients and 25 steps of training with the sparse prior, against the oracle's trace. */
#include "nn/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gradient_fixture.h"
#include "oracle_file.h"
#include "prior/terms.h"

static const char *const activations[] = {"relu", "tanh", "softplus"};

Test(train, loss_gradient_equals_automatic_differentiation)
{
    for (size_t i = 0; i < 3; i++) {
        struct gradient_fixture fixture;
        struct eg_backprop pass;
        char prefix[64];
        fixture_load(&fixture, activations[i]);
        real *gradient = calloc(fixture.network.parameters, sizeof *gradient);
        cr_assert_eq(eg_backprop_alloc(&pass, &fixture.network, FIXTURE_N, 1, NULL), EG_OK);
        const double loss = eg_backprop_run(&pass, &fixture.network, &eg_bce_logits, FIXTURE_N,
                                            fixture.x.data, fixture.y, NULL, gradient);
        snprintf(prefix, sizeof prefix, "%s/bce", activations[i]);
        cr_expect_lt(fabs(loss - oracle_value(prefix)), 1e-12);
        const double distance = gradient_distance(&fixture, prefix, gradient);
        cr_expect_lt(distance, 1e-12, "%s off by %.3g", prefix, distance);
        eg_backprop_free(&pass);
        free(gradient);
        fixture_free(&fixture);
    }
}

struct trace {
    double *expected; /* steps x 3: bce, Gini, bce - 1.259 Gini */
    size_t step;
    double largest;
};

struct watched_term {
    struct eg_prior_term prior;
    struct trace *trace;
};

/* The sparse prior, looked at on its way. */
static double add_watched(void *context, const struct eg_network *network,
                          const struct eg_batch *batch, double strength, real *gradient)
{
    struct watched_term *term = context;
    const struct eg_objective_term inner = eg_prior_as_term(&term->prior, strength);
    const double omega = inner.add(inner.context, network, batch, strength, gradient);
    const double gini = term->trace->expected[3 * term->trace->step++ + 1];
    term->trace->largest = fmax(term->trace->largest, fabs(-omega - gini));
    return omega;
}

static void check_trace(const char *activation)
{
    struct gradient_fixture fixture;
    struct watched_term watched;
    struct trace trace = {0};
    struct eg_error error = {0};
    char file[64];
    fixture_load(&fixture, activation);
    snprintf(file, sizeof file, "gradients/mlp/%s/adam25.trace", activation);
    trace.expected = read_oracle(file, NULL, NULL);
    watched.trace = &trace;
    const struct eg_explainer explainer = {.network = &fixture.network,
                                           .method = &given_expected_gradients,
                                           .background = &fixture.references};
    const struct eg_prior_settings global = {.is_global = 1};
    cr_assert_eq(
        eg_prior_term_alloc(&watched.prior, &eg_gini_prior, &global, &explainer, FIXTURE_N, &error),
        EG_OK, "%s", error.message);
    const struct eg_objective_term term = {
        .strength = 1.259, .context = &watched, .add = add_watched};
    const struct eg_training training = {.loss = &eg_bce_logits,
                                         .optimiser = eg_adam(1e-2),
                                         .epochs = 25,
                                         .terms = &term,
                                         .terms_count = 1};
    struct eg_training_outcome outcome;
    cr_assert_eq(eg_train(&fixture.network, &training, &fixture.x, fixture.y, &outcome, &error),
                 EG_OK, "%s", error.message);
    cr_expect_eq(trace.step, 25);
    cr_expect_lt(trace.largest, 1e-9, "%s: Gini off by %.3g", activation, trace.largest);
    cr_expect_lt(fabs(outcome.loss - trace.expected[3 * 24]), 1e-9);
    for (int l = 0; l < 3; l++) {
        const struct eg_layer *layer = &fixture.network.layers[l];
        snprintf(file, sizeof file, "%s/adam25.W%d", activation, l + 1);
        const double distance = oracle_distance(file, fixture.network.theta + layer->offset,
                                                layer->weights);
        cr_expect_lt(distance, 1e-9, "%s off by %.3g", file, distance);
    }
    free(trace.expected);
    eg_prior_term_free(&watched.prior);
    fixture_free(&fixture);
}

Test(train, sparse_prior_trace_equals_the_oracle)
{
    for (size_t i = 0; i < 3; i++)
        check_trace(activations[i]);
}

Test(train, reports_divergence)
{
    struct gradient_fixture fixture;
    struct eg_error error = {0};
    fixture_load(&fixture, "relu");
    const struct eg_training training = {
        .loss = &eg_mse, .optimiser = eg_sgd(1e30, 0.9), .epochs = 50};
    cr_expect_eq(eg_train(&fixture.network, &training, &fixture.x, fixture.y, NULL, &error),
                 EG_DATA);
    cr_expect(strstr(error.message, "diverged in epoch"), "%s", error.message);
    fixture_free(&fixture);
}

/* Of 4 of the 6 rows that the term has room for. */
Test(train, a_prior_that_is_a_mean_is_divided_by_the_rows_of_the_batch)
{
    enum { ROWS = 4 };
    const double strength = 0.3;
    double omega[2];
    real *gradient[2];
    struct gradient_fixture fixture;
    fixture_load(&fixture, "tanh");
    const struct eg_explainer explainer = {.network = &fixture.network, .method = &eg_gradients};
    const struct eg_batch batch = {.n = ROWS, .x = fixture.x.data, .y = fixture.y};
    for (int is_mean = 0; is_mean < 2; is_mean++) {
        const struct eg_prior_settings settings = {.is_mean = is_mean};
        struct eg_prior_term prior;
        cr_assert_eq(
            eg_prior_term_alloc(&prior, &eg_l2_prior, &settings, &explainer, FIXTURE_N, NULL),
            EG_OK);
        gradient[is_mean] = calloc(fixture.network.parameters, sizeof *gradient[0]);
        const struct eg_objective_term term = eg_prior_as_term(&prior, strength);
        omega[is_mean] = term.add(term.context, &fixture.network, &batch, strength,
                                  gradient[is_mean]);
        eg_prior_term_free(&prior);
    }
    cr_expect_float_eq(omega[1], omega[0] / ROWS, 1e-12 * omega[0]);
    for (size_t i = 0; i < fixture.network.parameters; i++)
        cr_expect_float_eq(gradient[1][i], gradient[0][i] / ROWS, 1e-12);
    free(gradient[0]);
    free(gradient[1]);
    fixture_free(&fixture);
}
