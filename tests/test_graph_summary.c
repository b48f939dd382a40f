/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_summary.h"

#include <math.h>

#include <criterion/criterion.h>

#include "tests/graph_rows.h"

#define PATIENTS                                                                                   \
    "'patient_count': [2, 2, 2], 'patient_sum': [1, -1, 0.5], 'patient_square': [3, 2, 1], "       \
    "'patient_drug_sse': [2, 2, 1], "

/* On the first split, whose patients are drawn anew, no strength of the Graph LASSO was solved. */
Test(graph_summary, a_model_that_was_not_solved_has_no_interval)
{
    json_t *rows = json_array();
    add_graph_row(rows, "linear", 0, 0, 0,
                  "{" PATIENTS "'lasso': {'test_r2': 0.4, 'patient_sse': [1, 1.5, 0.5]}}");
    add_graph_row(rows, "linear", 1, 0, 0,
                  "{" PATIENTS "'lasso': {'test_r2': 0.5, 'patient_sse': [1, 1, 0.5]}, "
                  "'graph_lasso': {'test_r2': 0.6, 'patient_sse': [1, 1, 1]}}");
    struct eg_results results = summarise_graph_rows(rows);
    /* By hand: squares about the mean 6 - 0.5^2 / 6, of which the model leaves 3. */
    const struct eg_result r2 = find_graph_result(&results, "paper", "lasso",
                                                  "test_r2_of_patients");
    cr_expect_float_eq(r2.value, 1 - 3 / (6 - 0.25 / 6), 1e-12);
    cr_expect_eq(find_graph_result(&results, "paper", "graph_lasso", "test_r2_of_patients").n, 0);
    eg_results_free(&results);
}

/* Errors of a patient are the mean over the retrainings. */
Test(graph_summary, retrainings_of_a_model_share_one_interval)
{
    json_t *rows = json_array();
    add_graph_row(rows, "network", 0, 0, 0,
                  "{" PATIENTS "'neural_network': {'patient_sse': [1, 1.5, 0.5]}}");
    add_graph_row(rows, "network", 0, 1, 0,
                  "{" PATIENTS "'neural_network': {'patient_sse': [2, 0.5, 2.5]}}");
    struct eg_results results = summarise_graph_rows(rows);
    const struct eg_result r2 = find_graph_result(&results, "paper", "neural_network",
                                                  "test_r2_of_patients");
    cr_expect_eq(r2.n, 2);
    cr_expect_float_eq(r2.value, 1 - 4 / (6 - 0.25 / 6), 1e-12);
    eg_results_free(&results);
}
