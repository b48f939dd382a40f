/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_summary.h"

#include <math.h>

#include <criterion/criterion.h>

#include "tests/graph_rows.h"

static json_t *make_linear_row(int split, const char *values)
{
    json_error_t problem;
    json_t *parsed = json_loads(values, 0, &problem);
    cr_assert(parsed, "%s: %s", problem.text, values);
    return json_pack("{s:{s:s, s:s, s:s, s:i, s:s, s:i, s:i, s:i}, s:o}", "config", "dataset",
                     "cohort", "protocol", "both", "scale", "smoke", "seed", 2, "family", "linear",
                     "split", split, "replicate", 0, "setting", 0, "values", parsed);
}

#define PATIENTS                                                                                   \
    "\"patient_count\": [2, 2, 2], \"patient_sum\": [1, -1, 0.5], \"patient_square\": [3, 2, 1], " \
    "\"patient_drug_sse\": [2, 2, 1], \"data\": {\"train_samples\": 60, \"test_samples\": 6}, "

/* On the first split, whose patients are drawn anew, no strength of the Graph LASSO was solved. */
Test(graph_summary, a_model_that_was_not_solved_has_no_interval)
{
    struct eg_results results = {0};
    struct eg_error error = {0};
    const struct eg_rows rows = {.array = json_array()};
    json_array_append_new(rows.array,
                          make_linear_row(0, "{" PATIENTS "\"lasso\": {\"test_r2\": 0.4, "
                                             "\"patient_sse\": [1, 1.5, 0.5]}}"));
    json_array_append_new(rows.array,
                          make_linear_row(1, "{" PATIENTS "\"lasso\": {\"test_r2\": 0.5, "
                                             "\"patient_sse\": [1, 1, 0.5]}, \"graph_lasso\": "
                                             "{\"test_r2\": 0.6, \"patient_sse\": [1, 1, 1]}}"));
    cr_assert_eq(eg_graph_summarise(&rows, &results, &error), EG_OK, "%s", error.message);
    /* By hand: squares about the mean 6 - 0.5^2 / 6, of which the model leaves 3. */
    const struct eg_result *r2 = eg_results_find(&results, NULL, "paper", "lasso",
                                                 "test_r2_of_patients", NAN);
    cr_assert(r2);
    cr_expect_float_eq(r2->value, 1 - 3 / (6 - 0.25 / 6), 1e-12);
    cr_expect_null(
        eg_results_find(&results, NULL, "paper", "graph_lasso", "test_r2_of_patients", NAN));
    eg_results_free(&results);
    json_decref(rows.array);
}
