/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_tests.h"

#include <math.h>

#include <criterion/criterion.h>

#include "stats/holm.h"
#include "stats/resampled_ttest.h"
#include "stats/ttest.h"
#include "tests/graph_rows.h"

enum { COUNT = 5 };

static const double network[] = {0.31, 0.35, 0.33, 0.37, 0.30};
static const double prior[] = {0.36, 0.38, 0.39, 0.43, 0.41};
static const double convolution[] = {0.34, 0.32, 0.36};

static void add_networks(struct graph_rows *rows, int split, int replicate, int i)
{
    add_graph_row(rows, "network", split, replicate, 0,
                  "{'neural_network': {'test_r2': %.17g}, 'graph_prior': {'test_r2': %.17g}}",
                  network[i], prior[i]);
}

static void add_convolution(struct graph_rows *rows, int split, int replicate, int i)
{
    add_graph_row(rows, "convolution", split, replicate, 0,
                  "{'graph_convolution': {'test_r2': %.17g}}", convolution[i]);
}

static struct eg_results test_rows(const struct graph_rows *rows, int is_fixed)
{
    const struct eg_graph_choice choice = choose_graph_rows(rows, is_fixed);
    struct eg_results results = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_add_tests(&choice, &results, &error), EG_OK, "%s", error.message);
    return results;
}

static void expect(const struct eg_results *results, const char *model, const char *metric,
                   double wanted, size_t n)
{
    const struct eg_result found = find_graph_result(results, model, metric);
    cr_expect_float_eq(found.value, wanted, 1e-12, "%s of %s: %g, not %g", metric, model,
                       found.value, wanted);
    cr_expect_eq(found.n, n, "%s of %s: n %zu", metric, model, found.n);
}

static void expect_none(const struct eg_results *results, const char *model, const char *metric)
{
    cr_expect(isnan(find_graph_result(results, model, metric).value), "%s of %s", metric, model);
}

Test(graph_tests, retrainings_are_independent_samples)
{
    struct graph_rows rows = {0};
    struct eg_ttest pooled, welch, of_convolution;
    double holm[2];
    for (int i = 0; i < COUNT; i++)
        add_networks(&rows, 0, i, i);
    for (int i = 0; i < 3; i++)
        add_convolution(&rows, 0, i, i);
    add_graph_row(&rows, "linear", 0, 0, 0, "{'lasso': {'test_r2': 0.3}}");
    struct eg_results results = test_rows(&rows, 0);
    eg_ttest_pooled(prior, COUNT, network, COUNT, &pooled, NULL);
    eg_ttest_welch(prior, COUNT, network, COUNT, &welch, NULL);
    eg_ttest_pooled(convolution, 3, network, COUNT, &of_convolution, NULL);
    expect(&results, "graph_prior", "difference_r2", 0.062, COUNT);
    expect(&results, "graph_prior", "t_r2", pooled.t, COUNT);
    expect(&results, "graph_prior", "p_r2", pooled.p, COUNT);
    expect(&results, "graph_prior", "welch_t_r2", welch.t, COUNT);
    expect(&results, "graph_prior", "welch_p_r2", welch.p, COUNT);
    expect(&results, "graph_convolution", "t_r2", of_convolution.t, 3);
    eg_holm((const double[]){pooled.p, of_convolution.p}, 2, holm, NULL);
    expect(&results, "graph_prior", "holm_p_r2", holm[0], COUNT);
    expect(&results, "graph_convolution", "holm_p_r2", holm[1], 3);
    /* From the prior's side: the network's test with its sign turned, and the convolution's own. */
    expect(&results, "neural_network", "t_r2_from_prior", pooled.t, COUNT);
    eg_ttest_pooled(prior, COUNT, convolution, 3, &of_convolution, NULL);
    expect(&results, "graph_convolution", "t_r2_from_prior", of_convolution.t, 3);
    expect(&results, "graph_convolution", "p_r2_from_prior", of_convolution.p, 3);
    /* One number, the model itself, and tests of the other protocol. */
    expect_none(&results, "lasso", "difference_r2");
    expect_none(&results, "lasso", "holm_p_r2");
    expect_none(&results, "neural_network", "t_r2");
    expect_none(&results, "graph_prior", "t_r2_from_prior");
    expect_none(&results, "graph_prior", "paired_t_r2");
    eg_results_free(&results);
    free_graph_rows(&rows);
}

