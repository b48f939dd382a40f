/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dense row-major matrix, and the three matrix products that the training
 * core is made of. All products go through OpenBLAS on the calling thread.
 */
#ifndef EG_BASE_MATRIX_H
#define EG_BASE_MATRIX_H

#include <stddef.h>

#include "base/error.h"
#include "base/real.h"

struct eg_matrix {
    size_t rows, cols;
    real *data; /* rows x cols, row-major, owned by whoever allocated */
};

/* A zeroed rows x cols matrix. EG_INTERNAL when memory is short. */
int eg_matrix_alloc(struct eg_matrix *matrix, size_t rows, size_t cols, struct eg_error *error);
void eg_matrix_free(struct eg_matrix *matrix);

static inline real *eg_row(const struct eg_matrix *matrix, size_t row)
{
    return matrix->data + row * matrix->cols;
}

/* c (m x n) = scale * c + a (m x k) * b (k x n) */
void eg_multiply(size_t m, size_t n, size_t k, const real *a, const real *b, real scale, real *c);
/* c (m x n) = scale * c + a (m x k) * b', where b is (n x k) */
void eg_multiply_bt(size_t m, size_t n, size_t k, const real *a, const real *b, real scale,
                    real *c);

/* The same on blocks of larger matrices, whose rows are lda, ldb and ldc numbers apart; and c = scale * c + a' * b,
 * where a is (k x m) and b is (k x n). */
void eg_multiply_block(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b,
                       size_t ldb, real scale, real *c, size_t ldc);
void eg_multiply_bt_block(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b,
                          size_t ldb, real scale, real *c, size_t ldc);
void eg_multiply_at_block(size_t m, size_t n, size_t k, const real *a, size_t lda, const real *b,
                          size_t ldb, real scale, real *c, size_t ldc);

/* The OpenBLAS kernel in use ("Haswell", "SkylakeX", ...): bits may differ between two of them. */
const char *eg_blas_core(void);

#endif
