/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contrasts and choices on rows made up here; the t-tests' values are SciPy's (1.17.1). */
#include "bench/frame/contrast.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/choice.h"

struct cell {
    const char *dataset, *protocol, *scale, *model;
    size_t seed, replicate;
    double strength;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, dataset),  EG_FIELD(struct cell, protocol),
    EG_FIELD(struct cell, scale),    EG_FIELD(struct cell, model),
    EG_FIELD(struct cell, seed),     EG_FIELD(struct cell, replicate),
    EG_FIELD(struct cell, strength), {0}};

static void add_row(json_t *rows, const char *model, double strength, size_t replicate,
                    double score, double validation)
{
    const struct cell cell = {"moons", "fixed", "smoke", model, 0, replicate, strength};
    json_array_append_new(rows, json_pack("{s:o, s:{s:f, s:f}}", "config",
                                          eg_fields_pack(fields, &cell, NULL), "values", "score",
                                          score, "validation", validation));
}

static struct eg_results sum_up(json_t *rows, void (*summarise)(const struct eg_view *),
                                int expected)
{
    const struct eg_experiment experiment = {
        .fields = fields, .cell_size = sizeof(struct cell), .summarise = summarise};
    struct eg_results results = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_summarise(&experiment, &(struct eg_rows){.array = rows}, &results, &error),
                 expected, "%s", error.message);
    json_decref(rows);
    return results;
}

static double value_of(const struct eg_results *results, const char *statistic)
{
    const struct eg_result_name name = {"ours", "theirs", "score", statistic};
    const struct eg_result *found = eg_results_find_named(results, "moons", "fixed", &name, NAN);
    return found ? found->value : (double)NAN;
}

static const double ours[] = {0.91, 0.87, 0.93, 0.90, 0.95},
                    theirs[] = {0.90, 0.85, 0.88, 0.91, 0.90};

static struct eg_contrast make_contrast(const struct eg_view *view)
{
    const struct eg_view a = eg_where(view, struct cell, model, "ours");
    const struct eg_view b = eg_where(view, struct cell, model, "theirs");
    return (struct eg_contrast){.of = "ours",
                                .versus = "theirs",
                                .metric = "score",
                                .a = eg_sample_of(&a, NULL, "score"),
                                .b = eg_sample_of(&b, NULL, "score"),
                                .stream = eg_stream_make(0, 1, EG_PURPOSE_BOOTSTRAP, 0, 0),
                                .train_rows = 80,
                                .test_rows = 20,
                                .has_effect_size = 1};
}

static void contrast_both(const struct eg_view *view)
{
    const struct eg_contrast contrast = make_contrast(view);
    const double p[] = {eg_put_paired(view, &contrast).paired.p};
    eg_put_holm(view, "holm_p", &contrast, p, 1);
    eg_put_two_sample(view, &contrast);
}

Test(contrast, pairs_by_unit_in_any_order)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < 5; i++) {
        add_row(rows, "ours", 1, i, ours[i], 0);
        add_row(rows, "theirs", 1, 4 - i, theirs[4 - i], 0);
    }
    struct eg_results results = sum_up(rows, contrast_both, EG_OK);
    /* scipy.stats.ttest_rel */
    cr_expect_float_eq(value_of(&results, "difference"), 0.024, 1e-12);
    cr_expect_float_eq(value_of(&results, "paired_t"), 2.0579830217101063, 1e-9);
    cr_expect_float_eq(value_of(&results, "paired_p"), 0.10870095132492358, 1e-9);
    cr_expect_float_eq(value_of(&results, "holm_p"), 0.10870095132492358, 1e-9);
    /* The variance grows from 1 / 5 to 1 / 5 + 20 / 80 (Nadeau and Bengio 2003). */
    cr_expect_float_eq(value_of(&results, "corrected_t"), 2.0579830217101063 * sqrt(0.2 / 0.45),
                       1e-9);
    cr_expect_float_eq(value_of(&results, "effect_size"), 2.0579830217101063 / sqrt(5), 1e-9);
    const double low = value_of(&results, "difference_low");
    cr_expect(low > -0.01 && low < 0.024 && value_of(&results, "difference_high") > 0.024);
    /* scipy.stats.ttest_ind, equal_var=True and False */
    cr_expect_float_eq(value_of(&results, "t"), 1.3902826712723697, 1e-9);
    cr_expect_float_eq(value_of(&results, "p"), 0.20190007039701177, 1e-9);
    cr_expect_float_eq(value_of(&results, "welch_p"), 0.2038936248886847, 1e-9);
    eg_results_free(&results);
}

static void contrast_alone(const struct eg_view *view)
{
    const struct eg_contrast contrast = make_contrast(view);
    cr_expect(isnan(eg_put_paired(view, &contrast).paired.p) &&
              isnan(eg_put_two_sample(view, &contrast)));
}

