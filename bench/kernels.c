/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-kernels: how fast training steps run, beside what matrix products
 * reach on the same cores in the same run. `make bench` calls it, and for a
 * night's ratios bench/nightly.sh with --short --json.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>

#include <gsl/gsl_statistics_double.h>
#include <jansson.h>

#include "base/matrix.h"
#include "base/progress.h"
#include "bench/kernel/kernel_growth.h"
#include "bench/kernel/kernel_steps.h"
#include "bench/frame/start.h"

enum { ROUNDS = 5, STEPS_MOST = 16 };

static double median(double values[ROUNDS])
{
    return gsl_stats_median(values, 1, ROUNDS);
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

/* Bytes a second that each thread moves by a[i] = b[i] + factor * c[i], one store and two loads, over
 * arrays of so many bytes in all, with three of its own on each thread. */
static int time_triad(size_t threads, double bytes, double *rate, struct eg_error *error)
{
    enum { REPEATS = 20 };
    const size_t count = (size_t)(bytes / (3 * sizeof(real)));
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
        for (int repeat = -2; repeat < REPEATS && !status; repeat++) {
            if (repeat == 0)
                start = eg_clock();
            const real factor = (real)repeat;
            for (size_t i = 0; i < count; i++)
                a[i] = b[i] + factor * c[i];
        }
        slowest = (eg_clock() - start) / REPEATS;
        eg_matrix_free(&room);
    }
    *rate = 3 * sizeof(real) * (double)count / slowest;
    return status;
}

/* A step's timings on so many threads, taken in turn with those of the product and the triad there. */
struct side {
    double threads; /* that one step has */
    struct eg_step_timing timings[ROUNDS];
    double triads[ROUNDS];
    const double *products;
};

struct contest {
    const struct eg_step *step;
    struct side all, one; /* on all threads; on one */
};

/* Seconds of the product, round by round. */
struct products {
    double all[ROUNDS], one[ROUNDS];
};

static double median_seconds(const struct side *side)
{
    double seconds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        seconds[i] = side->timings[i].seconds;
    return median(seconds);
}

static double product_rate(double seconds)
{
    return 2.0 * 1024 * 1024 * 1024 / seconds;
}

