/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapley values, exact and by sampling, against closed forms and against each other. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "small_network.h"

enum { P = 6, N = 5, ROWS = 8, ALL = (1 << P) - 2 };

struct setting {
    struct eg_network network;
    struct eg_matrix x, background;
};

static struct setting make_setting(size_t p, const char *text)
{
    return (struct setting){draw_network(p, text, 41), draw_matrix(N, p, 42),
                            draw_matrix(ROWS, p, 43)};
}

static void free_setting(struct setting *setting)
{
    eg_network_free(&setting->network);
    eg_matrix_free(&setting->x);
    eg_matrix_free(&setting->background);
}

static struct eg_matrix explain(const struct setting *setting, const struct eg_method *method,
                                size_t samples, enum eg_references references)
{
    const struct eg_explainer explainer = {
        .network = &setting->network,
        .method = method,
        .settings = {.samples = samples, .references = references},
        .background = &setting->background};
    return explain_or_abort(&explainer, &setting->x, 44);
}

/* On a linear function all of them are w (x - mean of the background), sampled or not. */
Test(shapley_methods, are_exact_on_linear_functions)
{
    struct setting setting = make_setting(P, "dense 1");
    const struct {
        const struct eg_method *method;
        size_t samples;
    } cases[] = {{&eg_shapley_exact, 0},  {&eg_shapley_sampling, 2 * ROWS},
                 {&eg_kernel_shap, ALL},  {&eg_kernel_shap, ALL - 1},
                 {&eg_kernel_shap, 20},   {&eg_occlusion, 0},
                 {&eg_deeplift, 2 * ROWS}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct eg_matrix phi = explain(&setting, cases[c].method, cases[c].samples,
                                       EG_REFERENCES_ALL);
        for (size_t i = 0; i < N * P; i++) {
            double mean = 0;
            for (size_t b = 0; b < ROWS; b++)
                mean += eg_row(&setting.background, b)[i % P] / ROWS;
            cr_expect_float_eq(phi.data[i],
                               setting.network.theta[i % P] * (setting.x.data[i] - mean), 1e-12,
                               "%s, %zu samples", cases[c].method->name, cases[c].samples);
        }
        eg_matrix_free(&phi);
    }
    free_setting(&setting);
}

/*
 * f = 2 relu(x1 + x2 - 1) + 3 relu(x3) + 6 relu(x1 + x2 + x3 - 2) at (1, 1, 1). Against (0, 0, 0) it
 * is the game 2 [1,2] + 3 [3] + 6 [1,2,3]: equal parts of each to those in it give (3, 3, 5). Against
 * (1, 0, 0) it is 2 [2] + 3 [3] + 6 [2,3]: (0, 5, 6). The mean over both rows is (1.5, 4, 5.5).
 */
Test(shapley_methods, solve_a_game_by_hand)
{
    const double weights[] = {1, 1, 0, 0, 0, 1, 1, 1, 1, -1, 0, -2, 2, 3, 6, 0};
    const double expected[] = {1.5, 4, 5.5};
    struct setting setting = {.network = draw_network(3, "dense 3, relu, dense 1", 1),
                              .x = {1, 3, (real[]){1, 1, 1}},
                              .background = {2, 3, (real[]){0, 0, 0, 1, 0, 0}}};
    cr_assert_eq(setting.network.parameters, sizeof weights / sizeof *weights);
    memcpy(setting.network.theta, weights, sizeof weights);
    struct eg_matrix exact = explain(&setting, &eg_shapley_exact, 0, EG_REFERENCES_RANDOM);
    struct eg_matrix kernel = explain(&setting, &eg_kernel_shap, 6, EG_REFERENCES_RANDOM);
    struct eg_matrix sampled = explain(&setting, &eg_shapley_sampling, 4000, EG_REFERENCES_ALL);
    for (size_t j = 0; j < 3; j++) {
        cr_expect_float_eq(exact.data[j], expected[j], 1e-14);
        cr_expect_float_eq(kernel.data[j], expected[j], 1e-12);
        cr_expect_float_eq(sampled.data[j], expected[j], 0.2);
    }
    eg_matrix_free(&exact);
    eg_matrix_free(&kernel);
    eg_matrix_free(&sampled);
    eg_network_free(&setting.network);
}

/* f(1, 1) - f(1, 0) and f(1, 1) - f(0, 1) of f = relu(x1 + x2 - 1) + x2: the mean row is (0, 0). */
Test(shapley_methods, occlusion_by_hand)
{
    const double weights[] = {1, 1, 0, 1, -1, 0, 1, 1, 0};
    struct setting setting = {.network = draw_network(2, "dense 2, relu, dense 1", 1),
                              .x = {1, 2, (real[]){1, 1}},
                              .background = {2, 2, (real[]){-1, 2, 1, -2}}};
    memcpy(setting.network.theta, weights, sizeof weights);
    struct eg_matrix phi = explain(&setting, &eg_occlusion, 0, EG_REFERENCES_RANDOM);
    cr_expect_float_eq(phi.data[0], 1, 1e-15);
    cr_expect_float_eq(phi.data[1], 2, 1e-15);
    eg_matrix_free(&phi);
    eg_network_free(&setting.network);
}

