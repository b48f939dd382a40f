/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/plugin_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/compare/compare_outside.h"
#include "tests/small_network.h"

enum { P = 12, ROWS = 150, OUTPUTS = 3 }; /* more rows than go through at once */

static const char text[] = "image 3x2x2, conv 2x2x4 same, tanh, batchnorm, flatten, dense 6, "
                           "softplus, dense 3";

/* Central differences of forward() along each direction. */
Test(plugin_model, gradient_and_tangent_meet_finite_differences)
{
    const double step = 1e-5;
    struct eg_error error;
    struct eg_plugin_model model;
    struct eg_network network = draw_network(P, text, 1);
    struct eg_matrix x = draw_matrix(ROWS, P, 2), direction = draw_matrix(ROWS, P, 3);
    struct eg_matrix ahead = draw_matrix(ROWS, P, 4), behind = draw_matrix(ROWS, P, 4);
    static double gradient[ROWS * P], slope[ROWS * OUTPUTS], high[ROWS * OUTPUTS],
        low[ROWS * OUTPUTS];
    size_t output[ROWS];
    cr_assert_eq(eg_plugin_model_alloc(&model, &network, &error), EG_OK);
    const struct egbench_model *handle = &model.handle;
    cr_assert(handle->inputs == P && handle->outputs == OUTPUTS && handle->size == sizeof *handle);
    for (size_t i = 0; i < ROWS * P; i++) {
        ahead.data[i] = x.data[i] + step * direction.data[i];
        behind.data[i] = x.data[i] - step * direction.data[i];
    }
    for (size_t i = 0; i < ROWS; i++)
        output[i] = i % OUTPUTS;
    cr_assert_eq(handle->forward(handle->context, ROWS, ahead.data, high), 0);
    cr_assert_eq(handle->forward(handle->context, ROWS, behind.data, low), 0);
    cr_assert_eq(handle->tangent(handle->context, ROWS, x.data, direction.data, slope), 0);
    cr_assert_eq(handle->gradient(handle->context, ROWS, x.data, output, gradient), 0);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        cr_expect_float_eq(slope[i], (high[i] - low[i]) / (2 * step), 1e-8);
    for (size_t i = 0; i < ROWS; i++) {
        double along = 0;
        for (size_t k = 0; k < P; k++)
            along += gradient[i * P + k] * direction.data[i * P + k];
        cr_expect_float_eq(along, slope[i * OUTPUTS + output[i]], 1e-13);
    }
    output[5] = OUTPUTS;
    cr_expect_neq(handle->gradient(handle->context, ROWS, x.data, output, gradient), 0);
    eg_plugin_model_free(&model);
    eg_matrix_free(&x);
    eg_matrix_free(&direction);
    eg_matrix_free(&ahead);
    eg_matrix_free(&behind);
    eg_network_free(&network);
}

Test(plugin_model, deals_the_stream)
{
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_EXPLAIN, 1, 0), same = stream;
    const struct egbench_random random = eg_plugin_random(&stream);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(random.uniform(random.context), eg_stream_uniform(&same));
        cr_expect_eq(random.normal(random.context), eg_stream_normal(&same));
    }
}

/* The tests' own program has no host beside it. */
Test(plugin_command, says_what_is_missing)
{
    struct eg_error error = {0};
    cr_expect_null(eg_plugin_command_alloc("tests/data/absent.so", &error));
    cr_expect_str_eq(error.message, "tests/data/absent.so: No such file or directory");
    cr_expect_null(eg_plugin_command_alloc("bench/examples/mine.c", &error));
    cr_expect(
        strstr(error.message,
               "/egbench-plugin-host: the program that loads plug-ins is not there; run make"),
        "%s", error.message);
}
