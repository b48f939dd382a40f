/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare_user.h"

#include <math.h>
#include <stdlib.h>

#include "base/npy.h"
#include "nn/torch_model.h"

int eg_compare_check_user(const struct eg_compare_options *options, struct eg_error *error)
{
    const int any = options->network || options->x_train || options->y_train || options->x_test ||
                    options->y_test || options->split;
    const int all = options->x_train && options->x_test && options->y_test;
    if (options->model && !all)
        return eg_fail(error, EG_USAGE,
                       "--model: give the rows too, with --x-train, --x-test and --y-test");
    if (!options->model && any)
        return eg_fail(error, EG_USAGE,
                       "--network, --x-train, --y-train, --x-test, --y-test and --split go with "
                       "--model: give it too");
    return EG_OK;
}

int eg_compare_describe_user(const struct eg_compare_options *options, json_t *config,
                             struct eg_error *error)
{
    const struct {
        const char *field, *path;
    } files[] = {{"model", options->model},
                 {"x_train", options->x_train},
                 {"y_train", options->y_train},
                 {"x_test", options->x_test},
                 {"y_test", options->y_test}};
    char hash[33];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!files[i].path)
            continue;
        if (eg_compare_hash_words(files[i].path, hash, error))
            return error->status;
        if (json_object_set_new(config, files[i].field, json_string(hash)))
            return eg_fail(error, EG_INTERNAL, "out of memory listing cells");
    }
    if (options->network && json_object_set_new(config, "network", json_string(options->network)))
        return eg_fail(error, EG_USAGE, "--network: this is no text of a network");
    return EG_OK;
}

/* rows, cols: 0 stands for any number of them. */
static int read_rows(const char *path, size_t rows, size_t cols, struct eg_matrix *matrix,
                     struct eg_error *error)
{
    const int status = eg_npy_read_matrix(path, matrix, error);
    if (status)
        return status;
    if ((rows && matrix->rows != rows) || (cols && matrix->cols != cols) || matrix->rows < 2)
        return eg_fail(error, EG_DATA, "%s: %zu x %zu numbers where %zu x %zu are expected%s", path,
                       matrix->rows, matrix->cols, rows ? rows : matrix->rows,
                       cols ? cols : matrix->cols,
                       matrix->rows < 2 ? "; two rows at least are needed" : "");
    for (size_t i = 0; i < matrix->rows * matrix->cols; i++)
        if (!isfinite(matrix->data[i]))
            return eg_fail(error, EG_DATA, "%s: the number at row %zu, column %zu is not finite",
                           path, i / matrix->cols, i % matrix->cols);
    return EG_OK;
}

static int read_labels(const char *path, size_t rows, real **labels, struct eg_error *error)
{
    struct eg_matrix column = {0};
    const int status = read_rows(path, rows, 1, &column, error);
    *labels = column.data;
    return status;
}

static int read_model(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                      struct eg_error *error)
{
    struct eg_torch_model model = {0};
    const int status = eg_torch_model_read(options->model, unit->train.x.cols, options->network,
                                           &model, error);
    if (status)
        return status;
    unit->network = model.network;
    unit->text = unit->owned_text = model.text;
    if (model.network.outputs != 1)
        return eg_fail(error, EG_DATA,
                       "%s: the network has %zu outputs; models of one output can be "
                       "compared",
                       options->model, model.network.outputs);
    return EG_OK;
}

int eg_compare_load_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         size_t seed, struct eg_error *error)
{
    *unit = (struct eg_compare_unit){.dataset = "user", .number = options->split, .seed = seed};
    int status = read_rows(options->x_train, 0, 0, &unit->train.x, error);
    if (!status)
        status = read_rows(options->x_test, 0, unit->train.x.cols, &unit->test.x, error);
    if (!status)
        status = read_labels(options->y_test, unit->test.x.rows, &unit->test.y, error);
    if (!status && options->y_train)
        status = read_labels(options->y_train, unit->train.x.rows, &unit->train.y, error);
    return status ? status : read_model(unit, options, error);
}