Test(shapley_methods, the_kernel_over_all_coalitions_is_exact)
{
    for (size_t p = 1; p <= 8; p++) {
        struct setting setting = make_setting(p, "dense 9, tanh, dense 4, relu, dense 1");
        struct eg_matrix exact = explain(&setting, &eg_shapley_exact, 0, EG_REFERENCES_RANDOM);
        struct eg_matrix kernel = explain(&setting, &eg_kernel_shap, 1000, EG_REFERENCES_RANDOM);
        cr_expect_lt(largest_gap(&exact, &kernel), 1e-9, "p = %zu: %g", p,
                     largest_gap(&exact, &kernel));
        eg_matrix_free(&exact);
        eg_matrix_free(&kernel);
        free_setting(&setting);
    }
}

/* A feature that f does not read is worth nothing. */
Test(shapley_methods, idle_features_get_nothing)
{
    struct setting setting = make_setting(P, "dense 9, tanh, dense 1");
    for (size_t unit = 0; unit < 9; unit++)
        setting.network.theta[unit * P + 2] = 0;
    const struct eg_method *const methods[] = {&eg_shapley_exact, &eg_shapley_sampling,
                                               &eg_kernel_shap, &eg_occlusion, &eg_deeplift};
    for (size_t m = 0; m < 5; m++) {
        struct eg_matrix phi = explain(&setting, methods[m], 80, EG_REFERENCES_RANDOM);
        for (size_t i = 0; i < N; i++)
            cr_expect_float_eq(eg_row(&phi, i)[2], 0, 1e-12, "%s", methods[m]->name);
        eg_matrix_free(&phi);
    }
    free_setting(&setting);
}

/* The gaps to the exact values, over the standard errors that are given, have variance one. */
static void check_errors(enum eg_references references)
{
    struct setting setting = make_setting(P, "dense 9, tanh, dense 1");
    struct eg_matrix exact = explain(&setting, &eg_shapley_exact, 0, EG_REFERENCES_RANDOM);
    const struct eg_explainer explainer = {.network = &setting.network,
                                           .method = &eg_shapley_sampling,
                                           .settings = {.samples = 400, .references = references},
                                           .background = &setting.background};
    double squares = 0, largest = 0;
    enum { SEEDS = 20 };
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct eg_explanation explanation;
        cr_assert_eq(eg_explain(&explainer, &setting.x, NULL,
                                eg_stream_make(seed, 0, EG_PURPOSE_EXPLAIN, 0, 0), &explanation,
                                NULL),
                     EG_OK);
        for (size_t i = 0; i < N * P; i++) {
            const double gap = (explanation.phi.data[i] - exact.data[i]) /
                               explanation.standard_error.data[i];
            squares += gap * gap / (SEEDS * N * P);
            largest = fmax(largest, fabs(gap));
        }
        eg_explanation_free(&explanation);
    }
    if (references == EG_REFERENCES_RANDOM)
        cr_expect_float_eq(squares, 1, 0.3, "%g", squares);
    else
        cr_expect_lt(squares, 1.3, "%g", squares); /* rows without replacement are less noisy */
    cr_expect_lt(largest, 5, "%g", largest);
    eg_matrix_free(&exact);
    free_setting(&setting);
}

Test(shapley_methods, sampling_converges_within_its_errors)
{
    check_errors(EG_REFERENCES_RANDOM);
    check_errors(EG_REFERENCES_WITHOUT_REPLACEMENT);
    check_errors(EG_REFERENCES_ALL);
}

/* 16 times the coalitions leave a quarter of the error. */
Test(shapley_methods, the_sampled_kernel_converges)
{
    enum { FEATURES = 11 };
    struct setting setting = make_setting(FEATURES, "dense 9, tanh, dense 5, tanh, dense 1");
    for (size_t i = 0; i < setting.network.parameters; i++)
        setting.network.theta[i] *= 4; /* more of interactions */
    struct eg_matrix exact = explain(&setting, &eg_shapley_exact, 0, EG_REFERENCES_RANDOM);
    double squares[2] = {0}, size = 0;
    for (size_t i = 0; i < N * FEATURES; i++)
        size += exact.data[i] * exact.data[i];
    for (size_t many = 0; many < 2; many++) {
        struct eg_matrix phi = explain(&setting, &eg_kernel_shap, many ? 1600 : 100,
                                       EG_REFERENCES_RANDOM);
        for (size_t i = 0; i < N * FEATURES; i++)
            squares[many] += pow(phi.data[i] - exact.data[i], 2);
        eg_matrix_free(&phi);
    }
    const double ratio = sqrt(squares[0] / squares[1]);
    cr_expect(ratio > 2.5 && ratio < 7, "%g", ratio);
    cr_expect_lt(sqrt(squares[1] / size), 0.05, "%g", sqrt(squares[1] / size));
    eg_matrix_free(&exact);
    free_setting(&setting);
}
