/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DeepLIFT by hand, against integrated gradients where they must agree, and its completeness. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "small_network.h"

enum { N = 4, ROWS = 6, PIXELS = 36 };

static struct eg_matrix explain_by(const struct eg_method *method, size_t samples,
                                   const struct eg_network *network, const struct eg_matrix *x,
                                   const struct eg_matrix *background)
{
    const struct eg_explainer explainer = {.network = network,
                                           .method = method,
                                           .settings = {.samples = samples,
                                                        .rule = EG_RULE_MIDPOINT,
                                                        .references = method == &eg_deeplift
                                                                          ? EG_REFERENCES_ALL
                                                                          : EG_REFERENCES_RANDOM},
                                           .background = background};
    return explain_or_abort(&explainer, x, 3);
}

/*
 * f = 3 relu(x1 - 2 x2 + 1/2). From (0, 1) to (2, 1/4) the unit goes from -3/2 to 2, and relu from 0
 * to 2: the multiplier is 3 * 2 / 3.5 = 12/7. From (0, 0) to (2, 1) it stays 1/2: slope 1 there.
 */
Test(deeplift, one_unit_by_hand)
{
    const double weights[] = {1, -2, 0.5, 3, 0};
    struct eg_network network = draw_network(2, "dense 1, relu, dense 1", 1);
    memcpy(network.theta, weights, sizeof weights);
    const struct eg_matrix x = {1, 2, (real[]){2, 0.25}}, other = {1, 2, (real[]){2, 1}};
    const struct eg_matrix reference = {1, 2, (real[]){0, 1}}, zero = {1, 2, (real[]){0, 0}};
    struct eg_matrix phi = explain_by(&eg_deeplift, 1, &network, &x, &reference);
    struct eg_matrix flat = explain_by(&eg_deeplift, 1, &network, &other, &zero);
    cr_expect_float_eq(phi.data[0], 24 / 7., 1e-14);
    cr_expect_float_eq(phi.data[1], 18 / 7., 1e-14);
    cr_expect_float_eq(flat.data[0], 6, 1e-14);
    cr_expect_float_eq(flat.data[1], -6, 1e-14);
    eg_matrix_free(&phi);
    eg_matrix_free(&flat);
    eg_network_free(&network);
}

/* With one hidden layer the slope from reference to sample is the mean slope on the straight way. */
Test(deeplift, is_integrated_gradients_on_one_hidden_layer)
{
    const char *const texts[] = {"dense 7, tanh, dense 1",    "dense 7, softplus, dense 1",
                                 "dense 7, sigmoid, dense 1", "dense 7, relu, dense 1",
                                 "dense 7, silu, dense 1",    "dense 7, gelu, dense 1"};
    struct eg_matrix x = draw_matrix(N, 5, 2), reference = draw_matrix(1, 5, 3);
    for (size_t t = 0; t < 6; t++) {
        struct eg_network network = draw_network(5, texts[t], 4);
        struct eg_matrix lift = explain_by(&eg_deeplift, 1, &network, &x, &reference);
        struct eg_matrix integrated = explain_by(&eg_integrated_gradients, 20000, &network, &x,
                                                 &reference);
        cr_expect_lt(largest_gap(&lift, &integrated), t == 3 ? 1e-3 : 1e-8, "%s: %g", texts[t],
                     largest_gap(&lift, &integrated));
        eg_matrix_free(&lift);
        eg_matrix_free(&integrated);
        eg_network_free(&network);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&reference);
}

/* Batch norms get statistics that are not those of a new one. */
static struct eg_network draw_deep_network(const char *text)
{
    struct eg_network network = draw_network(PIXELS, text, 5);
    for (size_t l = 0; l < network.layer_count; l++)
        if (network.layers[l].type == &eg_batch_norm)
            for (size_t i = 0; i < network.layers[l].parameters; i++)
                network.theta[network.layers[l].offset + i] = 0.5 + (double)(i % 5) / 4;
    return network;
}

