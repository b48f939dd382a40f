/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_user.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "bench/compare/compare_fit.h"
#include "tests/torch_file.h"

enum { ROWS = 4, FEATURES = 2 };

/* Rows that the network below turns into 1, -1, 2 and -2. */
static const double rows[ROWS * FEATURES] = {1, 0, -1, 0, 0, 1, 0, -1};
static const double outputs[ROWS] = {1, -1, 2, -2};

struct folder {
    struct scratch scratch;
    struct eg_compare_options options;
    struct eg_compare_files files;
    struct scratch_path model, x_train, x_test, y_train, y_test, outputs;
};

static void write_array(const char *path, int ndim, const size_t *shape, const double *data)
{
    struct eg_npy array = {.ndim = ndim, .data = (double *)data};
    struct eg_error error = {0};
    for (int i = 0; i < ndim; i++)
        array.shape[i] = shape[i];
    cr_assert_eq(eg_npy_write(path, &array, EG_NPY_F8, &error), EG_OK, "%s", error.message);
}

static void make_folder(struct folder *folder)
{
    struct eg_tensors tensors = {0};
    *folder = (struct folder){.scratch = make_scratch(), .options = {.split = EG_NO_SPLIT}};
    const struct scratch *scratch = &folder->scratch;
    add_tensor(&tensors, "0.weight", 2, (size_t[]){1, FEATURES}, (double[]){1, 2});
    add_tensor(&tensors, "0.bias", 1, (size_t[]){1}, (double[]){0});
    folder->model = save_tensors(scratch, &tensors);
    folder->x_train = find_scratch(scratch, "x_train.npy");
    folder->x_test = find_scratch(scratch, "x_test.npy");
    folder->y_train = find_scratch(scratch, "y_train.npy");
    folder->y_test = find_scratch(scratch, "y_test.npy");
    folder->outputs = find_scratch(scratch, "outputs_test.npy");
    folder->files = (struct eg_compare_files){.name = "one",
                                              .model = folder->model.text,
                                              .x_train = folder->x_train.text,
                                              .x_test = folder->x_test.text,
                                              .y_test = folder->y_test.text};
    write_array(folder->x_train.text, 2, (size_t[]){ROWS, FEATURES}, rows);
    write_array(folder->x_test.text, 2, (size_t[]){ROWS, FEATURES}, rows);
    write_array(folder->y_test.text, 1, (size_t[]){ROWS}, outputs);
}

static int load(const struct folder *folder, struct eg_compare_unit *unit, struct eg_error *error)
{
    *error = (struct eg_error){0};
    return eg_compare_load_user(unit, &folder->options, &folder->files, 1, error);
}

static void refuse(const struct folder *folder, const char *path, const char *message)
{
    struct eg_compare_unit unit;
    struct eg_error error;
    cr_expect_eq(load(folder, &unit, &error), EG_DATA, "%s", message);
    cr_expect(strncmp(error.message, path, strlen(path)) == 0 && strstr(error.message, message),
              "%s\nnot %s", error.message, message);
    eg_compare_unit_free(&unit);
}

/* Test labels, and training labels where given, as they come out. */
static void expect_labels(struct folder *folder, const double *test, const double *train,
                          const double *expected, int is_classes, const char *told)
{
    struct eg_compare_unit unit;
    struct eg_error error;
    write_array(folder->y_test.text, 1, (size_t[]){ROWS}, test);
    folder->files.y_train = train ? folder->y_train.text : NULL;
    if (train)
        write_array(folder->y_train.text, 2, (size_t[]){ROWS, 1}, train);
    cr_assert_eq(load(folder, &unit, &error), EG_OK, "%s", error.message);
    for (size_t i = 0; i < ROWS; i++)
        cr_expect_eq((double)unit.test.y[i], expected[i], "%zu", i);
    cr_expect_eq(unit.is_classes, is_classes);
    cr_expect(told ? unit.labels && strcmp(unit.labels, told) == 0 : !unit.labels, "%s",
              told ? told : "none");
    eg_compare_unit_free(&unit);
}

