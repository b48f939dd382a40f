/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an explanation says of its own quality. */
#include "attribution/explain.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "small_network.h"

enum { P = 5, N = 6, BACKGROUND = 40 };

struct setting {
    struct eg_network network;
    struct eg_matrix x, background;
};

static struct setting make_setting(const char *text)
{
    return (struct setting){draw_network(P, text, 31), draw_matrix(N, P, 32),
                            draw_matrix(BACKGROUND, P, 33)};
}

static void free_setting(struct setting *setting)
{
    eg_network_free(&setting->network);
    eg_matrix_free(&setting->x);
    eg_matrix_free(&setting->background);
}

static struct eg_explanation explain(const struct eg_explainer *explainer,
                                     const struct eg_matrix *x, uint64_t seed)
{
    struct eg_explanation explanation;
    struct eg_error error;
    cr_assert_eq(eg_explain(explainer, x, NULL, eg_stream_make(seed, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                            &explanation, &error),
                 EG_OK, "%s", error.message);
    return explanation;
}

/* The error bars are right when the spread of many explanations is what each one says. */
Test(explain, standard_errors_equal_the_spread_over_draws)
{
    enum { DRAWS = 400 };
    struct setting setting = make_setting("dense 6, relu, dense 1");
    const struct eg_explainer explainer = {.network = &setting.network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = 50},
                                           .background = &setting.background};
    double said = 0, said_total = 0, sum = 0, square = 0, total = 0, total_square = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct eg_explanation explanation = explain(&explainer, &setting.x, seed);
        const double phi = eg_row(&explanation.phi, 2)[1];
        said += pow(eg_row(&explanation.standard_error, 2)[1], 2) / DRAWS;
        said_total += pow(explanation.residual_error[2], 2) / DRAWS;
        sum += phi / DRAWS;
        square += phi * phi / DRAWS;
        total += explanation.residual[2] / DRAWS;
        total_square += pow(explanation.residual[2], 2) / DRAWS;
        eg_explanation_free(&explanation);
    }
    /* A variance from 400 draws is good to 7 per cent. */
    cr_expect_float_eq((square - sum * sum) / said, 1, 0.28);
    cr_expect_float_eq((total_square - total * total) / said_total, 1, 0.28);
    cr_expect_lt(fabs(total), 4 * sqrt(said_total / DRAWS));
    free_setting(&setting);
}

/* Completeness: IG with many points sums to f(x) - f(x'), EG with all references to f(x) - mean f. */
Test(explain, complete_methods_leave_no_residual)
{
    struct setting setting = make_setting("dense 6, tanh, dense 1");
    const struct eg_explainer ig = {.network = &setting.network,
                                    .method = &eg_integrated_gradients,
                                    .settings = {.samples = 2000, .rule = EG_RULE_MIDPOINT},
                                    .background = &setting.background};
    const struct eg_explainer eg = {.network = &setting.network,
                                    .method = &eg_expected_gradients,
                                    .settings = {.samples = 200 * BACKGROUND,
                                                 .references = EG_REFERENCES_ALL,
                                                 .alphas = EG_ALPHAS_MIDPOINT},
                                    .background = &setting.background};
    const struct eg_explainer *both[] = {&ig, &eg};
    for (int m = 0; m < 2; m++) {
        struct eg_explanation explanation = explain(both[m], &setting.x, 0);
        for (size_t i = 0; i < N; i++)
            cr_expect_lt(fabs(explanation.residual[i]), 1e-4, "%s: %g", both[m]->method->name,
                         explanation.residual[i]);
        eg_explanation_free(&explanation);
    }
    free_setting(&setting);
}

Test(explain, base_values_are_those_of_the_references)
{
    struct setting setting = make_setting("dense 6, relu, dense 1");
    real f[BACKGROUND];
    double mean = 0;
    cr_assert_eq(eg_network_predict(&setting.network, BACKGROUND, setting.background.data, f, NULL),
                 EG_OK);
    for (size_t i = 0; i < BACKGROUND; i++)
        mean += f[i] / BACKGROUND;
    struct eg_explainer explainer = {.network = &setting.network,
                                     .method = &eg_expected_gradients,
                                     .settings = {.samples = 3},
                                     .background = &setting.background};
    struct eg_explanation eg = explain(&explainer, &setting.x, 0);
    explainer.method = &eg_integrated_gradients;
    struct eg_explanation ig = explain(&explainer, &setting.x, 0);
    for (size_t i = 0; i < N; i++) {
        cr_expect_float_eq(eg.base[i], mean, 1e-12);
        cr_expect_float_eq(ig.base[i], f[i], 1e-12);
    }
    eg_explanation_free(&eg);
    eg_explanation_free(&ig);
    free_setting(&setting);
}

Test(explain, says_nan_where_there_is_nothing_to_say)
{
    struct setting setting = make_setting("dense 6, relu, dense 1");
    const struct eg_explainer explainer = {.network = &setting.network, .method = &eg_gradients};
    struct eg_explanation explanation = explain(&explainer, &setting.x, 0);
    cr_expect(isnan(explanation.base[0]) && isnan(explanation.residual[0]));
    cr_expect(isnan(explanation.standard_error.data[0]));
    cr_expect_eq(explanation.gradient_evaluations, 1);
    eg_explanation_free(&explanation);
    free_setting(&setting);
}

/* Several outputs: each row's own class is explained. */
Test(explain, labels_choose_the_output)
{
    struct setting setting = make_setting("dense 3");
    const real labels[N] = {0, 1, 2, 2, 1, 0};
    struct eg_matrix phi = draw_matrix(N, P, 0);
    const struct eg_explainer explainer = {.network = &setting.network, .method = &eg_gradients};
    cr_assert_eq(eg_explain_phi(&explainer, &setting.x, labels, (struct eg_stream){0}, &phi, NULL),
                 EG_OK);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < P; j++)
            cr_expect_eq(eg_row(&phi, i)[j], setting.network.theta[(size_t)labels[i] * P + j]);
    eg_matrix_free(&phi);
    free_setting(&setting);
}
