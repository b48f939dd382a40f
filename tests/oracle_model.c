/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/oracle_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/numpy_stream.h"
#include "tests/oracle_file.h"

static double *read_named(const char *group, const char *name, size_t *rows, size_t *cols)
{
    char path[128];
    snprintf(path, sizeof path, "metrics/%s_%s", group, name);
    return read_oracle(path, rows, cols);
}

struct eg_matrix read_oracle_matrix(const char *name)
{
    struct eg_matrix matrix;
    size_t rows, cols;
    char path[128];
    snprintf(path, sizeof path, "metrics/%s", name);
    double *numbers = read_oracle(path, &rows, &cols);
    cr_assert_eq(eg_matrix_alloc(&matrix, rows, cols, NULL), EG_OK);
    for (size_t i = 0; i < rows * cols; i++)
        matrix.data[i] = (real)numbers[i];
    free(numbers);
    return matrix;
}

static struct eg_matrix pick_rows(const double *source, size_t cols, const size_t *index,
                                  size_t count)
{
    struct eg_matrix picked;
    cr_assert_eq(eg_matrix_alloc(&picked, count, cols, NULL), EG_OK);
    for (size_t row = 0; row < count; row++)
        for (size_t col = 0; col < cols; col++)
            eg_row(&picked, row)[col] = (real)source[index[row] * cols + col];
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

/* The first tenth of a permutation is tested, the rest trains. */
static void split_rows(struct oracle_model *model, const char *data, uint32_t split)
{
    size_t rows, cols;
    double *x = read_named(data, "X", &rows, &cols), *y = read_named(data, "y", NULL, NULL);
    size_t *order = malloc(rows * sizeof *order);
    struct eg_numpy_stream stream;
    eg_numpy_seed(&stream, split);
    eg_numpy_permutation(&stream, order, rows);
    const size_t test = rows / 10;
    model->x_test = pick_rows(x, cols, order, test);
    model->y_test = pick_rows(y, 1, order, test).data;
    model->x_train = pick_rows(x, cols, order + test, rows - test);
    free(order);
    free(x);
    free(y);
}

void oracle_model_read(struct oracle_model *model, const char *data, const char *weights,
                       uint32_t split)
{
    split_rows(model, data, split);
    model->mean = read_named(data, "s0_scaler_mean", NULL, NULL);
    model->scale = read_named(data, "s0_scaler_scale", NULL, NULL);
    for (int l = 0; l < ORACLE_LAYERS; l++) {
        char name[16];
        snprintf(name, sizeof name, "W%d", l + 1);
        model->weights[l] = read_named(weights, name, &model->widths[l], &model->widths[l + 1]);
        snprintf(name, sizeof name, "b%d", l + 1);
        model->biases[l] = read_named(weights, name, NULL, NULL);
    }
    model->predictor = (struct eg_predictor){
        .context = model, .inputs = model->widths[0], .predict = predict};
}

struct eg_network oracle_model_network(const struct oracle_model *model)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, model->widths[0],
                                  "dense 32, relu, dense 20, relu, dense 20, relu, dense 1", NULL),
                 EG_OK);
    for (size_t l = 0; l < ORACLE_LAYERS; l++) {
        const size_t inputs = model->widths[l], units = model->widths[l + 1];
        real *weights = network.theta + network.layers[l].offset, *bias = weights + units * inputs;
        for (size_t u = 0; u < units; u++) {
            bias[u] = model->biases[l][u];
            for (size_t i = 0; i < inputs; i++) {
                const double scale = l ? 1 : model->scale[i], mean = l ? 0 : model->mean[i];
                weights[u * inputs + i] = model->weights[l][i * units + u] / scale;
                bias[u] -= weights[u * inputs + i] * mean;
            }
        }
    }
    return network;
}

struct eg_matrix oracle_model_gradients(const struct oracle_model *model)
{
    const size_t rows = model->x_test.rows;
    struct eg_matrix values[ORACLE_LAYERS + 1], delta = {0};
    values[0] = model->x_test;
    for (size_t l = 0; l < ORACLE_LAYERS; l++) {
        cr_assert_eq(eg_matrix_alloc(&values[l + 1], rows, model->widths[l + 1], NULL), EG_OK);
        forward_layer(model, l, rows, values[l].data, values[l + 1].data);
    }
    cr_assert_eq(eg_matrix_alloc(&delta, rows, 1, NULL), EG_OK);
    for (size_t row = 0; row < rows; row++)
        delta.data[row] = 1;
    for (size_t l = ORACLE_LAYERS; l-- > 0;) {
        struct eg_matrix before;
        cr_assert_eq(eg_matrix_alloc(&before, rows, model->widths[l], NULL), EG_OK);
        eg_multiply_bt(rows, before.cols, delta.cols, delta.data, model->weights[l], 0,
                       before.data);
        for (size_t i = 0; l > 0 && i < rows * before.cols; i++)
            before.data[i] = values[l].data[i] > 0 ? before.data[i] : 0;
        eg_matrix_free(&values[l + 1]);
        eg_matrix_free(&delta);
        delta = before;
    }
    return delta;
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
