/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linear/lasso.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "graph/graph.h"

enum { ROWS = 40, P = 12 };

/* A problem with all that is behind it. */
struct example {
    real x[ROWS * P], y[ROWS];
    double q[P * P], c[P], means[P + 1];
    struct eg_lasso_problem problem;
};

static void find_moments(struct example *example)
{
    const struct eg_matrix x = {ROWS, P, example->x};
    struct eg_error error = {0};
    example->problem = (struct eg_lasso_problem){P, example->q, example->c, 0};
    cr_assert_eq(eg_lasso_moments(&x, example->y, example->q, example->c,
                                  &example->problem.y_square, example->means, &error),
                 EG_OK, "%s", error.message);
}

static void make_waves(struct example *example)
{
    for (int i = 0; i < ROWS; i++) {
        real *x = example->x + (size_t)i * P;
        for (int j = 0; j < P; j++)
            x[j] = sin(1.3 * i * (j + 1) + 0.7 * j) + 0.5 * cos(0.9 * i) + j;
        example->y[i] = 2 * x[1] - 1.5 * x[4] + 0.5 * x[9] + sin(2.1 * i * i) + 3;
    }
    find_moments(example);
}

static void make_random(struct example *example, uint64_t seed)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < ROWS; i++) {
        const double shared = eg_stream_normal(&stream);
        example->y[i] = 3 * eg_stream_normal(&stream);
        for (size_t j = 0; j < P; j++) {
            example->x[i * P + j] = shared + 0.3 * eg_stream_normal(&stream);
            example->y[i] += cos((double)j) * example->x[i * P + j];
        }
    }
    find_moments(example);
}

static struct eg_lasso_outcome solve(const struct eg_lasso_problem *problem, double strength,
                                     double tolerance, double *w)
{
    struct eg_lasso_outcome outcome;
    struct eg_error error = {0};
    cr_assert_eq(eg_lasso(problem, strength, tolerance, 1000000, w, &outcome, &error), EG_OK, "%s",
                 error.message);
    return outcome;
}

static double find_objective(const struct eg_lasso_problem *problem, double strength,
                             const double *w)
{
    const size_t p = problem->features;
    double twice = problem->y_square, magnitude = 0;
    for (size_t i = 0; i < p; i++) {
        magnitude += fabs(w[i]);
        twice -= 2 * problem->c[i] * w[i];
        for (size_t j = 0; j < p; j++)
            twice += w[i] * problem->q[i * p + j] * w[j];
    }
    return 0.5 * twice + strength * magnitude;
}

/* At the least: c - Q w = strength * sign of w where w is not 0, and no larger elsewhere. */
static void expect_optimal(const struct eg_lasso_problem *problem, double strength, const double *w)
{
    const size_t p = problem->features;
    for (size_t i = 0; i < p; i++) {
        double slope = problem->c[i];
        for (size_t j = 0; j < p; j++)
            slope -= problem->q[i * p + j] * w[j];
        if (w[i] != 0)
            cr_expect_float_eq(slope, strength * (w[i] > 0 ? 1 : -1), 1e-6, "%zu: %g", i, slope);
        else
            cr_expect_leq(fabs(slope), strength + 1e-6, "%zu: %g", i, slope);
    }
}

/* Of independent features of square d: w = sign of c * max(0, |c| - strength) / d. */
Test(lasso, shrinks_independent_features)
{
    const double q[9] = {1, 0, 0, 0, 2, 0, 0, 0, 0.5}, c[] = {3, -1.5, 0.4};
    const struct eg_lasso_problem problem = {3, q, c, 20};
    double w[] = {0, 0, 0};
    const struct eg_lasso_outcome outcome = solve(&problem, 0.5, 1e-14, w);
    cr_expect_float_eq(w[0], 2.5, 1e-14);
    cr_expect_float_eq(w[1], -0.5, 1e-14);
    cr_expect_eq(w[2], 0);
    cr_expect_float_eq(outcome.objective, 10 - 0.5 * 2.5 * 2.5 - 0.5 * 2 * 0.25, 1e-13);
}

/* scikit-learn 1.2.1, Lasso(alpha, tol=1e-14).fit(x, y) of the waves. */
Test(lasso, equals_scikit_learn)
{
    const double strengths[] = {0.3, 0.03}, intercepts[] = {5.2487805421, 2.81301174926},
                 objectives[] = {1.3034278273117, 0.27790554434182};
    const double expected[2][P] = {
        {0, 1.550488344, 0, 0, -1.182099565, 0, 0, 0, 0, 0.1844485271, 0, 0},
        {0.06726536338, 1.941465299, 0.2089980411, 0.01354853025, -1.896270532, 0.02205608621, 0, 0,
         0, 0.6499697492, 0, 0}};
    struct example example;
    make_waves(&example);
    for (size_t k = 0; k < 2; k++) {
        double w[P] = {0}, intercept = example.means[P];
        const struct eg_lasso_outcome outcome = solve(&example.problem, strengths[k], 1e-14, w);
        for (size_t i = 0; i < P; i++) {
            cr_expect_float_eq(w[i], expected[k][i], 1e-7, "%zu: %.10g", i, w[i]);
            cr_expect_eq(w[i] == 0, expected[k][i] == 0);
            intercept -= w[i] * example.means[i];
        }
        cr_expect_float_eq(intercept, intercepts[k], 1e-6);
        cr_expect_float_eq(outcome.objective, objectives[k], 1e-12);
    }
}

