/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph of your own needs no new source, only a graph and a term of the objective.
 *   place: tests/test_own_graph.c
 *
 * Feature 1 is feature 0 with noise, and the target is feature 0 alone. An edge joins the two.
 */
#include <math.h>

#include <criterion/criterion.h>

#include "metrics/gini.h"
#include "prior/terms.h"
#include "tests/small_network.h"

enum { P = 4, ROWS = 200, BATCH = 20 };

/* |a_0 - a_1| / (a_0 + a_1) for a = mean |EG| of a network trained with that strength of the prior. */
static double difference_after(const struct eg_matrix *x, const real *y,
                               const struct eg_graph *graph, double strength)
{
    double a[P];
    struct eg_error error = {0};
    struct eg_network network = draw_network(P, "dense 8, relu, dense 1", 1);
    struct eg_prior_term prior;
    const struct eg_prior_settings settings = {.is_global = 1, .graph = graph};
    struct eg_explainer explainer = {
        .network = &network, .method = &eg_expected_gradients, .settings = {.samples = 5}};
    explainer.settings.references = EG_REFERENCES_SHIFTED;
    int status = eg_prior_term_alloc(&prior, &eg_laplacian_prior, &settings, &explainer, BATCH,
                                     &error);
    const struct eg_objective_term term = eg_prior_as_term(&prior, strength);
    const struct eg_training training = {.loss = &eg_mse,
                                         .optimiser = eg_adam(0.01),
                                         .epochs = 30,
                                         .batch = BATCH,
                                         .terms = &term,
                                         .terms_count = 1};
    if (!status)
        status = eg_train(&network, &training, x, y, NULL, &error);
    cr_assert_eq(status, EG_OK, "%s", error.message);
    eg_prior_term_free(&prior);
    explainer.settings = (struct eg_method_settings){.samples = 200};
    explainer.background = x;
    struct eg_matrix phi = explain_or_abort(&explainer, x, 1);
    eg_mean_absolute(&phi, a);
    eg_matrix_free(&phi);
    eg_network_free(&network);
    return fabs(a[0] - a[1]) / (a[0] + a[1]);
}

Test(own_graph, prior_shares_importance_along_the_edge)
{
    real y[ROWS];
    const struct eg_edge edges[] = {{0, 1, 1}};
    struct eg_graph graph;
    cr_assert_eq(eg_graph_alloc(&graph, P, 1, edges, NULL), EG_OK);
    struct eg_matrix x = draw_matrix(ROWS, P, 1);
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = eg_row(&x, i)[0];
        eg_row(&x, i)[1] = y[i] + (real)0.3 * eg_row(&x, i)[1];
    }
    cr_expect_gt(difference_after(&x, y, &graph, 0), 0.3);
    cr_expect_lt(difference_after(&x, y, &graph, 10), 0.1);
    eg_matrix_free(&x);
    eg_graph_free(&graph);
}
