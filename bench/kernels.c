/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-kernels: how fast the training step runs, beside what matrix products
 * reach on the same cores in the same run. `make bench` calls it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sys/resource.h>

#include "bench/start.h"
#include "prior/terms.h"

enum { ROWS = 100, FEATURES = 118, REFERENCES = 100, EPOCHS = 3, ROUNDS = 5 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

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

/* Multiplications and additions of one epoch, done as attribution.h says: forward, deltas, tangents
 * and outer products for every point, the first layer's map interpolated and its weight gradient
 * from the product that gave phi. */
static double count_operations(const struct eg_network *network)
{
    double macs = 2.0 * (double)network->layers[0].weights;
    for (size_t l = 1; l < network->layer_count; l++)
        macs += 4.0 * (double)network->layers[l].weights;
    return 2 * macs * ROWS * REFERENCES;
}

/* Seconds that one single-precision product of 1024 x 1024 takes with one on each thread. */
static int time_product(int threads, double *seconds, struct eg_error *error)
{
    enum { SIZE = 1024 };
    int status = EG_OK;
    double slowest = 0;
#pragma omp parallel num_threads(threads) reduction(max : slowest) reduction(| : status)
    {
        struct eg_matrix a = {0}, b = {0}, c = {0};
        if (eg_matrix_alloc(&a, SIZE, SIZE, error) || eg_matrix_alloc(&b, SIZE, SIZE, error) ||
            eg_matrix_alloc(&c, SIZE, SIZE, error))
            status = EG_INTERNAL;
        for (size_t i = 0; !status && i < SIZE * SIZE; i++)
            a.data[i] = b.data[i] = (real)(i % 7) - 3;
#pragma omp barrier
        const double start = seconds_now();
        if (!status)
            for (int i = 0; i < 4; i++)
                eg_multiply(SIZE, SIZE, SIZE, a.data, b.data, 0, c.data);
        slowest = (seconds_now() - start) / 4;
        eg_matrix_free(&a);
        eg_matrix_free(&b);
        eg_matrix_free(&c);
    }
    *seconds = slowest;
    return status;
}

/* Trains for some epochs with the sparse prior on one thread. */
static int train_sparse(uint64_t replicate, double *bytes, double *operations,
                        struct eg_error *error)
{
    struct eg_network network = {0};
    struct eg_matrix x = {0};
    struct eg_prior_term prior = {0};
    real y[ROWS];
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, replicate, 0);
    int status = eg_network_alloc(
        &network, FEATURES, "dense 512, relu, dense 128, relu, dense 32, relu, dense 1", error);
    if (!status)
        status = eg_matrix_alloc(&x, ROWS, FEATURES, error);
    if (!status) {
        eg_network_initialise(&network, EG_GLOROT_UNIFORM,
                              eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
        for (size_t i = 0; i < ROWS * FEATURES; i++)
            x.data[i] = (real)eg_stream_normal(&stream);
        for (size_t i = 0; i < ROWS; i++)
            y[i] = x.data[i * FEATURES] > 0;
        const struct eg_explainer explainer = {
            &network,
            &eg_expected_gradients,
            {.samples = REFERENCES, .references = EG_REFERENCES_DEALT},
            {EG_TARGET_OUTPUT, NULL},
            &x,
            1};
        const struct eg_prior_settings global = {.is_global = 1};
        status = eg_prior_term_alloc(&prior, &eg_gini_prior, &global, &explainer, ROWS, error);
    }
    if (!status) {
        const struct eg_objective_term term = eg_prior_as_term(&prior, 1.259);
        const struct eg_training training = {.loss = &eg_bce_logits,
                                             .optimiser = eg_adam(1e-3),
                                             .epochs = EPOCHS,
                                             .terms = &term,
                                             .terms_count = 1};
        *bytes = (double)eg_attribution_bytes(&prior.attribution);
        *operations = count_operations(&network);
        status = eg_train(&network, &training, &x, y, NULL, error);
    }
    eg_prior_term_free(&prior);
    eg_matrix_free(&x);
    eg_network_free(&network);
    return status;
}

/* Seconds an epoch, with one replicate on each thread. */
static int time_epoch(int threads, double *seconds, double *bytes, double *operations,
                      struct eg_error *error)
{
    int status = EG_OK;
    const double start = seconds_now();
#pragma omp parallel for num_threads(threads) reduction(| : status)
    for (int replicate = 0; replicate < threads; replicate++) {
        double own_bytes = 0, own_operations = 0;
        struct eg_error own_error;
        status |= train_sparse((uint64_t)replicate, &own_bytes, &own_operations, &own_error);
        if (replicate == 0) {
            *bytes = own_bytes;
            *operations = own_operations;
            *error = own_error;
        }
    }
    *seconds = (seconds_now() - start) / EPOCHS;
    return status;
}

int main(void)
{
    struct eg_error error = {0};
    size_t available;
    if (eg_start_program(&available, &error))
        return eg_finish_program("egbench-kernels", EG_INTERNAL, &error);
    const int threads = (int)available;
    double product[ROUNDS], epoch[ROUNDS], alone[ROUNDS], bytes, operations;
    for (int round = 0; round < ROUNDS; round++)
        if (time_product(threads, &product[round], &error) ||
            time_epoch(threads, &epoch[round], &bytes, &operations, &error) ||
            time_epoch(1, &alone[round], &bytes, &operations, &error))
            return eg_finish_program("egbench-kernels", EG_INTERNAL, &error);
    const double gemm = 2.0 * 1024 * 1024 * 1024 / median(product, ROUNDS) * 1e-9;
    const double step = median(epoch, ROUNDS), single = median(alone, ROUNDS);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("core %s, %s precision, %d threads, medians of %d rounds taken in turn\n",
           eg_blas_core(), EG_REAL_NAME, threads, ROUNDS);
    printf("matrix product 1024^3         %8.1f GFLOP/s a thread\n", gemm);
    printf("sparse-prior epoch            %8.1f ms, %d replicates at once; %.1f ms alone\n",
           step * 1e3, threads, single * 1e3);
    printf("  minimal operations          %8.2f GFLOP\n", operations * 1e-9);
    printf("  rate                        %8.1f GFLOP/s a thread, %.0f %% of the product\n",
           operations * 1e-9 / step, 100 * operations * 1e-9 / step / gemm);
    printf("  efficiency of %d threads     %8.0f %%\n", threads, 100 * single / step);
    printf("  memory of one replicate     %8.0f MB, of the process %.0f MB\n", bytes / 1048576,
           (double)usage.ru_maxrss / 1024);
    return eg_finish_program("egbench-kernels", EG_OK, &error);
}
