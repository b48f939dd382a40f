/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of one model of the graph-prior experiment against another. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/holm.h"
#include "stats/resampled_ttest.h"
#include "stats/ttest.h"
#include "tests/graph_rows.h"

enum { COUNT = 5 };

static const double network[] = {0.31, 0.35, 0.33, 0.37, 0.30};
static const double prior[] = {0.36, 0.38, 0.39, 0.43, 0.41};
static const double convolution[] = {0.34, 0.32, 0.36};

static void add_networks(json_t *rows, int split, int replicate, int i)
{
    add_graph_row(rows, "network", split, replicate, 0,
                  "{'neural_network': {'test_r2': %.17g}, 'graph_prior': {'test_r2': %.17g}}",
                  network[i], prior[i]);
}

static void add_convolution(json_t *rows, int split, int replicate, int i)
{
    add_graph_row(rows, "convolution", split, replicate, 0,
                  "{'graph_convolution': {'test_r2': %.17g}}", convolution[i]);
}

static void expect(const struct eg_results *results, const char *protocol, const char *of,
                   const char *versus, const char *statistic, double wanted, size_t n)
{
    const struct eg_result found = find_graph_test(results, protocol, of, versus, statistic);
    cr_expect_float_eq(found.value, wanted, 1e-12, "%s of %s: %g, not %g", statistic, of,
                       found.value, wanted);
    cr_expect_eq(found.n, n, "%s of %s: n %zu", statistic, of, found.n);
}

static void expect_none(const struct eg_results *results, const char *protocol, const char *of,
                        const char *versus, const char *statistic)
{
    cr_expect_eq(find_graph_test(results, protocol, of, versus, statistic).n, 0, "%s of %s",
                 statistic, of);
}

Test(graph_tests, retrainings_are_independent_samples)
{
    json_t *rows = json_array();
    struct eg_ttest pooled, welch, of_convolution;
    double holm[2];
    for (int i = 0; i < COUNT; i++)
        add_networks(rows, 0, i, i);
    for (int i = 0; i < 3; i++)
        add_convolution(rows, 0, i, i);
    add_graph_row(rows, "linear", 0, 0, 0, "{'lasso': {'test_r2': 0.3}}");
    struct eg_results results = summarise_graph_rows(rows);
    eg_ttest_pooled(prior, COUNT, network, COUNT, &pooled, NULL);
    eg_ttest_welch(prior, COUNT, network, COUNT, &welch, NULL);
    eg_ttest_pooled(convolution, 3, network, COUNT, &of_convolution, NULL);
    expect(&results, "paper", "graph_prior", "neural_network", "difference", 0.062, COUNT);
    expect(&results, "paper", "graph_prior", "neural_network", "t", pooled.t, COUNT);
    expect(&results, "paper", "graph_prior", "neural_network", "p", pooled.p, COUNT);
    expect(&results, "paper", "graph_prior", "neural_network", "welch_t", welch.t, COUNT);
    expect(&results, "paper", "graph_prior", "neural_network", "welch_p", welch.p, COUNT);
    expect(&results, "paper", "graph_convolution", "neural_network", "t", of_convolution.t, 3);
    eg_holm((const double[]){pooled.p, of_convolution.p}, 2, holm, NULL);
    expect(&results, "paper", "graph_prior", "neural_network", "holm_p", holm[0], COUNT);
    expect(&results, "paper", "graph_convolution", "neural_network", "holm_p", holm[1], 3);
    /* From the prior's side: the network's test with its sign turned, and the convolution's own. */
    expect(&results, "paper", "graph_prior", "neural_network", "t", pooled.t, COUNT);
    eg_ttest_pooled(prior, COUNT, convolution, 3, &of_convolution, NULL);
    expect(&results, "paper", "graph_prior", "graph_convolution", "t", of_convolution.t, 3);
    expect(&results, "paper", "graph_prior", "graph_convolution", "p", of_convolution.p, 3);
    /* One number, the model itself, and tests of the other protocol. */
    expect_none(&results, "paper", "lasso", "neural_network", "difference");
    expect_none(&results, "paper", "lasso", "neural_network", "holm_p");
    expect_none(&results, "paper", "neural_network", "neural_network", "t");
    expect_none(&results, "paper", "graph_prior", "graph_prior", "t");
    expect_none(&results, "paper", "graph_prior", "neural_network", "paired_t");
    eg_results_free(&results);
}

