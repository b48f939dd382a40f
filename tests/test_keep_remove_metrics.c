/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/keep_remove_metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "metrics/shapley_linear.h"
#include "tests/oracle_file.h"
#include "tests/oracle_model.h"

static struct eg_keep_remove_result score(const struct eg_keep_remove_input *input)
{
    struct eg_keep_remove_result result;
    struct eg_error error = {0};
    cr_assert_eq(eg_keep_remove(input, &result, &error), EG_OK, "%s", error.message);
    return result;
}

static struct eg_keep_remove_input input_of(const struct oracle_model *model,
                                            const struct eg_matrix *attributions,
                                            const struct eg_keep_remove_convention *convention)
{
    return (struct eg_keep_remove_input){
        .predictor = &model->predictor,
        .x_train = &model->x_train,
        .x_test = &model->x_test,
        .y_test = model->y_test,
        .attributions = attributions,
        .convention = convention,
    };
}

/* what: curves_raw, curves or auc, in the oracle's order. */
static void compare_with_oracle(const char *data, const char *what, const char *method,
                                const double *values, size_t count, size_t stride)
{
    char name[64];
    snprintf(name, sizeof name, "%s_s0_%s_%s", data, what, method);
    struct eg_matrix expected = read_oracle_matrix(name);
    cr_assert_eq(expected.rows * expected.cols, EG_KEEP_REMOVE_METRICS * count);
    for (size_t metric = 0; metric < EG_KEEP_REMOVE_METRICS; metric++)
        for (size_t j = 0; j < count; j++) {
            const double value = values[metric * stride + j];
            cr_assert_float_eq(value, expected.data[metric * count + j], 1e-11,
                               "%s, %s at point %zu: %.17g, expected %.17g", name,
                               eg_keep_remove_names[metric], j, value,
                               (double)expected.data[metric * count + j]);
        }
    eg_matrix_free(&expected);
}

/* The model is a predictor that shows nothing of itself, or a network. */
static void compare_data_set(const char *data, int as_network)
{
    static const char *const methods[] = {"eg", "igmean", "igzero", "grad", "random"};
    struct oracle_model model;
    char weights[16];
    snprintf(weights, sizeof weights, "%s_s0", data);
    oracle_model_read(&model, data, weights, 0);
    struct eg_network network = oracle_model_network(&model);
    if (as_network)
        model.predictor = eg_network_predictor(&network);
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        char name[64];
        snprintf(name, sizeof name, "%s_s0_attr_%s", data, methods[m]);
        struct eg_matrix attributions = read_oracle_matrix(name);
        const struct eg_keep_remove_input input = input_of(&model, &attributions,
                                                           &eg_convention_paper);
        const struct eg_keep_remove_result result = score(&input);
        compare_with_oracle(data, "curves_raw", methods[m], result.raw[0], result.points,
                            EG_MASK_POINTS);
        compare_with_oracle(data, "curves", methods[m], result.curve[0], result.points,
                            EG_MASK_POINTS);
        compare_with_oracle(data, "auc", methods[m], result.area, 1, 1);
        eg_matrix_free(&attributions);
    }
    eg_network_free(&network);
    oracle_model_free(&model);
}

Test(keep_remove, correlated_groups_equal_shap)
{
    compare_data_set("c60", 0);
    compare_data_set("c60", 1);
}

Test(keep_remove, independent_linear_equals_shap)
{
    compare_data_set("i60", 0);
    compare_data_set("i60", 1);
}

/* The areas of the paper's own model under gradients, where the split's number seeds the draws. */
static void compare_split(const char *data, uint32_t split)
{
    char weights[16], name[32];
    snprintf(weights, sizeof weights, "rep_%s", data);
    snprintf(name, sizeof name, "rep_%s_auc10_grad", data);
    struct oracle_model model;
    oracle_model_read(&model, data, weights, split);
    struct eg_matrix expected = read_oracle_matrix(name);
    struct eg_matrix gradients = oracle_model_gradients(&model);
    struct eg_keep_remove_input input = input_of(&model, &gradients, &eg_convention_paper);
    input.split = split;
    const struct eg_keep_remove_result result = score(&input);
    for (size_t metric = 0; metric < EG_KEEP_REMOVE_METRICS; metric++)
        cr_assert_float_eq(result.area[metric], eg_row(&expected, split)[metric], 1e-11,
                           "%s, split %u, %s: %.17g, expected %.17g", data, split,
                           eg_keep_remove_names[metric], result.area[metric],
                           (double)eg_row(&expected, split)[metric]);
    eg_matrix_free(&gradients);
    eg_matrix_free(&expected);
    oracle_model_free(&model);
}

