/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/network.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

Test(network, is_built_from_its_text)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, 3, " dense 4 ,relu,dropout 0.25, dense 2,tanh ", NULL),
                 EG_OK);
    cr_expect_eq(network.layer_count, 2);
    cr_expect_eq(network.layers[0].activation, &eg_relu);
    cr_expect_eq(network.layers[0].dropout, 0.25);
    cr_expect_eq(network.layers[1].activation, &eg_tanh);
    cr_expect_eq(network.parameters, 3 * 4 + 4 + 4 * 2 + 2);
    cr_expect_eq(network.outputs, 2);
    cr_expect(eg_network_is_curved(&network));
    eg_network_free(&network);
}

Test(network, names_the_word_it_does_not_know)
{
    static const char *const wrong[] = {"dense",
                                        "dense x",
                                        "dense -4",
                                        "relu",
                                        "conv 3",
                                        "dense 0",
                                        "dense 4, gelus",
                                        "dense 4, gelu 1",
                                        "dense 4, softplus 0",
                                        "dense 4, leaky_relu -1",
                                        "dense 4, layernorm 3",
                                        "dense 4, groupnorm 3",
                                        "dense 4, mark",
                                        "dense 4, mark a, add b",
                                        "mark a, dense 4, add a",
                                        "from a, dense 4",
                                        "conv 1x1x4 groups 2",
                                        "conv 1x1x3 pad 1",
                                        "dense 4, relu 3",
                                        "dense 4, dropout 1",
                                        "dense 4, relu, tanh",
                                        "dense 4, dropout 0.5, relu, dropout 0.2",
                                        "",
                                        "dense 99999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct eg_network network;
        struct eg_error error = {0};
        cr_expect_eq(eg_network_alloc(&network, 3, wrong[i], &error), EG_USAGE, "'%s'", wrong[i]);
        cr_expect(strlen(error.message) > 0);
        eg_network_free(&network);
    }
}

/* What is wrong with a text for images, and the words that the message must have. */
static const struct {
    size_t inputs;
    const char *text, *word;
} wrong_images[] = {
    {12, "image 2x2x3, blur 3", "blur 3"},
    {784, "image 28x28x1, conv 5x5", "conv 5x5"},
    {784, "image 28x28x1, conv 0x5x3", "conv 0x5x3"},
    {784, "image 28x28x1, conv 5x5x0 same", "conv 5x5x0"},
    {784, "image 28x28x1, conv 5x5x3 sme", "sme"},
    {784, "image 28x28x1, conv 5x5x-3", "conv 5x5x-3"},
    {784, "image 28x28x1, conv 5x5x3x2", "conv 5x5x3x2"},
    {784, "image 28x28x1, conv 5x5x99999999999999999999", "conv 5x5x99999999999999999999"},
    {784, "image 28x28x1, conv", "conv"},
    {784, "dense 784, image 28x28x1, conv 5x5x3", "image 28x28x1"},
    {100, "image 28x28x1, dense 3", "image 28x28x1"},
    {784, "image 28x28, dense 3", "image 28x28"},
    {784, "image 28x0x1, dense 3", "image 28x0x1"},
    {784, "image, dense 3", "image"},
    {0, "image 4294967296x4294967296x1, dense 3", "image 4294967296x4294967296x1"},
    {784, "image 28x28x1", "image 28x28x1"},
    {784, "image 28x28x1, image 28x28x1, dense 3", "image 28x28x1"},
    {128, "image 8x8x2, conv 3x3x2,, dense 3", ""},
    {128, "image 8x8x2, conv 9x3x2", "conv 9x3x2"},
    {128, "image 8x8x2, conv 3x9x2 valid", "conv 3x9x2 valid"},
    {128, "image 8x8x2, pool 9", "pool 9"},
    {128, "image 8x8x2, pool 3, pool 3", "pool 3"},
    {128, "image 8x8x2, pool 0", "pool 0"},
    {128, "image 8x8x2, pool", "pool"},
    {128, "image 8x8x2, mean_pool 2x0", "mean_pool 2x0"},
    {128, "image 8x8x2, conv 3x3x2 stride 0", "stride 0"},
    {128, "image 8x8x2, conv 3x3x2 stride", "stride"},
    {128, "image 8x8x2, pool 2 stride 0", "stride 0"},
    {128, "image 8x8x2, pool 2 stride x", "stride x"},
    {128, "image 8x8x2, pool 2 stride -1", "stride -1"},
    {128, "image 8x8x2, conv 3x3x2 stride -2 same", "stride -2"},
    {128, "image 8x8x2, batchnorm 2", "batchnorm 2"},
    {128, "image 8x8x2, batchnorm 1", "batchnorm 1"},
    {128, "image 8x8x2, batchnorm -0.1", "batchnorm -0.1"},
    {128, "image 8x8x2, batchnorm x", "batchnorm x"},
    {128, "image 8x8x2, dropout 0.5, dense 3", "dropout 0.5"},
    {128, "image 8x8x2, relu, dense 3", "relu"},
    {128, "dropout 0.5, dense 3", "dropout 0.5"},
    {128, "conv 5x5x3", "conv 5x5x3"}, /* plain features are one pixel */
    {128, "image 8x8x2, flatten 3, dense 2", "flatten 3"},
    {128, "image 8x8x2, flatten, conv 3x3x4", "conv 3x3x4"},
    {128, "image 8x8x2, conv 1000000x1000000x1000000 same", "1000000x1000000x1000000"},
    {64, "image 8x8x1, conv 1x1x1000000, conv 1x1x1000000", "conv 1x1x1000000"},
    {4096, "image 64x64x1, conv 1x1x500000", "conv 1x1x500000"},
    {128, "image +8x8x2, dense 3", "image +8x8x2"},
    {128,
     "image 8x8x2, conv 3x3x2                                                       stride 2 junk",
     "conv 3x3x2"},
};

