/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: a linear target, of which the order of its features by what they do is known. */
#include "bench/compare/compare_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/small_network.h"

enum { TRAIN = 300, TEST = 80, FEATURES = 10 };

struct made {
    struct eg_compare_unit unit;
    struct eg_matrix right_train, right_test; /* beta_j x_j */
};

static double beta_of(size_t feature)
{
    return feature < 3 ? 3 - (double)feature : 0.1;
}

static struct eg_subset draw_part(size_t rows, uint64_t seed, struct eg_matrix *right)
{
    struct eg_subset part = {.x = draw_matrix(rows, FEATURES, seed),
                             .y = calloc(rows, sizeof *part.y)};
    *right = draw_matrix(rows, FEATURES, seed);
    for (size_t i = 0; i < rows * FEATURES; i++) {
        right->data[i] *= (real)beta_of(i % FEATURES);
        part.y[i / FEATURES] += right->data[i];
    }
    return part;
}

static struct made make(void)
{
    struct made made = {.unit = {.dataset = "linear", .seed = 3}};
    made.unit.train = draw_part(TRAIN, 1, &made.right_train);
    made.unit.test = draw_part(TEST, 2, &made.right_test);
    made.unit.recipe = (struct eg_retrain_recipe){
        .network = "dense 1",
        .weights = eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0),
        .training = {.loss = &eg_mse, .optimiser = eg_adam(0.02), .epochs = 60, .batch = 20}};
    return made;
}

static void free_made(struct made *made)
{
    eg_compare_unit_free(&made->unit);
    eg_matrix_free(&made->right_train);
    eg_matrix_free(&made->right_test);
}

/* The largest become the smallest. */
static void reverse_order(struct eg_matrix *phi)
{
    for (size_t i = 0; i < phi->rows * phi->cols; i++)
        phi->data[i] = (real)(1 / (0.01 + fabs((double)phi->data[i])));
}

static void measure(const struct made *made, double *remove, double *keep)
{
    struct eg_error error = {0};
    json_t *values = json_object();
    int failed = 0;
    const struct eg_row row = {values, &failed};
    cr_assert_eq(
        eg_compare_retrain(&made->unit, &made->right_train, &made->right_test, &row, &error), EG_OK,
        "%s", error.message);
    *remove = json_number_value(json_object_get(values, "retrain_remove"));
    *keep = json_number_value(json_object_get(values, "retrain_keep"));
    json_decref(values);
}

Test(compare_retrain, the_right_order_beats_its_reverse)
{
    double remove, keep, reverse_remove, reverse_keep;
    struct made made = make();
    measure(&made, &remove, &keep);
    reverse_order(&made.right_train);
    reverse_order(&made.right_test);
    measure(&made, &reverse_remove, &reverse_keep);
    cr_expect(remove < 0.5 && keep > 0.85, "%g %g", remove, keep);
    cr_expect(reverse_remove > 0.85 && reverse_keep < 0.1, "%g %g", reverse_remove, reverse_keep);
    free_made(&made);
}

Test(compare_retrain, classes_have_their_roc_auc)
{
    double remove, keep;
    struct made made = make();
    made.unit.is_classes = 1;
    made.unit.recipe.training.loss = &eg_bce_logits;
    for (size_t i = 0; i < TRAIN; i++)
        made.unit.train.y[i] = made.unit.train.y[i] > 0;
    for (size_t i = 0; i < TEST; i++)
        made.unit.test.y[i] = made.unit.test.y[i] > 0;
    measure(&made, &remove, &keep);
    cr_expect(keep > 0.9 && remove < keep && remove >= 0, "%g %g", remove, keep);
    free_made(&made);
}

/* As many training rows count as have attributions. */
Test(compare_retrain, fewer_training_rows)
{
    double remove, keep, few_remove, few_keep, alone_remove, alone_keep;
    struct made made = make();
    measure(&made, &remove, &keep);
    made.right_train.rows = 40;
    measure(&made, &few_remove, &few_keep);
    made.unit.train.x.rows = 40;
    measure(&made, &alone_remove, &alone_keep);
    cr_expect(few_remove == alone_remove && few_keep == alone_keep, "the rest is not read");
    cr_expect(few_keep != keep, "%g", keep);
    free_made(&made);
}

static void expect_refused(const struct made *made, int status, const char *words)
{
    struct eg_error error = {0};
    json_t *values = json_object();
    int failed = 0;
    const struct eg_row row = {values, &failed};
    cr_expect_eq(
        eg_compare_retrain(&made->unit, &made->right_train, &made->right_test, &row, &error),
        status);
    cr_expect(strstr(error.message, words), "%s", error.message);
    cr_expect_eq(json_object_size(values), 0);
    json_decref(values);
}

Test(compare_retrain, refusals)
{
    struct made made = make();
    made.right_test.data[12] = NAN;
    expect_refused(&made, EG_DATA, "row 1, column 2");
    made.right_test.data[12] = 0;
    made.unit.train.x.rows = TRAIN - 1;
    expect_refused(&made, EG_DATA, "attributions of 300 training rows, of which there are 299");
    made.unit.recipe.network = NULL;
    expect_refused(&made, EG_USAGE, "linear: how its model was trained is not known");
    free_made(&made);
}
