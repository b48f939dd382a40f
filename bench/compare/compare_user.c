/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_user.h"

#include <math.h>
#include <stdio.h>

#include "base/npy.h"
#include "bench/compare/compare_data.h"
#include "nn/torch_model.h"

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

static int are_classes(const struct eg_subset *rows)
{
    for (size_t i = 0; rows->y && i < rows->x.rows; i++)
        if (rows->y[i] != 0 && rows->y[i] != 1)
            return 0;
    return 1;
}

static int read_model(struct eg_compare_unit *unit, const char *path, const char *text,
                      struct eg_error *error)
{
    struct eg_torch_model model = {0};
    const int status = eg_torch_model_read(path, unit->train.x.cols, text, &model, error);
    if (status)
        return status;
    unit->network = model.network;
    unit->text = unit->owned_text = model.text;
    if (model.network.outputs != 1)
        return eg_fail(error, EG_DATA,
                       "%s: the network has %zu outputs; models of one output can be "
                       "compared",
                       path, model.network.outputs);
    return EG_OK;
}

int eg_compare_load_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         const struct eg_compare_files *files, size_t seed, struct eg_error *error)
{
    *unit = (struct eg_compare_unit){0};
    eg_compare_name_unit(unit, "user", files->split, files->number, seed);
    snprintf(unit->name, sizeof unit->name, "%s", files->name);
    int status = read_rows(files->x_train, 0, 0, &unit->train.x, error);
    if (!status)
        status = read_rows(files->x_test, 0, unit->train.x.cols, &unit->test.x, error);
    if (!status && files->y_test)
        status = read_labels(files->y_test, unit->test.x.rows, &unit->test.y, error);
    if (!status && files->y_train)
        status = read_labels(files->y_train, unit->train.x.rows, &unit->train.y, error);
    if (!status)
        status = read_model(unit, files->model, options->network, error);
    if (status)
        return status;
    if (options->split != EG_NO_SPLIT)
        unit->convention = &eg_convention_paper;
    unit->n_train = unit->train.x.rows;
    unit->n_test = unit->test.x.rows;
    unit->is_classes = (unit->train.y || unit->test.y) && are_classes(&unit->train) &&
                       are_classes(&unit->test);
    if (unit->train.y)
        unit->recipe = eg_compare_recipe(unit, unit->text, EG_COMPARE_USER_EPOCHS);
    return EG_OK;
}
