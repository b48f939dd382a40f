/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_limit.h"

#include <math.h>

#include "base/matrix.h"
#include "base/progress.h"

/* Bytes beyond which arrays are in no cache anyway. */
static const double ARRAYS_MOST = 512e6;

int eg_time_product(size_t threads, double *seconds, struct eg_error *error)
{
    enum { SIZE = 1024 };
    int status = EG_OK;
    double slowest = 0;
#pragma omp parallel num_threads((int)threads) reduction(max : slowest) reduction(| : status)
    {
        struct eg_matrix a = {0}, b = {0}, c = {0};
        if (eg_matrix_alloc(&a, SIZE, SIZE, error) || eg_matrix_alloc(&b, SIZE, SIZE, error) ||
            eg_matrix_alloc(&c, SIZE, SIZE, error))
            status = EG_INTERNAL;
        for (size_t i = 0; !status && i < SIZE * SIZE; i++)
            a.data[i] = b.data[i] = (real)(i % 7) - 3;
#pragma omp barrier
        const double start = eg_clock();
        if (!status)
            for (int i = 0; i < 4; i++)
                eg_multiply(SIZE, SIZE, SIZE, a.data, b.data, 0, c.data);
        slowest = (eg_clock() - start) / 4;
        eg_matrix_free(&a);
        eg_matrix_free(&b);
        eg_matrix_free(&c);
    }
    *seconds = slowest;
    return status;
}

int eg_time_triad(size_t threads, double bytes, double *rate, struct eg_error *error)
{
    const size_t count = (size_t)(fmin(bytes, ARRAYS_MOST) / (3 * sizeof(real)));
    const double moved = 3 * sizeof(real) * (double)count;
    const int repeats = (int)fmin(20, 2 + 4 * ARRAYS_MOST / moved);
    int status = EG_OK;
    double slowest = 0;
#pragma omp parallel num_threads((int)threads) reduction(max : slowest) reduction(| : status)
    {
        struct eg_matrix room = {0};
        status = eg_matrix_alloc(&room, 3, count, error);
        real *restrict a = room.data;
        const real *restrict b = status ? NULL : eg_row(&room, 1);
        const real *restrict c = status ? NULL : eg_row(&room, 2);
        double start = eg_clock();
#pragma omp barrier
        for (int repeat = -2; repeat < repeats && !status; repeat++) {
            if (repeat == 0)
                start = eg_clock();
            const real factor = (real)repeat;
            for (size_t i = 0; i < count; i++)
                a[i] = b[i] + factor * c[i];
        }
        slowest = (eg_clock() - start) / repeats;
        eg_matrix_free(&room);
    }
    *rate = moved / slowest;
    return status;
}

double eg_product_rate(double seconds)
{
    return 2.0 * 1024 * 1024 * 1024 / seconds;
}

double eg_best_seconds(const struct eg_limit *limit, const struct eg_step_timing *timing)
{
    return fmax(timing->operations / eg_product_rate(limit->product),
                timing->traffic / limit->triad) /
           limit->threads;
}
