/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Robust attribution regularisation, and the slope of attributions for the rows explained. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "image_fixture.h"
#include "prior/robust_term.h"
#include "small_network.h"

enum { POINTS = 5 }; /* of the oracle's integrals */

/* The oracle's neighbours: the first reference of each image. */
static void take_neighbours(const struct image_fixture *fixture, real *neighbours)
{
    for (size_t i = 0; i < IMAGE_N; i++)
        memcpy(neighbours + i * IMAGE_P, eg_row(&fixture->references, i * IMAGE_K),
               IMAGE_P * sizeof *neighbours);
}

/* What the oracle differentiates: of the way from the images to their neighbours
 * norm_weight |IG of the loss|_1 + end loss(neighbour). */
struct objective {
    const char *name, *slope;
    enum eg_rule rule;
    double norm_weight, end;
};

static const struct objective objectives[] = {
    {"ig_norm", "ig_norm_slope", EG_RULE_MIDPOINT, 1, 0},
    {"ig_sum_norm", "ig_sum_norm_slope", EG_RULE_RIGHT, 0.1, 1}};

/* The loss at the neighbours, whose slope for the weights is added to the gradient. */
static double add_loss(const struct image_fixture *fixture, const real *z, real *gradient)
{
    struct eg_backprop pass;
    cr_assert_eq(eg_backprop_alloc(&pass, &fixture->network, IMAGE_N, 1, NULL), EG_OK);
    const double loss = eg_backprop_run(&pass, &fixture->network, &eg_softmax_cross_entropy,
                                        IMAGE_N, z, fixture->labels, NULL, gradient);
    eg_backprop_free(&pass);
    return loss;
}

/* The objective, its slope for the weights and for the neighbours. */
static void check_slopes(const struct image_fixture *fixture, const struct objective *objective,
                         size_t piece)
{
    struct eg_attribution attribution;
    struct eg_error error;
    real z[IMAGE_N * IMAGE_P], phi[IMAGE_N * IMAGE_P], v[IMAGE_N * IMAGE_P],
        slope[IMAGE_N * IMAGE_P];
    const struct eg_explainer explainer = {.network = &fixture->network,
                                           .method = &eg_integrated_gradients,
                                           .settings = {.samples = POINTS, .rule = objective->rule},
                                           .target = {EG_TARGET_LOSS, &eg_softmax_cross_entropy},
                                           .background = &fixture->x};
    real *gradient = calloc(fixture->network.parameters, sizeof *gradient);
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, IMAGE_N, 1, &error), EG_OK, "%s",
                 error.message);
    if (piece)
        attribution.piece = piece;
    take_neighbours(fixture, z);
    eg_attribution_explain(&attribution, IMAGE_N, z, fixture->labels, (struct eg_stream){0}, phi,
                           NULL, NULL);
    double omega = objective->end > 0 ? add_loss(fixture, z, gradient) : 0;
    for (size_t i = 0; i < IMAGE_N * IMAGE_P; i++) {
        const double each = objective->norm_weight / IMAGE_N;
        omega += each * fabs(phi[i]);
        v[i] = (real)(each * ((phi[i] > 0) - (phi[i] < 0)));
    }
    cr_expect_float_eq(omega, image_oracle_value(fixture, objective->name), 1e-10 * omega);
    eg_attribution_pull_back_ends(&attribution, IMAGE_N, v, objective->end / IMAGE_N, slope);
    const double input_distance = image_map_distance(fixture, objective->slope, slope);
    cr_expect_lt(input_distance, 1e-9, "%s, %s: slope for the input off by %.3g", objective->name,
                 fixture->activation, input_distance);
    eg_attribution_pull_back(&attribution, IMAGE_N, v, gradient);
    const double distance = image_gradient_distance(fixture, objective->name, gradient);
    cr_expect_lt(distance, 1e-9, "%s, %s: gradient off by %.3g", objective->name,
                 fixture->activation, distance);
    free(gradient);
    eg_attribution_free(&attribution);
}