Test(keep_remove, other_splits_equal_shap)
{
    compare_split("c60", 1);
    compare_split("c60", 9);
    compare_split("i60", 4);
}

/* A linear model and rows to explain, drawn anew. */
enum { FEATURES = 12, TRAIN = 150, TEST_ROWS = 40 };

struct linear_case {
    real x_train[TRAIN * FEATURES], x_test[TEST_ROWS * FEATURES], y_test[TEST_ROWS];
    real phi[TEST_ROWS * FEATURES];
    double beta[FEATURES];
    struct eg_matrix train, test, attributions;
    struct eg_predictor predictor;
};

static int predict_linear(const void *context, size_t rows, const real *x, real *output,
                          struct eg_error *error)
{
    (void)error;
    const double *beta = context;
    for (size_t row = 0; row < rows; row++) {
        double sum = 0;
        for (size_t j = 0; j < FEATURES; j++)
            sum += beta[j] * x[row * FEATURES + j];
        output[row] = (real)sum;
    }
    return EG_OK;
}

static void fill_correlated(struct eg_stream *stream, const struct eg_matrix *x)
{
    for (size_t row = 0; row < x->rows; row++) {
        const double common = eg_stream_normal(stream);
        for (size_t j = 0; j < x->cols; j++)
            eg_row(x, row)[j] = (real)(eg_stream_normal(stream) + (j % 3 == 0 ? common : 0));
    }
}

static void make_linear_case(struct linear_case *c, uint64_t seed)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, 0);
    c->train = (struct eg_matrix){TRAIN, FEATURES, c->x_train};
    c->test = (struct eg_matrix){TEST_ROWS, FEATURES, c->x_test};
    c->attributions = (struct eg_matrix){TEST_ROWS, FEATURES, c->phi};
    c->predictor = (struct eg_predictor){
        .context = c->beta, .inputs = FEATURES, .predict = predict_linear};
    fill_correlated(&stream, &c->train);
    fill_correlated(&stream, &c->test);
    for (size_t j = 0; j < FEATURES; j++)
        c->beta[j] = j < FEATURES / 2 ? eg_stream_normal(&stream) : 0.01;
    predict_linear(c->beta, TEST_ROWS, c->x_test, c->y_test, NULL);
    cr_assert_eq(eg_shapley_linear(c->beta, &c->test, &c->train, &c->attributions, NULL), EG_OK);
}

static struct eg_keep_remove_input linear_input(const struct linear_case *c,
                                                const struct eg_keep_remove_convention *convention)
{
    return (struct eg_keep_remove_input){.predictor = &c->predictor,
                                         .x_train = &c->train,
                                         .x_test = &c->test,
                                         .y_test = c->y_test,
                                         .attributions = &c->attributions,
                                         .convention = convention};
}

static int is_absolute(size_t metric)
{
    return eg_keep_remove_names[metric][1] == 'A';
}

/* Where the truth is known: exact Shapley values beat random numbers, which beat the wrong sign.
 * The signed mean-masking metrics measure just this; the others must at least not reverse it. */
static void check_planted_truth(const struct eg_keep_remove_convention *convention, uint64_t seed)
{
    struct linear_case c;
    make_linear_case(&c, seed);
    const struct eg_keep_remove_input input = linear_input(&c, convention);
    const struct eg_keep_remove_result truth = score(&input);
    for (size_t i = 0; i < TEST_ROWS * FEATURES; i++)
        c.phi[i] = -c.phi[i];
    const struct eg_keep_remove_result wrong = score(&input);
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_RANDOM_ATTRIBUTION, 0, 0);
    for (size_t i = 0; i < TEST_ROWS * FEATURES; i++)
        c.phi[i] = (real)eg_stream_normal(&stream);
    const struct eg_keep_remove_result random = score(&input);
    for (size_t metric = 0; metric < EG_KEEP_REMOVE_METRICS; metric++) {
        const char *name = eg_keep_remove_names[metric];
        cr_assert_gt(truth.area[metric], random.area[metric], "%s: truth against random", name);
        if (is_absolute(metric))
            cr_assert_float_eq(truth.area[metric], wrong.area[metric], 1e-12,
                               "%s: absolute values know no sign", name);
        else
            cr_assert_gt(random.area[metric], wrong.area[metric], "%s: random against wrong", name);
    }
}