/* GFLOP a second */
static double median_rate(const double products[ROUNDS])
{
    double rates[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        rates[i] = product_rate(products[i]) * 1e-9;
    return median(rates);
}

/* Seconds that a step takes at the best: the longer of what its operations take at the rate of the product
 * and what its traffic takes at that of the triad, since a processor does both at once. */
static double best_seconds(const struct side *side, int round)
{
    const struct eg_step_timing *timing = &side->timings[round];
    return fmax(timing->operations / product_rate(side->products[round]),
                timing->traffic / side->triads[round]) /
           side->threads;
}

/* The best over the seconds of the step. Median of the rounds. */
static void print_roofline(const char *where, const struct side *side)
{
    double shares[ROUNDS], operations[ROUNDS], traffic[ROUNDS], rates[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        const struct eg_step_timing *timing = &side->timings[i];
        operations[i] = timing->operations / product_rate(side->products[i]) / side->threads;
        traffic[i] = timing->traffic / side->triads[i] / side->threads;
        rates[i] = side->triads[i];
        shares[i] = best_seconds(side, i) / timing->seconds;
    }
    printf("  roofline %-17s %8.0f %%: products %.2f ms, traffic %.2f ms (%.1f MB at %.0f GB/s)\n",
           where, 100 * median(shares), 1e3 * median(operations), 1e3 * median(traffic),
           side->timings->traffic * 1e-6, median(rates) * 1e-9);
}

/* A wide step is one on all threads; of the others each thread does one. */
static void print_contest(const struct contest *contest, size_t threads)
{
    const double work = contest->all.timings->operations * 1e-9;
    const double all = median_seconds(&contest->all), one = median_seconds(&contest->one);
    const int is_wide = contest->step->is_wide;
    const double each = is_wide ? work / (double)threads : work;
    const double efficiency = is_wide ? one / all / (double)threads : one / all;
    printf("%-28s %8.2f ms on %zu threads, %.2f ms on one\n", contest->step->title, all * 1e3,
           threads, one * 1e3);
    printf("  minimal operations         %8.3f GFLOP\n", work);
    printf(
        "  rate                       %8.1f GFLOP/s a thread, %.0f %% of the product; on one %.1f, "
        "%.0f %%\n",
        each / all, 100 * each / all / median_rate(contest->all.products), work / one,
        100 * work / one / median_rate(contest->one.products));
    print_roofline("on all threads", &contest->all);
    print_roofline("on one", &contest->one);
    printf("  efficiency of %zu threads    %8.0f %%\n", threads, 100 * efficiency);
    if (contest->all.timings->bytes > 0)
        printf("  memory of the passes       %8.1f MB\n", contest->all.timings->bytes / 1048576);
}

/* How many times as long as at the best a step takes. Median of the rounds. */
static double step_ratio(const struct side *side)
{
    double ratios[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        ratios[i] = side->timings[i].seconds / best_seconds(side, i);
    return median(ratios);
}

/* NAME: a step on all threads; NAME_one: on one. */
static int add_ratios(json_t *steps, const struct contest *contest)
{
    char one[64];
    snprintf(one, sizeof one, "%s_one", contest->step->name);
    return json_object_set_new(steps, contest->step->name, json_real(step_ratio(&contest->all))) |
           json_object_set_new(steps, one, json_real(step_ratio(&contest->one)));
}

/* One object: the rates of the calibration in GFLOP and GB a second, and the ratio of each step. */
static int print_json(const struct contest *contests, size_t count, size_t threads,
                      const struct products *products, struct eg_error *error)
{
    double triads[ROUNDS];
    json_t *steps = json_object();
    int bad = !steps;
    for (size_t i = 0; i < count; i++)
        bad |= add_ratios(steps, &contests[i]);
    memcpy(triads, contests[0].one.triads, sizeof triads);
    json_t *found = json_pack("{s:s, s:I, s:{s:f, s:f, s:f}, s:o}", "blas_core", eg_blas_core(),
                              "threads", (json_int_t)threads, "calibration", "product_gflops",
                              median_rate(products->all), "product_gflops_one",
                              median_rate(products->one), "triad_gbs_one", median(triads) * 1e-9,
                              "steps", steps);
    bad |= !found || json_dumpf(found, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    puts("");
    json_decref(found);
    return bad ? eg_fail(error, EG_INTERNAL, "out of memory printing the timings") : EG_OK;
}

static int run_contest(struct contest *contest, int round, size_t threads, struct eg_error *error)
{
    struct eg_step_timing *all = &contest->all.timings[round], *one = &contest->one.timings[round];
    const size_t replicates = contest->step->is_wide ? 1 : threads;
    if (eg_time_step(contest->step, replicates, threads, all, error) ||
        eg_time_step(contest->step, 1, 1, one, error) ||
        time_triad(threads, all->arrays, &contest->all.triads[round], error) ||
        time_triad(1, one->arrays, &contest->one.triads[round], error))
        return EG_INTERNAL;
    return EG_OK;
}

static int run_contests(struct contest *contests, size_t count, size_t threads,
                        struct products *products, struct eg_error *error)
{
    for (int round = 0; round < ROUNDS; round++) {
        if (time_product(threads, &products->all[round], error) ||
            time_product(1, &products->one[round], error))
            return EG_INTERNAL;
        for (size_t i = 0; i < count; i++)
            if (run_contest(&contests[i], round, threads, error))
                return EG_INTERNAL;
    }
    return EG_OK;
}

/* OpenBLAS may not know a processor this new, or be held to kernels that run on older ones too. */
static void print_advice(void)
{
#ifdef __x86_64__
    const char *core = eg_blas_core();
    if (__builtin_cpu_supports("avx512f") &&
        (strcmp(core, "Haswell") == 0 || strcmp(core, "Zen") == 0))
        printf("this processor has AVX-512, which the %s kernels do not use: %s\n", core,
               getenv("OPENBLAS_CORETYPE") ? "unset OPENBLAS_CORETYPE for speed"
                                           : "try OPENBLAS_CORETYPE=SkylakeX");
#endif
}

static void print_all(const struct contest *contests, size_t count, size_t threads,
                      const struct products *products)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("core %s, %s precision, %zu threads, medians of %d rounds taken in turn\n",
           eg_blas_core(), EG_REAL_NAME, threads, ROUNDS);
    print_advice();
    printf("matrix product 1024^3        %8.1f GFLOP/s a thread, %.1f on one\n",
           median_rate(products->all), median_rate(products->one));
    for (size_t i = 0; i < count; i++)
        print_contest(&contests[i], threads);
    printf("memory of the process        %8.0f MB\n", (double)usage.ru_maxrss / 1024);
}

static int compare_steps(size_t threads, int is_short, int as_json, struct eg_error *error)
{
    struct contest contests[STEPS_MOST] = {{0}};
    struct products products;
    size_t count = 0;
    for (const struct eg_step *step = eg_steps; step->name && count < STEPS_MOST; step++)
        if (!is_short || !step->is_long)
            contests[count++] = (struct contest){
                .step = step,
                .all = {.threads = step->is_wide ? (double)threads : 1, .products = products.all},
                .one = {.threads = 1, .products = products.one}};
    const int status = run_contests(contests, count, threads, &products, error);
    if (!status && as_json)
        return print_json(contests, count, threads, &products, error);
    if (!status)
        print_all(contests, count, threads, &products);
    return status;
}

/* Prints how cost grows; keeps it in the folder, where one is given. */
static int show_growth(size_t threads, const char *folder, struct eg_error *error)
{
    struct eg_growth growth;
    int status = eg_growth_measure(threads, &growth, error);
    if (status)
        return status;
    status = eg_growth_print(&growth, stdout, error);
    return folder && !status
               ? eg_growth_write(&growth, folder, eg_stderr_warner("egbench-kernels"), error)
               : status;
}

int main(int argc, char **argv)
{
    struct eg_error error = {0};
    size_t threads;
    int as_json = 0, is_short = 0, growth = 0;
    const char *out = NULL;
    const struct eg_option options[] = {
        {"short", 0, NULL, NULL, eg_parse_flag, &is_short, 0, 0, NULL},
        {"json", 'j', NULL, NULL, eg_parse_flag, &as_json, 0, 0, NULL},
        {"growth", 0, NULL, NULL, eg_parse_flag, &growth, 0, 0, NULL},
        {"out", 0, "FOLDER", NULL, eg_parse_text, &out, 0, 0, NULL},
        {0}};
    int status = eg_start_program(&threads, &error);
    if (!status)
        status = eg_options_read(options, 0, argc, argv, NULL, &error);
    if (!status)
        status = growth ? show_growth(threads, out, &error)
                        : compare_steps(threads, is_short, as_json, &error);
    return eg_finish_program("egbench-kernels", status, &error);
}
