/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-kernels: how fast training steps run, beside what matrix products
 * reach on the same cores in the same run. `make bench` calls it.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sys/resource.h>

#include "base/matrix.h"
#include "base/progress.h"
#include "bench/kernel_steps.h"
#include "bench/start.h"

enum { ROUNDS = 5 };

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

/* Seconds that one single-precision product of 1024 x 1024 takes with one on each thread. */
static int time_product(size_t threads, double *seconds, struct eg_error *error)
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

/* A step and its timings: on all threads and on one, taken in turn with those of the product. */
struct contest {
    const char *title;
    const struct eg_image_step *image; /* NULL: the sparse epoch */
    struct eg_step_timing all[ROUNDS], one[ROUNDS];
};

static int time_step(const struct contest *contest, size_t threads, struct eg_step_timing *timing,
                     struct eg_error *error)
{
    return contest->image ? eg_time_image_step(contest->image, threads, timing, error)
                          : eg_time_sparse_epoch(threads, timing, error);
}

static double median_seconds(const struct eg_step_timing timings[ROUNDS])
{
    double seconds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        seconds[i] = timings[i].seconds;
    return median(seconds, ROUNDS);
}

/* The sparse epoch does a replicate on each thread, an image step one step on all. */
static void print_contest(const struct contest *contest, size_t threads, double product)
{
    const double work = contest->all->operations * 1e-9;
    const double all = median_seconds(contest->all), one = median_seconds(contest->one);
    const double each = contest->image ? work / (double)threads : work;
    const double efficiency = contest->image ? one / all / (double)threads : one / all;
    printf("%-28s %8.1f ms on %zu threads, %.1f ms on one\n", contest->title, all * 1e3, threads,
           one * 1e3);
    printf("  minimal operations         %8.2f GFLOP\n", work);
    printf(
        "  rate                       %8.1f GFLOP/s a thread, %.0f %% of the product; on one %.1f, "
        "%.0f %%\n",
        each / all, 100 * each / all / product, work / one, 100 * work / one / product);
    printf("  efficiency of %zu threads    %8.0f %%\n", threads, 100 * efficiency);
    printf("  memory of the passes       %8.0f MB\n", contest->all->bytes / 1048576);
}

static int run_contests(struct contest *contests, size_t count, size_t threads,
                        double products[ROUNDS], struct eg_error *error)
{
    for (int round = 0; round < ROUNDS; round++) {
        if (time_product(threads, &products[round], error))
            return EG_INTERNAL;
        for (size_t i = 0; i < count; i++)
            if (time_step(&contests[i], threads, &contests[i].all[round], error) ||
                time_step(&contests[i], 1, &contests[i].one[round], error))
                return EG_INTERNAL;
    }
    return EG_OK;
}

int main(void)
{
    struct eg_error error = {0};
    struct contest contests[] = {
        {.title = "sparse-prior epoch"},
        {.title = "MNIST step, EG prior", .image = &eg_mnist_step},
        {.title = "VGG16 step, EG prior", .image = &eg_vgg16_step},
    };
    const size_t count = sizeof contests / sizeof *contests;
    size_t threads;
    double products[ROUNDS];
    if (eg_start_program(&threads, &error) ||
        run_contests(contests, count, threads, products, &error))
        return eg_finish_program("egbench-kernels", EG_INTERNAL, &error);
    const double product = 2.0 * 1024 * 1024 * 1024 / median(products, ROUNDS) * 1e-9;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("core %s, %s precision, %zu threads, medians of %d rounds taken in turn\n",
           eg_blas_core(), EG_REAL_NAME, threads, ROUNDS);
    printf("matrix product 1024^3        %8.1f GFLOP/s a thread\n", product);
    for (size_t i = 0; i < count; i++)
        print_contest(&contests[i], threads, product);
    printf("memory of the process        %8.0f MB\n", (double)usage.ru_maxrss / 1024);
    return eg_finish_program("egbench-kernels", EG_OK, &error);
}
