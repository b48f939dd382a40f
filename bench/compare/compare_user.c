/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* getdelim, open_memstream */
#include "bench/compare/compare_user.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/npy.h"
#include "bench/compare/compare_black_box.h"
#include "bench/compare/compare_data.h"
#include "bench/compare/compare_fit.h"
#include "nn/torch_model.h"
#include "onnx/onnx_network.h"
#include "run/exchange.h"

static int check_finite(const char *path, const struct eg_matrix *matrix, struct eg_error *error)
{
    for (size_t i = 0; i < matrix->rows * matrix->cols; i++)
        if (!isfinite(matrix->data[i]))
            return eg_fail(error, EG_DATA, "%s: the number at row %zu, column %zu is not finite",
                           path, i / matrix->cols, i % matrix->cols);
    return EG_OK;
}

/* cols: 0 stands for any number of them. */
static int read_rows(const char *path, size_t cols, struct eg_matrix *matrix,
                     struct eg_error *error)
{
    const int status = eg_npy_read_matrix(path, matrix, error);
    if (status)
        return status;
    if (cols && matrix->cols != cols)
        return eg_fail(
            error, EG_DATA,
            "%s: shape (%zu, %zu) where the training rows have %zu columns; save rows of "
            "the same features in the same order%s",
            path, matrix->rows, matrix->cols, cols,
            matrix->rows == cols ? ": perhaps array.T" : "");
    if (matrix->rows < 2)
        return eg_fail(error, EG_DATA, "%s: shape (%zu, %zu); two rows at least are needed", path,
                       matrix->rows, matrix->cols);
    return check_finite(path, matrix, error);
}

static int read_labels(const char *path, const char *of, size_t rows, real **labels,
                       struct eg_error *error)
{
    struct eg_matrix column = {0};
    int status = eg_npy_read_matrix(path, &column, error);
    *labels = column.data;
    if (!status && (column.rows != rows || column.cols != 1))
        status = eg_fail(error, EG_DATA,
                         "%s: shape (%zu, %zu) where %s has %zu rows, a label each%s", path,
                         column.rows, column.cols, of, rows,
                         column.rows == 1 && column.cols == rows ? ": save labels.ravel()"
                         : column.rows == rows && column.cols > 1
                             ? ": of columns of classes save labels.argmax(axis=1)"
                             : "");
    return status ? status : check_finite(path, &column, error);
}

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

/* The network with one output of several. Its text ends with the last dense layer, and dropout maybe. */
static int take_output(struct eg_compare_unit *unit, const char *path, size_t output,
                       struct eg_error *error)
{
    const struct eg_network *all = &unit->network;
    const struct eg_layer *last = &all->layers[all->layer_count - 1];
    const size_t p = last->inputs;
    struct eg_network one = {0};
    if (output >= all->outputs || last->type != &eg_dense || last->activation != &eg_identity)
        return eg_fail(error, EG_DATA, "%s: --output %zu: the network ends with %zu outputs of %s",
                       path, output, all->outputs,
                       output >= all->outputs ? "which 0 is the first"
                                              : "a layer that is not plainly dense");
    char *text = strdup(unit->owned_text), *at = NULL;
    for (char *next = text; next && (next = strstr(next, "dense ")); next++)
        at = next;
    const char *rest = at ? at + strcspn(at, ",") : NULL;
    if (at)
        snprintf(at, strlen(at) + 1, "dense 1%s", unit->owned_text + (rest - text));
    int status = at ? eg_network_alloc(&one, all->inputs, text, error)
                    : eg_fail(error, EG_INTERNAL, "out of memory reading %s", path);
    if (!status) {
        real *theta = one.theta + last->offset;
        memcpy(one.theta, all->theta, last->offset * sizeof *theta);
        memcpy(theta, all->theta + last->offset + output * p, p * sizeof *theta);
        theta[p] = all->theta[last->offset + last->weights + output];
        eg_network_free(&unit->network);
        free(unit->owned_text);
        unit->network = one;
        unit->text = unit->owned_text = text;
        unit->labels = "labels are 1 where they are that of the output, else 0";
        return EG_OK;
    }
    eg_network_free(&one);
    free(text);
    return status;
}

static void take_label(struct eg_subset *rows, size_t output)
{
    for (size_t i = 0; rows->y && i < rows->x.rows; i++)
        rows->y[i] = rows->y[i] == (real)output;
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
    const size_t outputs = model.network.outputs, output = options->output;
    if (outputs == 1 && (output == EG_NO_OUTPUT || output == 0))
        return EG_OK;
    if (output == EG_NO_OUTPUT)
        return eg_fail(error, EG_DATA,
                       "%s: the network has %zu outputs: say with --output K which is explained, "
                       "from 0",
                       path, outputs);
    status = take_output(unit, path, output, error);
    if (!status) {
        take_label(&unit->train, output);
        take_label(&unit->test, output);
    }
    return status;
}

int eg_compare_load_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         const struct eg_compare_files *files, size_t seed, struct eg_error *error)
{
    *unit = (struct eg_compare_unit){0};
    eg_compare_name_unit(unit, "user", files->split, files->number, seed);
    snprintf(unit->name, sizeof unit->name, "%s", files->name);
    int status = read_rows(files->x_train, 0, &unit->train.x, error);
    if (!status)
        status = read_rows(files->x_test, unit->train.x.cols, &unit->test.x, error);
    if (!status && files->y_test)
        status = read_labels(files->y_test, files->x_test, unit->test.x.rows, &unit->test.y, error);
    if (!status && files->y_train)
        status = read_labels(files->y_train, files->x_train, unit->train.x.rows, &unit->train.y,
                             error);
    if (!status)
        status = files->model ? read_model(unit, options, files->model, error)
                              : take_command(unit, options, error);
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
