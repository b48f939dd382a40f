/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which output is explained, on a network whose outputs are known by hand. */
#include "bench/compare/compare_user_outputs.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "bench/compare/compare_user.h"
#include "tests/torch_file.h"

enum { ROWS = 6, FEATURES = 2, OUTPUTS = 3 };

/* Outputs x0, x1 and 1 - x0 - x1: of these rows the largest are 0, 0, 1, 1, 2, 2. */
static const double rows[ROWS * FEATURES] = {3, 1, 2, 0, 0, 2, 1, 4, -1, -1, 0, 0};
static const double labels[ROWS] = {0, 1, 1, 1, 0, 2};

struct folder {
    struct scratch scratch;
    struct eg_compare_options options;
    struct scratch_path model, x, y, outputs;
};

static void write_array(const char *path, int ndim, size_t count, size_t cols, const double *data)
{
    const struct eg_npy array = {.ndim = ndim, .shape = {count, cols}, .data = (double *)data};
    cr_assert_eq(eg_npy_write(path, &array, EG_NPY_F8, NULL), EG_OK);
}

static void make_folder(struct folder *folder, const char *by_class)
{
    struct eg_tensors tensors = {0};
    *folder = (struct folder){.scratch = make_scratch()};
    add_tensor(&tensors, "0.weight", 2, (size_t[]){OUTPUTS, FEATURES},
               (double[]){1, 0, 0, 1, -1, -1});
    add_tensor(&tensors, "0.bias", 1, (size_t[]){OUTPUTS}, (double[]){0, 0, 1});
    folder->model = save_tensors(&folder->scratch, &tensors);
    folder->x = find_scratch(&folder->scratch, "x.npy");
    folder->y = find_scratch(&folder->scratch, "y.npy");
    folder->outputs = find_scratch(&folder->scratch, "outputs.npy");
    write_array(folder->x.text, 2, ROWS, FEATURES, rows);
    write_array(folder->y.text, 1, ROWS, 0, labels);
    folder->options = (struct eg_compare_options){.split = EG_NO_SPLIT,
                                                  .output = EG_NO_OUTPUT,
                                                  .by_class = by_class,
                                                  .model = folder->model.text,
                                                  .x_train = folder->x.text,
                                                  .x_test = folder->x.text,
                                                  .y_test = folder->y.text};
}

/* The unit is that class: its rows, in turn, and their output. */
static void expect_unit(const struct folder *folder, const struct eg_compare_files *files,
                        size_t class, size_t count, const size_t *which, const double *is_label)
{
    struct eg_compare_unit unit;
    struct eg_error error = {0};
    char name[64];
    cr_assert_eq(eg_compare_load_user(&unit, &folder->options, files, 1, &error), EG_OK, "%s",
                 error.message);
    snprintf(name, sizeof name, "user-0-class-%zu", class);
    cr_expect_str_eq(unit.name, name);
    cr_expect_eq(unit.test.x.rows, count);
    cr_expect_eq(unit.train.x.rows, ROWS);
    cr_expect_eq(unit.network.outputs, 1);
    for (size_t i = 0; i < count; i++) {
        const double *row = rows + which[i] * FEATURES;
        const double outputs[] = {row[0], row[1], 1 - row[0] - row[1]};
        cr_expect_eq((double)unit.test.x.data[i * FEATURES], row[0]);
        cr_expect_float_eq(predict_one(&unit.network, unit.test.x.data + i * FEATURES, 0),
                           outputs[class], 1e-12);
        cr_expect_eq((double)unit.test.y[i], is_label[i]);
    }
    eg_compare_unit_free(&unit);
}

