/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regularisers by name, and the training step that is timed with each. */
#include "bench/frame/attribution_regularisers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/cost/cost_step.h"
#include "small_network.h"

enum { P = 6, ROWS = 8 };

static const char *const network_text = "dense 7, relu, dense 5, relu, dense 3";

struct regularised {
    struct eg_network network;
    struct eg_matrix x, baseline;
    real y[ROWS], mask[P];
    struct eg_regulariser_term term;
};

static void make_regularised(struct regularised *regularised, const char *name, size_t batch)
{
    struct eg_error error = {0};
    regularised->network = draw_network(P, network_text, 1);
    regularised->x = draw_matrix(ROWS, P, 2);
    regularised->baseline = draw_matrix(1, P, 3);
    for (size_t i = 0; i < ROWS; i++)
        regularised->y[i] = (real)(i % 3);
    for (size_t j = 0; j < P; j++)
        regularised->mask[j] = j < 2;
    const struct eg_regulariser_settings settings = {
        .network = &regularised->network,
        .batch = batch,
        .mask = regularised->mask,
        .background = &regularised->x,
        .baseline = &regularised->baseline,
        .samples = 4,
        .robust = {.radius = 0.2, .steps = 2, .loss = &eg_softmax_cross_entropy}};
    cr_assert_eq(eg_regulariser_term_alloc(&regularised->term,
                                           eg_attribution_regulariser_find(name, &error), &settings,
                                           &error),
                 EG_OK, "%s: %s", name, error.message);
}

static void free_regularised(struct regularised *regularised)
{
    eg_regulariser_term_free(&regularised->term);
    eg_matrix_free(&regularised->x);
    eg_matrix_free(&regularised->baseline);
    eg_network_free(&regularised->network);
}

/* gradient = that of the regulariser at strength 1, of the first n rows */
static void add_regulariser(struct regularised *regularised, size_t n, real *gradient)
{
    const struct eg_objective_term term = eg_regulariser_as_term(&regularised->term, 1);
    const struct eg_batch batch = {.n = n, .x = regularised->x.data, .y = regularised->y};
    memset(gradient, 0, regularised->network.parameters * sizeof *gradient);
    term.add(term.context, &regularised->network, &batch, term.strength, gradient);
}

static double norm_of(const real *gradient, size_t count)
{
    double square = 0;
    for (size_t i = 0; i < count; i++)
        square += gradient[i] * gradient[i];
    return sqrt(square);
}

/* No two regularisers are the same penalty. */
Test(regularisers, each_has_its_own_slope)
{
    double norms[8];
    size_t count = 0;
    for (size_t g = 1; eg_attribution_regularisers[g]; g++) {
        struct regularised regularised;
        make_regularised(&regularised, eg_attribution_regularisers[g]->name, ROWS);
        real *gradient = calloc(regularised.network.parameters, sizeof *gradient);
        add_regulariser(&regularised, ROWS, gradient);
        norms[count] = norm_of(gradient, regularised.network.parameters);
        cr_expect_gt(norms[count], 1e-6, "%s", eg_attribution_regularisers[g]->name);
        for (size_t other = 0; other < count; other++)
            cr_expect_neq(norms[other], norms[count], "%s", eg_attribution_regularisers[g]->name);
        count++;
        free(gradient);
        free_regularised(&regularised);
    }
    cr_expect_eq(count, 6);
}

/* Twice the same rows give the gradient of once. */
Test(regularisers, are_means_over_rows)
{
    static const char *const names[] = {"gradients", "rrr", "integrated_gradients", "cdep"};
    for (size_t i = 0; i < 4; i++) {
        struct regularised whole, half;
        make_regularised(&whole, names[i], ROWS);
        make_regularised(&half, names[i], ROWS / 2);
        memcpy(eg_row(&whole.x, ROWS / 2), whole.x.data, ROWS / 2 * P * sizeof(real));
        memcpy(whole.y + ROWS / 2, whole.y, ROWS / 2 * sizeof(real));
        const size_t parameters = whole.network.parameters;
        real *once = calloc(parameters, sizeof *once), *twice = calloc(parameters, sizeof *twice);
        add_regulariser(&half, ROWS / 2, once);
        add_regulariser(&whole, ROWS, twice);
        for (size_t k = 0; k < parameters; k++)
            cr_expect_float_eq(once[k], twice[k], 1e-12, "%s", names[i]);
        free(once);
        free(twice);
        free_regularised(&whole);
        free_regularised(&half);
    }
}

Test(regularisers, count_their_gradient_calls)
{
    static const struct {
        const char *name;
        size_t calls;
    } known[] = {{"none", 0},   {"gradients", 1}, {"rrr", 1},
                 {"eg", 4},     {"cdep", 0},      {"integrated_gradients", 4},
                 {"robust", 12}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct regularised regularised;
        make_regularised(&regularised, known[i].name, ROWS);
        cr_expect_eq(eg_regulariser_gradient_calls(&regularised.term), known[i].calls, "%s",
                     known[i].name);
        cr_expect_eq(eg_regulariser_bytes(&regularised.term) > 0, i > 0, "%s", known[i].name);
        free_regularised(&regularised);
    }
}

Test(regularisers, are_found_by_name)
{
    struct eg_error error = {0};
    cr_expect_null(eg_attribution_regulariser_find("magic", &error));
    cr_expect_eq(error.status, EG_USAGE);
    cr_expect_neq(strstr(error.message, "none, eg, gradients, rrr"), NULL, "%s", error.message);
}

/* What a timed step leaves behind does not depend on threads, and memory grows with points. */
Test(regularisers, timed_steps_repeat_bit_for_bit)
{
    double losses[2];
    size_t bytes[2];
    for (size_t i = 0; i < 2; i++) {
        double seconds[3];
        struct eg_error error = {0};
        struct eg_cost cost = {.seconds = seconds};
        const struct eg_cost_cell cell = {.network = network_text,
                                          .inputs = P,
                                          .batch = ROWS,
                                          .regulariser = "eg",
                                          .samples = 2 + i,
                                          .seed = 5,
                                          .steps = 3};
        cr_assert_eq(eg_cost_measure(&cell, 1, &cost, &error), EG_OK, "%s", error.message);
        bytes[i] = cost.bytes;
        cr_expect_eq(cost.gradient_calls, 2 + i);
        for (size_t s = 0; s < 3; s++)
            cr_expect_gt(seconds[s], 0);
        losses[0] = cost.loss;
        cr_assert_eq(eg_cost_measure(&cell, 2, &cost, &error), EG_OK);
        losses[1] = cost.loss;
        cr_expect_eq(losses[0], losses[1]);
    }
    cr_expect_gt(bytes[1], bytes[0]);
}
