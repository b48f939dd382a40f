/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The single build really is single, and its product agrees with a sum in double. */
#include <criterion/criterion.h>

#include "base/matrix.h"
#include "base/stream.h"

Test(single, real_is_float)
{
    cr_assert_eq(sizeof(real), sizeof(float));
    cr_assert_str_eq(EG_REAL_NAME, "single");
}

Test(single, product_agrees_with_a_sum_in_double)
{
    enum { M = 13, N = 11, K = 118 };
    real a[M * K], b[N * K], c[M * N];
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < M * K; i++)
        a[i] = (real)eg_stream_normal(&stream);
    for (size_t i = 0; i < N * K; i++)
        b[i] = (real)eg_stream_normal(&stream);
    eg_multiply_bt(M, N, K, a, b, 0, c);
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = 0;
            for (size_t k = 0; k < K; k++)
                sum += (double)a[i * K + k] * (double)b[j * K + k];
            cr_assert_float_eq((double)c[i * N + j], sum, 1e-4);
        }
}
