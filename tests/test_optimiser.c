/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/optimiser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

/* The recurrences written out, in the paper's own form, for one number. */
static double adam_by_hand(const double *gradient, int steps, double rate, double epsilon,
                           int first_step, int bare)
{
    double m = 0, v = 0, theta = 0;
    for (int i = 0; i < steps; i++) {
        const double t = i + first_step;
        m = 0.9 * m + 0.1 * gradient[i];
        v = 0.999 * v + 0.001 * gradient[i] * gradient[i];
        const double m_hat = m / (1 - pow(0.9, t)), v_hat = v / (1 - pow(0.999, t));
        theta -= bare ? rate * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t)) * m / (sqrt(v) + epsilon)
                      : rate * m_hat / (sqrt(v_hat) + epsilon);
    }
    return theta;
}

Test(optimiser, adam_equals_its_recurrences)
{
    const double gradients[5] = {0.5, -1e-3, 2, 1e-6, -0.3};
    for (int first = 1; first <= 2; first++)
        for (int bare = 0; bare < 2; bare++) {
            struct eg_optimiser optimiser;
            struct eg_optimiser_settings settings = eg_adam(0.01);
            settings.first_step = (unsigned)first;
            settings.bare_epsilon = bare;
            settings.epsilon = 1e-3;
            real theta = 0;
            cr_assert_eq(eg_optimiser_alloc(&optimiser, &settings, 1, NULL), EG_OK);
            for (int i = 0; i < 5; i++) {
                real gradient = gradients[i];
                eg_optimiser_step(&optimiser, 0, &gradient, &theta);
            }
            cr_expect_float_eq(theta, adam_by_hand(gradients, 5, 0.01, 1e-3, first, bare), 1e-14);
            eg_optimiser_free(&optimiser);
        }
}

/* With a constant gradient g the velocity tends to -rate g / (1 - momentum). */
Test(optimiser, momentum_tends_to_its_limit)
{
    struct eg_optimiser optimiser;
    const struct eg_optimiser_settings settings = eg_sgd(0.1, 0.9);
    real theta = 0, before = 0;
    cr_assert_eq(eg_optimiser_alloc(&optimiser, &settings, 1, NULL), EG_OK);
    for (int i = 0; i < 400; i++) {
        real gradient = 2;
        before = theta;
        eg_optimiser_step(&optimiser, 0, &gradient, &theta);
    }
    cr_expect_float_eq(theta - before, -0.1 * 2 / (1 - 0.9), 1e-9);
    eg_optimiser_free(&optimiser);
}

/* By torch.optim.SGD, contrib/python/image_numbers.py. */
Test(optimiser, nesterov_equals_pytorch)
{
    enum { NUMBERS = 3, TAKEN = 5 };
    static const double gradients[TAKEN][NUMBERS] = {
        {0.5, -1e-3, 2}, {-0.25, 3, 1e-6}, {0.125, 0.7, -0.3}, {4, -2, 0}, {1, 1, -5}};
    static const double expected[TAKEN][NUMBERS] = {{0.9525, -1.999905, 0.31},
                                                    {0.956, -2.2848645, 0.228999905},
                                                    {0.936025, -2.47282805, 0.1845998645},
                                                    {0.5436725, -2.420495245, 0.13113982805},
                                                    {0.27555525, -2.5583957205, 0.558025795245}};
    struct eg_optimiser optimiser;
    struct eg_optimiser_settings settings = eg_sgd(0.05, 0.9);
    settings.nesterov = 1;
    real theta[NUMBERS] = {1, -2, 0.5};
    cr_assert_eq(eg_optimiser_alloc(&optimiser, &settings, NUMBERS, NULL), EG_OK);
    for (int step = 0; step < TAKEN; step++) {
        real gradient[NUMBERS];
        for (int i = 0; i < NUMBERS; i++)
            gradient[i] = gradients[step][i];
        eg_optimiser_step(&optimiser, 0, gradient, theta);
        for (int i = 0; i < NUMBERS; i++)
            cr_expect_float_eq(theta[i], expected[step][i], 1e-13, "step %d, number %d", step, i);
    }
    eg_optimiser_free(&optimiser);
}