/* The same on the waves with 0.5 L added, L of a chain of weights (i + 1) / 4; there as rows below x,
 * a root of 0.5 L. */
Test(lasso, with_a_graph_equals_scikit_learn)
{
    const double expected[P] = {0.1515782331,
                                1.113780132,
                                0.3327586411,
                                -0.05300467465,
                                -0.5817534597,
                                -0.1138774451,
                                0,
                                0,
                                0.008913212336,
                                0.07800477435,
                                0,
                                0};
    struct example example;
    struct eg_edge edges[P - 1];
    struct eg_graph graph;
    double w[P] = {0};
    make_waves(&example);
    for (uint32_t i = 0; i + 1 < P; i++)
        edges[i] = (struct eg_edge){i, i + 1, (i + 1) / 4.0};
    cr_assert_eq(eg_graph_alloc(&graph, P, P - 1, edges, NULL), EG_OK);
    for (size_t i = 0; i < P; i++) {
        double unit[P] = {0}, slope[P];
        unit[i] = 1;
        eg_graph_roughness(&graph, unit, slope);
        for (size_t j = 0; j < P; j++)
            example.q[i * P + j] += 0.5 * slope[j] / 2;
    }
    solve(&example.problem, 0.1, 1e-14, w);
    for (size_t i = 0; i < P; i++)
        cr_expect_float_eq(w[i], expected[i], 1e-7, "%zu: %.10g", i, w[i]);
    expect_optimal(&example.problem, 0.1, w);
    eg_graph_free(&graph);
}

Test(lasso, meets_the_conditions_of_the_least)
{
    for (uint64_t seed = 0; seed < 20; seed++)
        for (double strength = 3; strength > 0.001; strength /= 4) {
            struct example example;
            double w[P] = {0};
            make_random(&example, seed);
            const struct eg_lasso_outcome outcome = solve(&example.problem, strength, 1e-14, w);
            expect_optimal(&example.problem, strength, w);
            cr_expect_float_eq(outcome.objective, find_objective(&example.problem, strength, w),
                               1e-12 * example.problem.y_square);
        }
}

/* After any number of sweeps the least objective there is lies between objective - gap and objective. */
Test(lasso, gap_bounds_the_distance_to_the_least)
{
    struct example example;
    struct eg_error error = {0};
    make_random(&example, 77);
    double best[P] = {0}, slack = 1e-12 * example.problem.y_square;
    const double least = solve(&example.problem, 0.05, 1e-15, best).objective;
    double last = INFINITY;
    for (size_t sweeps = 0; sweeps < 40; sweeps++) {
        struct eg_lasso_outcome outcome;
        double w[P] = {0};
        cr_expect_eq(eg_lasso(&example.problem, 0.05, 0, sweeps, w, &outcome, &error), EG_DATA);
        cr_expect_eq(outcome.sweeps, sweeps);
        cr_expect_geq(outcome.gap, outcome.objective - least - slack);
        cr_expect_geq(outcome.objective, least - slack);
        cr_expect_leq(outcome.objective, last + slack);
        last = outcome.objective;
    }
    cr_expect(strstr(error.message, "the LASSO of strength 0.05 has a duality gap of "), "%s",
              error.message);
    cr_expect(strstr(error.message, "after 39 sweeps, above 0; allow more sweeps"), "%s",
              error.message);
}

Test(lasso, strength_of_the_largest_product_leaves_nothing)
{
    struct example example;
    double w[P] = {0}, largest = 0;
    make_random(&example, 5);
    for (size_t i = 0; i < P; i++)
        largest = fmax(largest, fabs(example.c[i]));
    struct eg_lasso_outcome outcome = solve(&example.problem, largest, 1e-12, w);
    cr_expect(outcome.sweeps == 0 && outcome.objective == 0.5 * example.problem.y_square);
    w[3] = 5; /* from elsewhere it comes back */
    solve(&example.problem, 1.01 * largest, 1e-12, w);
    for (size_t i = 0; i < P; i++)
        cr_expect_eq(w[i], 0);
    solve(&example.problem, 0.99 * largest, 1e-12, w);
    double magnitude = 0;
    for (size_t i = 0; i < P; i++)
        magnitude += fabs(w[i]);
    cr_expect_gt(magnitude, 0);
}