Test(keep_remove, truth_beats_random_beats_the_wrong_sign)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        check_planted_truth(&eg_convention_paper, seed);
        check_planted_truth(&eg_convention_fixed, seed);
    }
}

/* Masking by the mean takes a linear model's output down by the Shapley values of what is masked,
 * so the whole raw curve is known. */
Test(keep_remove, linear_mean_curves_have_a_closed_form)
{
    struct linear_case c;
    make_linear_case(&c, 9);
    const struct eg_keep_remove_input input = linear_input(&c, &eg_convention_fixed);
    const struct eg_keep_remove_result result = score(&input);
    double base = 0;
    for (size_t row = 0; row < TRAIN; row++)
        for (size_t j = 0; j < FEATURES; j++)
            base += c.beta[j] * eg_row(&c.train, row)[j] / TRAIN;
    for (size_t point = 0; point < result.points; point++) {
        double kept = base;
        for (size_t row = 0; row < TEST_ROWS; row++) {
            const real *phi = eg_row(&c.attributions, row);
            for (size_t j = 0; j < FEATURES; j++) {
                size_t larger = 0;
                for (size_t other = 0; other < FEATURES; other++)
                    larger += phi[other] > phi[j];
                kept += larger < result.counts[point] ? phi[j] / TEST_ROWS : 0;
            }
        }
        cr_assert_float_eq(result.raw[0][point], kept, 1e-12, "KPM at %zu", result.counts[point]);
    }
}

/* Given the others, a feature that is a linear function of them is imputed exactly (up to the
 * ridge), so removing it changes nothing. */
Test(keep_remove, imputing_restores_a_copy)
{
    struct linear_case c;
    make_linear_case(&c, 3);
    for (size_t row = 0; row < TRAIN; row++)
        eg_row(&c.train, row)[1] = eg_row(&c.train, row)[0];
    for (size_t row = 0; row < TEST_ROWS; row++) {
        eg_row(&c.test, row)[1] = eg_row(&c.test, row)[0];
        for (size_t j = 0; j < FEATURES; j++)
            eg_row(&c.attributions, row)[j] = j == 1 ? 2 : -1 - (real)j;
    }
    const struct eg_keep_remove_input input = linear_input(&c, &eg_convention_paper);
    const struct eg_keep_remove_result result = score(&input);
    const size_t rpm = 9, rpi = 11;
    cr_assert_gt(fabs(result.raw[rpm][1] - result.raw[rpm][0]), 1e-3);
    for (size_t point = 1; point < result.points; point++)
        cr_assert_float_eq(result.raw[rpi][point], result.raw[rpi][0], 1e-5);
}

Test(keep_remove, ends_of_the_curves)
{
    struct linear_case c;
    make_linear_case(&c, 12);
    const struct eg_keep_remove_input input = linear_input(&c, &eg_convention_fixed);
    const struct eg_keep_remove_result result = score(&input);
    double plain = 0;
    for (size_t row = 0; row < TEST_ROWS; row++)
        plain += c.y_test[row] / TEST_ROWS;
    for (size_t metric = 0; metric < EG_KEEP_REMOVE_METRICS; metric++) {
        const int keeps = eg_keep_remove_names[metric][0] == 'K';
        const size_t whole = keeps ? result.points - 1 : 0, none = result.points - 1 - whole;
        const double expected = is_absolute(metric) ? 1 : plain;
        cr_assert_float_eq(result.raw[metric][whole], expected, 1e-12);
        cr_assert_float_eq(result.raw[metric][none], result.raw[metric % 9][0], 1e-12,
                           "all masked is the same, kept or removed");
    }
}

Test(keep_remove, feature_counts)
{
    size_t counts[EG_MASK_POINTS], expected_points;
    double *expected = read_oracle("metrics/chk_fcounts", &expected_points, NULL);
    cr_assert_eq(eg_feature_counts(60, counts), expected_points);
    for (size_t j = 0; j < expected_points; j++)
        cr_assert_eq((double)counts[j], expected[j]);
    free(expected);
    for (size_t features = 1; features < 3000; features += 7) {
        const size_t points = eg_feature_counts(features, counts);
        cr_assert_eq(counts[0], 0);
        cr_assert_eq(counts[points - 1], features);
        for (size_t j = 1; j < points; j++)
            cr_assert_gt(counts[j], counts[j - 1]);
    }
}

