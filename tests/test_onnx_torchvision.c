/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VGG networks as PyTorch exports them (tests/data/onnx), built of the numbers in tests/data/torchvision. */
#include "onnx/onnx_torchvision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "nn/torchvision_model.h"
#include "onnx/onnx_file.h"
#include "tests/scratch_folder.h"

static struct eg_torch_model read_tensors(const char *name)
{
    char path[200];
    struct eg_error error = {0};
    struct eg_torch_model model;
    struct eg_image shape;
    snprintf(path, sizeof path, "tests/data/torchvision/%s.safetensors", name);
    cr_assert_eq(eg_torchvision_read(path, &model, &shape, &error), EG_OK, "%s", error.message);
    return model;
}

static struct eg_torch_model read_onnx(const char *name)
{
    char path[200];
    struct eg_error error = {0};
    struct eg_torch_model model;
    struct eg_image shape;
    snprintf(path, sizeof path, "tests/data/onnx/%s.onnx", name);
    cr_assert_eq(eg_onnx_torchvision_read(path, &model, &shape, &error), EG_OK, "%s",
                 error.message);
    cr_expect(shape.height == 12 && shape.width == 12 && shape.channels == 3);
    return model;
}

static void meet_logits(const char *name, const struct eg_network *network)
{
    char path[200];
    struct eg_error error = {0};
    struct eg_matrix x, y;
    real logits[6 * 5];
    snprintf(path, sizeof path, "tests/data/onnx/%s_x.npy", name);
    cr_assert_eq(eg_npy_read_matrix(path, &x, &error), EG_OK, "%s", error.message);
    snprintf(path, sizeof path, "tests/data/onnx/%s_y.npy", name);
    cr_assert_eq(eg_npy_read_matrix(path, &y, &error), EG_OK, "%s", error.message);
    cr_assert(x.rows == 6 && y.cols == 5);
    cr_assert_eq(eg_network_predict(network, x.rows, x.data, logits, &error), EG_OK);
    for (size_t i = 0; i < 6 * 5; i++)
        cr_expect_lt(fabs((double)(logits[i] - y.data[i])), 1e-5, "%s: logit %zu is %g, not %g",
                     name, i, (double)logits[i], (double)y.data[i]);
    eg_matrix_free(&x);
    eg_matrix_free(&y);
}

/* Exported from the same numbers: the same network to the bit, dropout and all. */
Test(onnx_torchvision, is_the_network_of_the_tensors)
{
    struct eg_torch_model model = read_tensors("vgg");
    static const char *const names[] = {"torch_vgg_old", "torch_vgg_new"};
    for (size_t i = 0; i < 2; i++) {
        struct eg_torch_model own = read_onnx(names[i]);
        cr_expect_str_eq(own.text, model.text);
        cr_assert_eq(own.network.parameters, model.network.parameters);
        cr_expect_arr_eq(own.network.theta, model.network.theta,
                         model.network.parameters * sizeof(real));
        meet_logits(names[i], &own.network);
        eg_torch_model_free(&own);
    }
    eg_torch_model_free(&model);
}

/* An exporter makes a batch norm part of its convolution, unless it is told not to. */
Test(onnx_torchvision, reads_batch_norms)
{
    static const char *const names[] = {"torch_vgg_bn", "torch_vgg_bn_unfused"};
    for (size_t i = 0; i < 2; i++) {
        struct eg_torch_model model = read_onnx(names[i]);
        struct eg_torch_model same = read_tensors(i ? "vgg_bn" : "vgg");
        cr_expect_str_eq(model.text, same.text);
        meet_logits(names[i], &model.network);
        eg_torch_model_free(&model);
        eg_torch_model_free(&same);
    }
}

static void refuse(const char *path, const char *words)
{
    struct eg_error error = {0};
    struct eg_torch_model model;
    struct eg_image shape;
    cr_expect_eq(eg_onnx_torchvision_read(path, &model, &shape, &error), EG_DATA);
    cr_expect(strstr(error.message, words), "%s", error.message);
    eg_torch_model_free(&model);
}

Test(onnx_torchvision, names_what_is_of_no_vgg_network)
{
    refuse("tests/data/onnx/torch_mlp_old.onnx", "it is no network of images");
    refuse("tests/data/onnx/torch_cnn_old.onnx", "'conv 2x2x3' after 'pool' is of no VGG network");
    refuse("tests/data/onnx/torch_viewed_old.onnx", "'batchnorm' after 'image' is of no VGG");
    refuse("tests/data/onnx/none.onnx", "none.onnx");
}

/* Pools of 13 pixels leave one out: from the classifier's columns alone images would be of 12. */
Test(onnx_torchvision, names_images_of_another_size)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "odd.onnx");
    struct eg_error error = {0};
    struct eg_onnx_file file;
    cr_assert_eq(eg_onnx_file_read("tests/data/onnx/torch_vgg_old.onnx", &file, &error), EG_OK);
    for (size_t i = 2; i < 4; i++)
        file.model->graph->input[0]->type->tensor_type->shape->dim[i]->dim_value = 13;
    const size_t size = onnx__model_proto__get_packed_size(file.model);
    unsigned char *bytes = malloc(size);
    onnx__model_proto__pack(file.model, bytes);
    write_scratch(&scratch, "odd.onnx", bytes, size);
    refuse(path.text, "its images are of 13 x 13 pixels where this network's would be of 12 x 12");
    free(bytes);
    eg_onnx_file_free(&file);
    remove_scratch(&scratch);
}