Test(optimiser, rate_decays_by_epochs)
{
    struct eg_optimiser optimiser;
    struct eg_optimiser_settings settings = eg_sgd(1, 0);
    settings.decay = 0.5;
    settings.decay_epochs = 20;
    const size_t epochs[] = {0, 19, 20, 45};
    const double expected[] = {1, 1, 0.5, 0.25};
    cr_assert_eq(eg_optimiser_alloc(&optimiser, &settings, 1, NULL), EG_OK);
    for (int i = 0; i < 4; i++) {
        real theta = 0;
        real gradient = -1;
        eg_optimiser_step(&optimiser, epochs[i], &gradient, &theta);
        cr_expect_float_eq(theta, expected[i], 1e-15);
    }
    eg_optimiser_free(&optimiser);
}

enum { PARAMETERS = 300001, STEPS = 3 };

/* theta after some steps with gradients of all sizes */
static real *run_steps(const struct eg_optimiser_settings *settings, size_t threads)
{
    struct eg_optimiser optimiser;
    real *theta = calloc(PARAMETERS, sizeof *theta), *gradient = calloc(PARAMETERS, sizeof *theta);
    cr_assert_eq(eg_optimiser_alloc(&optimiser, settings, PARAMETERS, NULL), EG_OK);
    optimiser.threads = threads;
    for (int step = 0; step < STEPS; step++) {
        for (size_t i = 0; i < PARAMETERS; i++)
            gradient[i] += (real)sin(1.0 + (double)i * (step + 1)) * (real)exp(-(double)(i % 40));
        eg_optimiser_step(&optimiser, 0, gradient, theta);
        for (size_t i = 0; i < PARAMETERS; i++)
            cr_assert_eq(gradient[i], 0, "step %d leaves gradient %zu", step, i);
    }
    eg_optimiser_free(&optimiser);
    free(gradient);
    return theta;
}

/* The same numbers one at a time: a single parameter is neither vectorised nor shared out. */
static real run_alone(const struct eg_optimiser_settings *settings, size_t i)
{
    struct eg_optimiser optimiser;
    real theta = 0;
    cr_assert_eq(eg_optimiser_alloc(&optimiser, settings, 1, NULL), EG_OK);
    for (int step = 0; step < STEPS; step++) {
        real gradient = (real)sin(1.0 + (double)i * (step + 1)) * (real)exp(-(double)(i % 40));
        eg_optimiser_step(&optimiser, 0, &gradient, &theta);
    }
    eg_optimiser_free(&optimiser);
    return theta;
}

Test(optimiser, has_the_same_bits_on_any_number_of_threads_and_leaves_no_gradient)
{
    struct eg_optimiser_settings settings[] = {eg_adam(0.01), eg_sgd(0.1, 0.9), eg_sgd(0.1, 0.9)};
    settings[2].nesterov = 1;
    for (int kind = 0; kind < 3; kind++) {
        real *one = run_steps(&settings[kind], 0), *three = run_steps(&settings[kind], 3);
        cr_expect_eq(memcmp(one, three, PARAMETERS * sizeof *one), 0);
        for (size_t i = 0; i < PARAMETERS; i += 997)
            cr_expect_eq(one[i], run_alone(&settings[kind], i), "parameter %zu", i);
        free(one);
        free(three);
    }
}

/* Multiplied by 0.9 the least denormal numbers round to themselves, so an average would never come to 0. */
Test(optimiser, leaves_no_denormal_numbers_and_keeps_what_is_no_number)
{
    struct eg_optimiser_settings all[] = {eg_adam(0.01), eg_sgd(0.1, 0.9), eg_sgd(0.1, 0.9)};
    all[2].nesterov = 1;
    for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
        struct eg_optimiser optimiser;
        real theta[3] = {1, EG_REAL_MIN / 8, NAN};
        cr_assert_eq(eg_optimiser_alloc(&optimiser, &all[s], 3, NULL), EG_OK);
        for (int i = 0; i < 10000; i++) {
            real gradient[3] = {i == 0, 0, 0};
            eg_optimiser_step(&optimiser, 0, gradient, theta);
        }
        cr_expect_eq(optimiser.first[0], 0, "%g", optimiser.first[0]);
        cr_expect_eq(theta[1], 0, "%g", theta[1]);
        cr_expect(isnan(theta[2]));
        eg_optimiser_free(&optimiser);
    }
}
