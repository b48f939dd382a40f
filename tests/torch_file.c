/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/torch_file.h"

#include <string.h>

#include <criterion/criterion.h>

void add_tensor(struct eg_tensors *tensors, const char *name, int ndim, const size_t *shape,
                const double *data)
{
    struct eg_error error;
    struct eg_tensor *tensor = eg_tensors_add(tensors, name, ndim, shape, &error);
    cr_assert_not_null(tensor);
    for (size_t i = 0; data && i < tensor->count; i++)
        tensor->data[i] = (real)data[i];
}

struct scratch_path save_tensors(const struct scratch *scratch, struct eg_tensors *tensors)
{
    struct eg_error error = {0};
    const struct scratch_path path = find_scratch(scratch, "net.safetensors");
    cr_assert_eq(eg_safetensors_write(path.text, tensors, 0, &error), EG_OK, "%s", error.message);
    eg_tensors_free(tensors);
    return path;
}

struct eg_torch_model read_model(const char *path, size_t inputs, const char *text)
{
    struct eg_torch_model model;
    struct eg_error error = {0};
    cr_assert_eq(eg_torch_model_read(path, inputs, text, &model, &error), EG_OK, "%s",
                 error.message);
    return model;
}

double predict_one(const struct eg_network *network, const real *x, size_t output)
{
    real out[16];
    cr_assert_leq(network->outputs, 16);
    cr_assert_eq(eg_network_predict(network, 1, x, out, NULL), EG_OK);
    return (double)out[output];
}

void refuse_model(struct eg_tensors *tensors, size_t inputs, const char *text, const char *message)
{
    struct eg_torch_model model;
    struct eg_error error = {0};
    struct scratch scratch = make_scratch();
    const struct scratch_path path = save_tensors(&scratch, tensors);
    cr_expect_neq(eg_torch_model_read(path.text, inputs, text, &model, &error), EG_OK, "%s",
                  message);
    const char *told = strncmp(error.message, path.text, strlen(path.text)) == 0
                           ? error.message + strlen(path.text)
                           : error.message;
    cr_expect_str_eq(told, message);
    remove_scratch(&scratch);
}
