/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: closed forms on a linear network. */
#include "bench/compare/compare_methods.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "attribution/explain.h"
#include "tests/small_network.h"

enum { TRAIN = 40, TEST = 5, P = 4 };

/* Rows around 2, and a linear network. */
static struct eg_compare_unit make_unit(void)
{
    struct eg_compare_unit unit = {.dataset = "linear",
                                   .train = {.x = draw_matrix(TRAIN, P, 1)},
                                   .test = {.x = draw_matrix(TEST, P, 2)},
                                   .network = draw_network(P, "dense 1", 3)};
    for (size_t i = 0; i < TRAIN * P; i++)
        unit.train.x.data[i] += 2;
    return unit;
}

static double mean_of(const struct eg_matrix *x, size_t rows, size_t feature)
{
    double sum = 0;
    for (size_t i = 0; i < rows; i++)
        sum += eg_row(x, i)[feature];
    return sum / (double)rows;
}

/* phi is w (x - base), the base being zero or the mean over the first rows. */
static void expect_base(const struct eg_compare_unit *unit, const char *name, size_t rows)
{
    struct eg_compare_explainer made;
    struct eg_matrix phi;
    struct eg_error error = {0};
    cr_assert_eq(eg_compare_explainer_make(&made, unit, name, 200, 7, 1, &error), EG_OK, "%s",
                 error.message);
    cr_assert_eq(eg_matrix_alloc(&phi, TEST, P, NULL), EG_OK);
    cr_assert_eq(eg_explain_phi(&made.explainer, &unit->test.x, NULL, made.stream, &phi, &error),
                 EG_OK, "%s", error.message);
    for (size_t j = 0; j < P; j++) {
        const double base = rows ? mean_of(&unit->train.x, rows, j) : 0;
        for (size_t i = 0; i < TEST; i++)
            cr_expect_float_eq(eg_row(&phi, i)[j],
                               unit->network.theta[j] * (eg_row(&unit->test.x, i)[j] - base), 1e-12,
                               "%s", name);
    }
    eg_matrix_free(&phi);
    eg_compare_explainer_free(&made);
}

Test(compare_methods, count_from_their_background)
{
    struct eg_compare_unit unit = make_unit();
    expect_base(&unit, "integrated_gradients", 0);
    expect_base(&unit, "integrated_gradients_mean", TRAIN);
    expect_base(&unit, "occlusion", TRAIN);
    expect_base(&unit, "kernel_shap", 7);
    expect_base(&unit, "shapley_exact", 7);
    eg_compare_unit_free(&unit);
}

Test(compare_methods, are_skipped_where_they_say_nothing_of_their_own)
{
    char why[EG_SKIP];
    struct eg_compare_unit unit = make_unit();
    cr_expect(!eg_compare_skip(&unit, "integrated_gradients_mean", 10, why));
    cr_expect(!eg_compare_skip(&unit, "shapley_exact", 10, why));
    for (size_t j = 0; j < P; j++) {
        const double mean = mean_of(&unit.train.x, TRAIN, j);
        for (size_t i = 0; i < TRAIN; i++)
            eg_row(&unit.train.x, i)[j] -= mean;
    }
    cr_expect(eg_compare_skip(&unit, "integrated_gradients_mean", 10, why));
    cr_expect(!eg_compare_skip(&unit, "integrated_gradients", 10, why));
    unit.train.x.cols = 17;
    unit.train.x.rows = 2;
    cr_expect(eg_compare_skip(&unit, "shapley_exact", 10, why));
    unit.train.x.rows = TRAIN;
    eg_compare_unit_free(&unit);
}

/* DeepLIFT has no rule for the largest of several; others do not mind. */
Test(compare_methods, are_skipped_where_they_have_no_rule)
{
    char why[EG_SKIP];
    struct eg_compare_unit unit = {.train = {.x = draw_matrix(TRAIN, 16, 1)}};
    cr_assert_eq(eg_network_alloc(&unit.network, 16, "image 4x4x1, pool 2, flatten, dense 1", NULL),
                 EG_OK);
    cr_expect(eg_compare_skip(&unit, "deeplift", 10, why));
    cr_expect(strstr(why, "deeplift: layer 1 is a max pool"), "%s", why);
    for (size_t m = 0; m < eg_compare_method_count(); m++)
        if (strcmp(eg_compare_method_name(m), "deeplift") != 0 &&
            !strstr(eg_compare_method_name(m), "mean"))
            cr_expect(!eg_compare_skip(&unit, eg_compare_method_name(m), 10, why), "%s: %s",
                      eg_compare_method_name(m), why);
    eg_compare_unit_free(&unit);
}

Test(compare_methods, each_has_one_name)
{
    const size_t count = eg_compare_method_count();
    size_t own = 0;
    while (eg_methods[own])
        own++;
    cr_expect_eq(count, own + 3);
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < a; b++)
            cr_expect_str_neq(eg_compare_method_name(a), eg_compare_method_name(b));
    cr_expect_str_eq(eg_compare_method_name(count - 2), "oracle");
    cr_expect_str_eq(eg_compare_method_name(count - 1), "flipped_oracle");
    for (size_t m = 0; eg_methods[m]; m++) {
        size_t found = 0;
        for (size_t a = 0; a < count; a++)
            found += strcmp(eg_compare_method_name(a), eg_methods[m]->name) == 0;
        cr_expect_eq(found, 1, "%s", eg_methods[m]->name);
    }
}

Test(compare_methods, a_name_that_is_none)
{
    struct eg_compare_unit unit = make_unit();
    struct eg_compare_explainer made;
    struct eg_error error = {0};
    cr_expect_eq(eg_compare_explainer_make(&made, &unit, "oracle", 200, 7, 1, &error), EG_USAGE);
    cr_expect(strstr(error.message, "there is no attribution method 'oracle'"), "%s",
              error.message);
    eg_compare_explainer_free(&made);
    eg_compare_unit_free(&unit);
}
