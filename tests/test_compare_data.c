/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_data.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/shap/shap_model.h"
#include "tests/small_network.h"

static struct eg_compare_unit prepare(const char *name, size_t split, size_t model)
{
    struct eg_compare_unit unit;
    struct eg_error error = {0};
    const struct eg_run run = {.scale = "smoke", .protocol = "fixed"};
    const struct eg_compare_source *source = eg_compare_find_source(name, strlen(name), &error);
    cr_assert_not_null(source, "%s", error.message);
    cr_assert_eq(eg_compare_prepare(&unit, source, &run, split, model, 0, &error), EG_OK, "%s",
                 error.message);
    return unit;
}

/* A column that does not vary is left at 0; values that were missing are 0, which takes from the rest's
 * variance of 1. */
static void check_standardised(const struct eg_matrix *x, int has_missing)
{
    for (size_t j = 0; j < x->cols; j++) {
        double sum = 0, square = 0;
        for (size_t i = 0; i < x->rows; i++) {
            sum += (double)eg_row(x, i)[j];
            square += pow((double)eg_row(x, i)[j], 2);
        }
        cr_expect_float_eq(sum / (double)x->rows, 0, 1e-9);
        square /= (double)x->rows;
        cr_expect_lt(square, 1 + 1e-9, "column %zu", j);
        cr_expect(has_missing || square == 0 || square > 1 - 1e-9, "column %zu", j);
    }
}

/* On a split's first model, the network is the one that SHAP's benchmark trains soundly. */
Test(compare_data, synthetic_units_are_those_of_the_benchmark)
{
    struct eg_error error = {0};
    struct eg_network same;
    struct eg_compare_unit unit = prepare("interactions", 2, 0),
                           other = prepare("interactions", 2, 1);
    check_standardised(&unit.train.x, 0);
    cr_assert_eq(eg_network_alloc(&same, unit.train.x.cols, eg_shap_network, &error), EG_OK);
    cr_assert_eq(eg_shap_train(&same, &unit.train, 30, 0, 2, &error), EG_OK);
    const size_t bytes = same.parameters * sizeof *same.theta;
    cr_expect_eq(memcmp(unit.network.theta, same.theta, bytes), 0);
    cr_expect_neq(memcmp(other.network.theta, same.theta, bytes), 0);
    cr_expect_eq(largest_gap(&unit.train.x, &other.train.x), 0, "two models on the same rows");
    cr_expect_str_eq(unit.name, "interactions-2");
    cr_expect_str_eq(other.name, "interactions-2-1");
    eg_network_free(&same);
    eg_compare_unit_free(&unit);
    eg_compare_unit_free(&other);
}

Test(compare_data, patients_are_two_classes)
{
    struct eg_error error = {0};
    struct eg_compare_unit unit = prepare("simulated_cohort", 0, 0);
    cr_expect(unit.is_classes && unit.n_train == 900 && unit.n_test == 100);
    check_standardised(&unit.train.x, 1);
    for (size_t i = 0; i < unit.train.x.rows; i++)
        cr_assert(unit.train.y[i] == 0 || unit.train.y[i] == 1);
    cr_assert_eq(eg_compare_finish_unit(&unit, 50, &error), EG_OK, "%s", error.message);
    cr_expect(unit.score > 0.6 && unit.score < 1, "ROC-AUC %g", unit.score);
    cr_expect(unit.background == 50 && !unit.oracle_is_exact);
    eg_compare_unit_free(&unit);
}

enum { DRUGS = 20, GENES = 80 };

static int have_same_genes(const real *a, const real *b)
{
    return memcmp(a + DRUGS, b + DRUGS, GENES * sizeof *a) == 0;
}

/* A row has one drug. A patient's genes tell the patient: none is on both sides, and the first
 * training rows are not those of a few. */
Test(compare_data, drug_responses_are_split_by_patient)
{
    struct eg_compare_unit unit = prepare("simulated_response", 0, 0);
    const struct eg_matrix *train = &unit.train.x, *test = &unit.test.x;
    size_t alike = 0;
    cr_assert_eq(train->cols, DRUGS + GENES);
    cr_assert_eq(test->rows, 100);
    cr_assert_gt(train->rows, 2000);
    cr_expect(unit.n_train == 174 && unit.n_test == 55, "of 273 patients");
    check_standardised(train, 0);
    for (size_t i = 0; i < test->rows; i++) {
        size_t drugs = 0;
        for (size_t d = 0; d < DRUGS; d++)
            drugs += eg_row(test, i)[d] > 0;
        cr_expect_eq(drugs, 1, "row %zu", i);
        for (size_t k = 0; k < train->rows; k++)
            cr_assert_not(have_same_genes(eg_row(test, i), eg_row(train, k)));
    }
    for (size_t k = 1; k < 50; k++)
        alike += have_same_genes(eg_row(train, k - 1), eg_row(train, k));
    cr_expect_lt(alike, 5);
    eg_compare_unit_free(&unit);
}

Test(compare_data, names_what_there_is)
{
    struct eg_error error = {0};
    cr_expect_null(eg_compare_find_source("nhanes", 3, &error));
    cr_expect_eq(error.status, EG_USAGE);
    cr_expect(strstr(error.message, "'nha'") && strstr(error.message, "nhanes, simulated_cohort"),
              "%s", error.message);
    cr_expect_str_eq(eg_compare_find_source("nhanes,beataml", 6, &error)->name, "nhanes");
}

/* Where labels come from: datasets/interactions.h, linear60.h; of decoy MNIST the corners of 2 x 2. */
Test(compare_data, planted_features_are_known)
{
    static const struct {
        const char *name;
        size_t features, planted;
    } cases[] = {
        {"interactions", 10, 8}, {"independentlinear60", 60, 10}, {"decoy_mnist", 196, 16}};
    for (size_t c = 0; c < 3; c++) {
        const struct eg_compare_source *source = eg_compare_find_source(
            cases[c].name, strlen(cases[c].name), NULL);
        size_t planted = 0;
        for (size_t j = 0; j < cases[c].features; j++)
            planted += source->is_planted(j) != 0;
        cr_expect_eq(planted, cases[c].planted, "%s: %zu", cases[c].name, planted);
    }
    const struct eg_compare_source *decoy = eg_compare_find_source("decoy_mnist", 11, NULL);
    cr_expect(decoy->is_planted(0) && decoy->is_planted(15) && decoy->is_planted(195));
    cr_expect(!decoy->is_planted(2) && !decoy->is_planted(28) && !decoy->is_planted(98));
}
