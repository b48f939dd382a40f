/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/tradeoff.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

static void add(struct eg_results *results, const char *metric, double x, const double *sample,
                size_t n)
{
    static const size_t units[] = {7, 3, 5};
    struct eg_result result = {.dataset = "d",
                               .protocol = "paper",
                               .method = "m",
                               .x = x,
                               .n = n,
                               .sample = sample,
                               .units = units};
    snprintf(result.metric, sizeof result.metric, "%s", metric);
    for (size_t i = 0; i < n; i++)
        result.value += sample[i] / (double)n;
    cr_assert_eq(eg_results_add(results, &result, NULL), EG_OK);
}

static const struct eg_result wanted = {
    .dataset = "d", .protocol = "paper", .method = "m", .metric = "t", .x = NAN, .se = NAN};

/* Over five strengths: one replicate falls with the other metric throughout (rank correlation 1), one
 * against it (-1), one as 1 2 3 5 4 (0.9). */
static struct eg_results make_curves(void)
{
    static const double first[5][3] = {{1, 5, 1}, {2, 4, 2}, {3, 3, 3}, {4, 2, 5}, {9, 1, 4}};
    struct eg_results results = {0};
    for (int p = 4; p >= 0; p--) {
        const double second[3] = {p, p, p};
        add(&results, "a", p, first[p], 3);
        add(&results, "b", p, second, 3);
    }
    return results;
}

Test(tradeoff, rank_correlation_of_each_replicate)
{
    struct eg_results results = make_curves();
    double numbers[3];
    size_t units[3];
    cr_assert_eq(eg_rank_correlations(&results, &wanted, "a", "b", numbers, units), 3);
    static const double known[] = {1, -1, 0.9};
    for (size_t i = 0; i < 3; i++)
        cr_expect_float_eq(numbers[i], known[i], 1e-12);
    cr_expect(units[0] == 7 && units[1] == 3 && units[2] == 5);
    eg_results_free(&results);
}

/* Means of a: 7/3, 8/3, 3, 11/3, 14/3: the largest step is 1 of 7/3; of b 1 of 4. */
Test(tradeoff, largest_step_of_the_mean_curve)
{
    struct eg_results results = make_curves();
    struct eg_result found = wanted;
    cr_assert(eg_find_largest_step(&results, &found, "a", "b") && found.n == 3);
    cr_expect_float_eq(found.value, 3.0 / 7, 1e-12);
    cr_expect(found.se > 0);
    eg_results_free(&results);
}

Test(tradeoff, few_points_say_nothing)
{
    static const double sample[] = {1, 2, 3};
    struct eg_results results = {0};
    for (int p = 0; p < 3; p++) {
        add(&results, "a", p, sample, 3);
        add(&results, "b", p, sample, 3);
    }
    double numbers[3];
    size_t units[3];
    cr_expect_eq(eg_rank_correlations(&results, &wanted, "a", "b", numbers, units), 0);
    struct eg_result none = wanted;
    cr_expect_not(eg_find_largest_step(&results, &none, "a", "b"));
    eg_results_free(&results);
}