Test(robust_term, slopes_equal_automatic_differentiation)
{
    static const char *const activations[] = {"relu", "tanh", "softplus"};
    for (size_t i = 0; i < 3; i++) {
        struct image_fixture fixture;
        image_fixture_load(&fixture, activations[i]);
        for (size_t piece = 0; piece < 3; piece++) /* 0: as it was allocated */
            for (size_t o = 0; o < 2; o++)
                check_slopes(&fixture, &objectives[o], piece);
        image_fixture_free(&fixture);
    }
}

enum { P = 6, ROWS = 5 };

/* Without curvature the way back to the input is the coefficient times the gradients alone. */
Test(robust_term, slope_of_a_linear_output_is_its_weights)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    struct eg_matrix x = draw_matrix(ROWS, P, 2), baseline = draw_matrix(1, P, 3);
    struct eg_attribution attribution;
    real phi[ROWS * P], v[ROWS * P], slope[ROWS * P];
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_integrated_gradients,
                                           .settings = {.samples = 4},
                                           .background = &baseline};
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, ROWS, 1, NULL), EG_OK);
    for (size_t i = 0; i < ROWS * P; i++)
        v[i] = (real)i - 7;
    eg_attribution_explain(&attribution, ROWS, x.data, NULL, (struct eg_stream){0}, phi, NULL,
                           NULL);
    eg_attribution_pull_back_input(&attribution, ROWS, v, slope);
    for (size_t i = 0; i < ROWS * P; i++)
        cr_expect_float_eq(slope[i], v[i] * network.theta[i % P], 1e-12);
    eg_attribution_free(&attribution);
    eg_matrix_free(&x);
    eg_matrix_free(&baseline);
    eg_network_free(&network);
}

static void alloc_or_abort(struct eg_robust_term *term, const struct eg_robust_settings *settings,
                           const struct eg_network *network)
{
    struct eg_error error;
    cr_assert_eq(eg_robust_term_alloc(term, settings, network, ROWS, 1, &error), EG_OK, "%s",
                 error.message);
}

static double output_of(const struct eg_network *network, const real *row)
{
    double sum = network->theta[P];
    for (size_t j = 0; j < P; j++)
        sum += network->theta[j] * row[j];
    return sum;
}

/*
 * f(x) = w'x + b and loss (f - y)^2: IG_j = w_j (x'_j - x_j) (f(x) + f(x') - 2 y), of which the
 * largest L1 norm in the box is r |w|_1 (2 |f - y| + r |w|_1).
 */
Test(robust_term, climbs_within_the_box_of_a_linear_model)
{
    static const double radius = 0.3;
    struct eg_network network = draw_network(P, "dense 1", 4);
    struct eg_matrix x = draw_matrix(ROWS, P, 5);
    double norm = 0, least = 0, omegas[2];
    real y[ROWS], *gradient = calloc(network.parameters, sizeof *gradient);
    for (size_t j = 0; j < P; j++)
        norm += fabs((double)network.theta[j]);
    for (size_t row = 0; row < ROWS; row++) {
        y[row] = (real)row;
        least += radius * norm *
                 (2 * fabs(output_of(&network, eg_row(&x, row)) - row) + radius * norm);
    }
    for (size_t climbs = 0; climbs < 2; climbs++) {
        struct eg_robust_term term;
        const struct eg_batch batch = {
            .n = ROWS, .x = x.data, .y = y, .stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0)};
        alloc_or_abort(&term,
                       &(struct eg_robust_settings){.radius = radius,
                                                    .steps = climbs * 8,
                                                    .samples = 3,
                                                    .rule = EG_RULE_MIDPOINT,
                                                    .loss = &eg_mse},
                       &network);
        const struct eg_objective_term as_term = eg_robust_as_term(&term, 1);
        omegas[climbs] = as_term.add(as_term.context, &network, &batch, 1, gradient);
        double own = 0;
        for (size_t i = 0; i < ROWS * P; i++) {
            const size_t row = i / P;
            const double shift = term.neighbour[i] - x.data[i];
            cr_expect_leq(fabs(shift), radius * (1 + 1e-12));
            own += fabs(network.theta[i % P] * shift *
                        (output_of(&network, eg_row(&x, row)) +
                         output_of(&network, term.neighbour + row * P) - 2 * (double)row));
        }
        cr_expect_float_eq(omegas[climbs], own / ROWS, 1e-12);
        eg_robust_term_free(&term);
    }
    cr_expect_gt(omegas[1], 1.3 * omegas[0]);
    cr_expect_leq(omegas[1], least / ROWS * (1 + 1e-12));
    cr_expect_gt(omegas[1], 0.6 * least / ROWS);
    free(gradient);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* The largest loss of the box is that of its corner, (|f - y| + r |w|_1)^2, whichever is
 * ascended: with the norm the loss is too, and no step moves anything there. */
