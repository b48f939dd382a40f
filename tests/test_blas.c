/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference BLAS and gslcblas have the same symbols as OpenBLAS and a tenth of its speed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <gsl/gsl_blas.h>
#include <omp.h>

#include "base/blas_threads.h"
#include "base/matrix.h"

/* From OpenBLAS's cblas.h, which cannot be included together with that of GSL. */
char *openblas_get_config(void);
void openblas_set_num_threads(int threads);

static void assert_from_openblas(const char *symbol)
{
    Dl_info info;
    void *address = dlsym(RTLD_DEFAULT, symbol);
    cr_assert_not_null(address, "%s is in no loaded library", symbol);
    cr_assert(dladdr(address, &info) != 0);
    char *path = realpath(info.dli_fname, NULL);
    cr_assert_not_null(strstr(path, "openblas"), "%s comes from %s", symbol, path);
    free(path);
}

Test(blas, products_come_from_openblas)
{
    assert_from_openblas("cblas_dgemm");
    assert_from_openblas("cblas_sgemm");
    assert_from_openblas("cblas_dgemv");
    assert_from_openblas("cblas_ddot");
}

Test(blas, core_is_named)
{
    cr_assert_gt(strlen(eg_blas_core()), 2);
    cr_assert_not_null(strstr(openblas_get_config(), "OpenBLAS"));
}

/* GSL's own BLAS layer calls cblas_dgemv, which must be OpenBLAS's, not gslcblas's, though libgsl
 * loads that too: whichever comes first in the link order. */
Test(blas, gsl_works_on_openblas)
{
    double a[] = {1, 2, 3, 4}, b[] = {5, 6};
    const gsl_matrix_view matrix = gsl_matrix_view_array(a, 2, 2);
    gsl_vector_view x = gsl_vector_view_array(b, 2);
    double out[2] = {0};
    gsl_vector_view y = gsl_vector_view_array(out, 2);
    cr_assert_eq(gsl_blas_dgemv(CblasNoTrans, 1, &matrix.matrix, &x.vector, 0, &y.vector), 0);
    cr_assert_eq(out[0], 17);
    cr_assert_eq(out[1], 39);
}

/* Whichever of the two counts this OpenBLAS goes by. */
Test(blas, products_keep_to_one_thread)
{
    struct eg_error error = {0};
    omp_set_num_threads(2);
    openblas_set_num_threads(2);
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
        cr_expect_eq(eg_blas_check(&error), EG_INTERNAL);
        cr_expect_not_null(strstr(error.message, "OMP_NUM_THREADS"), "%s", error.message);
    }
    cr_expect_eq(eg_blas_take_one_thread(&error), EG_OK, "%s", error.message);
    cr_expect_eq(omp_get_max_threads(), 1);
    cr_expect_eq(eg_blas_check(&error), EG_OK, "%s", error.message);
}
