/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/matrix.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

static void fill_normal(real *values, size_t count, uint64_t item)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, item);
    for (size_t i = 0; i < count; i++)
        values[i] = (real)eg_stream_normal(&stream);
}

enum { MOST = 17 };
typedef void multiply(size_t m, size_t n, size_t k, const real *a, const real *b, real scale,
                      real *c);

/* Element (i, j) of a product by definition, with the strides of a and b along i, j and k. */
static void check_product(multiply *product, const char *name, int a_transposed, int b_transposed)
{
    const size_t sizes[][3] = {{1, 1, 1}, {3, 5, 7}, {17, 1, 9}, {1, 16, 17}, {8, 8, 8}, {2, 3, 0}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
        real a[MOST * MOST], b[MOST * MOST], before[MOST * MOST], c[MOST * MOST + 1];
        fill_normal(a, m * k, 1);
        fill_normal(b, k * n, 2);
        fill_normal(before, m * n, 3);
        memcpy(c, before, sizeof before);
        c[m * n] = 42;
        product(m, n, k, a, b, (real)-0.5, c);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++) {
                double sum = -0.5 * (double)before[i * n + j];
                for (size_t l = 0; l < k; l++)
                    sum += (double)a[a_transposed ? l * m + i : i * k + l] *
                           (double)b[b_transposed ? j * k + l : l * n + j];
                cr_assert_float_eq((double)c[i * n + j], sum, 100 * (double)EG_REAL_EPSILON,
                                   "%s of %zu x %zu x %zu at (%zu, %zu)", name, m, n, k, i, j);
            }
        cr_assert_eq(c[m * n], 42, "%s wrote behind c", name);
    }
}

Test(matrix, multiply_equals_the_definition)
{
    check_product(eg_multiply, "a b", 0, 0);
}

Test(matrix, multiply_bt_equals_the_definition)
{
    check_product(eg_multiply_bt, "a b'", 0, 1);
}

static void multiply_at(size_t m, size_t n, size_t k, const real *a, const real *b, real scale,
                        real *c)
{
    eg_multiply_at_block(m, n, k, a, m, b, n, scale, c, n);
}

Test(matrix, multiply_at_block_equals_the_definition)
{
    check_product(multiply_at, "a' b", 1, 0);
}

/* Whatever stood in c, NaN even, is gone with a scale of 0. */
Test(matrix, scale_zero_overwrites)
{
    const real a[] = {1, 2}, b[] = {3, 4};
    real c[] = {(real)NAN};
    eg_multiply(1, 1, 2, a, b, 0, c);
    cr_assert_eq(c[0], 11);
}

Test(matrix, a_new_matrix_is_zero_and_rows_follow_each_other)
{
    struct eg_matrix matrix;
    cr_assert_eq(eg_matrix_alloc(&matrix, 3, 4, NULL), EG_OK);
    cr_assert_eq(matrix.rows, 3);
    cr_assert_eq(matrix.cols, 4);
    for (size_t i = 0; i < 12; i++)
        cr_assert_eq(matrix.data[i], 0);
    cr_assert_eq(eg_row(&matrix, 2), matrix.data + 8);
    eg_matrix_free(&matrix);
    cr_assert_null(matrix.data);
    eg_matrix_free(&matrix);
}

Test(matrix, a_matrix_too_large_is_refused)
{
    struct eg_error error = {0};
    struct eg_matrix matrix;
    cr_assert_eq(eg_matrix_alloc(&matrix, SIZE_MAX / 4, 8, &error), EG_INTERNAL);
    cr_assert_null(matrix.data);
    cr_assert_gt(strlen(error.message), 0);
    cr_assert_eq(eg_matrix_alloc(&matrix, SIZE_MAX / 8, 8, &error), EG_INTERNAL);
    cr_assert_null(matrix.data);
}
