/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/faithfulness_correlation.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "metrics/shapley_linear.h"
#include "tests/plain_models.h"
#include "tests/small_network.h"

enum { N = 40, P = 6 };
static const struct plain_linear model = {P, {1, -2, 0.5, 0, 3, 1}, 3};

struct setting {
    struct eg_matrix train, x, phi;
    struct eg_predictor predictor;
    struct eg_faithfulness_input input;
};

static void make(struct setting *s)
{
    *s = (struct setting){.train = draw_matrix(50, P, 1),
                          .x = draw_matrix(N, P, 2),
                          .phi = draw_matrix(N, P, 3),
                          .predictor = linear_predictor(&model)};
    s->input = (struct eg_faithfulness_input){.predictor = &s->predictor,
                                              .x_train = &s->train,
                                              .x = &s->x,
                                              .phi = &s->phi,
                                              .subset = 2,
                                              .draws = 50,
                                              .stream = {.key = {4, 2}}};
}

static void release(struct setting *s)
{
    eg_matrix_free(&s->train);
    eg_matrix_free(&s->x);
    eg_matrix_free(&s->phi);
}

static double measure(const struct setting *s)
{
    double mean = NAN;
    struct eg_error error = {0};
    cr_assert_eq(eg_faithfulness_correlation(&s->input, &mean, &error), EG_OK, "%s", error.message);
    return mean;
}

/* The shares of a linear model, and its slopes, foretell each loss; unrelated numbers do not. */
Test(faithfulness_correlation, is_1_for_exact_attributions_of_a_linear_model)
{
    struct setting s;
    make(&s);
    cr_expect_float_eq(measure(&s), 0, 0.25);
    cr_assert_eq(eg_shapley_linear(model.beta, &s.x, &s.train, &s.phi, NULL), EG_OK);
    cr_expect_float_eq(measure(&s), 1, 1e-12);
    for (size_t i = 0; i < N * P; i++)
        s.phi.data[i] *= -2;
    cr_expect_float_eq(measure(&s), -1, 1e-12);
    for (size_t i = 0; i < N * P; i++)
        s.phi.data[i] = (real)model.beta[i % P];
    s.input.kind = EG_PHI_SLOPES;
    cr_expect_float_eq(measure(&s), 1, 1e-12);
    memset(s.phi.data, 0, N * P * sizeof *s.phi.data);
    cr_expect_eq(measure(&s), 0, "zeros foretell nothing");
    release(&s);
}

static void expect_refused(const struct setting *s, int status, const char *words)
{
    double mean;
    struct eg_error error = {0};
    cr_expect_eq(eg_faithfulness_correlation(&s->input, &mean, &error), status);
    cr_expect(strstr(error.message, words), "%s", error.message);
}

Test(faithfulness_correlation, refuses_what_has_no_meaning)
{
    const struct plain_linear dull = {P, {0}, 5};
    const struct eg_predictor constant = linear_predictor(&dull);
    struct setting s;
    make(&s);
    s.input.subset = P;
    expect_refused(&s, EG_USAGE, "50 subsets of 6 of 6 features");
    s.input.subset = 2;
    s.input.predictor = &constant;
    expect_refused(&s, EG_DATA, "does not change");
    s.input.predictor = &square_predictor;
    expect_refused(&s, EG_DATA, "the model takes 1 features");
    release(&s);
}
