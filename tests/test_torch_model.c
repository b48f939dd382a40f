/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"
#include "tests/small_network.h"
#include "tests/torch_file.h"

static const char image_text[] =
    "image 6x5x2, conv 3x2x4, relu, batchnorm, pool 2, flatten, dense 3, tanh, dense 2";

/* Linear(2, 2), ReLU, Linear(2, 1) by hand: hidden relu(1*3 + 2*1 + 1, -1*3 + 1*1 + 0.5) = (6, 0),
 * then 2*6 + 5*0 - 3 = 9. */
Test(torch_model, meets_numbers_by_hand)
{
    struct eg_tensors tensors = {0};
    struct scratch scratch = make_scratch();
    add_tensor(&tensors, "3.bias", 1, (size_t[]){1}, (double[]){-3});
    add_tensor(&tensors, "3.weight", 2, (size_t[]){1, 2}, (double[]){2, 5});
    add_tensor(&tensors, "0.weight", 2, (size_t[]){2, 2}, (double[]){1, 2, -1, 1});
    add_tensor(&tensors, "0.bias", 1, (size_t[]){2}, (double[]){1, 0.5});
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    struct eg_torch_model model = read_model(path.text, 2, "dense 2, relu, dropout 0, dense 1");
    cr_expect_eq(predict_one(&model.network, (real[]){3, 1}, 0), 9);
    eg_torch_model_free(&model);
    model = read_model(path.text, 0, "dense 2, tanh, dropout 0.5, dense 1");
    cr_expect_eq(model.source, EG_TEXT_GIVEN);
    cr_expect_float_eq(predict_one(&model.network, (real[]){3, 1}, 0),
                       2 * tanh(6) + 5 * tanh(-1.5) - 3, 1e-14);
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
}

/* y = sum over channels c, places (h, w) of dense[c][h][w] * conv(x)[c][h][w], worked out in
 * PyTorch's order straight from the tensors as they lie in the file. */
Test(torch_model, turns_channels_around)
{
    enum { H = 3, W = 4, IN = 2, OUT = 3, KH = 2, KW = 3, TH = H - KH + 1, TW = W - KW + 1 };
    double kernel[OUT][IN][KH][KW], dense[OUT][TH][TW], x[IN][H][W], expected = 0;
    real row[H * W * IN];
    for (int i = 0; i < OUT * IN * KH * KW; i++)
        (&kernel[0][0][0][0])[i] = sin(i + 1);
    for (int i = 0; i < OUT * TH * TW; i++)
        (&dense[0][0][0])[i] = cos(3 * i);
    for (int i = 0; i < IN * H * W; i++)
        (&x[0][0][0])[i] = sin(7 * i);
    for (int c = 0; c < IN; c++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++)
                row[(h * W + w) * IN + c] = (real)x[c][h][w];
    for (int o = 0; o < OUT; o++)
        for (int i = 0; i < TH * TW * IN * KH * KW; i++) {
            const int kw = i % KW, kh = i / KW % KH, c = i / (KW * KH) % IN;
            const int w = i / (KW * KH * IN) % TW, h = i / (KW * KH * IN * TW);
            expected += dense[o][h][w] * kernel[o][c][kh][kw] * x[c][h + kh][w + kw];
        }
    struct eg_tensors tensors = {0};
    struct scratch scratch = make_scratch();
    add_tensor(&tensors, "0.weight", 4, (size_t[]){OUT, IN, KH, KW}, &kernel[0][0][0][0]);
    add_tensor(&tensors, "2.weight", 2, (size_t[]){1, OUT * TH * TW}, &dense[0][0][0]);
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    static const char *const texts[] = {"image 3x4x2, conv 2x3x3, flatten, dense 1",
                                        "image 3x4x2, conv 2x3x3, dense 1"};
    for (size_t i = 0; i < 2; i++) {
        struct eg_torch_model model = read_model(path.text, 0, texts[i]);
        cr_expect_float_eq(predict_one(&model.network, row, 0), expected, 1e-13);
        eg_torch_model_free(&model);
    }
    remove_scratch(&scratch);
}

/* Flatten, Linear of an image, without a convolution before: also channels first in the file. */
Test(torch_model, turns_channels_of_a_flattened_image)
{
    struct eg_tensors tensors = {0};
    struct scratch scratch = make_scratch();
    add_tensor(&tensors, "1.weight", 2, (size_t[]){1, 4}, (double[]){1, 10, 100, 1000});
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    struct eg_torch_model model = read_model(path.text, 4, "image 1x2x2, flatten, dense 1");
    /* pixel 0: channels 2 and 3; pixel 1: channels 5 and 7 */
    cr_expect_eq(predict_one(&model.network, (real[]){2, 3, 5, 7}, 0), 2 + 50 + 300 + 7000);
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
}