Test(compare_user, maps_labels_of_two_classes_and_says_so)
{
    static const char signs[] = "labels -1 and 1 are taken as 0 and 1",
                      counts[] = "labels 1 and 2 are taken as 0 and 1";
    struct folder folder;
    make_folder(&folder);
    expect_labels(&folder, (double[]){0, 1, 1, 0}, NULL, (double[]){0, 1, 1, 0}, 1, NULL);
    expect_labels(&folder, (double[]){-1, 1, 1, -1}, NULL, (double[]){0, 1, 1, 0}, 1, signs);
    expect_labels(&folder, (double[]){1, 2, 2, 1}, NULL, (double[]){0, 1, 1, 0}, 1, counts);
    /* One class among the test rows, and the training rows tell the code. */
    expect_labels(&folder, (double[]){1, 1, 1, 1}, (double[]){-1, 1, 1, -1}, (double[]){1, 1, 1, 1},
                  1, signs);
    expect_labels(&folder, (double[]){1, 1, 1, 1}, (double[]){1, 2, 1, 2}, (double[]){0, 0, 0, 0},
                  1, counts);
    expect_labels(&folder, (double[]){1, 1, 1, 1}, (double[]){0, 1, 0, 1}, (double[]){1, 1, 1, 1},
                  1, NULL);
    /* These are numbers. */
    expect_labels(&folder, (double[]){-1, 0, 1, 1}, NULL, (double[]){-1, 0, 1, 1}, 0, NULL);
    expect_labels(&folder, (double[]){1, 2, 3, 1}, NULL, (double[]){1, 2, 3, 1}, 0, NULL);
    expect_labels(&folder, (double[]){1, 2, 2, 1}, (double[]){1, 2, 0.5, 2}, (double[]){1, 2, 2, 1},
                  0, NULL);
    remove_scratch(&folder.scratch);
}

Test(compare_user, names_the_shape_it_found)
{
    struct folder folder;
    make_folder(&folder);
    write_array(folder.y_test.text, 2, (size_t[]){1, ROWS}, outputs);
    refuse(&folder, folder.y_test.text, "shape (1, 4) where ");
    refuse(&folder, folder.y_test.text, "has 4 rows, a label each: save labels.ravel()");
    write_array(folder.y_test.text, 2, (size_t[]){ROWS, 2}, rows);
    refuse(&folder, folder.y_test.text, ": of columns of classes save labels.argmax(axis=1)");
    write_array(folder.y_test.text, 1, (size_t[]){3}, outputs);
    refuse(&folder, folder.y_test.text, "shape (3, 1) where ");
    write_array(folder.y_test.text, 1, (size_t[]){ROWS}, outputs);
    write_array(folder.x_test.text, 2, (size_t[]){FEATURES, ROWS}, rows);
    refuse(&folder, folder.x_test.text,
           "shape (2, 4) where the training rows have 2 columns; save rows of the same features in "
           "the same order: perhaps array.T");
    write_array(folder.x_test.text, 3, (size_t[]){ROWS, FEATURES, 1}, rows);
    refuse(&folder, folder.x_test.text,
           "shape (4, 2, 1) where rows x columns are needed; save array.reshape(len(array), -1)");
    write_array(folder.x_test.text, 2, (size_t[]){1, FEATURES}, rows);
    refuse(&folder, folder.x_test.text, "shape (1, 2); two rows at least are needed");
    remove_scratch(&folder.scratch);
}

