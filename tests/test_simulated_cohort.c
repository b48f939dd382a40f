/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted shape and rates are those published of NHANES I. */
#include "datasets/simulated_cohort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct eg_dataset load(struct eg_dataset_options options)
{
    struct eg_dataset dataset;
    struct eg_error error = {0};
    cr_assert_eq(eg_dataset_load("simulated_cohort", &options, &dataset, &error), EG_OK, "%s",
                 error.message);
    return dataset;
}

static size_t find_feature(const struct eg_dataset *dataset, const char *name)
{
    for (size_t j = 0; j < dataset->p; j++)
        if (strcmp(dataset->feature_names[j], name) == 0)
            return j;
    cr_assert_fail("no feature %s", name);
    return 0;
}

static double average(const struct eg_dataset *dataset)
{
    double sum = 0;
    for (size_t i = 0; i < dataset->n; i++)
        sum += dataset->y[i];
    return sum / (double)dataset->n;
}

Test(simulated_cohort, has_the_shape_and_says_what_it_is)
{
    struct eg_dataset plain = load((struct eg_dataset_options){0});
    struct eg_dataset flagged = load((struct eg_dataset_options){.missing_flags = 1});
    cr_assert(plain.n == 13442 && plain.p == 51 && flagged.n == 13442 && flagged.p == 78);
    cr_assert_str_eq(plain.source, "simulated");
    cr_assert_str_eq(plain.description,
                     "simulated cohort (13442 people, 51 columns, alive after 15 years)");
    eg_dataset_free(&plain);
    eg_dataset_free(&flagged);
}

Test(simulated_cohort, base_rates_are_those_of_nhanes)
{
    double rates[2] = {0, 0};
    enum { SEEDS = 4 };
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (int k = 0; k < 2; k++) {
            struct eg_dataset d = load(
                (struct eg_dataset_options){.seed = seed, .label_years = k ? 15 : 10});
            rates[k] += average(&d) / SEEDS;
            eg_dataset_free(&d);
        }
    /* The standard error over 4 x 13442 people is below 0.002. */
    cr_assert_float_eq(rates[0], 11309.0 / 13315, 0.008, "10 years: %g", rates[0]);
    cr_assert_float_eq(rates[1], 10071.0 / 13442, 0.008, "15 years: %g", rates[1]);
}

Test(simulated_cohort, who_lives_15_years_lives_10)
{
    struct eg_dataset ten = load((struct eg_dataset_options){.label_years = 10, .rows = 3000});
    struct eg_dataset fifteen = load((struct eg_dataset_options){.label_years = 15, .rows = 3000});
    for (size_t i = 0; i < ten.n; i++)
        cr_assert(ten.y[i] >= fifteen.y[i]);
    cr_assert(average(&ten) > average(&fifteen));
    eg_dataset_free(&ten);
    eg_dataset_free(&fifteen);
}

static double missing_rate(const struct eg_dataset *dataset, const char *name)
{
    const size_t j = find_feature(dataset, name);
    size_t missing = 0;
    for (size_t i = 0; i < dataset->n; i++)
        missing += isnan(eg_row(&dataset->x, i)[j]);
    return (double)missing / (double)dataset->n;
}

/* Of 13442 people a rate near a half has a standard error of 0.0043. */
Test(simulated_cohort, values_are_missing_at_rates_like_the_real_ones)
{
    struct eg_dataset d = load((struct eg_dataset_options){0});
    cr_assert_eq(missing_rate(&d, "age"), 0);
    cr_assert_float_eq(missing_rate(&d, "albumin"), 0.248, 0.02);
    cr_assert_float_eq(missing_rate(&d, "creatinine"), 0.822, 0.02);
    cr_assert_float_eq(missing_rate(&d, "lymphocyte_percent"), 0.594, 0.02);
    cr_assert_float_eq(missing_rate(&d, "cholesterol"), 0.03, 0.01);
    cr_assert_float_eq(missing_rate(&d, "urine_protein_none"), 0.051, 0.01);
    eg_dataset_free(&d);
}

Test(simulated_cohort, one_hot_groups_hold_one_1_or_are_missing)
{
    static const char *const ends[][2] = {{"platelets_low", "platelets_high"},
                                          {"urine_protein_none", "urine_protein_1000"},
                                          {"urine_sugar_none", "urine_sugar_very_dark"},
                                          {"urine_blood_none", "urine_blood_large"}};
    struct eg_dataset d = load((struct eg_dataset_options){.rows = 2000});
    for (size_t k = 0; k < 4; k++) {
        const size_t first = find_feature(&d, ends[k][0]), last = find_feature(&d, ends[k][1]);
        for (size_t i = 0; i < d.n; i++) {
            double sum = 0;
            for (size_t j = first; j <= last; j++)
                sum += eg_row(&d.x, i)[j];
            cr_assert(isnan(sum) || sum == 1);
            cr_assert_eq(isnan(sum), isnan(eg_row(&d.x, i)[last]));
        }
    }
    eg_dataset_free(&d);
}

/* The outcome hangs on age, sex and smoking, and not on sodium. */
Test(simulated_cohort, risk_is_sparse)
{
    struct eg_dataset d = load((struct eg_dataset_options){0});
    const size_t age = find_feature(&d, "age"), female = find_feature(&d, "female"),
                 smoker = find_feature(&d, "smoker"), sodium = find_feature(&d, "sodium");
    double alive[4][2] = {{0}}, all[4][2] = {{0}};
    for (size_t i = 0; i < d.n; i++) {
        const real *row = eg_row(&d.x, i);
        const int groups[4] = {row[age] > 60, row[female] > 0, row[smoker] > 0, row[sodium] > 141};
        for (int k = 0; k < 4; k++)
            if (k < 3 || !isnan(row[sodium])) {
                alive[k][groups[k]] += d.y[i];
                all[k][groups[k]]++;
            }
    }
    double effects[4];
    for (int k = 0; k < 4; k++)
        effects[k] = alive[k][1] / all[k][1] - alive[k][0] / all[k][0];
    cr_assert_lt(effects[0], -0.3);
    cr_assert_gt(effects[1], 0.05);
    cr_assert_lt(effects[2], -0.03);
    /* 2750 people have it; the standard error is 0.017. */
    cr_assert_float_eq(effects[3], 0, 0.06, "sodium: %g", effects[3]);
    eg_dataset_free(&d);
}

/* A row is the same whatever number of rows is drawn. */
Test(simulated_cohort, rows_are_drawn_one_by_one)
{
    struct eg_dataset few = load((struct eg_dataset_options){.seed = 3, .rows = 10});
    struct eg_dataset many = load((struct eg_dataset_options){.seed = 3, .rows = 500});
    cr_assert_arr_eq(few.y, many.y, 10 * sizeof *few.y);
    cr_assert_eq(memcmp(few.x.data, many.x.data, 10 * few.p * sizeof *few.x.data), 0);
    eg_dataset_free(&few);
    eg_dataset_free(&many);
}