/* y = weight (x - mean) / sqrt(variance + 1e-5) + bias, as PyTorch has it. */
Test(torch_model, has_the_epsilon_of_the_file)
{
    struct eg_tensors tensors = {0};
    struct scratch scratch = make_scratch();
    add_tensor(&tensors, "0.weight", 1, (size_t[]){1}, (double[]){2});
    add_tensor(&tensors, "0.bias", 1, (size_t[]){1}, (double[]){1});
    add_tensor(&tensors, "0.running_mean", 1, (size_t[]){1}, (double[]){0.5});
    add_tensor(&tensors, "0.running_var", 1, (size_t[]){1}, (double[]){1e-4});
    add_tensor(&tensors, "0.num_batches_tracked", 0, NULL, NULL);
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    struct eg_torch_model model = read_model(path.text, 1, "batchnorm");
    cr_expect_float_eq(predict_one(&model.network, (real[]){0.7}, 0),
                       2 * (0.7 - 0.5) / sqrt(1e-4 + 1e-5) + 1, 1e-10);
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
}

static void come_back(const char *text, size_t inputs, double tolerance)
{
    struct eg_error error = {0};
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "net.safetensors");
    struct eg_network network = draw_network(inputs, text, 5);
    cr_assert_eq(eg_torch_model_write(path.text, &network, text, 0, &error), EG_OK, "%s",
                 error.message);
    struct eg_torch_model model = read_model(path.text, 0, NULL);
    cr_expect_eq(model.source, EG_TEXT_STORED);
    cr_expect_str_eq(model.text, text);
    cr_assert_eq(model.network.parameters, network.parameters);
    for (size_t i = 0; i < network.parameters; i++)
        cr_assert(fabs((double)(model.network.theta[i] - network.theta[i])) <= tolerance, "%s: %zu",
                  text, i);
    eg_torch_model_free(&model);
    eg_network_free(&network);
    remove_scratch(&scratch);
}

Test(torch_model, comes_back_to_the_bit)
{
    come_back("dense 7, relu, dropout 0.5, dense 1", 5, 0);
    come_back("image 6x5x2, conv 3x2x4 same, relu, pool 2, conv 2x2x3, flatten, dense 3", 60, 0);
    come_back(image_text, 60, 1e-15); /* the variances of the batch norm are moved and back */
    come_back("image 3x2x2, flatten, batchnorm, dense 2", 12, 1e-15);
}

/* The names are those of the modules that PyTorch would number. */
Test(torch_model, writes_the_names_of_a_sequential)
{
    static const char *const names[] = {"0.weight",       "0.bias",        "2.weight", "2.bias",
                                        "2.running_mean", "2.running_var", "5.weight", "5.bias",
                                        "7.weight",       "7.bias"};
    struct eg_tensors tensors;
    struct eg_error error = {0};
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "net.safetensors");
    struct eg_network network = draw_network(60, image_text, 5);
    cr_assert_eq(eg_torch_model_write(path.text, &network, image_text, 1, &error), EG_OK, "%s",
                 error.message);
    cr_assert_eq(eg_safetensors_read(path.text, &tensors, &error), EG_OK, "%s", error.message);
    cr_assert_eq(tensors.count, 10);
    for (size_t i = 0; i < 10; i++)
        cr_expect_str_eq(tensors.items[i].name, names[i]);
    cr_expect_str_eq(tensors.items[0].type, "F32");
    cr_expect_str_eq(eg_format_shape(4, tensors.items[0].shape).text, "(4, 2, 3, 2)");
    cr_expect_str_eq(eg_tensors_note(&tensors, "format"), "pt");
    eg_tensors_free(&tensors);
    cr_expect_eq(eg_torch_model_write(path.text, &network, "dense 3", 1, &error), EG_USAGE);
    cr_expect(strstr(error.message, "the text \"dense 3\" does not make this network"), "%s",
              error.message);
    eg_network_free(&network);
    remove_scratch(&scratch);
}

