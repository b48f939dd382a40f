/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* getdelim, open_memstream */
#include "bench/compare/compare_user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_black_box.h"
#include "bench/compare/compare_data.h"
#include "bench/compare/compare_fit.h"
#include "bench/compare/compare_user_outputs.h"
#include "bench/compare/compare_user_rows.h"
#include "nn/torch_model.h"
#include "onnx/onnx_network.h"
#include "run/exchange.h"

static int are_classes(const struct eg_subset *rows)
{
    for (size_t i = 0; rows->y && i < rows->x.rows; i++)
        if (rows->y[i] != 0 && rows->y[i] != 1)
            return 0;
    return 1;
}

/* A word as a shell reads it back. */
static void write_word(const char *word, FILE *out)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    if (*word && !word[strspn(word, plain)])
        fputs(word, out);
    else
        eg_write_quoted(word, out);
}

/* The command that was given, and the network's text behind it. */
static void write_command(const char *text, FILE *out)
{
    char *word = NULL;
    size_t room = 0;
    FILE *own = fopen("/proc/self/cmdline", "re");
    while (own && getdelim(&word, &room, '\0', own) > 0) {
        write_word(word, out);
        fputc(' ', out);
    }
    free(word);
    if (own)
        fclose(own);
    fputs("--network ", out);
    write_word(text, out);
}

static int ask_for_text(const char *path, const char *guess, struct eg_error *error)
{
    char *command = NULL;
    size_t size;
    FILE *out = open_memstream(&command, &size);
    if (out)
        write_command(guess, out);
    const int status = !out || fclose(out)
                           ? eg_fail(error, EG_INTERNAL, "out of memory reading %s", path)
                           : eg_fail(
                                 error, EG_DATA,
                                 "%s: it does not tell the activations of its network, and none "
                                 "is guessed; with ReLU the command is: %s",
                                 path, command);
    free(command);
    return status;
}

/* The command, asked about the test rows once, so that it is known what it gives. */
static int take_command(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                        struct eg_error *error)
{
    unit->black_box = eg_black_box_alloc(options, unit->train.x.cols, &unit->network, error);
    unit->text = "black box";
    return unit->black_box ? EG_OK : EG_INTERNAL;
}

/* An ONNX file tells its layers itself. */
static int read_onnx(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                     const char *path, struct eg_torch_model *model, struct eg_error *error)
{
    struct eg_onnx_network network;
    if (options->network)
        return eg_fail(error, EG_USAGE, "--network: %s tells its layers: leave --network out",
                       path);
    int status = eg_onnx_network_read(path, unit->train.x.cols, &network, error);
    if (!status)
        status = eg_torch_model_of(path, &network.tensors, network.text, model, error);
    if (!status && model->network.inputs != unit->train.x.cols)
        status = eg_fail(error, EG_DATA, "%s: the network takes %zu features, the rows have %zu",
                         path, model->network.inputs, unit->train.x.cols);
    unit->head = network.head;
    eg_onnx_network_free(&network);
    return status;
}

static int read_model(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                      const char *path, struct eg_error *error)
{
    struct eg_torch_model model = {0};
    int status = eg_onnx_is_named(path) ? read_onnx(unit, options, path, &model, error)
                                        : eg_torch_model_read(path, unit->train.x.cols,
                                                              options->network, &model, error);
    if (status) {
        status = model.guess ? ask_for_text(path, model.guess, error) : status;
        eg_torch_model_free(&model);
        return status;
    }
    unit->network = model.network;
    unit->text = unit->owned_text = model.text;
    return EG_OK;
}

/* Rows in the order of the network here. */
static int order_rows(const struct eg_compare_unit *unit, const struct eg_compare_options *options,
                      struct eg_user_rows *train, struct eg_user_rows *test, struct eg_error *error)
{
    const struct eg_image *image = &unit->network.layers[0].from;
    if (unit->black_box)
        return EG_OK;
    const int status = eg_user_rows_order(train, image, options->channels, error);
    return status ? status : eg_user_rows_order(test, image, options->channels, error);
}

/* A unit's rows: views of those that were read, until all is well. */
static int read_labels(struct eg_compare_unit *unit, const struct eg_compare_files *files,
                       struct eg_user_rows *train, struct eg_user_rows *test,
                       struct eg_error *error)
{
    int status = EG_OK;
    unit->train.y = train->labels;
    unit->test.y = test->labels;
    train->labels = test->labels = NULL;
    if (files->y_test)
        status = eg_user_labels_read(files->y_test, files->x_test, unit->test.x.rows, &unit->test.y,
                                     error);
    if (!status && files->y_train)
        status = eg_user_labels_read(files->y_train, files->x_train, unit->train.x.rows,
                                     &unit->train.y, error);
    return status;
}

static int read_rows(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                     const struct eg_compare_files *files, struct eg_user_rows *train,
                     struct eg_user_rows *test, struct eg_error *error)
{
    int status = eg_user_rows_read(files->x_train, options->label, train, error);
    if (!status)
        status = eg_user_rows_fit(train, train, error);
    if (!status)
        status = eg_user_rows_read(files->x_test, options->label, test, error);
    if (!status)
        status = eg_user_rows_fit(test, train, error);
    unit->train.x = train->x;
    unit->test.x = test->x;
    if (!status)
        status = read_labels(unit, files, train, test, error);
    if (!status)
        status = files->model ? read_model(unit, options, files->model, error)
                              : take_command(unit, options, error);
    if (!status)
        status = order_rows(unit, options, train, test, error);
    /* The unit's now. */
    train->x = test->x = (struct eg_matrix){0};
    return status;
}

int eg_compare_read_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         const struct eg_compare_files *files, struct eg_error *error)
{
    struct eg_user_rows train = {0}, test = {0};
    const int status = read_rows(unit, options, files, &train, &test, error);
    eg_user_rows_free(&train);
    eg_user_rows_free(&test);
    return status;
}

int eg_compare_load_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         const struct eg_compare_files *files, size_t seed, struct eg_error *error)
{
    *unit = (struct eg_compare_unit){0};
    eg_compare_name_unit(unit, "user", files->split, files->number, seed);
    snprintf(unit->name, sizeof unit->name, "%s", files->name);
    int status = eg_compare_read_user(unit, options, files, error);
    if (!status && files->model)
        status = eg_compare_take_output(unit, options, files, error);
    if (!status)
        status = eg_compare_check_outputs(unit, files->model ? files->model : "--predict",
                                          files->outputs_test, error);
    status = eg_black_box_judge(unit->black_box, status, error);
    if (status)
        return status;
    eg_compare_map_labels(unit);
    if (options->split != EG_NO_SPLIT)
        unit->convention = &eg_convention_paper;
    unit->n_train = unit->train.x.rows;
    unit->n_test = unit->test.x.rows;
    unit->is_classes = (unit->train.y || unit->test.y) && are_classes(&unit->train) &&
                       are_classes(&unit->test);
    if (unit->train.y && !unit->black_box)
        unit->recipe = eg_compare_recipe(unit, unit->text, EG_COMPARE_USER_EPOCHS);
    return EG_OK;
}
