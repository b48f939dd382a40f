/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/matrix.h"

#include <stdlib.h>

#include <cblas.h>

#ifdef EG_SINGLE
#define gemm cblas_sgemm
#else
#define gemm cblas_dgemm
#endif

int eg_matrix_alloc(struct eg_matrix *matrix, size_t rows, size_t cols, struct eg_error *error)
{
    *matrix = (struct eg_matrix){.rows = rows, .cols = cols};
    if (cols && rows > (size_t)-1 / cols)
        return eg_fail(error, EG_INTERNAL, "a matrix of %zu x %zu does not fit memory", rows, cols);
    matrix->data = eg_alloc(rows * cols, sizeof *matrix->data, error);
    return matrix->data ? EG_OK : EG_INTERNAL;
}

void eg_matrix_free(struct eg_matrix *matrix)
{
    free(matrix->data);
    *matrix = (struct eg_matrix){0};
}

void eg_multiply_block(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b,
                       size_t ldb, real scale, real *c, size_t ldc)
{
    gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1, a, (int)lda, b,
         (int)ldb, scale, c, (int)ldc);
}

void eg_multiply_bt_block(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b,
                          size_t ldb, real scale, real *c, size_t ldc)
{
    gemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)k, 1, a, (int)lda, b,
         (int)ldb, scale, c, (int)ldc);
}

void eg_multiply_at_block(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b,
                          size_t ldb, real scale, real *c, size_t ldc)
{
    gemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1, a, (int)lda, b,
         (int)ldb, scale, c, (int)ldc);
}

void eg_multiply(size_t m, size_t n, size_t k, const real *a, const real *b, real scale, real *c)
{
    eg_multiply_block(m, n, k, a, k, b, n, scale, c, n);
}

void eg_multiply_bt(size_t m, size_t n, size_t k, const real *a, const real *b, real scale, real *c)
{
    eg_multiply_bt_block(m, n, k, a, k, b, k, scale, c, n);
}

const char *eg_blas_core(void)
{
    return openblas_get_corename();
}
