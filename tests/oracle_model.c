/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/oracle_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/oracle_file.h"

static double *read_named(const char *data, const char *name, size_t *rows, size_t *cols)
{
    char path[128];
    snprintf(path, sizeof path, "metrics/%s_%s", data, name);
    return read_oracle(path, rows, cols);
}

struct eg_matrix read_split_oracle(const char *data, const char *name)
{
    char split_name[64];
    snprintf(split_name, sizeof split_name, "s0_%s", name);
    struct eg_matrix matrix;
    size_t rows, cols;
    double *numbers = read_named(data, split_name, &rows, &cols);
    cr_assert_eq(eg_matrix_alloc(&matrix, rows, cols, NULL), EG_OK);
    for (size_t i = 0; i < rows * cols; i++)
        matrix.data[i] = (real)numbers[i];
    free(numbers);
    return matrix;
}

/* The rows of source that the file names, in its order. */
static struct eg_matrix pick_rows(const double *source, size_t cols, const char *data,
                                  const char *index_name)
{
    size_t count;
    double *index = read_named(data, index_name, &count, NULL);
    struct eg_matrix picked;
    cr_assert_eq(eg_matrix_alloc(&picked, count, cols, NULL), EG_OK);
    for (size_t row = 0; row < count; row++)
        for (size_t col = 0; col < cols; col++)
            eg_row(&picked, row)[col] = (real)source[(size_t)index[row] * cols + col];
    free(index);
    return picked;
}

static void scale_rows(const struct oracle_model *model, size_t rows, const real *x, real *y)
{
    const size_t p = model->widths[0];
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < p; i++)
            y[row * p + i] = (real)((x[row * p + i] - model->mean[i]) / model->scale[i]);
}

/* out = in * W + b of layer l, through ReLU unless it is the last. */
static void forward_layer(const struct oracle_model *model, size_t l, size_t rows, const real *in,
                          real *out)
{
    const size_t width = model->widths[l + 1];
    for (size_t row = 0; row < rows; row++)
        memcpy(out + row * width, model->biases[l], width * sizeof *out);
    eg_multiply(rows, width, model->widths[l], in, model->weights[l], 1, out);
    for (size_t i = 0; l + 1 < ORACLE_LAYERS && i < rows * width; i++)
        out[i] = out[i] > 0 ? out[i] : 0;
}

static int predict(const void *context, size_t rows, const real *x, real *output,
                   struct eg_error *error)
{
    const struct oracle_model *model = context;
    real *layers[ORACLE_LAYERS + 1];
    for (size_t l = 0; l < ORACLE_LAYERS; l++) {
        layers[l] = eg_alloc(rows * model->widths[l], sizeof(real), error);
        cr_assert(layers[l]);
    }
    layers[ORACLE_LAYERS] = output;
    scale_rows(model, rows, x, layers[0]);
    for (size_t l = 0; l < ORACLE_LAYERS; l++) {
        forward_layer(model, l, rows, layers[l], layers[l + 1]);
        free(layers[l]);
    }
    return EG_OK;
}

void oracle_model_read(struct oracle_model *model, const char *data)
{
    size_t rows, cols;
    double *x = read_named(data, "X", &rows, &cols), *y = read_named(data, "y", NULL, NULL);
    model->x_train = pick_rows(x, cols, data, "s0_train_idx");
    model->x_test = pick_rows(x, cols, data, "s0_test_idx");
    model->y_test = pick_rows(y, 1, data, "s0_test_idx").data;
    model->mean = read_named(data, "s0_scaler_mean", NULL, NULL);
    model->scale = read_named(data, "s0_scaler_scale", NULL, NULL);
    for (int l = 0; l < ORACLE_LAYERS; l++) {
        char name[16];
        snprintf(name, sizeof name, "s0_W%d", l + 1);
        model->weights[l] = read_named(data, name, &model->widths[l], &model->widths[l + 1]);
        snprintf(name, sizeof name, "s0_b%d", l + 1);
        model->biases[l] = read_named(data, name, NULL, NULL);
    }
    model->predictor = (struct eg_predictor){model, cols, predict};
    free(x);
    free(y);
}

void oracle_model_free(struct oracle_model *model)
{
    eg_matrix_free(&model->x_train);
    eg_matrix_free(&model->x_test);
    free(model->y_test);
    free(model->mean);
    free(model->scale);
    for (int l = 0; l < ORACLE_LAYERS; l++) {
        free(model->weights[l]);
        free(model->biases[l]);
    }
}
