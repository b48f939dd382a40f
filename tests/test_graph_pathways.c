/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_pathways.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "tests/graph_rows.h"

static struct eg_results find_pathways(const struct graph_rows *rows)
{
    const struct eg_graph_choice choice = choose_graph_rows(rows, 0);
    const json_t *room[GRAPH_ROWS_MAX];
    struct eg_results results = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_add_pathways(&choice, room, &results, &error), EG_OK, "%s",
                 error.message);
    return results;
}

static void expect(const struct eg_results *results, const char *set, const char *metric,
                   double wanted, size_t n)
{
    const struct eg_result found = find_graph_result(results, set, metric);
    cr_expect_float_eq(found.value, wanted, 1e-12, "%s of %s: %g", metric, set, found.value);
    cr_expect_eq(found.n, n);
}

Test(graph_pathways, medians_and_times_over_the_retrainings_of_the_first_split)
{
    struct graph_rows rows = {0};
    const char *const text = "{'sets': ['A', 'B'], 'graph_prior': {'set_q': [%g, %g]},"
                             " 'neural_network': {'set_q': [%g, null]}}";
    add_graph_row(&rows, "network", 0, 0, 0, text, 0.04, 0.5, 0.8);
    add_graph_row(&rows, "network", 0, 1, 0, text, 0.3, 0.01, 0.049);
    add_graph_row(&rows, "network", 0, 2, 0, text, 0.01, 0.05, 0.6);
    add_graph_row(&rows, "network", 1, 0, 0, text, 1e-9, 1e-9, 1e-9);
    struct eg_results results = find_pathways(&rows);
    cr_expect_eq(results.count, 2 * 4);
    cr_expect_str_eq(results.items[0].method, "A");
    expect(&results, "A", "q_with_prior", 0.04, 3);
    expect(&results, "A", "times_with_prior", 2, 3);
    expect(&results, "A", "q_without_prior", 0.6, 3);
    expect(&results, "A", "times_without_prior", 1, 3);
    expect(&results, "B", "q_with_prior", 0.05, 3);
    expect(&results, "B", "times_with_prior", 1, 3); /* 0.05 is not below 0.05 */
    expect(&results, "B", "q_without_prior", 1, 3);
    expect(&results, "B", "times_without_prior", 0, 3);
    eg_results_free(&results);
    free_graph_rows(&rows);
}

/* Set i of 30 has q = i / 100 with the prior, and 1 less that without it. */
Test(graph_pathways, ten_sets_with_the_least_q_with_the_prior_then_ten_without)
{
    struct graph_rows rows = {0};
    json_t *names = json_array(), *with = json_array(), *without = json_array();
    char name[16];
    add_graph_row(&rows, "network", 0, 0, 0, "{}");
    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "SET_%d", i);
        json_array_append_new(names, json_string(name));
        json_array_append_new(with, json_real(i / 100.0));
        json_array_append_new(without, json_real(1 - i / 100.0));
    }
    json_object_update_new(json_object_get(rows.made[0], "values"),
                           json_pack("{s:o, s:{s:o}, s:{s:o}}", "sets", names, "graph_prior",
                                     "set_q", with, "neural_network", "set_q", without));
    struct eg_results results = find_pathways(&rows);
    cr_assert_eq(results.count, 20 * 4);
    for (size_t i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "SET_%zu", i < 10 ? i : 39 - i);
        cr_expect_str_eq(results.items[4 * i].method, name);
    }
    expect(&results, "SET_29", "q_with_prior", 0.29, 1);
    expect(&results, "SET_29", "q_without_prior", 0.71, 1);
    eg_results_free(&results);
    free_graph_rows(&rows);
}

Test(graph_pathways, without_sets_or_rows_there_is_nothing)
{
    struct graph_rows rows = {0};
    add_graph_row(&rows, "linear", 0, 0, 0, "{'sets': ['A'], 'lasso': {'set_q': [0.01]}}");
    struct eg_results results = find_pathways(&rows);
    cr_expect_eq(results.count, 0);
    add_graph_row(&rows, "network", 0, 0, 0, "{'sets': [], 'graph_prior': {'test_r2': 0.3}}");
    results = find_pathways(&rows);
    cr_expect_eq(results.count, 0);
    free_graph_rows(&rows);
}
