/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/prior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

enum { N = 5, P = 12 };

/* Edges 0-1, 1-5, 2-9 and 7-8, over features GRAPH_FIRST to P - 1. */
enum { GRAPH_FIRST = 2, GRAPH_NODES = P - GRAPH_FIRST };
static size_t begin[] = {0, 1, 3, 4, 4, 4, 5, 5, 6, 7, 8};
static uint32_t neighbour[] = {1, 0, 5, 9, 1, 8, 7, 2};
static double weight[] = {1, 1, 0.5, 2, 0.5, 0.25, 0.25, 2};
static const struct eg_graph graph = {GRAPH_NODES, 4, begin, neighbour, weight};
static real mask[P];

static struct eg_prior_settings settings_of(int is_global, enum eg_standardise standardise)
{
    for (size_t i = 0; i < P; i++)
        mask[i] = (real)(i % 3 == 0);
    return (struct eg_prior_settings){.is_global = is_global,
                                      .graph = &graph,
                                      .graph_first = GRAPH_FIRST,
                                      .mask = mask,
                                      .mask_rows = 1,
                                      .image = {3, 4, 1},
                                      .standardise = standardise};
}

static void fill(real *phi)
{
    for (size_t i = 0; i < N * P; i++)
        phi[i] = sin(2.3 * (double)i) + 0.1 * cos((double)(i * i));
}

static void check_differences(const struct eg_prior *prior,
                              const struct eg_prior_settings *settings)
{
    const double step = 1e-6;
    real phi[N * P], v[N * P], moved[N * P], unused[N * P];
    double *scratch = calloc(eg_prior_scratch(P), sizeof *scratch), along = 0, ends[2];
    fill(phi);
    eg_prior_evaluate(prior, settings, N, P, phi, v, scratch);
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i < N * P; i++)
            moved[i] = phi[i] + (end ? step : -step) * cos(3.0 * (double)i);
        ends[end] = eg_prior_evaluate(prior, settings, N, P, moved, unused, scratch);
    }
    for (size_t i = 0; i < N * P; i++)
        along += v[i] * cos(3.0 * (double)i);
    const double slope = (ends[1] - ends[0]) / (2 * step);
    cr_expect_float_eq(along, slope, 1e-6 * (1 + fabs(slope)), "%s, global %d: %.12g and %.12g",
                       prior->name, settings->is_global, along, slope);
    free(scratch);
}

Test(priors, gradients_equal_differences)
{
    for (size_t i = 0; eg_priors[i]; i++)
        for (int is_global = 0; is_global < 2; is_global++)
            for (int standardise = 0; standardise < 3; standardise++) {
                const struct eg_prior_settings settings = settings_of(
                    is_global, (enum eg_standardise)standardise);
                check_differences(eg_priors[i], &settings);
            }
}

static double value_of(const struct eg_prior *prior, const struct eg_prior_settings *settings,
                       size_t n, size_t p, const real *phi)
{
    real v[64];
    double scratch[7 * 64];
    return eg_prior_evaluate(prior, settings, n, p, phi, v, scratch);
}

/* One feature of p holding everything has G = 1 - 1/p; equal features have 0; scale does not
 * matter. */
Test(priors, gini_meets_its_closed_forms)
{
    const struct eg_prior_settings global = {.is_global = 1};
    const real one[] = {0, 0, -3, 0}, equal[] = {2, -2, 2, -2}, none[] = {0, 0, 0, 0};
    const real ramp[] = {1, 2, 3, 4}, scaled[] = {10, 20, 30, 40};
    cr_expect_float_eq(value_of(&eg_gini_prior, &global, 1, 4, one), -0.75, 1e-15);
    cr_expect_float_eq(value_of(&eg_gini_prior, &global, 1, 4, equal), 0, 1e-15);
    cr_expect_eq(value_of(&eg_gini_prior, &global, 1, 4, none), 0);
    cr_expect_float_eq(value_of(&eg_gini_prior, &global, 1, 4, ramp), -0.25, 1e-15);
    cr_expect_float_eq(value_of(&eg_gini_prior, &global, 1, 4, scaled), -0.25, 1e-15);
    cr_expect_float_eq(value_of(&eg_mixed_prior, &global, 1, 4, ramp), 2.5 - 0.25, 1e-15);
}

/* The formula with a double sum over pairs, which the sorted form must equal, ties included. */
Test(priors, gini_equals_the_double_sum)
{
    const struct eg_prior_settings global = {.is_global = 1};
    const real a[] = {3, 1, 1, 0, 5, 1, 2, 2};
    double pairs = 0, sum = 0;
    for (int i = 0; i < 8; i++) {
        sum += a[i];
        for (int j = 0; j < 8; j++)
            pairs += fabs(a[i] - a[j]);
    }
    cr_expect_float_eq(value_of(&eg_gini_prior, &global, 1, 8, a), -pairs / (2 * 8 * sum), 1e-14);
}

Test(priors, total_variation_of_a_ramp_and_an_edge)
{
    const struct eg_prior_settings plain = {.image = {2, 3, 1}};
    const real ramp[] = {0, 1, 2, 0, 1, 2}, edge[] = {0, 0, 0, 1, 1, 1};
    cr_expect_float_eq(value_of(&eg_total_variation_prior, &plain, 1, 6, ramp), 4, 1e-15);
    cr_expect_float_eq(value_of(&eg_total_variation_prior, &plain, 1, 6, edge), 3, 1e-15);
}