Test(network, names_the_word_that_does_not_fit_an_image)
{
    for (size_t i = 0; i < sizeof wrong_images / sizeof *wrong_images; i++) {
        struct eg_network network;
        struct eg_error error = {0};
        cr_expect_eq(
            eg_network_alloc(&network, wrong_images[i].inputs, wrong_images[i].text, &error),
            EG_USAGE, "'%s'", wrong_images[i].text);
        cr_expect(strstr(error.message, wrong_images[i].word), "'%s': %s", wrong_images[i].text,
                  error.message);
        cr_expect_null(strchr(error.message, '\n'));
        eg_network_free(&network);
    }
}

Test(network, takes_so_many_layers_and_no_more)
{
    char text[(EG_LAYERS_MAX + 1) * 12] = "dense 2";
    struct eg_network network;
    struct eg_error error = {0};
    for (int l = 1; l < EG_LAYERS_MAX; l++)
        strcat(text, ", dense 2");
    cr_assert_eq(eg_network_alloc(&network, 3, text, &error), EG_OK, "%s", error.message);
    cr_expect_eq(network.layer_count, EG_LAYERS_MAX);
    eg_network_free(&network);
    strcat(text, ", dense 2");
    cr_expect_eq(eg_network_alloc(&network, 3, text, &error), EG_USAGE);
    cr_expect(strstr(error.message, "more than 256 layers"), "%s", error.message);
    eg_network_free(&network);
}

/* The network of TensorFlow's MNIST tutorial, which the paper takes over:
 * 25 * 1 * 32 + 32, 25 * 32 * 64 + 64, 7 * 7 * 64 * 1024 + 1024, 1024 * 10 + 10. */
Test(network, of_mnist_has_its_known_size)
{
    struct eg_network network;
    struct eg_error error = {0};
    cr_assert_eq(eg_network_alloc(&network, 784,
                                  "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 "
                                  "same, relu, pool 2, flatten, dense 1024, relu, dropout 0.5, "
                                  "dense 10",
                                  &error),
                 EG_OK, "%s", error.message);
    cr_expect_eq(network.parameters, 832 + 51264 + 3212288 + 10250);
    cr_expect_eq(network.parameters, 3274634);
    cr_expect_eq(network.outputs, 10);
    cr_expect_eq(eg_network_width(&network), 28 * 28 * 32);
    eg_network_free(&network);
}

/* VGG16 for 32x32: Simonyan and Zisserman's 13 convolutions have 14,714,688 weights and biases. Batch
 * norm keeps four numbers for each of their 4,224 channels and of the 512 dense units; the dense
 * layers have 512 * 512 + 512 and 512 * 10 + 10. */
Test(network, vgg16_has_its_known_size)
{
    static const int channels[] = {64, 64,  0,   128, 128, 0,   256, 256, 256,
                                   0,  512, 512, 512, 0,   512, 512, 512, 0};
    char text[2048] = "image 32x32x3";
    struct eg_network network;
    struct eg_error error = {0};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        const size_t used = strlen(text);
        if (channels[i])
            snprintf(text + used, sizeof text - used, ", conv 3x3x%d same, relu, batchnorm",
                     channels[i]);
        else
            snprintf(text + used, sizeof text - used, ", pool 2");
    }
    strcat(text, ", flatten, dense 512, relu, batchnorm, dropout 0.5, dense 10");
    cr_assert_eq(eg_network_alloc(&network, 3072, text, &error), EG_OK, "%s", error.message);
    cr_expect_eq(network.parameters,
                 14714688 + 4 * 4224 + 512 * 512 + 512 + 4 * 512 + 512 * 10 + 10);
    cr_expect_eq(network.parameters, 15001418);
    cr_expect_eq(network.outputs, 10);
    eg_network_free(&network);
}

