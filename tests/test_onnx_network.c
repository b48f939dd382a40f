/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What PyTorch and Keras export, against what they give themselves (tests/data/onnx). */
#include "onnx/onnx_network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "nn/torch_model.h"

static void read_rows(const char *name, const char *what, struct eg_matrix *matrix)
{
    struct eg_error error = {0};
    char path[200];
    snprintf(path, sizeof path, "tests/data/onnx/%s_%s.npy", name, what);
    cr_assert_eq(eg_npy_read_matrix(path, matrix, &error), EG_OK, "%s", error.message);
}

static void compare(const char *name, const struct eg_torch_model *model, double tolerance)
{
    struct eg_matrix x, y;
    struct eg_error error = {0};
    read_rows(name, "x", &x);
    read_rows(name, "y", &y);
    real *outputs = calloc(y.rows * y.cols, sizeof *outputs);
    cr_assert_eq(model->network.inputs, x.cols, "%s", name);
    cr_assert_eq(model->network.outputs, y.cols, "%s", name);
    cr_assert_eq(eg_network_predict(&model->network, x.rows, x.data, outputs, &error), EG_OK, "%s",
                 error.message);
    for (size_t i = 0; i < y.rows * y.cols; i++)
        cr_assert(fabs((double)(outputs[i] - y.data[i])) <= tolerance,
                  "%s: number %zu is %g, not %g", name, i, (double)outputs[i], (double)y.data[i]);
    free(outputs);
    eg_matrix_free(&x);
    eg_matrix_free(&y);
}

/* The text it becomes, what was left out, and the numbers it gives. */
static void expect(const char *name, const char *text, const char *head, double tolerance)
{
    struct eg_onnx_network network;
    struct eg_torch_model model;
    struct eg_error error = {0};
    char path[200];
    snprintf(path, sizeof path, "tests/data/onnx/%s.onnx", name);
    cr_assert_eq(eg_onnx_network_read(path, 0, &network, &error), EG_OK, "%s", error.message);
    cr_expect_str_eq(network.text, text);
    cr_expect(head ? network.head && strcmp(network.head, head) == 0 : !network.head, "%s", name);
    cr_assert_eq(eg_torch_model_of(path, &network.tensors, network.text, &model, &error), EG_OK,
                 "%s", error.message);
    compare(name, &model, tolerance);
    eg_torch_model_free(&model);
    eg_onnx_network_free(&network);
}

static const char
    mlp[] = "dense 8, relu, dense 6, tanh, dense 4, softplus, batchnorm, dense 3, "
            "sigmoid, dense 3",
    cnn[] = "image 10x9x2, conv 3x3x4 same, relu, pool 2x2 stride 2, conv 2x2x3, "
            "tanh, mean_pool 2x1 stride 1, batchnorm, flatten, batchnorm, dense 5, "
            "relu, dense 3",
    unfused[] = "image 10x9x2, conv 3x3x4 same, batchnorm, relu, pool 2x2 stride 2, "
                "conv 2x2x3, tanh, mean_pool 2x1 stride 1, batchnorm, flatten, "
                "batchnorm, dense 5, relu, dense 3",
    strided[] = "image 8x8x3, conv 3x3x4 pad 1 stride 2, relu, conv 3x3x4 same groups "
                "2, relu, conv 5x5x6 same, softplus, global_mean_pool, flatten, dense "
                "2",
    residual[] = "image 8x8x1, conv 3x3x2 same, relu, mark 2, conv 3x3x2 same, relu, "
                 "conv 3x3x2 same, add 2, relu, mark 7, conv 3x3x4 pad 1 stride 2, "
                 "relu, conv 3x3x4 same, mark 10, from 7, conv 1x1x4 stride 2, add "
                 "10, relu, mark 13, conv 3x3x4 same, relu, conv 3x3x4 same, add 13, "
                 "relu, global_mean_pool, flatten, dense 3",
    activations[] = "dense 6, leaky_relu 0.02, dense 6, elu 0.7, dense 6, gelu, "
                    "dense 6, gelu_tanh, dense 6, silu, dense 6, softplus 2.5, "
                    "dense 6, leaky_relu 0.25, dense 2",
    norms[] = "image 5x5x2, conv 3x3x4 same, groupnorm 2, silu, conv 3x3x4 groups 4, "
              "leaky_relu 0.01, flatten, layernorm epsilon 0.0001, dense 6, "
              "layernorm, relu, dense 2",
    viewed[] = "image 6x6x3, batchnorm, conv 3x3x4, relu, pool 2x2 stride 2, flatten, "
               "dense 4, relu, dense 1";

