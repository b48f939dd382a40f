/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gene sets of the graph-prior experiment. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/graph_rows.h"

enum { MOST = 128 };

/* The results by gene set, four a set, in their order; returns how many. */
static size_t find_pathways(const struct eg_results *results, const char *sets[])
{
    size_t count = 0;
    for (size_t i = 0; i < results->count; i++)
        if (strncmp(results->items[i].metric, "q_with", 6) == 0 ||
            strncmp(results->items[i].metric, "times_with", 10) == 0)
            sets[count++] = results->items[i].method;
    return count;
}

static void expect(const struct eg_results *results, const char *set, const char *metric,
                   double wanted, size_t n)
{
    const struct eg_result found = find_graph_result(results, "paper", set, metric);
    cr_expect_float_eq(found.value, wanted, 1e-12, "%s of %s: %g", metric, set, found.value);
    cr_expect_eq(found.n, n);
}

Test(graph_pathways, medians_and_times_over_the_retrainings_of_the_first_split)
{
    json_t *rows = json_array();
    const char *sets[MOST];
    const char *const text = "{'sets': ['A', 'B'], 'graph_prior': {'set_q': [%g, %g]},"
                             " 'neural_network': {'set_q': [%g, null]}}";
    add_graph_row(rows, "network", 0, 0, 0, text, 0.04, 0.5, 0.8);
    add_graph_row(rows, "network", 0, 1, 0, text, 0.3, 0.01, 0.049);
    add_graph_row(rows, "network", 0, 2, 0, text, 0.01, 0.05, 0.6);
    add_graph_row(rows, "network", 1, 0, 0, text, 1e-9, 1e-9, 1e-9);
    struct eg_results results = summarise_graph_rows(rows);
    cr_assert_eq(find_pathways(&results, sets), 2 * 4);
    cr_expect_str_eq(sets[0], "A");
    expect(&results, "A", "q_with_prior", 0.04, 3);
    expect(&results, "A", "times_with_prior", 2, 3);
    expect(&results, "A", "q_without_prior", 0.6, 3);
    expect(&results, "A", "times_without_prior", 1, 3);
    expect(&results, "B", "q_with_prior", 0.05, 3);
    expect(&results, "B", "times_with_prior", 1, 3); /* 0.05 is not below 0.05 */
    expect(&results, "B", "q_without_prior", 1, 3);
    expect(&results, "B", "times_without_prior", 0, 3);
    eg_results_free(&results);
}

/* Set i of 30 has q = i / 100 with the prior, and 1 less that without it. */
Test(graph_pathways, ten_sets_with_the_least_q_with_the_prior_then_ten_without)
{
    json_t *rows = json_array();
    json_t *names = json_array(), *with = json_array(), *without = json_array();
    const char *sets[MOST];
    char name[16];
    add_graph_row(rows, "network", 0, 0, 0, "{}");
    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "SET_%d", i);
        json_array_append_new(names, json_string(name));
        json_array_append_new(with, json_real(i / 100.0));
        json_array_append_new(without, json_real(1 - i / 100.0));
    }
    json_object_update_new(json_object_get(json_array_get(rows, 0), "values"),
                           json_pack("{s:o, s:{s:o}, s:{s:o}}", "sets", names, "graph_prior",
                                     "set_q", with, "neural_network", "set_q", without));
    struct eg_results results = summarise_graph_rows(rows);
    cr_assert_eq(find_pathways(&results, sets), 20 * 4);
    for (size_t i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "SET_%zu", i < 10 ? i : 39 - i);
        cr_expect_str_eq(sets[4 * i], name);
    }
    expect(&results, "SET_29", "q_with_prior", 0.29, 1);
    expect(&results, "SET_29", "q_without_prior", 0.71, 1);
    eg_results_free(&results);
}

Test(graph_pathways, without_sets_or_rows_there_is_nothing)
{
    const char *sets[MOST];
    for (int is_network = 0; is_network < 2; is_network++) {
        json_t *rows = json_array();
        add_graph_row(rows, "linear", 0, 0, 0, "{'sets': ['A'], 'lasso': {'set_q': [0.01]}}");
        if (is_network)
            add_graph_row(rows, "network", 0, 0, 0,
                          "{'sets': [], 'graph_prior': {'test_r2': 0.3}}");
        struct eg_results results = summarise_graph_rows(rows);
        cr_expect_eq(find_pathways(&results, sets), 0);
        eg_results_free(&results);
    }
}
