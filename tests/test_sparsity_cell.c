/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of the sparsity experiment whose kept network is the first: what they measure is that of its weights. */
#include <string.h>

#include <criterion/criterion.h>

#include "bench/sparsity/sparsity_summary.h"
#include "run/experiment.h"

extern const struct eg_experiment sparsity_experiment;

static json_t *run_cell(const char *penalty, size_t replicate, struct eg_numbers strengths)
{
    const struct eg_run run = {.threads = 1};
    const struct eg_sparsity_cell cell = {.dataset = "simulated_cohort",
                                          .protocol = "paper",
                                          .scale = "smoke",
                                          .penalty = penalty,
                                          .epochs = 1,
                                          .references = 5,
                                          .train_rows = 100,
                                          .rows = 500,
                                          .replicate = replicate,
                                          .strengths = strengths};
    int failed = 0;
    const struct eg_row row = {json_object(), &failed};
    struct eg_error error = {0};
    cr_assert_eq(sparsity_experiment.run_cell(&run, &cell, &row, &error), EG_OK, "%s",
                 error.message);
    cr_assert_not(failed);
    return row.values;
}

static double gini_of(const json_t *values, size_t strength)
{
    return json_real_value(json_array_get(json_object_get(values, "gini_curve"), strength));
}

/* The released code makes a network for each strength, penalty and replicate. */
Test(sparsity_cell, each_training_has_its_own_first_weights)
{
    json_t *two = run_cell("l1_all", 0, (struct eg_numbers){2, {1, 10}});
    json_t *other = run_cell("l2_all", 0, (struct eg_numbers){1, {1}});
    json_t *next = run_cell("l1_all", 1, (struct eg_numbers){1, {1}});
    cr_expect_neq(gini_of(two, 0), gini_of(two, 1), "another strength");
    cr_expect_neq(gini_of(two, 0), gini_of(other, 0), "another penalty");
    cr_expect_neq(gini_of(two, 0), gini_of(next, 0), "another replicate");
    json_decref(two);
    json_decref(other);
    json_decref(next);
}

Test(sparsity_cell, a_strength_comes_out_the_same_in_whatever_cell)
{
    json_t *both = run_cell("sparse_prior", 2, (struct eg_numbers){2, {1, 10}});
    for (size_t i = 0; i < 2; i++) {
        json_t *one = run_cell("sparse_prior", 2, (struct eg_numbers){1, {i ? 10 : 1}});
        cr_expect_eq(gini_of(both, i), gini_of(one, 0));
        json_decref(one);
    }
    json_decref(both);
}