/* The convolution has no row of split 1: its test pairs splits 0, 2 and 4 alone. */
Test(graph_tests, splits_are_paired)
{
    static const double shared[] = {0.31, 0.33, 0.30}, shared_prior[] = {0.36, 0.39, 0.41};
    json_t *rows = json_array();
    struct eg_ttest paired, corrected, of_convolution, corrected_convolution, from_prior;
    double holm[2];
    for (int i = COUNT - 1; i >= 0; i--)
        add_networks(rows, i, 0, i);
    for (int i = 0; i < 3; i++)
        add_convolution(rows, 2 * i, 0, i);
    add_graph_row(rows, "linear", 2, 0, 0, "{'lasso': {'test_r2': 0.3}}");
    struct eg_results results = summarise_graph_rows(rows);
    eg_ttest_paired(prior, network, COUNT, &paired, NULL);
    eg_ttest_paired(convolution, shared, 3, &of_convolution, NULL);
    eg_ttest_paired(shared_prior, convolution, 3, &from_prior, NULL);
    expect(&results, "fixed", "graph_prior", "neural_network", "difference", 0.062, COUNT);
    expect(&results, "fixed", "graph_prior", "neural_network", "paired_t", paired.t, COUNT);
    expect(&results, "fixed", "graph_prior", "neural_network", "paired_p", paired.p, COUNT);
    corrected = paired;
    eg_correct_resampled(&corrected, COUNT, 64, 20);
    corrected_convolution = of_convolution;
    eg_correct_resampled(&corrected_convolution, 3, 64, 20);
    expect(&results, "fixed", "graph_prior", "neural_network", "corrected_t", corrected.t, COUNT);
    expect(&results, "fixed", "graph_prior", "neural_network", "corrected_p", corrected.p, COUNT);
    expect(&results, "fixed", "graph_convolution", "neural_network", "paired_t", of_convolution.t,
           3);
    expect(&results, "fixed", "graph_prior", "graph_convolution", "paired_t", from_prior.t, 3);
    eg_holm((const double[]){corrected.p, corrected_convolution.p}, 2, holm, NULL);
    expect(&results, "fixed", "graph_prior", "neural_network", "holm_p", holm[0], COUNT);
    expect(&results, "fixed", "graph_convolution", "neural_network", "holm_p", holm[1], 3);
    const double low =
        find_graph_test(&results, "fixed", "graph_prior", "neural_network", "difference_low").value;
    const double high = find_graph_test(&results, "fixed", "graph_prior", "neural_network",
                                        "difference_high")
                            .value;
    /* Student's t of 4 degrees of freedom at 97.5 %. */
    cr_expect_float_eq(low, 0.062 - 2.7764451051977987 * paired.se, 1e-9);
    cr_expect_float_eq(high, 0.062 + 2.7764451051977987 * paired.se, 1e-9);
    expect_none(&results, "fixed", "lasso", "neural_network", "difference");
    expect_none(&results, "fixed", "graph_prior", "neural_network", "t");
    eg_results_free(&results);
}

/* The mean over a split's retrainings is one number, so that these two splits are two pairs. */
Test(graph_tests, retrainings_of_a_split_are_one_number)
{
    json_t *rows = json_array();
    struct eg_ttest paired;
    for (int i = 0; i < 4; i++)
        add_networks(rows, 0, i, i);
    add_networks(rows, 1, 0, 4);
    struct eg_results results = summarise_graph_rows(rows);
    eg_ttest_paired((const double[]){0.39, 0.41}, (const double[]){0.34, 0.30}, 2, &paired, NULL);
    expect(&results, "fixed", "graph_prior", "neural_network", "paired_t", paired.t, 2);
    expect(&results, "fixed", "graph_prior", "neural_network", "paired_p", paired.p, 2);
    eg_results_free(&results);
}

Test(graph_tests, without_pairs_there_is_no_test)
{
    json_t *rows = json_array();
    for (int i = 0; i < 3; i++)
        add_graph_row(rows, "network", i, 0, 0, "{'neural_network': {'test_r2': 0.%d}}", i + 1);
    for (int i = 3; i < 6; i++)
        add_convolution(rows, i, 0, i - 3);
    struct eg_results results = summarise_graph_rows(rows);
    for (size_t i = 0; i < results.count; i++)
        cr_expect_not(strstr(results.items[i].metric, "difference"), "%s of %s",
                      results.items[i].metric, results.items[i].method);
    eg_results_free(&results);
}