/* Dense layers take images as they are; flatten changes nothing for them. */
Test(network, flatten_is_what_dense_does_anyway)
{
    struct eg_network plain, flat;
    real x[2 * 75], out[2][2 * 3];
    for (size_t i = 0; i < 2 * 75; i++)
        x[i] = sin((double)(i * i));
    cr_assert_eq(
        eg_network_alloc(&plain, 75, "image 5x5x3, conv 2x3x4, tanh, pool 2 same, dense 3", NULL),
        EG_OK);
    cr_assert_eq(eg_network_alloc(&flat, 75,
                                  "image 5x5x3,conv 2x3x4 valid,tanh,pool 2x2 same,flatten,dense 3",
                                  NULL),
                 EG_OK);
    cr_assert_eq(plain.parameters, flat.parameters);
    for (size_t i = 0; i < plain.parameters; i++)
        plain.theta[i] = flat.theta[i] = cos((double)i);
    cr_assert_eq(eg_network_predict(&plain, 2, x, out[0], NULL), EG_OK);
    cr_assert_eq(eg_network_predict(&flat, 2, x, out[1], NULL), EG_OK);
    cr_expect_arr_eq(out[0], out[1], sizeof out[0]);
    eg_network_free(&plain);
    eg_network_free(&flat);
}

/* y = relu(x W' + b) V' + c by hand, over more rows than one block has. */
Test(network, predicts_what_its_formula_says)
{
    enum { ROWS = 600 };
    struct eg_network network;
    static real x[2 * ROWS], y[ROWS];
    const real theta[] = {1, -1, 0.5, 2, 0.1, -0.2, 3, -4, 0.7};
    cr_assert_eq(eg_network_alloc(&network, 2, "dense 2, relu, dense 1", NULL), EG_OK);
    memcpy(network.theta, theta, sizeof theta);
    for (size_t i = 0; i < 2 * ROWS; i++)
        x[i] = sin((double)i);
    cr_assert_eq(eg_network_predict(&network, ROWS, x, y, NULL), EG_OK);
    for (size_t i = 0; i < ROWS; i++) {
        const double a = fmax(x[2 * i] - x[2 * i + 1] + 0.1, 0);
        const double b = fmax(0.5 * x[2 * i] + 2 * x[2 * i + 1] - 0.2, 0);
        cr_expect_float_eq(y[i], 3 * a - 4 * b + 0.7, 1e-14);
    }
    eg_network_free(&network);
}

static double variance_of_weights(enum eg_initialiser initialiser, double *bias, double *largest)
{
    struct eg_network network;
    double square = 0;
    *bias = *largest = 0;
    cr_assert_eq(eg_network_alloc(&network, 100, "dense 200", NULL), EG_OK);
    eg_network_initialise(&network, initialiser, eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    for (size_t i = 0; i < 20000; i++) {
        square += network.theta[i] * network.theta[i];
        *largest = fmax(*largest, fabs(network.theta[i]));
    }
    for (size_t i = 20000; i < 20200; i++)
        *bias = fmax(*bias, fabs(network.theta[i]));
    eg_network_free(&network);
    return square / 20000;
}

/* Variances from the literature; a sample variance of 20000 is good to 2 per cent. */
Test(network, initialises_with_the_variance_of_the_recipe)
{
    double bias, largest;
    cr_expect_float_eq(variance_of_weights(EG_GLOROT_UNIFORM, &bias, &largest), 2.0 / 300,
                       0.04 * 2 / 300);
    cr_expect(bias == 0 && largest <= sqrt(6.0 / 300));
    cr_expect_float_eq(variance_of_weights(EG_HE_NORMAL, &bias, &largest), 2.0 / 100,
                       0.04 * 2 / 100);
    cr_expect_eq(bias, 0);
    cr_expect_float_eq(variance_of_weights(EG_HE_NORMAL_CUT, &bias, &largest), 2.0 / 100,
                       0.04 * 2 / 100);
    cr_expect(bias == 0 && largest <= 2 / 0.87962566 * sqrt(2.0 / 100) && largest > 0.3);
    cr_expect_float_eq(variance_of_weights(EG_FAN_IN_UNIFORM, &bias, &largest), 1.0 / 300,
                       0.04 / 300);
    cr_expect(bias > 0 && bias <= 0.1 && largest <= 0.1);
}
