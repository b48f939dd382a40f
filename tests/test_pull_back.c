/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attributions, penalties on them and the gradient of each penalty for every
 * weight, against automatic differentiation in double precision.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "gradient_fixture.h"
#include "prior/terms.h"

static const char *const activations[] = {"relu", "tanh", "softplus"};

static struct eg_graph graph_of_laplacian(const double *laplacian)
{
    struct eg_edge edges[FIXTURE_P * (FIXTURE_P - 1) / 2];
    struct eg_graph graph;
    struct eg_error error = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < FIXTURE_P; i++)
        for (uint32_t j = i + 1; j < FIXTURE_P; j++)
            if (laplacian[i * FIXTURE_P + j] != 0)
                edges[count++] = (struct eg_edge){i, j, -laplacian[i * FIXTURE_P + j]};
    cr_assert_eq(eg_graph_alloc(&graph, FIXTURE_P, count, edges, &error), EG_OK, "%s",
                 error.message);
    return graph;
}

/* One penalty of the oracle: value = factor * our Omega. */
struct penalty_case {
    const char *oracle;
    const struct eg_method *method;
    struct eg_method_settings settings;
    struct eg_target target;
    const struct eg_prior *prior;
    struct eg_prior_settings prior_settings;
    double factor;
};

static const struct eg_target logit = {EG_TARGET_OUTPUT, NULL};
static const struct eg_target log_sum = {EG_TARGET_LOG_PROBABILITY_SUM, NULL};
static const struct eg_target of_loss = {EG_TARGET_LOSS, &eg_bce_logits};

static const struct eg_matrix *background_of(const struct gradient_fixture *fixture,
                                             const struct eg_method *method)
{
    if (method == &given_expected_gradients)
        return &fixture->references;
    return method == &eg_integrated_gradients ? &fixture->baselines : NULL;
}

static void check_penalty(struct gradient_fixture *fixture, struct penalty_case penalty)
{
    char prefix[64];
    struct eg_error error = {0};
    struct eg_prior_term term;
    struct eg_graph graph = graph_of_laplacian(fixture->laplacian);
    penalty.prior_settings.graph = &graph;
    penalty.prior_settings.mask = fixture->mask;
    penalty.prior_settings.mask_rows = FIXTURE_N;
    const struct eg_explainer explainer = {.network = &fixture->network,
                                           .method = penalty.method,
                                           .settings = penalty.settings,
                                           .target = penalty.target,
                                           .background = background_of(fixture, penalty.method)};
    cr_assert_eq(eg_prior_term_alloc(&term, penalty.prior, &penalty.prior_settings, &explainer,
                                     FIXTURE_N, &error),
                 EG_OK, "%s: %s", penalty.oracle, error.message);
    real *gradient = calloc(fixture->network.parameters, sizeof *gradient);
    const struct eg_batch batch = {.n = FIXTURE_N, .x = fixture->x.data, .y = fixture->y};
    const struct eg_objective_term as_term = eg_prior_as_term(&term, penalty.factor);
    const double omega = penalty.factor * as_term.add(as_term.context, &fixture->network, &batch,
                                                      penalty.factor, gradient);
    snprintf(prefix, sizeof prefix, "%s/%s", fixture->activation, penalty.oracle);
    const double value = oracle_value(prefix);
    cr_expect_lt(fabs(omega - value), 1e-9 * fabs(value), "%s: %.15g, oracle %.15g", prefix, omega,
                 value);
    const double distance = gradient_distance(fixture, prefix, gradient);
    cr_expect_lt(distance, 1e-9, "%s: gradient off by %.3g", prefix, distance);
    free(gradient);
    eg_graph_free(&graph);
    eg_prior_term_free(&term);
}

static void check_all_penalties(const char *activation)
{
    const struct eg_prior_settings global = {.is_global = 1}, local = {0};
    const struct eg_method *eg = &given_expected_gradients, *grad = &eg_gradients,
                           *ig = &eg_integrated_gradients;
    const struct eg_method_settings right = {.samples = 5, .rule = EG_RULE_RIGHT}, none = {0};
    const struct penalty_case cases[] = {
        {"gini_eg", eg, none, logit, &eg_gini_prior, global, -1},
        {"quad_eg", eg, none, logit, &eg_laplacian_prior, global, 1},
        {"l1_eg", eg, none, logit, &eg_l1_prior, local, 1},
        {"l1_eg", eg, none, logit, &eg_l1_prior, global, 1},
        {"l2_eg", eg, none, logit, &eg_l2_prior, local, 1},
        {"l1_ross", grad, none, log_sum, &eg_l1_prior, local, 1},
        {"gini_grad", grad, none, logit, &eg_gini_prior, global, -1},
        {"quad_grad", grad, none, logit, &eg_laplacian_prior, global, 1},
        {"rrr", grad, none, log_sum, &eg_mask_prior, local, 1},
        {"rrr_loss", grad, none, of_loss, &eg_mask_prior, local, 1},
        {"ig_l1", ig, right, logit, &eg_l1_prior, local, FIXTURE_P},
        {"ig_loss_l1", ig, right, of_loss, &eg_l1_prior, local, FIXTURE_P},
    };
    struct gradient_fixture fixture;
    fixture_load(&fixture, activation);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_penalty(&fixture, cases[i]);
    fixture_free(&fixture);
}

Test(pull_back, penalties_equal_automatic_differentiation)
{
    for (size_t i = 0; i < 3; i++)
        check_all_penalties(activations[i]);
}

static void check_phi(const struct gradient_fixture *fixture, const char *oracle,
                      const struct eg_method *method, struct eg_method_settings settings,
                      struct eg_target target)
{
    char file[64];
    struct eg_error error;
    struct eg_attribution attribution;
    double phi[FIXTURE_N * FIXTURE_P];
    const struct eg_explainer explainer = {.network = &fixture->network,
                                           .method = method,
                                           .settings = settings,
                                           .target = target,
                                           .background = background_of(fixture, method)};
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, FIXTURE_N, 0, &error), EG_OK);
    eg_attribution_explain(&attribution, FIXTURE_N, fixture->x.data, fixture->y,
                           (struct eg_stream){0}, phi, NULL, NULL);
    eg_attribution_free(&attribution);
    snprintf(file, sizeof file, "%s/%s", fixture->activation, oracle);
    const double distance = oracle_distance(file, phi, FIXTURE_N * FIXTURE_P);
    cr_expect_lt(distance, 1e-12, "%s is off by %.3g", file, distance);
}

Test(pull_back, attributions_equal_automatic_differentiation)
{
    const struct eg_method_settings none = {0};
    const struct eg_method_settings right = {.samples = 5, .rule = EG_RULE_RIGHT};
    const struct eg_method_settings middle = {.samples = 5, .rule = EG_RULE_MIDPOINT};
    for (size_t i = 0; i < 3; i++) {
        struct gradient_fixture fixture;
        fixture_load(&fixture, activations[i]);
        check_phi(&fixture, "eg", &given_expected_gradients, none, logit);
        check_phi(&fixture, "xgrad", &eg_gradients, none, logit);
        check_phi(&fixture, "xgrad_ross", &eg_gradients, none, log_sum);
        check_phi(&fixture, "ig_right", &eg_integrated_gradients, right, logit);
        check_phi(&fixture, "ig_mid", &eg_integrated_gradients, middle, logit);
        fixture_free(&fixture);
    }
}
