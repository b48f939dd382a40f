/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slopes of attributions in the rows that are explained, against central differences with the same draws. */
#include "attribution/attribution.h"

#include <math.h>

#include <criterion/criterion.h>

#include "small_network.h"

enum { P = 4, ROWS = 5, K = 6 };

static double explain(struct eg_attribution *attribution, const struct eg_matrix *x, const real *v)
{
    real phi[ROWS * P];
    double sum = 0;
    eg_attribution_explain(attribution, ROWS, x->data, NULL,
                           eg_stream_make(7, 0, EG_PURPOSE_EXPLAIN, 0, 0), phi, NULL, NULL);
    for (size_t i = 0; i < ROWS * P; i++)
        sum += (double)v[i] * (double)phi[i];
    return sum;
}

static void check_slope(const struct eg_method *method, const char *text, size_t piece)
{
    struct eg_network network = draw_network(P, text, 1);
    struct eg_matrix x = draw_matrix(ROWS, P, 2), background = draw_matrix(3, P, 3),
                     v = draw_matrix(ROWS, P, 4);
    const struct eg_explainer explainer = {.network = &network,
                                           .method = method,
                                           .settings = {.samples = K, .noise = 0.3},
                                           .background = &background};
    struct eg_attribution attribution;
    real slope[ROWS * P];
    const double step = 1e-5;
    cr_assert(eg_has_input_slope(method));
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, ROWS, 1, NULL), EG_OK);
    if (piece)
        attribution.piece = attribution.k;
    explain(&attribution, &x, v.data);
    eg_attribution_pull_back_input(&attribution, ROWS, v.data, slope);
    for (size_t i = 0; i < ROWS * P; i++) {
        const real at = x.data[i];
        x.data[i] = at + (real)step;
        const double above = explain(&attribution, &x, v.data);
        x.data[i] = at - (real)step;
        const double expected = (above - explain(&attribution, &x, v.data)) / (2 * step);
        x.data[i] = at;
        cr_expect(fabs((double)slope[i] - expected) < 1e-8 * (1 + fabs(expected)),
                  "%s, %s: slope %zu is %.12g, not %.12g", method->name, text, i, (double)slope[i],
                  expected);
    }
    eg_attribution_free(&attribution);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_matrix_free(&v);
    eg_network_free(&network);
}

Test(input_slope, equals_central_differences)
{
    static const struct eg_method *const methods[] = {
        &eg_gradients,     &eg_gradient_x_input,     &eg_smoothgrad,
        &eg_gradient_shap, &eg_integrated_gradients, &eg_expected_gradients};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        for (size_t piece = 0; piece < 2; piece++) {
            check_slope(methods[m], "dense 5, tanh, dense 4, softplus, dense 1", piece);
            check_slope(methods[m], "dense 1", piece);
        }
}

Test(input_slope, sums_of_outputs_have_none)
{
    static const struct eg_method *const methods[] = {&eg_occlusion, &eg_shapley_sampling,
                                                      &eg_kernel_shap, &eg_lime, &eg_deeplift};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        cr_expect_not(eg_has_input_slope(methods[m]), "%s", methods[m]->name);
}