/* Shares sum to the class's own output less its mean over the background, for every kind of layer. */
Test(deeplift, is_complete)
{
    const char *const texts[] = {
        "dense 20, relu, dense 9, tanh, dense 3",
        "dense 11, relu, dense 7, relu, dense 3, sigmoid",
        "image 6x6x1, conv 3x3x4, batchnorm, relu, mean_pool 2, dense 8, softplus, dense 3",
        "image 6x6x1, conv 3x3x2 same, tanh, conv 3x3x3 stride 2, relu, flatten, dense 3",
        "gelu, dense 9, leaky_relu 0.1, dense 8, elu, dense 8, silu, dense 8, softplus 2, dense 3",
        "image 6x6x1, conv 3x3x4 same, relu, mark a, conv 3x3x4 same groups 4, batchnorm, tanh, "
        "mark b, from a, conv 1x1x4, add b, relu, mark a, relu, add a, global_mean_pool, dense 3"};
    const real labels[N] = {2, 0, 1, 1};
    struct eg_matrix x = draw_matrix(N, PIXELS, 6), background = draw_matrix(ROWS, PIXELS, 7);
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        struct eg_network network = draw_deep_network(texts[t]);
        const struct eg_explainer explainer = {
            .network = &network,
            .method = &eg_deeplift,
            .settings = {.samples = 30 * ROWS, .references = EG_REFERENCES_ALL},
            .background = &background,
            .threads = 2};
        struct eg_explanation explanation;
        struct eg_error error;
        cr_assert_eq(
            eg_explain(&explainer, &x, labels, (struct eg_stream){0}, &explanation, &error), EG_OK,
            "%s", error.message);
        cr_expect_eq(explanation.gradient_evaluations, 30 * ROWS);
        for (size_t i = 0; i < N; i++) {
            cr_expect_float_eq(explanation.residual[i], 0, 1e-9, "%s: %g", texts[t],
                               explanation.residual[i]);
            cr_expect_gt(fabs(explanation.output[i] - explanation.base[i]), 1e-4);
        }
        eg_explanation_free(&explanation);
        eg_network_free(&network);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
}

/* Random references: the error bars hold the mean over all of them. */
Test(deeplift, random_references_converge_within_their_errors)
{
    struct eg_network network = draw_network(PIXELS, "dense 20, relu, dense 9, tanh, dense 1", 8);
    struct eg_matrix x = draw_matrix(N, PIXELS, 9), background = draw_matrix(ROWS, PIXELS, 10);
    struct eg_matrix all = explain_by(&eg_deeplift, ROWS, &network, &x, &background);
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_deeplift,
                                           .settings = {.samples = 300},
                                           .background = &background};
    struct eg_explanation drawn;
    double squares = 0;
    cr_assert_eq(eg_explain(&explainer, &x, NULL, eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                            &drawn, NULL),
                 EG_OK);
    for (size_t i = 0; i < N * PIXELS; i++)
        squares += pow((drawn.phi.data[i] - all.data[i]) / drawn.standard_error.data[i], 2) /
                   (N * PIXELS);
    cr_expect(squares > 0.4 && squares < 2, "%g", squares);
    eg_explanation_free(&drawn);
    eg_matrix_free(&all);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

static void expect_refused(const struct eg_explainer *explainer, const struct eg_matrix *x,
                           const char *says)
{
    struct eg_explanation explanation;
    struct eg_error error = {0};
    cr_expect_eq(eg_explain(explainer, x, NULL, (struct eg_stream){0}, &explanation, &error),
                 EG_USAGE);
    cr_expect(strstr(error.message, says), "%s", error.message);
}

Test(deeplift, refuses_what_it_has_no_rule_for)
{
    struct eg_network pooled = draw_network(PIXELS,
                                            "image 6x6x1, conv 3x3x2, relu, pool 2, dense 1", 11);
    struct eg_network plain = draw_network(PIXELS, "dense 3, relu, dense 1", 12);
    struct eg_network normed = draw_network(PIXELS, "dense 3, gelu, layernorm, dense 1", 12);
    struct eg_matrix x = draw_matrix(N, PIXELS, 13);
    struct eg_explainer explainer = {
        .network = &pooled, .method = &eg_deeplift, .settings = {.samples = 5}, .background = &x};
    expect_refused(&explainer, &x, "layer 2 is a max pool");
    explainer.network = &normed;
    expect_refused(&explainer, &x, "layer 3 is a 'layernorm'");
    explainer.network = &plain;
    explainer.target.kind = EG_TARGET_LOG_PROBABILITY_SUM;
    expect_refused(&explainer, &x, "not its loss or probabilities");
    eg_matrix_free(&x);
    eg_network_free(&pooled);
    eg_network_free(&normed);
    eg_network_free(&plain);
}
