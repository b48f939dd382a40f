/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: SciPy 1.17.1 (stats.nct, stats.t), and closed forms. */
#include "stats/replication.h"

#include <math.h>

#include <criterion/criterion.h>

#include "stats/noncentral_t.h"
#include "stats/ttest.h"

static const struct eg_design pairs = {1, 0}, two_samples = {2, 0};

Test(replication, noncentral_t)
{
    static const struct {
        double t, df, delta, p;
    } known[] = {{2, 3, 1, 0.7436298684076654},        {-1, 2, 0.5, 0.10327857197969201},
                 {4.3, 2, 2.5, 0.7002696245856609},    {20, 4, 18, 0.5188666067011192},
                 {45.79, 199, 45, 0.6128481298612144}, {1.5, 1, 0, 0.8128329581890011},
                 {0, 9, 2, 0.02275013194817922},       {6, 38, 3.59, 0.9752972858172254},
                 {2.5, 1, 3, 0.26508470358579794}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cr_expect_float_eq(eg_noncentral_t_cdf(known[i].t, known[i].df, known[i].delta), known[i].p,
                           1e-6, "case %zu", i);
    cr_expect_float_eq(eg_noncentral_t_cdf(2.1, 7, 0), 1 - eg_ttest_p(2.1, 7) / 2, 1e-8);
    cr_expect(isnan(eg_noncentral_t_cdf(NAN, 3, 1)) && isnan(eg_noncentral_t_cdf(1, 0, 1)));
}

Test(replication, effects_of_t_and_p)
{
    cr_expect_float_eq(eg_effect_of_t(pairs, 4.314, 200), 4.314 / sqrt(200), 1e-12);
    cr_expect_float_eq(eg_effect_of_t(two_samples, 3.59, 10), 3.59 * sqrt(0.2), 1e-12);
    cr_expect_float_eq(eg_effect_of_p(two_samples, 2.06e-3, 10), 1.6087157448464056, 1e-9);
    cr_expect_float_eq(eg_effect_of_p(pairs, 1.246e-107, 200), 3.2378544920561176, 1e-6);
}

Test(replication, the_smallest_effect_a_study_could_see)
{
    cr_expect_float_eq(eg_small_effect(pairs, 200), 0.1086576009362476, 1e-6);
    cr_expect_float_eq(eg_small_effect(two_samples, 10), 0.722279578855786, 1e-6);
    cr_expect_float_eq(eg_small_effect(pairs, 5), 0.8903165924530797, 1e-6);
    cr_expect_float_eq(eg_small_effect(pairs, 3), 1.556284205533602, 1e-6);
    cr_expect(isnan(eg_small_effect(pairs, 1)));
}

Test(replication, replicates_that_would_decide)
{
    cr_expect_eq(eg_replicates_to_find(pairs, 0.305, 0.05), 68);
    cr_expect_eq(eg_replicates_to_find(pairs, 1.0, 0.05), 8);
    cr_expect_eq(eg_replicates_to_find(pairs, 1.0, 0.05 / 8), 15);
    cr_expect_eq(eg_replicates_to_find(pairs, 0.305, 0.05 / 8), 124);
    cr_expect_eq(eg_replicates_to_find(two_samples, 1.6055, 0.05), 6);
    cr_expect_eq(eg_replicates_to_find(two_samples, 0.5, 0.05), 51);
    /* Overlapping resamples have a floor under their error. */
    cr_expect_eq(eg_replicates_to_find((struct eg_design){1, 1.0 / 3}, 1.6, 0.05), 20);
    cr_expect_eq(eg_replicates_to_find((struct eg_design){1, 1.0 / 3}, 1, 0.05), 0);
    cr_expect_eq(eg_replicates_to_find(pairs, -1, 0.05), 0);
    /* 2.926^2 / 0.25 = 34.3 */
    cr_expect_eq(eg_replicates_to_equate(pairs, 0.5), 35);
}

Test(replication, a_first_study_without_error_leaves_the_plain_distribution)
{
    const double chance = eg_replication_chance(pairs, 0.8, 1e9, 12, 0.5);
    cr_expect_float_eq(chance, eg_effect_chance(pairs, 0.8, 12, 0.5), 1e-6);
    /* Its own error widens what a replication may see. */
    cr_expect_gt(eg_replication_chance(pairs, 0.8, 12, 12, 0.2),
                 eg_effect_chance(pairs, 0.8, 12, 0.2));
}

Test(replication, prediction_interval_of_a_mean)
{
    /* t of 4 degrees of freedom at 97.5 %: 2.776445. */
    cr_expect_float_eq(eg_prediction_half_width(0.3, 5, 0.4), 2.7764451051977987 * 0.5, 1e-9);
}

Test(replication, resamples_overlap_by_their_training_rows)
{
    cr_expect_float_eq(eg_resample_overlap(80, 20), 0.25, 1e-15);
    cr_expect_eq(eg_resample_overlap(100, 9800), 0, "100 of 9,900 rows are hardly ever the same");
    cr_expect_eq(eg_resample_overlap(0, 0), 0, "how many there are is not known");
    cr_expect_eq(eg_resample_overlap(0, 20), 0);
    cr_expect_eq(eg_resample_overlap(NAN, 20), 0);
}

/* So many replicates find what they are meant to find, by the distributions themselves: four times in five. */
Test(replication, replicates_that_tell_an_effect_from_a_bound)
{
    static const double effects[] = {0.137, 0.496, 0.9, -0.2};
    const double bound = 0.305;
    for (size_t i = 0; i < 4; i++) {
        const double n = (double)eg_replicates_to_part(pairs, effects[i], bound);
        /* The effect seen that is just far enough from the bound: by bisection. */
        const int is_above = effects[i] > bound;
        double low = -9, high = 9;
        for (int k = 0; k < 60; k++) {
            const double middle = 0.5 * (low + high);
            if (eg_effect_chance(pairs, bound, n, middle) < (is_above ? 0.95 : 0.05))
                low = middle;
            else
                high = middle;
        }
        const double below = eg_effect_chance(pairs, effects[i], n, low);
        const double power = is_above ? 1 - below : below;
        cr_expect(power > 0.75 && power < 0.85, "effect %g: %g replicates have power %g",
                  effects[i], n, power);
    }
    cr_expect_eq(eg_replicates_to_part(pairs, bound, bound), 0);
}
