/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read of a PyTorch model's file without being told, and what is refused (nn/torch_model.h). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"
#include "tests/torch_file.h"

/* A layer of ones: `to` outputs of `from` inputs. */
static void add_dense(struct eg_tensors *tensors, const char *prefix, size_t to, size_t from,
                      int has_bias)
{
    char name[128];
    snprintf(name, sizeof name, "%.99s.weight", prefix);
    add_tensor(tensors, name, 2, (size_t[]){to, from}, NULL);
    struct eg_tensor *weight = &tensors->items[tensors->count - 1];
    for (size_t i = 0; i < weight->count; i++)
        weight->data[i] = 1;
    snprintf(name, sizeof name, "%.99s.bias", prefix);
    if (has_bias)
        add_tensor(tensors, name, 1, (size_t[]){to}, NULL);
}

/* What is refused without a text, and the guess that comes with it. */
static void expect_guess(struct eg_tensors *tensors, const char *guess)
{
    struct eg_torch_model model;
    struct eg_error error = {0};
    struct scratch scratch = make_scratch();
    const struct scratch_path path = save_tensors(&scratch, tensors);
    cr_expect_eq(eg_torch_model_read(path.text, 0, NULL, &model, &error), EG_DATA, "%s", guess);
    cr_expect(strstr(error.message, "it does not tell the activations") &&
                  strstr(error.message, guess) && !strchr(error.message, '\n'),
              "%s", error.message);
    cr_expect_str_eq(model.guess, guess);
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
}

Test(torch_guess, guesses_no_activation)
{
    struct eg_tensors tensors = {0};
    add_dense(&tensors, "0", 8, 6, 1);
    add_dense(&tensors, "2", 1, 8, 1);
    expect_guess(&tensors, "dense 8, relu, dense 1");
    add_dense(&tensors, "0", 8, 6, 1);
    add_dense(&tensors, "3", 1, 8, 1);
    expect_guess(&tensors, "dense 8, relu, dropout 0, dense 1");
    /* A Flatten or an activation may stand before the first. */
    add_dense(&tensors, "1", 8, 6, 1);
    add_dense(&tensors, "2", 1, 8, 1);
    expect_guess(&tensors, "dense 8, dense 1");
    /* A ModuleList numbers its layers alone. */
    add_dense(&tensors, "layers.0", 8, 6, 1);
    add_dense(&tensors, "layers.1", 1, 8, 1);
    expect_guess(&tensors, "dense 8, dense 1");
    add_tensor(&tensors, "0.weight", 4, (size_t[]){3, 2, 5, 5}, NULL);
    add_dense(&tensors, "3", 1, 12, 1);
    expect_guess(&tensors, "image HEIGHTxWIDTHx2, conv 5x5x3, relu, flatten, dense 1");
}

Test(torch_guess, reads_layers_without_room_between)
{
    static const char *const prefixes[] = {"", "module.", "_orig_mod.", "_orig_mod.module."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        struct eg_tensors tensors = {0};
        struct scratch scratch = make_scratch();
        char name[128];
        for (size_t l = 0; l < 2; l++) {
            snprintf(name, sizeof name, "%s%zu", prefixes[i], l);
            add_dense(&tensors, name, l ? 1 : 2, l ? 2 : 3, 0);
        }
        const struct scratch_path path = save_tensors(&scratch, &tensors);
        struct eg_torch_model model = read_model(path.text, 3, NULL);
        cr_expect_eq(model.source, EG_TEXT_INFERRED);
        cr_expect_str_eq(model.text, "dense 2, dense 1");
        cr_expect_eq(predict_one(&model.network, (real[]){1, 2, 3}, 0), 12);
        eg_torch_model_free(&model);
        remove_scratch(&scratch);
    }
}

/* One prefix, numbers of a Sequential, of a ModuleList, and with a Flatten before. */
Test(torch_guess, passes_over_what_stands_before_the_number)
{
    static const char *const names[][2] = {
        {"module.0", "module.2"}, {"net.0", "net.2"},       {"_orig_mod.0", "_orig_mod.2"},
        {"a.b.c.0", "a.b.c.2"},   {"layers.0", "layers.1"}, {"1", "3"},
        {"net.1", "net.3"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct eg_tensors tensors = {0};
        struct scratch scratch = make_scratch();
        add_dense(&tensors, names[i][0], 2, 3, 1);
        add_dense(&tensors, names[i][1], 1, 2, 1);
        const struct scratch_path path = save_tensors(&scratch, &tensors);
        struct eg_torch_model model = read_model(path.text, 3, "dense 2, relu, dense 1");
        cr_expect_eq(predict_one(&model.network, (real[]){1, 2, 3}, 0), 12);
        cr_expect_eq(predict_one(&model.network, (real[]){1, 2, -9}, 0), 0);
        eg_torch_model_free(&model);
        remove_scratch(&scratch);
    }
    struct eg_tensors tensors = {0};
    add_dense(&tensors, "features.0", 2, 3, 0);
    add_dense(&tensors, "head.2", 1, 2, 0);
    refuse_model(&tensors, 3, "dense 2, relu, dense 1",
                 ": no tensor '0.weight', of shape (2, 3), for the layer 'dense'; the file has "
                 "features.0.weight, head.2.weight");
}

static void add_norm(struct eg_tensors *tensors, const char *module, double variance)
{
    char name[128];
    snprintf(name, sizeof name, "%s.running_mean", module);
    add_tensor(tensors, name, 1, (size_t[]){1}, (double[]){0.5});
    snprintf(name, sizeof name, "%s.running_var", module);
    add_tensor(tensors, name, 1, (size_t[]){1}, &variance);
}

/* BatchNorm1d(1, affine=False): (x - mean) / sqrt(variance + 1e-5). */
Test(torch_guess, reads_a_batch_norm_without_scale)
{
    struct eg_tensors tensors = {0};
    struct scratch scratch = make_scratch();
    add_norm(&tensors, "0", 0.25);
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    struct eg_torch_model model = read_model(path.text, 1, "batchnorm");
    cr_expect_float_eq(predict_one(&model.network, (real[]){0.7}, 0), 0.2 / sqrt(0.25 + 1e-5),
                       1e-12);
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
    add_norm(&tensors, "0", 0.25);
    add_tensor(&tensors, "0.bias", 1, (size_t[]){1}, (double[]){1});
    refuse_model(
        &tensors, 1, "batchnorm",
        ": no tensor '0.weight', though there is '0.bias'; if that layer has none, save ones as "
        "it");
    add_norm(&tensors, "0", -0.25);
    refuse_model(&tensors, 1, "batchnorm",
                 ": tensor '0.running_var': number 0 is -0.25; no variance is below 0");
}

/* All or none, but for layers whose bias a batch norm takes away again. */
Test(torch_guess, refuses_one_missing_bias)
{
    struct eg_tensors tensors = {0};
    struct scratch scratch = make_scratch();
    add_dense(&tensors, "0", 2, 3, 1);
    add_dense(&tensors, "2", 1, 2, 0);
    refuse_model(
        &tensors, 3, "dense 2, relu, dense 1",
        ": no tensor '2.bias', though there is '0.bias'; if that layer has none, save zeros as "
        "it");
    add_dense(&tensors, "0", 1, 3, 0);
    add_norm(&tensors, "1", 0.25);
    add_dense(&tensors, "3", 1, 1, 1);
    const struct scratch_path path = save_tensors(&scratch, &tensors);
    struct eg_torch_model model = read_model(path.text, 3, "dense 1, batchnorm, relu, dense 1");
    eg_torch_model_free(&model);
    remove_scratch(&scratch);
}
