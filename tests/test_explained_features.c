/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explaining some features alone gives the numbers that explaining all gives for them, zero for the
 * others, and the gradient of a penalty on them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "layer_probe.h"
#include "prior/terms.h"
#include "small_network.h"

enum { N = 5, P = 32, FIRST = 9, COUNT = 14 };

static const char *const texts[] = {
    "dense 7, relu, dense 4, relu, dense 1",
    "dense 6, tanh, dense 1",
    "image 4x4x2, conv 3x3x3 same, softplus, pool 2, dense 1",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static int is_explained(size_t feature)
{
    return feature >= FIRST && feature < FIRST + COUNT;
}

/* An explanation of all features or of some, and the pull-back of v. */
struct outcome {
    real phi[N * P];
    double variance[N * P], total_variance[N];
    real *gradient;
};

static struct outcome explain(struct eg_explainer explainer, int is_part, const struct eg_matrix *x,
                              const real *v)
{
    struct outcome outcome;
    struct eg_attribution attribution;
    struct eg_error error = {0};
    explainer.feature_first = is_part ? FIRST : 0;
    explainer.features = is_part ? COUNT : 0;
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, N, 1, &error), EG_OK, "%s",
                 error.message);
    outcome.gradient = calloc(explainer.network->parameters, sizeof(real));
    eg_attribution_explain(&attribution, N, x->data, NULL,
                           eg_stream_make(7, 0, EG_PURPOSE_EXPLAIN, 0, 0), outcome.phi,
                           outcome.variance, outcome.total_variance);
    eg_attribution_pull_back(&attribution, N, v, outcome.gradient);
    eg_attribution_free(&attribution);
    return outcome;
}

static void check_method(const struct eg_method *method, struct eg_method_settings settings,
                         const char *text)
{
    struct eg_network network = draw_network(P, text, 1);
    struct eg_matrix x = draw_matrix(N, P, 2), background = draw_matrix(6, P, 3);
    const struct eg_explainer explainer = {
        .network = &network, .method = method, .settings = settings, .background = &background};
    real *v = draw_normals((size_t)N * P, 4), *cut = malloc(N * P * sizeof *cut);
    for (size_t i = 0; i < N * P; i++)
        cut[i] = is_explained(i % P) ? v[i] : 0;
    struct outcome all = explain(explainer, 0, &x, cut), part = explain(explainer, 1, &x, v);
    for (size_t i = 0; i < N * P; i++) {
        const int kept = is_explained(i % P);
        cr_expect_float_eq(part.phi[i], kept ? all.phi[i] : 0, 1e-13, "%s, %s, feature %zu",
                           method->name, text, i % P);
        cr_expect_float_eq(part.variance[i], kept ? all.variance[i] : 0, 1e-13);
    }
    const double gap = gap_of(network.parameters, part.gradient, all.gradient);
    cr_expect_lt(gap, 1e-12, "%s, %s: gradient off by %.3g", method->name, text, gap);
    free(all.gradient);
    free(part.gradient);
    free(v);
    free(cut);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

Test(explained_features, are_as_among_all)
{
    const struct eg_method_settings drawn = {.samples = 4, .noise = 0.3};
    const struct eg_method_settings shifted = {.samples = 3, .references = EG_REFERENCES_SHIFTED};
    const struct eg_method_settings lone = {.samples = 1, .references = EG_REFERENCES_SHIFTED};
    const struct eg_method_settings many = {.samples = 300};
    for (size_t i = 0; i < TEXTS; i++) {
        for (size_t m = 0; eg_methods[m]; m++)
            if (!eg_methods[m]->explain)
                check_method(eg_methods[m], drawn, texts[i]);
        check_method(&eg_expected_gradients, shifted, texts[i]);
        check_method(&eg_expected_gradients, lone, texts[i]);
        check_method(&eg_expected_gradients, many, texts[i]);
    }
}

Test(explained_features, leave_no_residual)
{
    struct eg_network network = draw_network(P, texts[0], 1);
    struct eg_matrix x = draw_matrix(N, P, 2);
    const struct eg_explainer explainer = {
        .network = &network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 2, .references = EG_REFERENCES_SHIFTED},
        .feature_first = FIRST,
        .features = COUNT};
    struct eg_explanation explanation;
    cr_assert_eq(eg_explain(&explainer, &x, NULL, (struct eg_stream){0}, &explanation, NULL),
                 EG_OK);
    for (size_t i = 0; i < N; i++) {
        cr_expect(isnan(explanation.residual[i]) && isnan(explanation.residual_error[i]));
        cr_expect(isfinite(explanation.output[i]));
    }
    eg_explanation_free(&explanation);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(explained_features, that_are_not_there_are_refused)
{
    const size_t wrong[][2] = {{0, P + 1}, {P, 1}, {P - 3, 4}, {(size_t)-1, 2}};
    struct eg_network network = draw_network(P, texts[0], 1);
    for (size_t i = 0; i < 4; i++) {
        const struct eg_explainer explainer = {.network = &network,
                                               .method = &eg_gradients,
                                               .feature_first = wrong[i][0],
                                               .features = wrong[i][1]};
        struct eg_attribution attribution;
        struct eg_error error = {0};
        cr_expect_eq(eg_attribution_alloc(&attribution, &explainer, N, 1, &error), EG_USAGE);
        cr_expect(strstr(error.message, "32") != NULL, "%s", error.message);
    }
    eg_network_free(&network);
}