/* Student's sleep data; the t and p are SciPy's (ttest_rel), and those of the formula of Nadeau and Bengio. */
Test(contrast, differences_are_tested_with_and_without_shared_rows)
{
    static const double differences[] = {-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4};
    struct eg_paired_tests tests;
    struct eg_error error = {0};
    cr_assert_eq(eg_test_differences(differences, 10, 90, 10, &tests, &error), EG_OK);
    cr_expect_float_eq(tests.paired.difference, -1.58, 1e-14);
    cr_expect_float_eq(tests.paired.t, -4.062127683382037, 1e-13);
    cr_expect_float_eq(tests.paired.p, 0.00283289019738427, 1e-15);
    cr_expect_float_eq(tests.corrected.t, -2.7957480106770447, 1e-13);
    cr_expect_float_eq(tests.corrected.p, 0.020857022957686776, 1e-14);
    cr_assert_eq(eg_test_differences(differences, 10, 0, 0, &tests, &error), EG_OK);
    cr_expect_float_eq(tests.paired.t, -4.062127683382037, 1e-13);
    cr_expect(isnan(tests.corrected.t) && isnan(tests.corrected.p));
    cr_expect_eq(eg_test_differences(differences, 1, 90, 10, &tests, &error), EG_DATA);
}

/* Differences of 0 alone are no evidence; equal ones that are not 0 are that of so many coins, not of an infinite t. */
Test(contrast, differences_that_do_not_vary)
{
    static const double none[] = {0, 0, 0}, equal[] = {0.1, 0.1, 0.1};
    struct eg_paired_tests tests;
    cr_assert_eq(eg_test_differences(none, 3, 90, 10, &tests, NULL), EG_OK);
    cr_expect_eq(tests.paired.p, 1);
    cr_expect_eq(tests.corrected.p, 1);
    cr_assert_eq(eg_test_differences(equal, 3, 90, 10, &tests, NULL), EG_OK);
    cr_expect_eq(tests.paired.p, 0.25);
    cr_expect_eq(tests.corrected.p, 0.25);
}

Test(contrast, one_pair_is_no_test)
{
    json_t *rows = json_array();
    add_row(rows, "ours", 1, 0, 0.9, 0);
    add_row(rows, "theirs", 1, 0, 0.8, 0);
    struct eg_results results = sum_up(rows, contrast_alone, EG_OK);
    cr_expect_eq(results.count, 0);
    eg_results_free(&results);
}

static void choose(const struct eg_view *view)
{
    struct eg_view chosen;
    struct eg_choice_rule rule = {.metric = "validation"};
    cr_expect_eq(eg_choose_by(view, struct cell, strength, &rule, &chosen), 1); /* 0.8; as 10 has */
    cr_expect_eq(chosen.count, 2);
    rule.needs_all = 1;
    rule.takes_least = 1;
    cr_expect_eq(eg_choose_by(view, struct cell, strength, &rule, &chosen), 0.1);
    rule.bound = "score";
    rule.at_least = 0.55;
    cr_expect_eq(eg_choose_by(view, struct cell, strength, &rule, &chosen), 1);
    rule.at_least = 2;
    cr_expect(isnan(eg_choose_by(view, struct cell, strength, &rule, &chosen)) &&
              chosen.count == 0);
    const struct eg_view best = eg_choose_of_unit(view, "validation", "score");
    cr_expect_eq(best.count, 2);
    cr_expect_eq(eg_row_number(best.records[1].values, NULL, "validation"), 0.9);
}

Test(choice, takes_the_best_and_of_equal_ones_the_smallest)
{
    json_t *rows = json_array();
    for (size_t replicate = 0; replicate < 2; replicate++) {
        const double off = replicate ? 0.1 : -0.1;
        add_row(rows, "a", 10, replicate, 0.6, 0.8 + off);
        add_row(rows, "a", 1, replicate, 0.6, 0.8 + off);
        add_row(rows, "a", 0.1, replicate, 0.5, 0.4 + off);
    }
    add_row(rows, "a", 100, 0, 0.9, 0.1); /* tried once */
    struct eg_results results = sum_up(rows, choose, EG_OK);
    eg_results_free(&results);
}

static void sweep(const struct eg_view *view)
{
    static const char *const metrics[] = {"score", "validation", NULL};
    eg_put_sweep_by(view, struct cell, strength, "a", metrics);
}

Test(choice, a_sweep_has_the_means_at_each_setting_ascending)
{
    json_t *rows = json_array();
    for (size_t replicate = 0; replicate < 2; replicate++)
        add_row(rows, "a", 10, replicate, 0.6 + 0.1 * (double)replicate, 0.8);
    add_row(rows, "a", 1, 0, 0.5, 0.4);
    struct eg_results results = sum_up(rows, sweep, EG_OK);
    static const double x[] = {1, 1, 10, 10}, means[] = {0.5, 0.4, 0.65, 0.8};
    cr_assert_eq(results.count, 4);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(results.items[i].x, x[i]);
        cr_expect_float_eq(results.items[i].value, means[i], 1e-12);
        cr_expect_eq(results.items[i].n, i < 2 ? 1 : 2);
    }
    eg_results_free(&results);
}

static void fail(const struct eg_view *view)
{
    eg_view_fail(view, EG_DATA, "no %s", "luck");
    eg_view_fail(view, EG_INTERNAL, "later");
    cr_expect_null(eg_view_alloc(view, 1, 1));
    cr_expect_eq(eg_where(view, struct cell, model, "a").count, 0);
    eg_put_mean(view, "a", NULL, "score");
}

Test(view, keeps_the_first_failure)
{
    json_t *rows = json_array();
    add_row(rows, "a", 1, 0, 1, 1);
    struct eg_results results = sum_up(rows, fail, EG_DATA);
    cr_expect_eq(results.count, 0);
    eg_results_free(&results);
}