static void split(const struct folder *folder, struct eg_compare_user *user)
{
    struct eg_error error = {0};
    cr_assert_eq(eg_compare_find_user(&folder->options, user, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_compare_split_classes(&folder->options, user, &error), EG_OK, "%s",
                 error.message);
}

Test(compare_user_outputs, a_unit_is_the_rows_predicted_to_be_a_class)
{
    struct folder folder;
    struct eg_compare_user user;
    make_folder(&folder, "predicted");
    split(&folder, &user);
    cr_assert_eq(user.count, 3);
    expect_unit(&folder, &user.files[0], 0, 2, (size_t[]){0, 1}, (double[]){1, 0});
    expect_unit(&folder, &user.files[1], 1, 2, (size_t[]){2, 3}, (double[]){1, 1});
    expect_unit(&folder, &user.files[2], 2, 2, (size_t[]){4, 5}, (double[]){0, 1});
    eg_compare_user_free(&user);
    remove_scratch(&folder.scratch);
}

/* One row has label 2: no unit. A cell finds its unit again by its number. */
Test(compare_user_outputs, a_unit_is_the_rows_of_a_label)
{
    struct folder folder;
    struct eg_compare_user user, again;
    struct eg_error error = {0};
    make_folder(&folder, "label");
    split(&folder, &user);
    cr_assert_eq(user.count, 2);
    expect_unit(&folder, &user.files[0], 0, 2, (size_t[]){0, 4}, (double[]){1, 1});
    expect_unit(&folder, &user.files[1], 1, 3, (size_t[]){1, 2, 3}, (double[]){1, 1, 1});
    cr_assert_eq(eg_compare_find_user(&folder.options, &again, &error), EG_OK);
    const struct eg_compare_files *found = eg_compare_user_unit(&again, 1, user.files[1].split, 0,
                                                                &error);
    cr_assert_not_null(found);
    expect_unit(&folder, found, 1, 3, (size_t[]){1, 2, 3}, (double[]){1, 1, 1});
    eg_compare_user_free(&again);
    eg_compare_user_free(&user);
    remove_scratch(&folder.scratch);
}

static void refuse(const struct folder *folder, int status, const char *message)
{
    struct eg_compare_user user;
    struct eg_error error = {0};
    cr_assert_eq(eg_compare_find_user(&folder->options, &user, &error), EG_OK);
    cr_expect_eq(eg_compare_split_classes(&folder->options, &user, &error), status);
    cr_expect(strstr(error.message, message), "%s\nnot %s", error.message, message);
    eg_compare_user_free(&user);
}

Test(compare_user_outputs, refuses_labels_that_are_no_output)
{
    struct folder folder;
    make_folder(&folder, "label");
    write_array(folder.y.text, 1, ROWS, 0, (double[]){0, 1, 2, 3, 0, 1});
    refuse(&folder, EG_DATA, "--output label: the label of test row 3 is 3, and the outputs of ");
    write_array(folder.y.text, 1, ROWS, 0, (double[]){0, 1, 0.5, 2, 0, 1});
    refuse(&folder, EG_DATA, "the label of test row 2 is 0.5, and the outputs of ");
    folder.options.y_test = NULL;
    refuse(&folder, EG_USAGE,
           "--output label: give the labels of the rows to explain, with --y-test");
    remove_scratch(&folder.scratch);
}

Test(compare_user_outputs, several_outputs_ask_for_one)
{
    struct folder folder;
    struct eg_compare_user user;
    struct eg_compare_unit unit;
    struct eg_error error = {0};
    make_folder(&folder, NULL);
    cr_assert_eq(eg_compare_find_user(&folder.options, &user, &error), EG_OK);
    cr_expect_eq(eg_compare_load_user(&unit, &folder.options, user.files, 1, &error), EG_DATA);
    cr_expect(strstr(error.message, "the network has 3 outputs: say with --output K which is "
                                    "explained, from 0, or that of each row's class with --output "
                                    "label or --output predicted"));
    eg_compare_unit_free(&unit);
    folder.options.output = 3;
    cr_expect_eq(eg_compare_load_user(&unit, &folder.options, user.files, 1, &error), EG_DATA);
    cr_expect(strstr(error.message, "--output 3: the network ends with 3 outputs of which 0 is the "
                                    "first"));
    eg_compare_unit_free(&unit);
    eg_compare_user_free(&user);
    remove_scratch(&folder.scratch);
}

/* Of all outputs that were saved, those explained are compared. */
Test(compare_user_outputs, compares_outputs_that_are_given_for_all_classes)
{
    struct folder folder;
    struct eg_compare_user user;
    struct eg_compare_unit unit;
    struct eg_error error = {0};
    double all[ROWS * OUTPUTS];
    make_folder(&folder, "predicted");
    folder.options.outputs_test = folder.outputs.text;
    for (size_t i = 0; i < ROWS; i++) {
        all[i * OUTPUTS] = rows[i * FEATURES];
        all[i * OUTPUTS + 1] = rows[i * FEATURES + 1];
        all[i * OUTPUTS + 2] = 1 - rows[i * FEATURES] - rows[i * FEATURES + 1];
    }
    write_array(folder.outputs.text, 2, ROWS, OUTPUTS, all);
    split(&folder, &user);
    for (size_t k = 0; k < 3; k++) {
        cr_expect_eq(eg_compare_load_user(&unit, &folder.options, &user.files[k], 1, &error), EG_OK,
                     "%s", error.message);
        eg_compare_unit_free(&unit);
    }
    all[3 * OUTPUTS + 1] += 0.1; /* of row 3, whose class is 1 */
    write_array(folder.outputs.text, 2, ROWS, OUTPUTS, all);
    cr_expect_eq(eg_compare_load_user(&unit, &folder.options, &user.files[0], 1, &error), EG_OK);
    eg_compare_unit_free(&unit);
    cr_expect_eq(eg_compare_load_user(&unit, &folder.options, &user.files[1], 1, &error), EG_DATA);
    cr_expect(strstr(error.message, "row 1 is 4.1 where the network, as it is read here, gives 4"));
    eg_compare_unit_free(&unit);
    eg_compare_user_free(&user);
    remove_scratch(&folder.scratch);
}