Test(robust_term, adversary_finds_the_corner_of_a_linear_model)
{
    static const double radius = 0.3;
    static const enum eg_robust_ascent ascents[] = {EG_ASCEND_LOSS, EG_ASCEND_SUM};
    struct eg_network network = draw_network(P, "dense 1", 4);
    struct eg_matrix x = draw_matrix(ROWS, P, 5);
    const real y[ROWS] = {9, -9, 9, -9, 9};
    const struct eg_batch batch = {.n = ROWS, .x = x.data, .y = y};
    double norm = 0;
    for (size_t j = 0; j < P; j++)
        norm += fabs((double)network.theta[j]);
    for (size_t i = 0; i < 2; i++) {
        struct eg_robust_term term;
        alloc_or_abort(&term,
                       &(struct eg_robust_settings){.radius = radius,
                                                    .steps = 100,
                                                    .samples = 3,
                                                    .search_samples = 2,
                                                    .rule = EG_RULE_RIGHT,
                                                    .ascends = ascents[i],
                                                    .norm_weight = 0.1,
                                                    .loss = &eg_mse},
                       &network);
        const struct eg_adversary adversary = eg_robust_as_adversary(&term);
        const real *moved = adversary.move(adversary.context, &network, &batch);
        for (size_t row = 0; row < ROWS; row++) {
            const double off = fabs(output_of(&network, eg_row(&x, row)) - y[row]);
            const double loss = pow(output_of(&network, moved + row * P) - y[row], 2);
            cr_expect_float_eq(loss, pow(off + radius * norm, 2), 1e-10 * loss);
        }
        eg_robust_term_free(&term);
    }
    eg_matrix_free(&x);
    eg_network_free(&network);
}

static double omega_at(struct eg_network *network, struct eg_robust_term *term,
                       const struct eg_batch *batch, size_t parameter, real value)
{
    real *unused = calloc(network->parameters, sizeof *unused);
    const struct eg_objective_term as_term = eg_robust_as_term(term, 1);
    const real kept = network->theta[parameter];
    network->theta[parameter] = value;
    const double omega = as_term.add(term, network, batch, 1, unused);
    network->theta[parameter] = kept;
    free(unused);
    return omega;
}

