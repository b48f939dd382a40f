/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/sparsity/sparsity_summary.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/resampled_ttest.h"

extern const struct eg_experiment sparsity_experiment;

enum { TRAIN_ROWS = 100, TEST_ROWS = 800 };

/* Adds a row that tried `strengths` of three, from `strength` on, and found that one best. Its curve of
 * validation ROC-AUC falls from there by 0.1 each. */
static void add_row(json_t *rows, const char *penalty, int replicate, int strengths,
                    double strength, double validation_roc_auc, double test_roc_auc)
{
    json_t *tried = json_array(), *curve = json_array();
    for (int i = 0; i < strengths; i++) {
        json_array_append_new(tried, json_real(strength + i));
        json_array_append_new(curve, json_real(validation_roc_auc - 0.1 * i));
    }
    json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:i, s:i, s:i, s:i, s:i, s:o, s:i}",
                               "dataset", "cohort", "data", "", "protocol", "paper", "scale",
                               "smoke", "seed", 1, "penalty", penalty, "epochs", 1, "references", 1,
                               "train_rows", TRAIN_ROWS, "rows", 0, "replicate", replicate,
                               "strengths", tried, "strengths_in_all", 3);
    json_t *values = json_pack("{s:i, s:f, s:f, s:f, s:f, s:o, s:O, s:[f,f], s:[s,s]}", "test_rows",
                               TEST_ROWS, "strength", strength, "validation_roc_auc",
                               validation_roc_auc, "test_roc_auc", test_roc_auc, "test_gini", 0.5,
                               "validation_roc_auc_curve", curve, "gini_curve", curve, "importance",
                               3.0, 1.0, "features", "age", "sex");
    cr_assert(config && values);
    json_array_append_new(rows, json_pack("{s:o, s:o}", "config", config, "values", values));
}

static struct eg_results summarise(json_t *rows)
{
    const struct eg_rows all = {.array = rows};
    struct eg_results results = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_summarise(&sparsity_experiment, &all, &results, &error), EG_OK, "%s",
                 error.message);
    json_decref(rows);
    return results;
}

static const struct eg_result *find(const struct eg_results *results, const char *penalty,
                                    const char *metric, double x)
{
    return eg_results_find(results, "cohort", "paper", penalty, metric, x);
}

static const struct eg_result *find_test(const struct eg_results *results, const char *versus,
                                         const char *statistic)
{
    const struct eg_result_name name = {"sparse_prior", versus, "test_roc_auc", statistic};
    return eg_results_find_named(results, "cohort", "paper", &name, NAN);
}

Test(sparsity_summary, takes_the_best_of_all_cells_of_a_replicate)
{
    json_t *rows = json_array();
    add_row(rows, "l1_all", 0, 2, 1, 0.7, 0.61);
    add_row(rows, "l2_all", 0, 3, 5, 0.9, 0.62);
    add_row(rows, "l1_all", 0, 1, 10, 0.8, 0.63);
    add_row(rows, "l1_all", 1, 1, 10, 0.6, 0.64);
    add_row(rows, "l1_all", 1, 2, 1, 0.75, 0.65);
    struct eg_results results = summarise(rows);
    const struct eg_result *one = find(&results, "l1_all", "test_roc_auc", NAN);
    const struct eg_result *other = find(&results, "l2_all", "test_roc_auc", NAN);
    cr_assert(one && one->n == 2 && other && other->n == 1);
    cr_expect(one->sample[0] == 0.63 && one->units[0] == 0);
    cr_expect(one->sample[1] == 0.65 && one->units[1] == 1);
    cr_expect_eq(other->value, 0.62);
    eg_results_free(&results);
}

Test(sparsity_summary, the_weaker_of_two_equals_whatever_the_order)
{
    for (int turned = 0; turned < 2; turned++) {
        json_t *rows = json_array();
        for (int i = 0; i < 2; i++)
            if (i == turned)
                add_row(rows, "l1_all", 0, 1, 10, 0.8, 0.7);
            else
                add_row(rows, "l1_all", 0, 2, 1, 0.8, 0.6);
        struct eg_results results = summarise(rows);
        const struct eg_result *taken = find(&results, "l1_all", "test_roc_auc", NAN);
        cr_assert(taken && taken->n == 1);
        cr_expect_eq(taken->value, 0.6);
        eg_results_free(&results);
    }
}

