/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/plain_models.h"

static int predict_linear(const void *context, size_t rows, const real *x, real *output,
                          struct eg_error *error)
{
    const struct plain_linear *model = context;
    (void)error;
    for (size_t i = 0; i < rows; i++) {
        double sum = model->constant;
        for (size_t j = 0; j < model->p; j++)
            sum += model->beta[j] * x[i * model->p + j];
        output[i] = sum;
    }
    return EG_OK;
}

struct eg_predictor linear_predictor(const struct plain_linear *model)
{
    return (struct eg_predictor){.context = model, .inputs = model->p, .predict = predict_linear};
}

static int predict_square(const void *context, size_t rows, const real *x, real *output,
                          struct eg_error *error)
{
    (void)context;
    (void)error;
    for (size_t i = 0; i < rows; i++)
        output[i] = x[i] * x[i];
    return EG_OK;
}

const struct eg_predictor square_predictor = {.inputs = 1, .predict = predict_square};

static int predict_nothing(const void *context, size_t rows, const real *x, real *output,
                           struct eg_error *error)
{
    (void)context;
    (void)rows;
    (void)x;
    (void)output;
    return eg_fail(error, EG_DATA, "no such model");
}

const struct eg_predictor failing_predictor = {.inputs = 1, .predict = predict_nothing};

struct eg_matrix view(size_t rows, size_t cols, real *numbers)
{
    return (struct eg_matrix){rows, cols, numbers};
}
