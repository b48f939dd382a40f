/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of results, src/run/results.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "run/experiment.h"

static void add(struct eg_results *results, const char *dataset, const char *method, double x,
                double value)
{
    struct eg_error error = {0};
    struct eg_result result = {.protocol = "fixed", .metric = "auc", .x = x, .value = value};
    snprintf(result.dataset, sizeof result.dataset, "%s", dataset);
    snprintf(result.method, sizeof result.method, "%s", method);
    cr_assert_eq(eg_results_add(results, &result, &error), EG_OK);
}

Test(results, finds_the_first_that_fits)
{
    struct eg_results results = {0};
    for (int i = 0; i < 100; i++)
        add(&results, "curve", "gini", i, 2 * i);
    add(&results, "moons", "gini", NAN, 0.5);
    add(&results, "moons", "l1", NAN, 0.25);
    cr_assert_eq(results.count, 102);
    cr_assert_eq(eg_results_find(&results, "curve", NULL, NULL, "auc", 7)->value, 14);
    cr_assert_eq(eg_results_find(&results, NULL, "fixed", "l1", NULL, NAN)->value, 0.25);
    cr_assert_eq(eg_results_find(&results, NULL, NULL, NULL, NULL, NAN)->value, 0.5);
    cr_assert_null(eg_results_find(&results, "curve", NULL, "gini", "auc", NAN));
    cr_assert_null(eg_results_find(&results, "moons", "paper", "l1", "auc", NAN));
    cr_assert_null(eg_results_find(&results, "curve", NULL, "gini", "auc", 7.5));
    eg_results_free(&results);
    cr_assert(results.count == 0 && !results.items);
}
