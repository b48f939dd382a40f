/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/exchange.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/folder.h"
#include "base/npy.h"
#include "nn/torch_model.h"

static const char answer_file[] = "attributions.npy",
                  train_answer_file[] = "attributions_train.npy";

static int write_numbers(const char *folder, const char *name, int ndim, size_t rows, size_t cols,
                         const real *numbers, struct eg_error *error)
{
    struct eg_npy array = {.ndim = ndim, .shape = {rows, cols}};
    const size_t count = eg_npy_count(&array);
    char *path = eg_join_path_alloc(folder, name, error);
    array.data = path ? eg_alloc(count + 1, sizeof *array.data, error) : NULL;
    int status = array.data ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; !status && i < count; i++)
        array.data[i] = (double)numbers[i];
    if (!status)
        status = eg_npy_write(path, &array, sizeof(real) == 4 ? EG_NPY_F4 : EG_NPY_F8, error);
    eg_npy_free(&array);
    free(path);
    return status;
}

static int write_matrix(const char *folder, const char *name, const struct eg_matrix *matrix,
                        struct eg_error *error)
{
    return write_numbers(folder, name, 2, matrix->rows, matrix->cols, matrix->data, error);
}

static int remove_file(const char *folder, const char *name, struct eg_error *error)
{
    char *path = eg_join_path_alloc(folder, name, error);
    const int why = path ? eg_remove_tree(path) : 0;
    const int status = !path ? EG_INTERNAL
                       : why ? eg_fail(error, EG_DATA, "%s: cannot remove it: %s", path,
                                       strerror(why))
                             : EG_OK;
    free(path);
    return status;
}

/* Labels, or no file of that name. */
static int write_labels(const char *folder, const char *name, size_t rows, const real *labels,
                        struct eg_error *error)
{
    return labels ? write_numbers(folder, name, 1, rows, 1, labels, error)
                  : remove_file(folder, name, error);
}

static int write_config(const char *folder, const struct eg_exchange *exchange,
                        struct eg_error *error)
{
    const struct eg_network *network = exchange->network;
    char *path = eg_join_path_alloc(folder, "config.json", error);
    if (!path)
        return EG_INTERNAL;
    json_t *config = json_pack(
        "{s:i, s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:I}", "format", 1, "network",
        exchange->text, "inputs", (json_int_t)network->inputs, "outputs",
        (json_int_t)network->outputs, "output",
        network->outputs > 1 ? "raw output number y_test of each row" : "raw output 0", "seed",
        (json_int_t)exchange->seed, "split", (json_int_t)exchange->split, "model",
        (json_int_t)exchange->model, "samples", (json_int_t)exchange->samples, "explain_train",
        (json_int_t)exchange->explain_train);
    if (exchange->predict)
        json_object_set_new(config, "predict", json_string(exchange->predict));
    if (exchange->dataset)
        json_object_set_new(config, "data set", json_string(exchange->dataset));
    if (exchange->unit && *exchange->unit)
        json_object_set_new(config, "unit", json_string(exchange->unit));
    int status = EG_OK;
    if (!config || json_dump_file(config, path, JSON_INDENT(2)))
        status = eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(errno));
    json_decref(config);
    free(path);
    return status;
}

static int check_exchange(const struct eg_exchange *exchange, struct eg_error *error)
{
    const size_t p = exchange->network->inputs;
    if (exchange->x_train->cols != p || exchange->x_test->cols != p)
        return eg_fail(error, EG_USAGE,
                       "exchange: x_train has %zu columns and x_test %zu where the network takes "
                       "%zu",
                       exchange->x_train->cols, exchange->x_test->cols, p);
    if (exchange->network->outputs > 1 && !exchange->y_test)
        return eg_fail(error, EG_USAGE,
                       "exchange: a network of %zu outputs needs y_test, to say which of them is "
                       "explained",
                       exchange->network->outputs);
    return EG_OK;
}

int eg_exchange_write(const char *folder, const struct eg_exchange *exchange,
                      struct eg_error *error)
{
    int status = check_exchange(exchange, error);
    if (!status)
        status = eg_make_folder(folder, error);
    if (!status)
        status = remove_file(folder, answer_file, error);
    if (!status)
        status = remove_file(folder, train_answer_file, error);
    if (!status)
        status = remove_file(folder, "config.json", error);
    char *model = status || exchange->predict
                      ? NULL
                      : eg_join_path_alloc(folder, "model.safetensors", error);
    if (!status && !exchange->predict)
        status = model ? eg_torch_model_write(model, exchange->network, exchange->text, 0, error)
                       : EG_INTERNAL;
    free(model);
    if (!status)
        status = write_matrix(folder, "x_train.npy", exchange->x_train, error);
    if (!status)
        status = write_matrix(folder, "x_test.npy", exchange->x_test, error);
    if (!status)
        status = write_labels(folder, "y_train.npy", exchange->x_train->rows, exchange->y_train,
                              error);
    if (!status)
        status = write_labels(folder, "y_test.npy", exchange->x_test->rows, exchange->y_test,
                              error);
    return status ? status : write_config(folder, exchange, error);
}