Test(keep_remove, same_input_same_bits)
{
    struct linear_case c;
    make_linear_case(&c, 2);
    struct eg_keep_remove_input input = linear_input(&c, &eg_convention_fixed);
    const struct eg_keep_remove_result first = score(&input), again = score(&input);
    cr_assert_eq(memcmp(first.raw, again.raw, sizeof first.raw), 0);
    input.split = 1;
    const struct eg_keep_remove_result other = score(&input);
    const size_t kpm = 0, kpr = 1;
    cr_assert_eq(other.area[kpm], first.area[kpm]);
    cr_assert_neq(other.area[kpr], first.area[kpr], "another split draws other backgrounds");
}

static void assert_refused(const struct eg_keep_remove_input *input, const char *words)
{
    struct eg_keep_remove_result result;
    struct eg_error error = {0};
    cr_assert_eq(eg_keep_remove(input, &result, &error), EG_DATA);
    cr_assert_not_null(strstr(error.message, words), "\"%s\" lacks \"%s\"", error.message, words);
}

Test(keep_remove, bad_numbers_are_named)
{
    struct linear_case c;
    make_linear_case(&c, 1);
    const struct eg_keep_remove_input input = linear_input(&c, &eg_convention_paper);
    eg_row(&c.attributions, 7)[3] = NAN;
    assert_refused(&input, "attributions: row 7, column 3");
    eg_row(&c.attributions, 7)[3] = 1;
    eg_row(&c.test, 39)[11] = INFINITY;
    assert_refused(&input, "test rows: row 39, column 11");
    eg_row(&c.test, 39)[11] = 0;
    eg_row(&c.train, 2)[0] = NAN;
    assert_refused(&input, "training rows: row 2, column 0");
    eg_row(&c.train, 2)[0] = 0;
    c.y_test[5] = NAN;
    assert_refused(&input, "row 5");
    for (size_t row = 0; row < TEST_ROWS; row++)
        c.y_test[row] = 4;
    assert_refused(&input, "all 40 are equal");
    c.beta[2] = NAN;
    assert_refused(&input, "the model predicts");
}

Test(keep_remove, bad_shapes_are_refused)
{
    struct linear_case c;
    make_linear_case(&c, 1);
    const struct eg_keep_remove_input input = linear_input(&c, &eg_convention_paper);
    c.attributions.rows--;
    assert_refused(&input, "attributions: 39 x 12, but the test rows are 40 x 12");
    c.attributions.rows++;
    c.predictor.inputs = 11;
    assert_refused(&input, "the model 11");
    c.predictor.inputs = FEATURES;
    c.train.rows = 1;
    assert_refused(&input, "two training rows or more, not 1");
}

static int predict_nothing(const void *context, size_t rows, const real *x, real *output,
                           struct eg_error *error)
{
    (void)context, (void)rows, (void)x, (void)output;
    return eg_fail(error, EG_DATA, "no such model");
}

Test(keep_remove, a_failing_predictor_is_passed_on)
{
    struct linear_case c;
    make_linear_case(&c, 1);
    c.predictor.predict = predict_nothing;
    const struct eg_keep_remove_input input = linear_input(&c, &eg_convention_paper);
    assert_refused(&input, "no such model");
}

Test(keep_remove, names_and_descriptions_agree)
{
    size_t metric = 0;
    for (; eg_keep_remove_names[metric]; metric++) {
        cr_assert_lt(metric, EG_KEEP_REMOVE_METRICS);
        cr_assert_str_eq(eg_keep_remove_info[metric].name, eg_keep_remove_names[metric]);
    }
    cr_assert_eq(metric, EG_KEEP_REMOVE_METRICS);
    for (const struct eg_metric_info *const *info = eg_metrics; *info; info++)
        cr_assert((*info)->formula && (*info)->citation && (*info)->direction && (*info)->range &&
                      (*info)->needs && (*info)->tells && (*info)->hides,
                  "%s does not say all of itself", (*info)->name);
}
