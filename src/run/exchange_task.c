/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exchange folder as a method sees it (run/exchange.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "base/npy.h"
#include "nn/torch_model.h"
#include "run/exchange.h"

static int read_rows(const char *folder, const char *name, size_t features,
                     struct eg_matrix *matrix, struct eg_error *error)
{
    char *path = eg_join_path_alloc(folder, name, error);
    int status = path ? eg_npy_read_matrix(path, matrix, error) : EG_INTERNAL;
    if (!status && matrix->cols != features)
        status = eg_fail(error, EG_DATA, "%s: %zu columns where the network takes %zu", path,
                         matrix->cols, features);
    free(path);
    return status;
}

/* *labels stays NULL where there is no such file. */
static int read_labels(const char *folder, const char *name, size_t rows, size_t outputs,
                       real **labels, struct eg_error *error)
{
    struct eg_matrix column = {0};
    char *path = eg_join_path_alloc(folder, name, error);
    int status = path ? EG_OK : EG_INTERNAL;
    if (!status && access(path, F_OK) == 0) {
        status = eg_npy_read_matrix(path, &column, error);
        if (!status && (column.rows != rows || column.cols != 1))
            status = eg_fail(error, EG_DATA, "%s: %zu x %zu labels for %zu rows", path, column.rows,
                             column.cols, rows);
        for (size_t i = 0; !status && outputs > 1 && i < rows; i++) {
            const double y = (double)column.data[i];
            if (!(y >= 0 && y < (double)outputs && floor(y) == y))
                status = eg_fail(error, EG_DATA, "%s: row %zu is %g, not a class from 0 to %zu",
                                 path, i, y, outputs - 1);
        }
    }
    free(path);
    if (status)
        eg_matrix_free(&column);
    *labels = column.data;
    return status;
}

static int read_count(const char *path, const json_t *config, const char *field, json_int_t *count,
                      struct eg_error *error)
{
    const json_t *number = json_object_get(config, field);
    if (!json_is_integer(number))
        return eg_fail(error, EG_DATA, "%s: '%s' is missing or no whole number", path, field);
    *count = json_integer_value(number);
    return EG_OK;
}

static int read_config(const char *folder, struct eg_exchange_task *task, struct eg_error *error)
{
    struct eg_input_reason why;
    json_int_t seed = 0, split = 0, samples = 0;
    char *path = eg_join_path_alloc(folder, "config.json", error);
    if (!path)
        return EG_INTERNAL;
    json_t *config = eg_read_json(path, &why);
    int status = EG_OK;
    if (!config)
        status = eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    if (!status)
        status = read_count(path, config, "seed", &seed, error);
    if (!status)
        status = read_count(path, config, "split", &split, error);
    if (!status)
        status = read_count(path, config, "samples", &samples, error);
    const json_t *train = json_object_get(config, "explain_train");
    if (!status && train && !(json_is_integer(train) && json_integer_value(train) >= 0))
        status = eg_fail(error, EG_DATA, "%s: 'explain_train' is no number of rows", path);
    task->explain_train = (size_t)json_integer_value(train);
    task->seed = (uint64_t)seed;
    task->split = (size_t)split;
    task->samples = (size_t)samples;
    json_decref(config);
    free(path);
    return status;
}

static int read_model(const char *folder, struct eg_network *network, struct eg_error *error)
{
    struct eg_torch_model model = {0};
    char *path = eg_join_path_alloc(folder, "model.safetensors", error);
    const int status = path ? eg_torch_model_read(path, 0, NULL, &model, error) : EG_INTERNAL;
    free(path);
    free(model.text);
    free(model.guess);
    *network = model.network;
    return status;
}

static int check_task(const char *folder, const struct eg_exchange_task *task,
                      struct eg_error *error)
{
    const size_t outputs = task->network.outputs, train = task->explain_train;
    if (train > task->x_train.rows)
        return eg_fail(error, EG_DATA, "%s: explain_train is %zu of %zu training rows", folder,
                       train, task->x_train.rows);
    if (outputs > 1 && (!task->y_test || (train && !task->y_train)))
        return eg_fail(error, EG_DATA, "%s: no %s.npy, which says what of %zu outputs is explained",
                       folder, task->y_test ? "y_train" : "y_test", outputs);
    return EG_OK;
}

int eg_exchange_load(const char *folder, struct eg_exchange_task *task, struct eg_error *error)
{
    *task = (struct eg_exchange_task){0};
    int status = read_config(folder, task, error);
    if (!status)
        status = read_model(folder, &task->network, error);
    const size_t p = task->network.inputs, outputs = task->network.outputs;
    if (!status)
        status = read_rows(folder, "x_train.npy", p, &task->x_train, error);
    if (!status)
        status = read_rows(folder, "x_test.npy", p, &task->x_test, error);
    if (!status)
        status = read_labels(folder, "y_train.npy", task->x_train.rows, outputs, &task->y_train,
                             error);
    if (!status)
        status = read_labels(folder, "y_test.npy", task->x_test.rows, outputs, &task->y_test,
                             error);
    if (!status)
        status = check_task(folder, task, error);
    if (status)
        eg_exchange_task_free(task);
    return status;
}

void eg_exchange_task_free(struct eg_exchange_task *task)
{
    eg_network_free(&task->network);
    eg_matrix_free(&task->x_train);
    eg_matrix_free(&task->x_test);
    free(task->y_train);
    free(task->y_test);
    *task = (struct eg_exchange_task){0};
}

static int write_answer(const char *folder, const char *name, const struct eg_matrix *phi,
                        struct eg_error *error)
{
    struct eg_npy array = {.ndim = 2, .shape = {phi->rows, phi->cols}};
    char *path = eg_join_path_alloc(folder, name, error);
    array.data = path ? eg_alloc(phi->rows * phi->cols + 1, sizeof *array.data, error) : NULL;
    int status = array.data ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; !status && i < phi->rows * phi->cols; i++)
        array.data[i] = (double)phi->data[i];
    if (!status)
        status = eg_npy_write(path, &array, EG_NPY_F8, error);
    eg_npy_free(&array);
    free(path);
    return status;
}

int eg_exchange_answer(const char *folder, const struct eg_matrix *phi, struct eg_error *error)
{
    return write_answer(folder, "attributions.npy", phi, error);
}

int eg_exchange_answer_train(const char *folder, const struct eg_matrix *phi,
                             struct eg_error *error)
{
    return write_answer(folder, "attributions_train.npy", phi, error);
}