/* Where the row of layers goes back to pixels, a dense layer has a Flatten before it once more, and counts it. */
Test(torch_model, counts_a_flatten_at_each_mark)
{
    static const struct {
        const char *text, *names[4]; /* of weights */
    } cases[] = {
        {"image 4x4x2, conv 3x3x3, global_mean_pool, mark a, dense 3, relu, from a, dense 2",
         {"0.weight", "3.weight", "6.weight"}},
        {"image 4x4x2, conv 3x3x3, global_mean_pool, flatten, mark a, dense 3, relu, from "
         "a, dense 2",
         {"0.weight", "3.weight", "5.weight"}},
        {"image 4x4x2, mark a, flatten, mark ab, dense 3, mark b, from a, dense 3, add b, "
         "from ab, dense 1",
         {"1.weight", "3.weight", "4.weight"}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eg_tensors tensors;
        struct eg_error error = {0};
        struct scratch scratch = make_scratch();
        const struct scratch_path path = find_scratch(&scratch, "net.safetensors");
        struct eg_network network = draw_network(32, cases[i].text, 5);
        cr_assert_eq(eg_torch_model_write(path.text, &network, cases[i].text, 0, &error), EG_OK,
                     "%s", error.message);
        cr_assert_eq(eg_safetensors_read(path.text, &tensors, &error), EG_OK, "%s", error.message);
        for (size_t k = 0; cases[i].names[k]; k++)
            cr_expect(eg_tensors_find(&tensors, cases[i].names[k]), "%s: no %s", cases[i].text,
                      cases[i].names[k]);
        eg_tensors_free(&tensors);
        eg_network_free(&network);
        come_back(cases[i].text, 32, 0);
        remove_scratch(&scratch);
    }
}

Test(torch_model, names_the_wrong_tensor)
{
    struct eg_tensors tensors = {0};
    add_tensor(&tensors, "0.weight", 2, (size_t[]){4, 3}, NULL);
    add_tensor(&tensors, "1.weight", 2, (size_t[]){1, 4}, NULL);
    refuse_model(
        &tensors, 3, "dense 4, relu, dense 1",
        ": no tensor '2.weight', of shape (1, 4), for the layer 'dense'; the file has 0.weight, "
        "1.weight");
    add_tensor(&tensors, "0.weight", 2, (size_t[]){3, 4}, NULL);
    refuse_model(&tensors, 3, "dense 4",
                 ": tensor '0.weight' has shape (3, 4) where the layer 'dense' needs (4, 3)");
    add_tensor(&tensors, "0.weight", 2, (size_t[]){4, 3}, NULL);
    refuse_model(
        &tensors, 5, "dense 4",
        ": the network takes 3 features (tensor '0.weight' has shape (4, 3)), the rows have 5");
    add_tensor(&tensors, "0.weight", 2, (size_t[]){4, 3}, NULL);
    add_tensor(&tensors, "0.biass", 1, (size_t[]){4}, NULL);
    refuse_model(&tensors, 3, "dense 4",
                 ": tensor '0.biass' (4) belongs to no layer of the network \"dense 4\"");
    add_tensor(&tensors, "fc.weight", 2, (size_t[]){4, 3}, NULL);
    refuse_model(&tensors, 3, NULL,
                 ": no tensor is named as a PyTorch Sequential names them (\"0.weight\"); save "
                 "model.NAME.state_dict() of the Sequential in it; the file has fc.weight");
    add_tensor(&tensors, "0.weight", 2, (size_t[]){4, 3}, NULL);
    add_tensor(&tensors, "2.weight", 2, (size_t[]){1, 5}, NULL);
    refuse_model(&tensors, 3, "dense 4, relu, dense 1",
                 ": tensor '2.weight' has shape (1, 5) where the layer 'dense' needs (1, 4)");
}

/* An integer's file, byte by byte. */
Test(torch_model, names_the_wrong_type)
{
    static const char bytes[] = "\x40\0\0\0\0\0\0\0"
                                "{\"0.weight\":{\"dtype\":\"I16\",\"shape\":[1,2],"
                                "\"data_offsets\":[0,4]}}   "
                                "\0\0\0";
    struct eg_torch_model model;
    struct eg_error error = {0};
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "half.safetensors");
    write_scratch(&scratch, "half.safetensors", bytes, 8 + 64 + 4);
    cr_expect_eq(eg_torch_model_read(path.text, 2, NULL, &model, &error), EG_DATA);
    cr_expect(strstr(error.message,
                     ": tensor '0.weight' is of type I16 where F64, F32, F16 or BF16 "
                     "is needed; save it after model.float()"),
              "%s", error.message);
    remove_scratch(&scratch);
}