Test(sparsity_summary, a_strength_that_ran_away_is_not_taken_whatever_the_order)
{
    for (int turned = 0; turned < 2; turned++) {
        json_t *rows = json_array();
        for (int i = 0; i < 2; i++)
            if (i == turned)
                add_row(rows, "l1_all", 0, 1, 10, 0.8, 0.7);
            else
                add_row(rows, "l1_all", 0, 2, 1, 0.8, 0.6);
        json_t *values = json_object_get(json_array_get(rows, 1 - turned), "values");
        json_object_set_new(values, "validation_roc_auc", json_null());
        struct eg_results results = summarise(rows);
        const struct eg_result *taken = find(&results, "l1_all", "test_roc_auc", NAN);
        cr_assert(taken && taken->n == 1);
        cr_expect_eq(taken->value, 0.7);
        eg_results_free(&results);
    }
}

Test(sparsity_summary, leaves_out_a_replicate_that_lacks_strengths)
{
    json_t *rows = json_array();
    add_row(rows, "l1_all", 0, 2, 1, 0.8, 0.6);
    add_row(rows, "l1_all", 1, 3, 1, 0.7, 0.7);
    struct eg_results results = summarise(rows);
    const struct eg_result *taken = find(&results, "l1_all", "test_roc_auc", NAN);
    cr_assert(taken && taken->n == 1);
    cr_expect(taken->value == 0.7 && taken->units[0] == 1);
    eg_results_free(&results);
}

/* Curves are of all replicates, whole or not, in whichever cell a strength was tried. */
Test(sparsity_summary, curves_have_each_strength_once)
{
    json_t *rows = json_array();
    add_row(rows, "l1_all", 0, 2, 1, 0.8, 0.6);
    add_row(rows, "l1_all", 1, 3, 1, 0.7, 0.7);
    struct eg_results results = summarise(rows);
    const struct eg_result *second = find(&results, "l1_all", "validation_roc_auc", 2);
    const struct eg_result *third = find(&results, "l1_all", "validation_gini", 3);
    cr_assert(second && second->n == 2 && third && third->n == 1);
    cr_expect_float_eq(second->value, 0.65, 1e-12);
    cr_expect_float_eq(third->value, 0.5, 1e-12);
    size_t count = 0;
    for (size_t i = 0; i < results.count; i++)
        count += strcmp(results.items[i].metric, "validation_roc_auc") == 0;
    cr_expect_eq(count, 3);
    eg_results_free(&results);
}

Test(sparsity_summary, the_prior_is_held_against_others_in_the_replicates_that_both_have)
{
    static const double prior[] = {0.81, 0.84, 0.79, 0.9}, other[] = {0.7, 0.78, 0.74};
    struct eg_ttest corrected;
    json_t *rows = json_array();
    for (int i = 0; i < 4; i++)
        add_row(rows, "sparse_prior", i, 3, 1, 0.8, prior[i]);
    for (int i = 0; i < 3; i++)
        add_row(rows, "l1_all", i, 3, 1, 0.8, other[i]);
    struct eg_results results = summarise(rows);
    cr_assert_eq(eg_ttest_paired(prior, other, 3, &corrected, NULL), EG_OK);
    eg_correct_resampled(&corrected, 3, TRAIN_ROWS, TEST_ROWS);
    const struct eg_result *t = find_test(&results, "l1_all", "corrected_t");
    const struct eg_result *p = find_test(&results, "l1_all", "paired_p");
    const struct eg_result *holm = find_test(&results, "l1_all", "holm_p");
    cr_assert(t && t->n == 3 && p && holm);
    cr_expect_float_eq(t->value, corrected.t, 1e-12);
    cr_expect_eq(holm->value, p->value, "a family of one");
    cr_expect_null(find_test(&results, "sparse_prior", "paired_p"));
    eg_results_free(&results);
}
