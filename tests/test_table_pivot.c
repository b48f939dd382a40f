/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/table_pivot.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

static const char *const some_methods[] = {"eg", "ig", "none", NULL};
static const char *const some_metrics[] = {"kpm", "unheard", "kam", NULL};

static void add(struct eg_results *results, const char *dataset, const char *protocol,
                const char *method, const char *metric, double x)
{
    struct eg_result result = {.x = x, .value = 1, .se = NAN};
    snprintf(result.dataset, sizeof result.dataset, "%s", dataset);
    snprintf(result.protocol, sizeof result.protocol, "%s", protocol);
    snprintf(result.method, sizeof result.method, "%s", method);
    snprintf(result.metric, sizeof result.metric, "%s", metric);
    cr_assert_eq(eg_results_add(results, &result, NULL), EG_OK);
}

static struct eg_results make_results(void)
{
    struct eg_results results = {0};
    add(&results, "set", "paper", "ig", "kam", NAN);
    add(&results, "set", "paper", "other", "kpm", NAN);
    add(&results, "set", "paper", "eg", "kpm", NAN);
    add(&results, "set", "paper", "eg", "kam", NAN);
    add(&results, "set", "paper", "curve", "kpm", 3);
    add(&results, "set", "paper", "elsewhere", "other_metric", NAN);
    add(&results, "set", "fixed", "fixed_alone", "kpm", NAN);
    add(&results, "second", "paper", "second_alone", "kam", NAN);
    return results;
}

static void expect_names(const char *const *names, size_t count, const char *const *wanted)
{
    size_t n = 0;
    for (; wanted[n]; n++) {
        cr_assert_lt(n, count, "no '%s'", wanted[n]);
        cr_expect_str_eq(names[n], wanted[n]);
    }
    cr_expect_eq(count, n);
}

Test(table_pivot, lines_and_columns_without_results_are_left_out_in_the_order_given)
{
    const struct eg_table_spec spec = {.methods = some_methods, .metrics = some_metrics};
    struct eg_results results = make_results();
    struct eg_table_pivot pivot;
    cr_assert(eg_table_pivot(&pivot, &spec, &results, &results.items[0]));
    expect_names(pivot.methods, pivot.method_count, (const char *const[]){"eg", "ig", NULL});
    expect_names(pivot.metrics, pivot.metric_count, (const char *const[]){"kpm", "kam", NULL});
    eg_results_free(&results);
}

/* A point of a curve is no line, nor is what has other metrics alone. */
Test(table_pivot, without_a_list_of_methods_all_there_are_as_they_appear)
{
    const struct eg_table_spec spec = {.metrics = some_metrics};
    struct eg_results results = make_results();
    struct eg_table_pivot pivot;
    cr_assert(eg_table_pivot(&pivot, &spec, &results, &results.items[0]));
    expect_names(pivot.methods, pivot.method_count,
                 (const char *const[]){"ig", "other", "eg", NULL});
    expect_names(pivot.metrics, pivot.metric_count, (const char *const[]){"kpm", "kam", NULL});
    eg_results_free(&results);
}

Test(table_pivot, is_of_the_blocks_data_set_and_protocol)
{
    const struct eg_table_spec spec = {.metrics = some_metrics};
    struct eg_results results = make_results();
    struct eg_table_pivot pivot;
    cr_assert(eg_table_pivot(&pivot, &spec, &results, &results.items[6]));
    expect_names(pivot.methods, pivot.method_count, (const char *const[]){"fixed_alone", NULL});
    expect_names(pivot.metrics, pivot.metric_count, (const char *const[]){"kpm", NULL});
    cr_assert(eg_table_pivot(&pivot, &spec, &results, &results.items[7]));
    expect_names(pivot.methods, pivot.method_count, (const char *const[]){"second_alone", NULL});
    expect_names(pivot.metrics, pivot.metric_count, (const char *const[]){"kam", NULL});
    eg_results_free(&results);
}

Test(table_pivot, nothing_to_show_is_no_table)
{
    static const char *const unheard[] = {"unheard", NULL};
    const struct eg_table_spec spec = {.metrics = unheard};
    const struct eg_table_spec strangers = {.methods = unheard, .metrics = some_metrics};
    struct eg_results results = make_results();
    struct eg_table_pivot pivot;
    cr_expect_not(eg_table_pivot(&pivot, &spec, &results, &results.items[0]));
    cr_expect_not(eg_table_pivot(&pivot, &strangers, &results, &results.items[0]));
    eg_results_free(&results);
}