void eg_write_quoted(const char *text, FILE *out)
{
    fputc('\'', out);
    for (; *text; text++)
        fputs(*text == '\'' ? "'\\''" : (const char[]){*text, '\0'}, out);
    fputc('\'', out);
}

/* The command with each {dir} replaced by the quoted folder; NULL with *error filled. */
static char *fill_command(const char *command, const char *folder, struct eg_error *error)
{
    static const char word[] = "{dir}";
    char *filled = NULL;
    size_t size;
    FILE *out = open_memstream(&filled, &size);
    for (const char *next; out && (next = strstr(command, word)); command = next + strlen(word)) {
        fwrite(command, 1, (size_t)(next - command), out);
        eg_write_quoted(folder, out);
    }
    if (out)
        fputs(command, out);
    if (!out || fclose(out))
        eg_fail(error, EG_INTERNAL, "out of memory making a command");
    return filled;
}

int eg_exchange_run(const char *folder, const char *whose, const char *command, double seconds,
                    const atomic_int *stop, struct eg_child_result *result, struct eg_error *error)
{
    *result = (struct eg_child_result){.exit_code = -1};
    char *whole = realpath(folder, NULL);
    if (!whole)
        return eg_fail(error, EG_DATA, "%s: %s", folder, strerror(errno));
    char *log = eg_join_path_alloc(whole, "log.txt", error);
    char *filled = log ? fill_command(command, whole, error) : NULL;
    int status = filled ? EG_OK : EG_INTERNAL;
    if (!status) {
        const char *const words[] = {"/bin/sh", "-c", filled, NULL};
        const struct eg_child child = {
            .words = words, .log = log, .seconds = seconds, .stop = stop};
        status = eg_child_run(&child, result, error);
        if (!status)
            status = eg_child_judge(whose, &child, result, error);
    }
    free(filled);
    free(log);
    free(whole);
    return status;
}

static int check_shape(const char *path, const char *whose, const struct eg_npy *array, size_t rows,
                       size_t features, int has_more, struct eg_error *error)
{
    if (array->type[1] != 'f')
        return eg_fail(error, EG_DATA,
                       "%s: %s has elements of type %s; save attributions.astype('<f8')", whose,
                       path, array->type);
    if (array->ndim != 2 || array->shape[1] != features || array->shape[0] < rows ||
        (array->shape[0] > rows && !has_more))
        return eg_fail(error, EG_DATA,
                       "%s: %s has shape %s where the rows to explain have (%zu, %zu)", whose, path,
                       eg_format_shape(array->ndim, array->shape).text, rows, features);
    return EG_OK;
}

/* The shape first: an answer may be far larger than it should be. */
int eg_exchange_read_file(const char *path, const char *whose, size_t rows, size_t features,
                          int has_more, struct eg_matrix *phi, struct eg_error *error)
{
    struct eg_npy array = {0};
    struct eg_error own = {0};
    int status = eg_npy_peek(path, &array, &own);
    if (!status)
        status = check_shape(path, whose, &array, rows, features, has_more, error);
    if (!status)
        status = eg_npy_read(path, &array, &own);
    if (!status) /* it may be another file by now */
        status = check_shape(path, whose, &array, rows, features, has_more, error);
    if (own.status)
        eg_fail(error, status, "%s: %s", whose, own.message);
    if (!status)
        status = eg_matrix_alloc(phi, rows, features, error);
    for (size_t i = 0; !status && i < rows * features; i++) {
        phi->data[i] = (real)array.data[i];
        if (!isfinite(array.data[i]))
            status = eg_fail(error, EG_DATA, "%s: %s: row %zu, feature %zu (from 0) is %g", whose,
                             path, i / features, i % features, array.data[i]);
    }
    if (status)
        eg_matrix_free(phi);
    eg_npy_free(&array);
    return status;
}

static int read_answer(const char *folder, const char *name, int is_needed, const char *whose,
                       size_t rows, size_t features, struct eg_matrix *phi, struct eg_error *error)
{
    *phi = (struct eg_matrix){0};
    char *path = eg_join_path_alloc(folder, name, error);
    int status = path ? EG_OK : EG_INTERNAL;
    if (path && access(path, F_OK) == 0)
        status = eg_exchange_read_file(path, whose, rows, features, 0, phi, error);
    else if (path && is_needed)
        status = eg_fail(error, EG_DATA, "%s: it left no %s in %s", whose, name, folder);
    free(path);
    return status;
}

int eg_exchange_read(const char *folder, const char *whose, size_t rows, size_t features,
                     struct eg_matrix *phi, struct eg_error *error)
{
    return read_answer(folder, answer_file, 1, whose, rows, features, phi, error);
}

int eg_exchange_read_train(const char *folder, const char *whose, size_t rows, size_t features,
                           struct eg_matrix *phi, struct eg_error *error)
{
    return read_answer(folder, train_answer_file, 0, whose, rows, features, phi, error);
}
