/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test of smoothgrad_x_input.c.
 *   place: tests/test_smoothgrad_x_input.c
 */
#include <criterion/criterion.h>

#include "tests/small_network.h"

enum { P = 5, N = 4 };

static struct eg_explainer explainer_of(const char *name, const struct eg_network *network,
                                        double noise)
{
    struct eg_error error = {0};
    const struct eg_method *method = eg_method_find(name, &error);
    cr_assert_not_null(method, "%s", error.message);
    return (struct eg_explainer){
        .network = network, .method = method, .settings = {.samples = 30, .noise = noise}};
}

/* The same seed draws the same points, so that the two differ by the factor x alone. */
Test(smoothgrad_x_input, is_x_times_smoothgrad)
{
    struct eg_network network = draw_network(P, "dense 7, relu, dense 1", 1);
    struct eg_matrix x = draw_matrix(N, P, 2);
    const struct eg_explainer times_input = explainer_of("smoothgrad_x_input", &network, 0.5);
    const struct eg_explainer smoothgrad = explainer_of("smoothgrad", &network, 0.5);
    struct eg_matrix phi = explain_or_abort(&times_input, &x, 3);
    struct eg_matrix smooth = explain_or_abort(&smoothgrad, &x, 3);
    for (size_t i = 0; i < N * P; i++)
        cr_expect_float_eq(phi.data[i], x.data[i] * smooth.data[i], 1e-13);
    eg_matrix_free(&phi);
    eg_matrix_free(&smooth);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(smoothgrad_x_input, refuses_negative_noise)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    const struct eg_explainer wrong = explainer_of("smoothgrad_x_input", &network, -1);
    struct eg_attribution attribution;
    cr_expect_eq(eg_attribution_alloc(&attribution, &wrong, N, 0, NULL), EG_USAGE);
    eg_network_free(&network);
}
