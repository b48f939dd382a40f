/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ridge and shortest least squares against their closed form by singular values: with a = U S V', b = V f(S) U'y,
 * where f(s) = s / (s^2 + ridge), and 0 where a has no such direction. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include <criterion/criterion.h>

#include "attribution/least_squares.h"
#include "base/stream.h"

enum { MOST = 40 };

/* rank columns (or, transposed, rows) are drawn, the others copied from them with the opposite sign. */
static void draw(size_t rows, size_t cols, size_t rank, double *a, double *y)
{
    struct eg_stream stream = eg_stream_make(rows * cols, 0, EG_PURPOSE_DATA, 0, 0);
    const int by_row = rows < cols;
    for (size_t i = 0; i < rows; i++) {
        y[i] = eg_stream_normal(&stream);
        for (size_t j = 0; j < cols; j++) {
            const size_t k = by_row ? i : j;
            const double drawn = eg_stream_normal(&stream);
            a[i * cols + j] = k < rank ? drawn
                                       : -a[by_row ? (i - rank) * cols + j : i * cols + j - rank];
        }
    }
}

/* GSL takes no fewer rows than columns: of a wide matrix the transpose. */
static void solve_by_singular_values(size_t rows, size_t cols, size_t rank, const double *a,
                                     const double *y, double ridge, double *b)
{
    const int is_wide = rows < cols;
    const size_t m = is_wide ? cols : rows, n = is_wide ? rows : cols;
    gsl_matrix *u = gsl_matrix_alloc(m, n), *v = gsl_matrix_alloc(n, n);
    gsl_vector *s = gsl_vector_alloc(n), *work = gsl_vector_alloc(n);
    const gsl_matrix_const_view all = gsl_matrix_const_view_array(a, rows, cols);
    if (is_wide)
        gsl_matrix_transpose_memcpy(u, &all.matrix);
    else
        gsl_matrix_memcpy(u, &all.matrix);
    gsl_linalg_SV_decomp(u, v, s, work);
    const gsl_matrix *left = is_wide ? v : u, *right = is_wide ? u : v;
    for (size_t j = 0; j < cols; j++)
        b[j] = 0;
    for (size_t k = 0; k < rank; k++) {
        const double sigma = gsl_vector_get(s, k);
        double along = 0;
        for (size_t i = 0; i < rows; i++)
            along += gsl_matrix_get(left, i, k) * y[i];
        for (size_t j = 0; j < cols; j++)
            b[j] += gsl_matrix_get(right, j, k) * along * sigma / (sigma * sigma + ridge);
    }
    gsl_matrix_free(u);
    gsl_matrix_free(v);
    gsl_vector_free(s);
    gsl_vector_free(work);
}

static void check(size_t rows, size_t cols, size_t rank, double ridge)
{
    double a[MOST * MOST], y[MOST], found[MOST], expected[MOST];
    struct eg_explain_task task = {0};
    struct eg_error error;
    draw(rows, cols, rank, a, y);
    solve_by_singular_values(rows, cols, rank, a, y, ridge, expected);
    cr_assert_eq(eg_solve_least_squares(&task, rows, cols, a, y, ridge, found, &error), EG_OK);
    for (size_t j = 0; j < cols; j++)
        cr_expect_float_eq(found[j], expected[j], 1e-9 * (1 + fabs(expected[j])),
                           "%zu x %zu of rank %zu, ridge %g: b[%zu] = %g, not %g", rows, cols, rank,
                           ridge, j, found[j], expected[j]);
    cr_expect_eq(task.bytes, 0);
}

Test(least_squares, tall)
{
    check(30, 7, 7, 0);
    check(30, 7, 7, 0.5);
    check(30, 7, 4, 0);
    check(12, 12, 12, 2);
}

Test(least_squares, wide)
{
    check(7, 30, 7, 0);
    check(7, 30, 7, 0.5);
    check(1, 5, 1, 0);
    /* As the pairs of kernel SHAP: rows that are others' opposites. */
    check(8, 30, 4, 0);
    check(8, 30, 4, 3);
}

/* A system as large as the smaller side: with 20,000 features the larger one would take 3.2 GB. */
Test(least_squares, takes_room_by_the_smaller_side)
{
    enum { COLS = 20000 };
    static double a[2 * COLS], b[COLS];
    struct eg_explain_task task = {0};
    struct eg_error error;
    for (size_t j = 0; j < COLS; j++)
        a[j] = a[COLS + j] = 1;
    a[COLS] = 3;
    cr_assert_eq(eg_solve_least_squares(&task, 2, COLS, a, (double[]){1, 1}, 0, b, &error), EG_OK);
    cr_expect_float_eq(b[0], 0, 1e-12);
    cr_expect_float_eq(b[COLS - 1], 1.0 / (COLS - 1), 1e-12);
    cr_expect_lt(task.most_bytes, 1000);
}
