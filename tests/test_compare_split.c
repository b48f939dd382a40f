/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: the reference benchmark's scores of given attributions, through files and options as a user of
 * egbench-compare gives them: --model, --x-train, ..., --attributions, --split. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "bench/compare/compare_measures.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_user.h"
#include "nn/torch_model.h"
#include "tests/oracle_model.h"
#include "tests/scratch_folder.h"

static const char network_text[] = "dense 32, relu, dense 20, relu, dense 20, relu, dense 1";

/* Weights are inputs x outputs there, and ours outputs x inputs, to which the scaling of rows goes. */
static void write_model(const char *path, const struct oracle_model *model)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, model->widths[0], network_text, NULL), EG_OK);
    for (size_t l = 0, dense = 0; l < network.layer_count; l++) {
        const struct eg_layer *layer = &network.layers[l];
        if (!layer->weights)
            continue;
        real *weight = network.theta + layer->offset, *bias = weight + layer->weights;
        for (size_t o = 0; o < layer->outputs; o++) {
            bias[o] = model->biases[dense][o];
            for (size_t i = 0; i < layer->inputs; i++) {
                const double own = model->weights[dense][i * layer->outputs + o];
                weight[o * layer->inputs + i] = dense ? own : own / model->scale[i];
                bias[o] -= dense ? 0 : own * model->mean[i] / model->scale[i];
            }
        }
        dense++;
    }
    cr_assert_eq(eg_torch_model_write(path, &network, network_text, 0, NULL), EG_OK);
    eg_network_free(&network);
}

static void write_matrix(const char *path, size_t rows, size_t cols, double *numbers)
{
    const struct eg_npy array = {.ndim = 2, .shape = {rows, cols}, .data = numbers};
    cr_assert_eq(eg_npy_write(path, &array, EG_NPY_F8, NULL), EG_OK);
}

/* What the options of a command line would point to. */
struct given {
    struct scratch scratch;
    struct scratch_path model, x_train, x_test, y_test, phi;
    struct eg_compare_options options;
};

static void give_split(struct given *given, const struct oracle_model *model)
{
    *given = (struct given){.scratch = make_scratch()};
    given->model = find_scratch(&given->scratch, "model.safetensors");
    given->x_train = find_scratch(&given->scratch, "x_train.npy");
    given->x_test = find_scratch(&given->scratch, "x_test.npy");
    given->y_test = find_scratch(&given->scratch, "y_test.npy");
    given->phi = find_scratch(&given->scratch, "phi.npy");
    write_model(given->model.text, model);
    write_matrix(given->x_train.text, model->x_train.rows, model->x_train.cols,
                 model->x_train.data);
    write_matrix(given->x_test.text, model->x_test.rows, model->x_test.cols, model->x_test.data);
    write_matrix(given->y_test.text, model->x_test.rows, 1, model->y_test);
    given->options = (struct eg_compare_options){
        .model = given->model.text,
        .x_train = given->x_train.text,
        .x_test = given->x_test.text,
        .y_test = given->y_test.text,
        .methods = {{{.kind = EG_OUTSIDE_FILES, .what = given->phi.text}}, .count = 1},
        .models = 1};
}

static void load_unit(const struct given *given, struct eg_compare_unit *unit)
{
    struct eg_compare_user user;
    struct eg_error error = {0};
    cr_assert_eq(eg_compare_find_user(&given->options, &user, &error), EG_OK, "%s", error.message);
    cr_assert_eq(user.count, 1);
    cr_assert_eq(eg_compare_load_user(unit, &given->options, &user.files[0], 0, &error), EG_OK,
                 "%s", error.message);
    eg_compare_user_free(&user);
}