/* The convolution has no row of split 1: its test pairs splits 0, 2 and 4 alone. */
Test(graph_tests, splits_are_paired)
{
    static const double shared[] = {0.31, 0.33, 0.30}, shared_prior[] = {0.36, 0.39, 0.41};
    struct graph_rows rows = {0};
    struct eg_ttest paired, corrected, of_convolution, from_prior;
    double holm[2];
    for (int i = COUNT - 1; i >= 0; i--)
        add_networks(&rows, i, 0, i);
    for (int i = 0; i < 3; i++)
        add_convolution(&rows, 2 * i, 0, i);
    add_graph_row(&rows, "linear", 2, 0, 0, "{'lasso': {'test_r2': 0.3}}");
    struct eg_results results = test_rows(&rows, 1);
    eg_ttest_paired(prior, network, COUNT, &paired, NULL);
    eg_ttest_paired(convolution, shared, 3, &of_convolution, NULL);
    eg_ttest_paired(shared_prior, convolution, 3, &from_prior, NULL);
    expect(&results, "graph_prior", "difference_r2", 0.062, COUNT);
    expect(&results, "graph_prior", "paired_t_r2", paired.t, COUNT);
    expect(&results, "graph_prior", "paired_p_r2", paired.p, COUNT);
    eg_resampled_ttest(prior, network, COUNT, 64, 20, &corrected, NULL);
    expect(&results, "graph_prior", "corrected_t_r2", corrected.t, COUNT);
    expect(&results, "graph_prior", "corrected_p_r2", corrected.p, COUNT);
    expect(&results, "graph_convolution", "paired_t_r2", of_convolution.t, 3);
    expect(&results, "graph_convolution", "paired_t_r2_from_prior", from_prior.t, 3);
    eg_holm((const double[]){paired.p, of_convolution.p}, 2, holm, NULL);
    expect(&results, "graph_prior", "holm_p_r2", holm[0], COUNT);
    expect(&results, "graph_convolution", "holm_p_r2", holm[1], 3);
    const double low = find_graph_result(&results, "graph_prior", "difference_low_r2").value;
    const double high = find_graph_result(&results, "graph_prior", "difference_high_r2").value;
    /* Student's t of 4 degrees of freedom at 97.5 %. */
    cr_expect_float_eq(low, 0.062 - 2.7764451051977987 * paired.se, 1e-9);
    cr_expect_float_eq(high, 0.062 + 2.7764451051977987 * paired.se, 1e-9);
    expect_none(&results, "lasso", "difference_r2");
    expect_none(&results, "graph_prior", "t_r2");
    eg_results_free(&results);
    free_graph_rows(&rows);
}

/* The mean over a split's retrainings is one number, so that these two splits are two pairs. */
Test(graph_tests, retrainings_of_a_split_are_one_number)
{
    struct graph_rows rows = {0};
    struct eg_ttest paired;
    for (int i = 0; i < 4; i++)
        add_networks(&rows, 0, i, i);
    add_networks(&rows, 1, 0, 4);
    struct eg_results results = test_rows(&rows, 1);
    eg_ttest_paired((const double[]){0.39, 0.41}, (const double[]){0.34, 0.30}, 2, &paired, NULL);
    expect(&results, "graph_prior", "paired_t_r2", paired.t, 2);
    expect(&results, "graph_prior", "paired_p_r2", paired.p, 2);
    eg_results_free(&results);
    free_graph_rows(&rows);
}

Test(graph_tests, without_pairs_there_is_no_test)
{
    struct graph_rows rows = {0};
    for (int i = 0; i < 3; i++)
        add_graph_row(&rows, "network", i, 0, 0, "{'neural_network': {'test_r2': 0.%d}}", i + 1);
    for (int i = 3; i < 6; i++)
        add_convolution(&rows, i, 0, i - 3);
    struct eg_results results = test_rows(&rows, 1);
    cr_expect_eq(results.count, 0);
    eg_results_free(&results);
    free_graph_rows(&rows);
}
