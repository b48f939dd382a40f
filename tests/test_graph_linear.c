/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_linear.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "bench/graph/graph_cohorts.h"
#include "bench/graph/graph_training.h"
#include "metrics/r_squared.h"

/* A cohort, a split of it, and the linear models on that. */
struct fixture {
    const struct eg_drug_cohort *cohort;
    struct eg_patient_split split;
    struct eg_graph_linear linear;
};

static void fit(struct fixture *fixture, size_t patients, size_t drugs,
                const struct eg_graph_strengths *strengths)
{
    const struct eg_patient_split_settings settings = {0};
    struct eg_error error = {0};
    const struct eg_graph_cohort *cohort = eg_graph_cohort_load("simulated_response", NULL,
                                                                patients, drugs, &error);
    cr_assert_not_null(cohort, "%s", error.message);
    fixture->cohort = &cohort->cohort;
    cr_assert_eq(eg_patient_split_draw(fixture->cohort,
                                       eg_stream_make(1, 0, EG_PURPOSE_SPLIT, 0, 0), &settings,
                                       &fixture->split, &error),
                 EG_OK, "%s", error.message);
    cr_assert_eq(eg_graph_fit_linear(&fixture->split, fixture->cohort->drugs,
                                     &fixture->cohort->graph, strengths, &fixture->linear, &error),
                 EG_OK, "%s", error.message);
}

static void free_fixture(struct fixture *fixture)
{
    eg_graph_linear_free(&fixture->linear);
    eg_patient_split_free(&fixture->split);
}

static real *predict(const struct eg_network *network, const struct eg_response_rows *rows)
{
    real *output = malloc(rows->x.rows * sizeof *output);
    cr_assert_eq(eg_network_predict(network, rows->x.rows, rows->x.data, output, NULL), EG_OK);
    return output;
}

static double test_r2(const struct fixture *fixture, const struct eg_network *network)
{
    const struct eg_response_rows *test = &fixture->split.parts[EG_TEST];
    real *output = predict(network, test);
    double r2;
    cr_assert_eq(eg_r_squared(test->x.rows, test->y, output, &r2, NULL), EG_OK);
    free(output);
    return r2;
}

Test(graph_linear, drug_means_are_predicted_by_the_drug_alone)
{
    const struct eg_graph_strengths strengths = {.alphas = {1, {0.1}}, .nus = {1, {1}}};
    struct fixture f = {0};
    fit(&f, 40, 5, &strengths);
    const struct eg_response_rows *train = &f.split.parts[EG_TRAIN],
                                  *test = &f.split.parts[EG_TEST];
    real *output = predict(&f.linear.drug_mean, test);
    for (size_t i = 0; i < test->x.rows; i++) {
        double sum = 0, count = 0;
        for (size_t k = 0; k < train->x.rows; k++)
            if (train->drug[k] == test->drug[i]) {
                sum += (double)train->y[k];
                count++;
            }
        cr_assert_float_eq((double)output[i], sum / count, 1e-12);
    }
    free(output);
    free_fixture(&f);
}

/*
 * The solution's conditions, by which no other weights are better: residuals have mean 0, and the
 * slope of the squared part along each weight, c_j = mean of (x_j - mean x_j) r - nu (L w)_j, is
 * alpha sign(w_j), or no more than alpha where w_j is 0.
 */
static void expect_solution(const struct fixture *f, const struct eg_network *unit, double alpha,
                            double nu)
{
    const struct eg_response_rows *train = &f->split.parts[EG_TRAIN];
    const size_t n = train->x.rows, p = train->x.cols;
    const struct eg_graph *graph = &f->cohort->graph;
    real *output = predict(unit, train);
    double residual = 0;
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        residual += ((double)train->y[i] - (double)output[i]) / (double)n;
    cr_expect_float_eq(residual, 0, 1e-9);
    for (size_t j = 0; j < p; j++) {
        const double w = (double)unit->theta[j];
        double slope = 0;
        for (size_t i = 0; i < n; i++)
            slope += (double)eg_row(&train->x, i)[j] * ((double)train->y[i] - (double)output[i]) /
                     (double)n;
        if (j >= f->cohort->drugs)
            for (size_t at = graph->begin[j - f->cohort->drugs];
                 at < graph->begin[j - f->cohort->drugs + 1]; at++)
                slope -= nu * graph->weight[at] *
                         (w - (double)unit->theta[f->cohort->drugs + graph->neighbour[at]]);
        if (w == 0)
            cr_assert_leq(fabs(slope), alpha + 2e-3, "feature %zu: %g", j, slope);
        else
            cr_assert_float_eq(slope, copysign(alpha, w), 2e-3, "feature %zu: %g", j, slope);
        used += w != 0;
    }
    cr_expect(used > 3 && used < p, "%zu of %zu weights in use", used, p);
    free(output);
}

Test(graph_linear, both_lassos_solve_their_problems)
{
    const struct eg_graph_strengths strengths = {.alphas = {1, {0.05}}, .nus = {1, {0.3}}};
    struct fixture f = {0};
    fit(&f, 40, 5, &strengths);
    cr_expect(f.linear.alpha == 0.05 && f.linear.nu == 0.3);
    expect_solution(&f, &f.linear.lasso, 0.05, 0);
    expect_solution(&f, &f.linear.graph_lasso, 0.05, 0.3);
    free_fixture(&f);
}