/* What egbench-compare scores for that unit and those attributions; owned by the caller. */
static json_t *score(struct given *given, const struct eg_compare_unit *unit,
                     const struct eg_matrix *phi)
{
    struct eg_outsiders outside;
    struct eg_outside_answer answer;
    struct eg_error error = {0};
    const struct eg_run run = {.own = &given->options};
    json_t *values = json_object();
    int failed = 0;
    const struct eg_row row = {values, &failed};
    write_matrix(given->phi.text, phi->rows, phi->cols, phi->data);
    cr_assert_eq(eg_compare_find_outside(&given->options, &outside, &error), EG_OK, "%s",
                 error.message);
    cr_assert_eq(eg_compare_ask_outside(&run, &outside.items[0], unit, 1, 0, &answer, &error),
                 EG_OK, "%s", error.message);
    cr_assert_eq(eg_compare_measure(unit, &answer.phi, EG_PHI_SHARES, 0, &row, &error), EG_OK, "%s",
                 error.message);
    eg_outside_answer_free(&answer);
    return values;
}

static double distance(const json_t *values, const real *expected)
{
    double largest = 0;
    for (size_t m = 0; m < EG_KEEP_REMOVE_METRICS; m++)
        largest = fmax(largest,
                       fabs(json_number_value(json_object_get(values, eg_keep_remove_names[m])) -
                            expected[m]));
    return largest;
}

static void expect_equal(struct given *given, const struct eg_compare_unit *unit,
                         const struct eg_matrix *phi, const real *expected, const char *what)
{
    json_t *values = score(given, unit, phi);
    cr_expect(distance(values, expected) < 1e-9, "%s: %g", what, distance(values, expected));
    json_decref(values);
}

static void compare_first_split(const char *data)
{
    static const char *const methods[] = {"eg", "igzero", "random"};
    struct oracle_model model;
    struct given given;
    struct eg_compare_unit unit;
    char name[64];
    snprintf(name, sizeof name, "%s_s0", data);
    oracle_model_read(&model, data, name, 0);
    give_split(&given, &model);
    given.options.split = 0;
    load_unit(&given, &unit);
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        snprintf(name, sizeof name, "%s_s0_attr_%s", data, methods[m]);
        struct eg_matrix phi = read_oracle_matrix(name);
        snprintf(name, sizeof name, "%s_s0_auc_%s", data, methods[m]);
        struct eg_matrix expected = read_oracle_matrix(name);
        expect_equal(&given, &unit, &phi, expected.data, name);
        eg_matrix_free(&phi);
        eg_matrix_free(&expected);
    }
    eg_compare_unit_free(&unit);
    remove_scratch(&given.scratch);
    oracle_model_free(&model);
}

Test(compare_split, correlated_groups_equal_the_benchmark)
{
    compare_first_split("c60");
}

Test(compare_split, independent_linear_equals_the_benchmark)
{
    compare_first_split("i60");
}

/* The split's number matters, and so does that it was given at all. */
Test(compare_split, another_split_equals_the_benchmark)
{
    enum { SPLIT = 3 };
    struct oracle_model model;
    struct given given;
    struct eg_compare_unit unit;
    oracle_model_read(&model, "c60", "rep_c60", SPLIT);
    give_split(&given, &model);
    struct eg_matrix phi = oracle_model_gradients(&model),
                     expected = read_oracle_matrix("rep_c60_auc10_grad");
    given.options.split = SPLIT;
    load_unit(&given, &unit);
    expect_equal(&given, &unit, &phi, eg_row(&expected, SPLIT), "split 3");
    eg_compare_unit_free(&unit);
    const size_t others[] = {SPLIT + 1, EG_NO_SPLIT};
    for (size_t i = 0; i < 2; i++) {
        given.options.split = others[i];
        load_unit(&given, &unit);
        json_t *values = score(&given, &unit, &phi);
        cr_expect(distance(values, eg_row(&expected, SPLIT)) > 1e-4, "not for another split");
        json_decref(values);
        eg_compare_unit_free(&unit);
    }
    eg_matrix_free(&phi);
    eg_matrix_free(&expected);
    remove_scratch(&given.scratch);
    oracle_model_free(&model);
}