Test(compare_user, compares_the_outputs_that_are_given)
{
    struct folder folder;
    struct eg_compare_unit unit;
    struct eg_error error;
    double given[ROWS];
    make_folder(&folder);
    folder.files.outputs_test = folder.outputs.text;
    for (size_t i = 0; i < ROWS; i++)
        given[i] = outputs[i] * (1 + 0.9e-5);
    write_array(folder.outputs.text, 1, (size_t[]){ROWS}, given);
    cr_assert_eq(load(&folder, &unit, &error), EG_OK, "%s", error.message);
    eg_compare_unit_free(&unit);
    given[2] = 2 + 4e-5;
    write_array(folder.outputs.text, 2, (size_t[]){ROWS, 1}, given);
    refuse(&folder, folder.outputs.text,
           "row 2 is 2.00004 where the network, as it is read here, ");
    given[2] = NAN;
    write_array(folder.outputs.text, 2, (size_t[]){ROWS, 1}, given);
    refuse(&folder, folder.outputs.text, "row 2 is nan");
    for (size_t i = 0; i < ROWS; i++)
        given[i] = 1 / (1 + exp(-outputs[i]));
    write_array(folder.outputs.text, 1, (size_t[]){ROWS}, given);
    refuse(&folder, folder.outputs.text, "these are sigmoids of the network's outputs");
    write_array(folder.outputs.text, 1, (size_t[]){3}, given);
    refuse(&folder, folder.outputs.text, "shape (3) where one output a test row is needed, (4)");
    remove_scratch(&folder.scratch);
}

/* Finite weights whose outputs are not. */
Test(compare_user, refuses_outputs_that_are_no_numbers)
{
    struct folder folder;
    struct eg_tensors tensors = {0};
    make_folder(&folder);
    add_tensor(&tensors, "0.weight", 2, (size_t[]){2, FEATURES}, (double[]){1e300, 1e300, 1, 1});
    add_tensor(&tensors, "1.weight", 2, (size_t[]){1, 2}, (double[]){1e300, 1});
    folder.model = save_tensors(&folder.scratch, &tensors);
    refuse(&folder, folder.model.text, "the network's output for test row 0 is inf");
    remove_scratch(&folder.scratch);
}

/* The command with the text comes with the refusal; with it the file is read. */
Test(compare_user, guesses_no_activation)
{
    struct folder folder;
    struct eg_tensors tensors = {0};
    struct eg_compare_unit unit;
    struct eg_error error;
    make_folder(&folder);
    add_tensor(&tensors, "net.0.weight", 2, (size_t[]){1, FEATURES}, (double[]){1, 2});
    add_tensor(&tensors, "net.2.weight", 2, (size_t[]){1, 1}, (double[]){3});
    folder.model = save_tensors(&folder.scratch, &tensors);
    refuse(&folder, folder.model.text, "none is guessed; with ReLU the command is: ");
    refuse(&folder, folder.model.text, " --network 'dense 1, relu, dense 1'");
    folder.options.network = "dense 1, tanh, dense 1";
    cr_assert_eq(load(&folder, &unit, &error), EG_OK, "%s", error.message);
    cr_expect_float_eq(predict_one(&unit.network, (real[]){1, 0}, 0), 3 * tanh(1), 1e-12);
    eg_compare_unit_free(&unit);
    remove_scratch(&folder.scratch);
}

Test(compare_user, stores_what_was_explained)
{
    struct folder folder;
    struct eg_compare_unit unit;
    struct eg_error error;
    json_t *values = json_object();
    int failed = 0;
    const struct eg_row row = {values, &failed};
    make_folder(&folder);
    write_array(folder.y_test.text, 1, (size_t[]){ROWS}, (double[]){-1, 1, 1, -1});
    cr_assert_eq(load(&folder, &unit, &error), EG_OK, "%s", error.message);
    eg_compare_set_about(&unit, &row);
    cr_assert(!failed);
    const json_t *about = json_object_get(values, "about");
    cr_expect_str_eq(json_string_value(json_object_get(about, "unit")), "one");
    cr_expect_str_eq(json_string_value(json_object_get(about, "network")), "dense 1");
    cr_expect_str_eq(json_string_value(json_object_get(about, "labels")),
                     "labels -1 and 1 are taken as 0 and 1");
    json_decref(values);
    eg_compare_unit_free(&unit);
    remove_scratch(&folder.scratch);
}