/* The Laplacian goes on and off again as strengths are tried: the chosen one is not of their sum. */
Test(graph_linear, strengths_are_chosen_by_validation_error)
{
    const struct eg_graph_strengths all = {.alphas = {4, {0.5, 0.1, 0.05, 0.02}},
                                           .nus = {4, {0.01, 0.1, 1, 10}}};
    struct fixture f = {0}, single = {0};
    double least[2] = {INFINITY, INFINITY}, chosen[2] = {0, 0}, square;
    fit(&f, 40, 5, &all);
    for (size_t i = 0; i < 4; i++) {
        const struct eg_graph_strengths one = {.alphas = {1, {all.alphas.at[i]}}, .nus = {1, {1}}},
                                        pair = {.alphas = {1, {f.linear.alpha}},
                                                .nus = {1, {all.nus.at[i]}}};
        fit(&single, 40, 5, &one);
        eg_graph_squared_error(&single.linear.lasso, &single.split.parts[EG_VALIDATION], &square,
                               NULL);
        chosen[0] = square < least[0] ? all.alphas.at[i] : chosen[0];
        least[0] = fmin(least[0], square);
        free_fixture(&single);
        fit(&single, 40, 5, &pair);
        eg_graph_squared_error(&single.linear.graph_lasso, &single.split.parts[EG_VALIDATION],
                               &square, NULL);
        chosen[1] = square < least[1] ? all.nus.at[i] : chosen[1];
        least[1] = fmin(least[1], square);
        free_fixture(&single);
    }
    cr_expect_eq(f.linear.alpha, chosen[0]);
    cr_expect_eq(f.linear.nu, chosen[1]);
    eg_graph_squared_error(&f.linear.lasso, &f.split.parts[EG_VALIDATION], &square, NULL);
    cr_expect_float_eq(square, least[0], 1e-3);
    eg_graph_squared_error(&f.linear.graph_lasso, &f.split.parts[EG_VALIDATION], &square, NULL);
    cr_expect_float_eq(square, least[1], 1e-3);
    free_fixture(&f);
}

static double largest_difference(const struct fixture *f, const struct eg_network *unit)
{
    const struct eg_graph *graph = &f->cohort->graph;
    const real *genes = unit->theta + f->cohort->drugs;
    double largest = 0;
    for (size_t i = 0; i < graph->nodes; i++)
        for (size_t at = graph->begin[i]; at < graph->begin[i + 1]; at++)
            largest = fmax(largest, fabs((double)(genes[i] - genes[graph->neighbour[at]])));
    return largest;
}

Test(graph_linear, a_strong_graph_makes_neighbours_alike)
{
    const struct eg_graph_strengths strengths = {.alphas = {1, {0.03}}, .nus = {1, {100}}};
    struct fixture f = {0};
    fit(&f, 40, 5, &strengths);
    double largest = 0;
    for (size_t g = 0; g < f.cohort->genes; g++)
        largest = fmax(largest, fabs((double)f.linear.graph_lasso.theta[f.cohort->drugs + g]));
    cr_expect_eq(f.linear.nu, 100);
    cr_expect_gt(largest, 0.01);
    cr_expect_gt(largest_difference(&f, &f.linear.lasso), 0.05);
    cr_expect_lt(largest_difference(&f, &f.linear.graph_lasso), 0.005, "%g of %g",
                 largest_difference(&f, &f.linear.graph_lasso), largest);
    free_fixture(&f);
}

/* Neighbours tied so hard that no sweep gets anywhere: what stands there is the LASSO, and it is told. */
Test(graph_linear, strengths_that_cannot_be_solved_are_told)
{
    const struct eg_graph_strengths strengths = {.alphas = {1, {0.03}}, .nus = {1, {1e9}}};
    struct fixture f = {0};
    fit(&f, 40, 5, &strengths);
    cr_expect_eq(f.linear.alphas_solved, 1);
    cr_expect_eq(f.linear.nus_solved, 0);
    cr_expect_eq(f.linear.nu, 0);
    cr_expect_arr_eq(f.linear.graph_lasso.theta, f.linear.lasso.theta,
                     f.linear.lasso.parameters * sizeof(real));
    free_fixture(&f);
}

/*
 * datasets/simulated_response.h: drug means have an R2 of 0.5, and who knew all of the genes 0.704. One
 * weight a gene for all drugs gets some half of what is between, 0.2 r 0.8 e^-1/2 on average over drugs.
 */
Test(graph_linear, r2_is_between_drug_means_and_the_best_possible)
{
    const struct eg_graph_strengths strengths = {.alphas = {2, {0.01, 0.003}},
                                                 .nus = {2, {0.1, 1}}};
    struct fixture f = {0};
    fit(&f, 800, 30, &strengths);
    const double mean = test_r2(&f, &f.linear.drug_mean), lasso = test_r2(&f, &f.linear.lasso),
                 graph = test_r2(&f, &f.linear.graph_lasso);
    cr_expect(0.45 < mean && mean < 0.55, "drug means: %g", mean);
    cr_expect(mean + 0.03 < lasso && lasso < 0.65, "LASSO: %g", lasso);
    cr_expect(mean + 0.03 < graph && graph < 0.65, "Graph LASSO: %g", graph);
    free_fixture(&f);
}
