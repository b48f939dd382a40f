/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_choice.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/graph_rows.h"

#define NETWORK                                                                                    \
    "{'neural_network': {'validation_mse': %g, 'test_r2': %g}, 'graph_prior': {'test_r2': %g}}"

/*
 * Two settings; on split 0 setting 1 is the better on the mean of two retrainings although setting 0
 * has the best single one, on split 1 setting 0 is. The prior's own validation error has no say.
 */
static void make_rows(struct graph_rows *rows)
{
    add_graph_row(rows, "network", 0, 0, 0, NETWORK, 0.1, 0.91, 0.51);
    add_graph_row(rows, "network", 0, 1, 0, NETWORK, 0.9, 0.92, 0.52);
    add_graph_row(rows, "network", 0, 0, 1, NETWORK, 0.4, 0.1, 0.2);
    add_graph_row(rows, "network", 0, 1, 1, NETWORK, 0.5, 0.3, 0.6);
    add_graph_row(rows, "network", 1, 0, 0, NETWORK, 0.2, 0.7, 0.8);
    add_graph_row(rows, "network", 1, 0, 1, NETWORK, 0.3, 0.93, 0.53);
    add_graph_row(rows, "linear", 0, 0, 0,
                  "{'drug_mean': {'validation_mse': 0.6}, 'lasso': {'test_r2': 0.4}}");
}

Test(graph_choice, the_least_mean_validation_error_of_each_split)
{
    struct graph_rows rows = {0};
    make_rows(&rows);
    const struct eg_graph_choice choice = choose_graph_rows(&rows, 0);
    cr_expect_eq(choice.splits, 2);
    cr_expect_eq(choice.setting[EG_GRAPH_NETWORK][0], 1);
    cr_expect_eq(choice.setting[EG_GRAPH_NETWORK][1], 0);
    cr_expect_eq(choice.setting[EG_GRAPH_LINEAR][0], 0);
    cr_expect_eq(choice.tried[EG_GRAPH_NETWORK], 2);
    cr_expect_eq(choice.tried[EG_GRAPH_LINEAR], 1);
    cr_expect_eq(choice.tried[EG_GRAPH_CONVOLUTION], 0);
    free_graph_rows(&rows);
}

Test(graph_choice, paper_takes_the_retrainings_of_the_first_split)
{
    struct graph_rows rows = {0};
    make_rows(&rows);
    const struct eg_graph_choice choice = choose_graph_rows(&rows, 0);
    double numbers[GRAPH_ROWS_MAX];
    size_t places[GRAPH_ROWS_MAX];
    cr_assert_eq(eg_graph_numbers(&choice, "neural_network", "test_r2", numbers, places), 2);
    cr_expect(numbers[0] == 0.1 && numbers[1] == 0.3 && places[0] == 0 && places[1] == 1);
    cr_assert_eq(eg_graph_numbers(&choice, "graph_prior", "test_r2", numbers, NULL), 2,
                 "of the network's setting");
    cr_expect(numbers[0] == 0.2 && numbers[1] == 0.6);
    cr_expect_eq(eg_graph_numbers(&choice, "lasso", "test_r2", numbers, NULL), 1);
    cr_expect_eq(eg_graph_numbers(&choice, "graph_convolution", "test_r2", numbers, NULL), 0);
    cr_expect_eq(eg_graph_numbers(&choice, "lasso", "unheard", numbers, NULL), 0);
    free_graph_rows(&rows);
}

Test(graph_choice, fixed_takes_the_mean_of_each_split)
{
    struct graph_rows rows = {0};
    make_rows(&rows);
    const struct eg_graph_choice choice = choose_graph_rows(&rows, 1);
    double numbers[GRAPH_ROWS_MAX];
    size_t places[GRAPH_ROWS_MAX];
    cr_assert_eq(eg_graph_numbers(&choice, "graph_prior", "test_r2", numbers, places), 2);
    cr_expect_float_eq(numbers[0], 0.4, 1e-15);
    cr_expect(numbers[1] == 0.8 && places[0] == 0 && places[1] == 1);
    free_graph_rows(&rows);
}

Test(graph_choice, a_split_without_numbers_is_passed_over)
{
    struct graph_rows rows = {0};
    double numbers[GRAPH_ROWS_MAX];
    size_t places[GRAPH_ROWS_MAX];
    add_graph_row(&rows, "network", 3, 0, 0, NETWORK, 0.1, 0.3, 0.33);
    add_graph_row(&rows, "network", 1, 0, 0, "{'neural_network': {'test_r2': null}}");
    add_graph_row(&rows, "network", 0, 0, 0, NETWORK, 0.1, 0.0, 0.03);
    struct eg_graph_choice choice = choose_graph_rows(&rows, 1);
    cr_expect_eq(choice.splits, 4);
    cr_assert_eq(eg_graph_numbers(&choice, "neural_network", "test_r2", numbers, places), 2);
    cr_expect(places[0] == 0 && numbers[0] == 0 && places[1] == 3 && numbers[1] == 0.3);
    choice = choose_graph_rows(&rows, 0);
    cr_expect_eq(eg_graph_numbers(&choice, "neural_network", "test_r2", numbers, places), 1);
    free_graph_rows(&rows);
}

/* A setting whose error is no number, as when training runs away, is not chosen. */
Test(graph_choice, a_setting_without_validation_error_does_not_win)
{
    struct graph_rows rows = {0};
    add_graph_row(&rows, "network", 0, 0, 0, NETWORK, 0.01, 1.0, 1.0);
    add_graph_row(&rows, "network", 0, 1, 0, "{'neural_network': {'validation_mse': null}}");
    add_graph_row(&rows, "network", 0, 0, 5, NETWORK, 0.7, 0.5, 0.5);
    add_graph_row(&rows, "convolution", 0, 0, 0, "{'graph_convolution': {}}");
    const struct eg_graph_choice choice = choose_graph_rows(&rows, 0);
    cr_expect_eq(choice.setting[EG_GRAPH_NETWORK][0], 5);
    cr_expect_eq(choice.setting[EG_GRAPH_CONVOLUTION][0], 0, "the paper's, for want of another");
    free_graph_rows(&rows);
}

Test(graph_choice, finds_the_rows_that_speak)
{
    struct graph_rows rows = {0};
    make_rows(&rows);
    const struct eg_graph_choice choice = choose_graph_rows(&rows, 0);
    const json_t *found[GRAPH_ROWS_MAX];
    cr_assert_eq(eg_graph_find_rows(&choice, "graph_prior", 0, found), 2);
    cr_expect(found[0] == rows.rows[2] && found[1] == rows.rows[3]);
    cr_assert_eq(eg_graph_find_rows(&choice, "neural_network", 1, found), 1);
    cr_expect(found[0] == rows.rows[4]);
    cr_expect_eq(eg_graph_find_rows(&choice, "lasso", 1, found), 0);
    free_graph_rows(&rows);
}

Test(graph_choice, refuses_more_splits_than_there_may_be)
{
    struct graph_rows rows = {0};
    struct eg_graph_choice choice;
    struct eg_error error = {0};
    add_graph_row(&rows, "network", EG_GRAPH_SPLITS_MAX - 1, 0, 0, "{}");
    cr_expect_eq(eg_graph_choose(&rows.group, 1, &choice, &error), EG_OK);
    add_graph_row(&rows, "network", EG_GRAPH_SPLITS_MAX, 0, 0, "{}");
    cr_expect_eq(eg_graph_choose(&rows.group, 1, &choice, &error), EG_DATA);
    cr_expect(strstr(error.message, "split 32"), "%s", error.message);
    free_graph_rows(&rows);
}
