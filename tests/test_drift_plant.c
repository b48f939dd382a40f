/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_plant.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/fake_experiment.h"

static struct eg_nightly run_or_abort(const struct eg_plant *plant, size_t threads)
{
    struct eg_nightly nightly;
    struct eg_error error = {0};
    cr_assert_eq(eg_plant_run(&nightly, &fake_experiment, plant, 0, 5, threads, &error), EG_OK,
                 "%s", error.message);
    cr_assert_gt(nightly.count, 0);
    return nightly;
}

/* A cell's score is its strength times a number: with the sign of the strength changed for one method, its
 * scores change theirs, and nothing else changes. Cells that are skipped are left out. */
Test(drift_plant, a_changed_sign_goes_through_the_cells)
{
    const struct eg_plant plant = {"fake", "sign", "strength", EG_PLANT_NEGATE, "method", "beta"};
    struct eg_nightly base = run_or_abort(NULL, 1), changed = run_or_abort(&plant, 3);
    cr_assert_eq(base.count, changed.count);
    size_t turned = 0;
    for (size_t k = 0; k < base.count; k++) {
        const int is_score = strcmp(base.measures[k].metric, "score") == 0 &&
                             strcmp(base.measures[k].method, "beta") == 0;
        cr_assert(eg_measure_is_like(&base.measures[k], &changed.measures[k]));
        for (size_t i = 0; i < base.seed_count && is_score; i++)
            cr_expect_float_eq(changed.measures[k].values[i], -base.measures[k].values[i], 1e-15);
        for (size_t i = 0; i < base.seed_count && strcmp(base.measures[k].method, "beta"); i++)
            cr_expect_eq(changed.measures[k].values[i], base.measures[k].values[i]);
        turned += is_score;
    }
    cr_expect_eq(turned, 2); /* on two data sets */
    eg_nightly_free(&base);
    eg_nightly_free(&changed);
}

/* Other seeds stand under the names of the first: other draws of the same measures. */
Test(drift_plant, other_seeds_bear_the_names_of_the_first)
{
    struct eg_nightly base = run_or_abort(NULL, 1), other;
    struct eg_error error = {0};
    cr_assert_eq(eg_plant_run(&other, &fake_experiment, NULL, 2, 3, 1, &error), EG_OK);
    cr_assert_eq(other.count, base.count);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(other.seeds[i], i);
    for (size_t k = 0; k < other.count; k++)
        for (size_t i = 0; i < 3; i++)
            cr_expect_eq(other.measures[k].values[i], base.measures[k].values[i + 2]);
    cr_expect_neq(other.measures[0].values[0], base.measures[0].values[0]);
    eg_nightly_free(&base);
    eg_nightly_free(&other);
}

Test(drift_plant, a_cell_that_fails_is_told)
{
    const struct eg_plant plant = {"fake", "name", "method", EG_PLANT_HALVE, NULL, NULL};
    struct eg_nightly nightly;
    struct eg_error error = {0};
    cr_expect_neq(eg_plant_run(&nightly, &fake_experiment, &plant, 0, 2, 1, &error), EG_OK);
    cr_expect(strstr(error.message, "seed 0, name"), "%s", error.message);
    eg_nightly_free(&nightly);
}