Test(onnx_network, reads_what_pytorch_exports)
{
    expect("torch_mlp_old", mlp, "Softmax", 1e-6);
    expect("torch_mlp_new", mlp, "Softmax", 1e-6);
    expect("torch_cnn_old", cnn, "LogSoftmax", 1e-6);
    expect("torch_cnn_new", cnn, "LogSoftmax", 1e-6);
    expect("torch_viewed_old", viewed, "Sigmoid", 1e-6);
    expect("torch_viewed_new", viewed, "Sigmoid", 1e-6);
    expect("torch_opset_9", cnn, NULL, 1e-6);
    expect("torch_unfused", unfused, NULL, 1e-6);
}

/* Strides with padding, groups, dilations, which are a larger window here; sums; whatever operators an activation
 * is written with. */
Test(onnx_network, reads_other_layers_of_pytorch)
{
    expect("torch_strided_old", strided, NULL, 1e-6);
    expect("torch_strided_new", strided, NULL, 1e-6);
    expect("torch_residual_old", residual, "Softmax", 1e-6);
    expect("torch_residual_new", residual, "Softmax", 1e-6);
    expect("torch_activations_old", activations, NULL, 1e-6);
    expect("torch_activations_new", activations, NULL, 1e-6);
    expect("torch_activations_14", activations, NULL, 1e-6);
    expect("torch_norms_old", norms, NULL, 1e-6);
    expect("torch_norms_new", norms, NULL, 1e-6);
    expect("torch_norms_14", norms, NULL, 1e-6); /* written with means over features */
}

Test(onnx_network, reads_weights_of_other_types_and_in_another_file)
{
    expect("torch_double", mlp, NULL, 1e-12);
    expect("torch_half", mlp, NULL, 1e-12);
    expect("torch_external", mlp, NULL, 1e-12);
}

Test(onnx_network, reads_what_keras_exports)
{
    expect("keras_mlp", "dense 8, relu, dense 6, tanh, batchnorm, dense 4, softplus, dense 3",
           "Softmax", 1e-5);
    expect("keras_cnn",
           "image 9x10x3, batchnorm, conv 3x3x4 same, relu, pool 2x2 stride 2, conv 3x3x5 same "
           "stride 2, relu, flatten, dense 6, sigmoid, dense 3",
           "Softmax", 1e-5);
    expect("keras_mean",
           "image 8x8x1, conv 3x3x4, relu, mean_pool 2x2 stride 2, conv 2x2x4 groups 4, "
           "global_mean_pool, "
           "flatten, dense 1",
           "Sigmoid", 1e-5);
    expect("keras_activations",
           "dense 6, leaky_relu 0.3, dense 6, elu 1, dense 6, gelu, dense 6, silu, dense 2", NULL,
           1e-5);
    expect("keras_pixels", "image 4x3x2, flatten, dense 4, relu, dense 1", NULL, 1e-5);
    expect("keras_norms",
           "dense 6, layernorm epsilon 0.001, relu, mark 4, dense 6, gelu, add 4, layernorm, "
           "dense 2",
           NULL, 1e-5);
    expect("keras_residual",
           "image 7x8x1, conv 3x3x3 same, relu, mark 2, conv 3x3x3 same, relu, conv 3x3x3 same, "
           "add 2, relu, mark 7, conv 1x1x4 stride 2, mark 8, from 7, conv 3x3x4 same stride 2, "
           "relu, conv 3x3x4 same, add 8, relu, global_mean_pool, flatten, dense 2",
           "Softmax", 1e-5);
    expect("keras_pixel",
           "image 6x5x2, conv 3x3x4 same, gelu, global_mean_pool, conv 1x1x3, tanh, flatten, dense "
           "2",
           NULL, 1e-5);
}
