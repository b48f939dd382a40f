/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/blas_threads.h"

#include <stdlib.h>
#include <string.h>

#include <cblas.h>
#include <omp.h>

/* Shared among threads, a product of this size changes its bits on each of OpenBLAS's x86-64 kernels:
 * its edges fall elsewhere. Smaller ones are not shared everywhere. */
enum { M = 30, N = 402, K = 402 };

static void fill(size_t count, double *values, size_t period)
{
    for (size_t i = 0; i < count; i++)
        values[i] = 1 / (double)(1 + i % period);
}

static void multiply(const double *factors, double *product)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, M, N, K, 1, factors, K, factors + M * K,
                N, 0, product, N);
}

/* room: the factors' numbers, then three products. */
static int products_agree(double *room)
{
    double *alone = room + M * K + K * N, *in_one = alone + M * N, *in_two = in_one + M * N;
    fill(M * K, room, 97);
    fill(K * N, room + M * K, 89);
    multiply(room, alone);
    const int count = openblas_get_num_threads();
#pragma omp parallel num_threads(1)
    multiply(room, in_one);
#pragma omp parallel num_threads(2)
#pragma omp master
    multiply(room, in_two);
    return count == 1 && memcmp(alone, in_two, M * N * sizeof *alone) == 0 &&
           memcmp(in_one, in_two, M * N * sizeof *alone) == 0;
}

int eg_blas_check(struct eg_error *error)
{
    double *room = eg_alloc(M * K + K * N + 3 * M * N, sizeof *room, error);
    if (!room)
        return EG_INTERNAL;
    const int agree = products_agree(room);
    free(room);
    if (agree)
        return EG_OK;
    const char *counts = getenv("OMP_NUM_THREADS");
    return eg_fail(error, EG_INTERNAL,
                   "OpenBLAS shares products among threads, which changes their bits; give "
                   "OPENBLAS_NUM_THREADS=1 and one number as OMP_NUM_THREADS (now '%s') in the "
                   "environment",
                   counts ? counts : "");
}

int eg_blas_take_one_thread(struct eg_error *error)
{
    omp_set_num_threads(1);
    openblas_set_num_threads(1);
    return eg_blas_check(error);
}