/* Channels lie next to each other: no step goes from one to another, nor round the edge of a line. So
 * an image has the variation, and the slopes, of its channels taken as images of their own. */
Test(priors, total_variation_goes_through_each_channel_alone)
{
    enum { H = 5, W = 11, C = 3, PIXELS = H * W, SIZE = PIXELS * C };
    const struct eg_prior_settings whole = {.image = {H, W, C}}, single = {.image = {H, W, 1}};
    real a[SIZE], v[SIZE], channel[PIXELS], slope[PIXELS];
    double scratch[4 * SIZE], expected = 0;
    for (size_t i = 0; i < SIZE; i++)
        a[i] = sin(1.7 * (double)(i * i)) + (double)(i % C) * 100;
    const double total = eg_total_variation_prior.evaluate(&whole, 1, SIZE, a, v, scratch);
    for (size_t c = 0; c < C; c++) {
        for (size_t i = 0; i < PIXELS; i++)
            channel[i] = a[i * C + c];
        expected += eg_total_variation_prior.evaluate(&single, 1, PIXELS, channel, slope, scratch);
        for (size_t i = 0; i < PIXELS; i++)
            cr_expect_eq(v[i * C + c], slope[i], "channel %zu, pixel %zu", c, i);
    }
    cr_expect_float_eq(total, expected, 1e-12 * expected);
}

/* Three lines of two numbers, each step's slope counted by hand. */
Test(priors, total_variation_has_a_slope_for_each_step)
{
    const struct eg_prior_settings plain = {.image = {3, 2, 1}};
    const real a[] = {5, 1, 2, 7, 9, 3};
    const double wanted[] = {2, -2, -3, 3, 2, -2};
    real v[6];
    double scratch[24];
    cr_expect_eq(eg_total_variation_prior.evaluate(&plain, 1, 6, a, v, scratch),
                 4 + 5 + 6 + 3 + 6 + 7 + 4);
    for (size_t i = 0; i < 6; i++)
        cr_expect_eq(v[i], wanted[i], "%zu", i);
}

/* A constant map has no differences, and no sd either. */
Test(priors, total_variation_of_a_constant_map_is_zero)
{
    for (int standardise = 0; standardise < 3; standardise++) {
        const struct eg_prior_settings settings = {.image = {2, 3, 1},
                                                   .standardise = (enum eg_standardise)standardise};
        const real a[] = {2, 2, 2, 2, 2, 2};
        real v[6];
        double scratch[24];
        cr_expect_eq(eg_total_variation_prior.evaluate(&settings, 1, 6, a, v, scratch), 0);
        for (size_t i = 0; i < 6; i++)
            cr_expect_eq(v[i], 0);
    }
}

Test(priors, standardised_total_variation_does_not_see_scale)
{
    struct eg_prior_settings settings = settings_of(0, EG_STANDARDISE_SD);
    real phi[N * P], larger[N * P];
    fill(phi);
    for (size_t i = 0; i < N * P; i++)
        larger[i] = 7 * phi[i];
    cr_expect_float_eq(value_of(&eg_total_variation_prior, &settings, N, P, phi),
                       value_of(&eg_total_variation_prior, &settings, N, P, larger), 1e-10);
}

Test(priors, laplacian_of_an_edge_is_its_squared_difference)
{
    struct eg_prior_settings settings = {.graph = &graph, .graph_first = GRAPH_FIRST};
    real a[P] = {0};
    a[GRAPH_FIRST + 2] = 3;
    cr_expect_float_eq(value_of(&eg_laplacian_prior, &settings, 1, P, a), 2 * 9, 1e-15);
}

Test(priors, laplacian_leaves_features_outside_the_graph_alone)
{
    const struct eg_prior_settings settings = {.graph = &graph, .graph_first = GRAPH_FIRST};
    real phi[N * P], v[N * P];
    double scratch[4 * P];
    fill(phi);
    const double omega = eg_laplacian_prior.evaluate(&settings, N, P, phi, v, scratch);
    for (size_t row = 0; row < N; row++)
        for (size_t i = 0; i < GRAPH_FIRST; i++) {
            cr_expect_eq(v[row * P + i], 0);
            phi[row * P + i] += 7;
        }
    cr_expect_eq(eg_laplacian_prior.evaluate(&settings, N, P, phi, v, scratch), omega);
}

Test(priors, refuse_what_does_not_fit)
{
    struct eg_error error = {0};
    const struct eg_prior_settings none = {0};
    cr_expect_eq(eg_mask_prior.check(&none, P, &error), EG_USAGE);
    cr_expect_eq(eg_laplacian_prior.check(&none, P, &error), EG_USAGE);
    cr_expect_eq(eg_total_variation_prior.check(&none, P, &error), EG_USAGE);
    const struct eg_prior_settings wide = {.graph = &graph, .graph_first = GRAPH_FIRST};
    cr_expect_eq(eg_laplacian_prior.check(&wide, P, &error), EG_OK);
    cr_expect_eq(eg_laplacian_prior.check(&wide, P - 1, &error), EG_USAGE);
    cr_expect_str_eq(error.message, "the graph of the laplacian prior has 10 nodes, features 2 and "
                                    "on, but there are only 11 features");
    cr_expect_eq(eg_laplacian_prior.check(&wide, 1, &error), EG_USAGE);
    cr_expect_null(eg_prior_find("ginni", &error));
    cr_expect(strstr(error.message, "choose one of gini, l1"), "%s", error.message);
    cr_expect_eq(eg_prior_find("laplacian", &error), &eg_laplacian_prior);
}