/* Without ascent the neighbour does not depend on the weights. */
Test(robust_term, penalty_has_the_slope_of_finite_differences)
{
    static const double strength = 0.5;
    struct eg_network network = draw_network(P, "dense 7, softplus, dense 5, relu, dense 3", 6);
    struct eg_matrix x = draw_matrix(ROWS, P, 7);
    const real y[ROWS] = {0, 1, 2, 1, 0}, h = 1e-6;
    struct eg_robust_term term;
    real *gradient = calloc(network.parameters, sizeof *gradient);
    const struct eg_batch batch = {
        .n = ROWS, .x = x.data, .y = y, .stream = eg_stream_make(2, 0, EG_PURPOSE_DATA, 0, 0)};
    alloc_or_abort(&term,
                   &(struct eg_robust_settings){
                       .radius = 0.5, .samples = 4, .loss = &eg_softmax_cross_entropy},
                   &network);
    const struct eg_objective_term as_term = eg_robust_as_term(&term, strength);
    as_term.add(as_term.context, &network, &batch, strength, gradient);
    for (size_t i = 0; i < network.parameters; i++) {
        const real own = network.theta[i];
        const double slope = strength *
                             (omega_at(&network, &term, &batch, i, own + h) -
                              omega_at(&network, &term, &batch, i, own - h)) /
                             (2 * h);
        cr_expect_float_eq(gradient[i], slope, 1e-6 * (1 + fabs(slope)), "parameter %zu: %g, %g", i,
                           gradient[i], slope);
    }
    free(gradient);
    eg_robust_term_free(&term);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(robust_term, keeps_to_the_range)
{
    struct eg_network network = draw_network(P, "dense 4, relu, dense 2", 8);
    struct eg_matrix x = draw_matrix(ROWS, P, 9);
    const real y[ROWS] = {0, 1, 1, 0, 1};
    struct eg_robust_term term;
    size_t at_limit = 0;
    const struct eg_batch batch = {.n = ROWS, .x = x.data, .y = y};
    for (size_t i = 0; i < ROWS * P; i++)
        x.data[i] = x.data[i] > 0 ? (real)0.5 : (real)-0.5;
    alloc_or_abort(&term,
                   &(struct eg_robust_settings){.radius = 0.2,
                                                .steps = 4,
                                                .samples = 4,
                                                .loss = &eg_softmax_cross_entropy,
                                                .clips = 1,
                                                .low = -0.5,
                                                .high = 0.5},
                   &network);
    eg_robust_find_neighbours(&term, &batch);
    for (size_t i = 0; i < ROWS * P; i++) {
        cr_expect_leq(fabs(term.neighbour[i]), 0.5);
        cr_expect_leq(fabs(term.neighbour[i] - x.data[i]), 0.2 + 1e-12);
        at_limit += fabs(term.neighbour[i]) == 0.5;
    }
    cr_expect_gt(at_limit, 0);
    eg_robust_term_free(&term);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* So many points that each thread takes pieces of its own. */
Test(robust_term, threads_do_not_change_a_bit)
{
    enum { MANY = 256 };
    struct eg_network network = draw_network(P, "dense 9, relu, dense 3", 10);
    struct eg_matrix x = draw_matrix(MANY, P, 11);
    real y[MANY], first[MANY * P], *gradients[2];
    for (size_t i = 0; i < MANY; i++)
        y[i] = (real)(i % 3);
    const struct eg_batch batch = {.n = MANY, .x = x.data, .y = y};
    const struct eg_robust_settings settings = {
        .radius = 0.2, .steps = 2, .samples = 8, .loss = &eg_softmax_cross_entropy};
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    for (size_t i = 0; i < 2; i++) {
        struct eg_robust_term term;
        cr_assert_eq(eg_robust_term_alloc(&term, &settings, &network, MANY, 1 + i, NULL), EG_OK);
        gradients[i] = calloc(network.parameters, sizeof(real));
        const struct eg_objective_term as_term = eg_robust_as_term(&term, 1);
        as_term.add(as_term.context, &network, &batch, 1, gradients[i]);
        if (i == 0)
            memcpy(first, term.neighbour, sizeof first);
        cr_expect_arr_eq(first, term.neighbour, sizeof first);
        eg_robust_term_free(&term);
    }
    cr_expect_arr_eq(gradients[0], gradients[1], network.parameters * sizeof(real));
    free(gradients[0]);
    free(gradients[1]);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(robust_term, refuses_settings_without_sense)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    struct eg_robust_term term;
    struct eg_error error;
    const struct eg_robust_settings flat = {.samples = 3, .loss = &eg_mse};
    const struct eg_robust_settings empty = {.radius = 1, .loss = &eg_mse};
    const struct eg_robust_settings endless = {.radius = 1,
                                               .samples = 3,
                                               .ascends = EG_ASCEND_SUM,
                                               .rule = EG_RULE_MIDPOINT,
                                               .loss = &eg_mse};
    cr_expect_eq(eg_robust_term_alloc(&term, &flat, &network, ROWS, 1, &error), EG_USAGE);
    cr_expect_eq(eg_robust_term_alloc(&term, &empty, &network, ROWS, 1, &error), EG_USAGE);
    cr_expect_eq(eg_robust_term_alloc(&term, &endless, &network, ROWS, 1, &error), EG_USAGE);
    eg_network_free(&network);
}
