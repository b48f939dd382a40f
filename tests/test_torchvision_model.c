/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/data/torchvision: narrow networks built as torchvision builds vgg16 and vgg16_bn, in evaluation
 * mode, three images (channels last) and the logits that PyTorch 2.13 gives for them.
 */
#include "nn/torchvision_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "tests/torch_file.h"

enum { IMAGES = 3, CLASSES = 5 };

static struct eg_npy read_numbers(const char *name, const char *what)
{
    char path[200];
    struct eg_error error = {0};
    struct eg_npy array;
    snprintf(path, sizeof path, "tests/data/torchvision/%s_%s.npy", name, what);
    cr_assert_eq(eg_npy_read(path, &array, &error), EG_OK, "%s", error.message);
    return array;
}

static void meet_pytorch(const char *name, const char *text)
{
    char path[200];
    struct eg_error error = {0};
    struct eg_torch_model model;
    struct eg_image shape;
    real logits[IMAGES * CLASSES];
    snprintf(path, sizeof path, "tests/data/torchvision/%s.safetensors", name);
    cr_assert_eq(eg_torchvision_read(path, &model, &shape, &error), EG_OK, "%s", error.message);
    cr_expect_str_eq(model.text, text);
    cr_expect(shape.height == 12 && shape.width == 12 && shape.channels == 3);
    struct eg_npy x = read_numbers(name, "x"), y = read_numbers(name, "y");
    cr_assert_eq(eg_network_predict(&model.network, IMAGES, x.data, logits, &error), EG_OK);
    for (size_t i = 0; i < IMAGES * CLASSES; i++)
        cr_expect_lt(fabs((double)(logits[i] - y.data[i])), 1e-4, "%s: logit %zu is %g, not %g",
                     name, i, (double)logits[i], (double)y.data[i]);
    eg_npy_free(&x);
    eg_npy_free(&y);
    eg_torch_model_free(&model);
}

Test(torchvision_model, gives_the_logits_of_pytorch)
{
    meet_pytorch("vgg", "image 12x12x3, conv 3x3x4 same, relu, conv 3x3x4 same, relu, pool 2, "
                        "conv 3x3x6 same, relu, pool 2, dense 8, relu, dropout 0.5, dense 7, relu, "
                        "dropout 0.5, dense 5");
    meet_pytorch("vgg_bn",
                 "image 12x12x3, conv 3x3x4 same, batchnorm, relu, conv 3x3x4 same, batchnorm, "
                 "relu, pool 2, conv 3x3x6 same, batchnorm, relu, pool 2, dense 8, relu, "
                 "dropout 0.5, dense 7, relu, dropout 0.5, dense 5");
}

/* Convolution, pool, one dense layer; what is wrong with it is the caller's. */
static void refuse(const char *extra, size_t columns, size_t window, const char *words)
{
    const struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    struct eg_torch_model model;
    struct eg_image shape;
    struct eg_tensors tensors = {0};
    const size_t weight[] = {2, 3, window, window}, bias[] = {2}, dense[] = {4, columns},
                 four[] = {4};
    add_tensor(&tensors, "features.0.weight", 4, weight, NULL);
    add_tensor(&tensors, "features.0.bias", 1, bias, NULL);
    add_tensor(&tensors, "classifier.0.weight", 2, dense, NULL);
    add_tensor(&tensors, "classifier.0.bias", 1, four, NULL);
    if (extra)
        add_tensor(&tensors, extra, 1, bias, NULL);
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    const int status = eg_torchvision_read(path.text, &model, &shape, &error);
    if (words) {
        cr_expect_eq(status, EG_DATA);
        cr_expect(strstr(error.message, words), "%s", error.message);
    } else
        cr_expect(status == EG_OK && shape.height == 4, "%s", error.message);
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
}

Test(torchvision_model, names_what_has_no_place)
{
    refuse(NULL, 2 * 2 * 2, 3, NULL);
    refuse(NULL, 2 * 2 * 2, 5, "'features.0.weight' has no place");
    refuse(NULL, 7, 3, "'classifier.0.weight' takes 7 numbers");
    refuse("layer1.weight", 2 * 2 * 2, 3, "'layer1.weight' is of no part");
    refuse("features.9.weight", 2 * 2 * 2, 3, "'features.9.weight' has no place");
}