Test(lasso, begins_where_it_is_told)
{
    struct example example;
    double w[P] = {0}, again[P];
    make_random(&example, 6);
    solve(&example.problem, 0.1, 1e-10, w);
    memcpy(again, w, sizeof w);
    cr_expect_eq(solve(&example.problem, 0.1, 1e-10, again).sweeps, 0);
    cr_expect_eq(memcmp(again, w, sizeof w), 0);
}

/* A constant feature has neither square nor product: it stays out. */
Test(lasso, leaves_a_constant_feature_out)
{
    struct example example;
    double w[P] = {0};
    make_random(&example, 7);
    for (size_t i = 0; i < ROWS; i++)
        example.x[i * P + 2] = 4;
    find_moments(&example);
    w[2] = 1;
    solve(&example.problem, 0.1, 1e-12, w);
    cr_expect_eq(w[2], 0);
    expect_optimal(&example.problem, 0.1, w);
}

Test(lasso, refuses_what_is_no_problem)
{
    const double q[4] = {1, 0, INFINITY, 1}, fine[4] = {1, 0, 0, 1}, c[] = {1, 2},
                 unknown[] = {1, NAN};
    const struct eg_lasso_problem of_q = {2, q, c, 1}, of_c = {2, fine, unknown, 1},
                                  of_y = {2, fine, c, NAN}, problem = {2, fine, c, 1};
    struct eg_lasso_outcome outcome;
    struct eg_error error;
    double w[2] = {0};
    cr_expect_eq(eg_lasso(&problem, 0, 1e-4, 9, w, &outcome, &error), EG_USAGE);
    cr_expect_str_eq(error.message, "the strength of the LASSO is 0; it must be positive");
    cr_expect_eq(eg_lasso(&of_q, 1, 1e-4, 9, w, &outcome, &error), EG_DATA);
    cr_expect_str_eq(error.message, "features 1 and 0 of the LASSO have q = inf");
    cr_expect_eq(eg_lasso(&of_c, 1, 1e-4, 9, w, &outcome, &error), EG_DATA);
    cr_expect_str_eq(error.message, "feature 1 of the LASSO has c = nan and begins at w = 0");
    cr_expect_eq(eg_lasso(&of_y, 1, 1e-4, 9, w, &outcome, &error), EG_DATA);
    cr_expect_str_eq(error.message, "y_square of the LASSO is nan");
}

/* More rows than are taken at once, far from zero, against sums over pairs. */
Test(lasso, moments_are_those_of_centred_rows)
{
    enum { N = 700, COLS = 3 };
    real x[N * COLS], y[N];
    double q[COLS * COLS], c[COLS], means[COLS + 1], y_square;
    const struct eg_matrix matrix = {N, COLS, x};
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < COLS; j++)
            x[i * COLS + j] = sin(0.1 * i * (j + 1)) + 1000 * j;
        y[i] = x[i * COLS] - 50 + cos(3.0 * i);
    }
    cr_assert_eq(eg_lasso_moments(&matrix, y, q, c, &y_square, means, NULL), EG_OK);
    for (int j = 0; j <= COLS; j++)
        for (int k = 0; k <= COLS; k++) {
            double mean_j = 0, mean_k = 0, product = 0;
            for (int i = 0; i < N; i++) {
                mean_j += (j < COLS ? x[i * COLS + j] : y[i]) / N;
                mean_k += (k < COLS ? x[i * COLS + k] : y[i]) / N;
            }
            for (int i = 0; i < N; i++)
                product += ((j < COLS ? x[i * COLS + j] : y[i]) - mean_j) *
                           ((k < COLS ? x[i * COLS + k] : y[i]) - mean_k) / N;
            const double found = j < COLS && k < COLS ? q[j * COLS + k]
                                 : j < COLS           ? c[j]
                                 : k < COLS           ? c[k]
                                                      : y_square;
            cr_expect_float_eq(found, product, 1e-12, "%d, %d: %.15g, %.15g", j, k, found, product);
            cr_expect_float_eq(means[j], mean_j, 1e-11);
        }
}

Test(lasso, moments_name_the_column_that_is_not_finite)
{
    real x[] = {1, 2, 3, NAN}, y[] = {1, INFINITY};
    double q[4], c[2], means[3], y_square;
    struct eg_matrix matrix = {2, 2, x};
    struct eg_error error;
    cr_expect_eq(eg_lasso_moments(&matrix, y, q, c, &y_square, means, &error), EG_DATA);
    cr_expect_str_eq(error.message, "column 1 of the LASSO's rows has a mean of nan");
    x[3] = 4;
    cr_expect_eq(eg_lasso_moments(&matrix, y, q, c, &y_square, means, &error), EG_DATA);
    cr_expect_str_eq(error.message, "the response of the LASSO's rows has a mean of inf");
    matrix.rows = 0;
    cr_expect_eq(eg_lasso_moments(&matrix, y, q, c, &y_square, means, &error), EG_DATA);
    cr_expect_str_eq(error.message, "the LASSO needs at least one row");
}
