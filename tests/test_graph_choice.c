/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of the graph-prior experiment speak for a model under a protocol. */
#include <math.h>

#include <criterion/criterion.h>

#include "tests/graph_rows.h"

#define NETWORK                                                                                    \
    "{'neural_network': {'validation_mse': %g, 'test_r2': %g}, 'graph_prior': {'test_r2': %g}}"

/*
 * Two settings; on split 0 setting 1 is the better on the mean of two retrainings although setting 0
 * has the best single one, on split 1 setting 0 is. The prior's own validation error has no say.
 */
static struct eg_results make_results(void)
{
    json_t *rows = json_array();
    add_graph_row(rows, "network", 0, 0, 0, NETWORK, 0.1, 0.91, 0.51);
    add_graph_row(rows, "network", 0, 1, 0, NETWORK, 0.9, 0.92, 0.52);
    add_graph_row(rows, "network", 0, 0, 1, NETWORK, 0.4, 0.1, 0.2);
    add_graph_row(rows, "network", 0, 1, 1, NETWORK, 0.5, 0.3, 0.6);
    add_graph_row(rows, "network", 1, 0, 0, NETWORK, 0.2, 0.7, 0.8);
    add_graph_row(rows, "network", 1, 0, 1, NETWORK, 0.3, 0.93, 0.53);
    add_graph_row(rows, "linear", 0, 0, 0,
                  "{'drug_mean': {'validation_mse': 0.6}, 'lasso': {'test_r2': 0.4}}");
    return summarise_graph_rows(rows);
}

Test(graph_choice, paper_takes_the_retrainings_of_the_first_split)
{
    struct eg_results results = make_results();
    const struct eg_result network = find_graph_result(&results, "paper", "neural_network",
                                                       "test_r2");
    cr_assert_eq(network.n, 2);
    cr_expect(network.sample[0] == 0.1 && network.sample[1] == 0.3);
    cr_expect(network.units[0] == 0 && network.units[1] == 1);
    const struct eg_result prior = find_graph_result(&results, "paper", "graph_prior", "test_r2");
    cr_assert_eq(prior.n, 2, "of the network's setting");
    cr_expect(prior.sample[0] == 0.2 && prior.sample[1] == 0.6);
    const struct eg_result lasso = find_graph_result(&results, "paper", "lasso", "test_r2");
    cr_expect(lasso.n == 1 && lasso.basis == EG_BASIS_ONE_SPLIT && prior.basis == EG_BASIS_SAMPLE);
    cr_expect_eq(find_graph_result(&results, "paper", "graph_convolution", "test_r2").n, 0);
    cr_expect_eq(find_graph_result(&results, "paper", "lasso", "within_r2").n, 0);
    eg_results_free(&results);
}

Test(graph_choice, fixed_takes_the_mean_of_each_split)
{
    struct eg_results results = make_results();
    const struct eg_result prior = find_graph_result(&results, "fixed", "graph_prior", "test_r2");
    const struct eg_result network = find_graph_result(&results, "fixed", "neural_network",
                                                       "test_r2");
    cr_assert(prior.n == 2 && network.n == 2);
    cr_expect_float_eq(prior.sample[0], 0.4, 1e-15);
    cr_expect(prior.sample[1] == 0.8 && prior.units[0] == 0 && prior.units[1] == 1);
    cr_expect_eq(network.sample[1], 0.7, "of split 1 the other setting");
    eg_results_free(&results);
}

Test(graph_choice, the_chosen_setting_is_told_where_there_was_a_choice)
{
    struct eg_results results = make_results();
    cr_expect_eq(find_graph_result(&results, "paper", "neural_network", "best_l1").n, 2);
    cr_expect_eq(find_graph_result(&results, "paper", "graph_convolution", "best_l1").n, 0);
    eg_results_free(&results);
}

Test(graph_choice, a_split_without_numbers_is_passed_over)
{
    json_t *rows = json_array();
    add_graph_row(rows, "network", 1000, 0, 0, NETWORK, 0.1, 0.3, 0.33);
    add_graph_row(rows, "network", 1, 0, 0, "{'neural_network': {'test_r2': null}}");
    add_graph_row(rows, "network", 0, 0, 0, NETWORK, 0.1, 0.0, 0.03);
    struct eg_results results = summarise_graph_rows(rows);
    const struct eg_result fixed = find_graph_result(&results, "fixed", "neural_network",
                                                     "test_r2");
    cr_assert_eq(fixed.n, 2);
    cr_expect(fixed.units[0] == 0 && fixed.sample[0] == 0);
    cr_expect(fixed.units[1] == 1000 && fixed.sample[1] == 0.3);
    cr_expect_eq(find_graph_result(&results, "paper", "neural_network", "test_r2").n, 1);
    eg_results_free(&results);
}

/* A setting whose error is no number, as when training runs away, is not chosen. */
Test(graph_choice, a_setting_without_validation_error_does_not_win)
{
    json_t *rows = json_array();
    add_graph_row(rows, "network", 0, 0, 0, NETWORK, 0.01, 1.0, 1.0);
    add_graph_row(rows, "network", 0, 1, 0, "{'neural_network': {'validation_mse': null}}");
    add_graph_row(rows, "network", 0, 0, 5, NETWORK, 0.7, 0.5, 0.5);
    add_graph_row(rows, "convolution", 0, 0, 4, "{'graph_convolution': {'test_r2': 0.4}}");
    add_graph_row(rows, "convolution", 0, 0, 0, "{'graph_convolution': {'test_r2': 0.2}}");
    struct eg_results results = summarise_graph_rows(rows);
    cr_expect_eq(find_graph_result(&results, "paper", "neural_network", "test_r2").value, 0.5);
    cr_expect_eq(find_graph_result(&results, "paper", "graph_convolution", "test_r2").value, 0.2,
                 "the paper's, for want of another");
    eg_results_free(&results);
}

/* Where settings were tried by a search its errors choose, and the network's rows of that setting speak. */
Test(graph_choice, a_search_chooses_the_rows_of_the_network)
{
    static const char *const errors[] = {"0.4", "0.2", "0.3"};
    json_t *rows = json_array();
    for (int setting = 0; setting < 3; setting++)
        add_graph_row(rows, "search", 0, 0, setting, "{'neural_network': {'validation_mse': %s}}",
                      errors[setting]);
    add_graph_row(rows, "network", 0, 0, 1, NETWORK, 0.2, 0.7, 0.77);
    add_graph_row(rows, "network", 0, 0, 2, NETWORK, 0.1, 0.9, 0.99);
    struct eg_results results = summarise_graph_rows(rows);
    cr_expect_eq(find_graph_result(&results, "paper", "neural_network", "test_r2").value, 0.7);
    cr_expect_eq(find_graph_result(&results, "paper", "graph_prior", "test_r2").value, 0.77);
    cr_expect_eq(find_graph_result(&results, "fixed", "graph_prior", "test_r2").n, 1);
    cr_expect_eq(find_graph_result(&results, "paper", "neural_network", "best_l1").n, 1);
    eg_results_free(&results);
}
