/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-kernels: how fast training steps run, beside what matrix products
 * reach on the same cores in the same run. `make bench` calls it, and for a
 * nightly run's ratios bench/nightly.sh with --short --json.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>
#include <sys/resource.h>

#include <gsl/gsl_statistics_double.h>
#include <jansson.h>

#include "base/matrix.h"
#include "base/progress.h"
#include "bench/kernel/kernel_growth.h"
#include "bench/kernel/kernel_limit.h"
#include "bench/kernel/kernel_scaling.h"
#include "bench/kernel/kernel_steps.h"
#include "bench/frame/start.h"

enum { ROUNDS = 5, STEPS_MOST = 16 };

static double median(double values[ROUNDS])
{
    return gsl_stats_median(values, 1, ROUNDS);
}

/* A step's timings on so many threads, taken in turn with those of the product and the triad there. */
struct side {
    struct eg_step_timing timings[ROUNDS];
    struct eg_limit limits[ROUNDS];
    double peak_mb; /* of the process meanwhile; 0: unknown */
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

/* GFLOP a second */
static double median_rate(const double products[ROUNDS])
{
    double rates[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        rates[i] = eg_product_rate(products[i]) * 1e-9;
    return median(rates);
}

static double best_seconds(const struct side *side, int round)
{
    return eg_best_seconds(&side->limits[round], &side->timings[round]);
}

/* The best over the seconds of the step. Median of the rounds. */
static void print_roofline(const char *where, const struct side *side)
{
    double shares[ROUNDS], operations[ROUNDS], traffic[ROUNDS], rates[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        const struct eg_step_timing *timing = &side->timings[i];
        const struct eg_limit *limit = &side->limits[i];
        operations[i] = timing->operations / eg_product_rate(limit->product) / limit->threads;
        traffic[i] = timing->traffic / limit->triad / limit->threads;
        rates[i] = limit->triad;
        shares[i] = best_seconds(side, i) / timing->seconds;
    }
    printf("  roofline %-17s %8.0f %%: products %.2f ms, traffic %.2f ms (%.1f MB at %.0f GB/s)\n",
           where, 100 * median(shares), 1e3 * median(operations), 1e3 * median(traffic),
           side->timings->traffic * 1e-6, median(rates) * 1e-9);
}

/* A wide step is one on all threads; of the others each thread does one. */
static void print_contest(const struct contest *contest, const struct products *products,
                          size_t threads)
{
    const double work = contest->all.timings->operations * 1e-9;
    const double all = median_seconds(&contest->all), one = median_seconds(&contest->one);
    const int is_wide = contest->step->is_wide;
    const double each = is_wide ? work / (double)threads : work;
    const double efficiency = is_wide ? one / all / (double)threads : one / all;
    printf("%-28s %8.2f ms on %zu threads, %.2f ms on one\n", contest->step->title, all * 1e3,
           threads, one * 1e3);
    printf("  fewest operations          %8.3f GFLOP", work);
    if (contest->all.timings->direct > contest->all.timings->operations)
        printf(" by minimal filtering, %.3f directly", contest->all.timings->direct * 1e-9);
    printf("\n");
    printf(
        "  rate                       %8.1f GFLOP/s a thread, %.0f %% of the product; on one %.1f, "
        "%.0f %%\n",
        each / all, 100 * each / all / median_rate(products->all), work / one,
        100 * work / one / median_rate(products->one));
    print_roofline("on all threads", &contest->all);
    print_roofline("on one", &contest->one);
    printf("  efficiency of %zu threads    %8.0f %%\n", threads, 100 * efficiency);
    if (contest->all.timings->bytes > 0)
        printf("  memory of the passes       %8.1f MB\n", contest->all.timings->bytes / 1048576);
    if (contest->all.peak_mb > 0)
        printf("  peak memory                %8.0f MB on %zu threads, %.0f MB on one\n",
               contest->all.peak_mb, threads, contest->one.peak_mb);
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
    for (int i = 0; i < ROUNDS; i++)
        triads[i] = contests[0].one.limits[i].triad;
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

/* Sets the peak of the process's memory back; nothing where the system cannot. */
static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file)
        return;
    fputs("5", file);
    fclose(file);
}

/* MB since then; 0 where the system does not tell. */
static double read_peak(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double kilobytes = 0;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lf", &kilobytes) == 1)
            break;
    if (file)
        fclose(file);
    return kilobytes / 1024;
}

static int run_side(const struct eg_step *step, int round, size_t threads, double product,
                    struct side *side, struct eg_error *error)
{
    struct eg_step_timing *timing = &side->timings[round];
    struct eg_limit *limit = &side->limits[round];
    limit->threads = step->is_wide ? (double)threads : 1;
    limit->product = product;
    forget_peak();
    int status = eg_time_step(step, step->is_wide ? 1 : threads, threads, timing, error);
    side->peak_mb = read_peak();
    if (!status)
        status = eg_time_triad(threads, timing->arrays, &limit->triad, error);
    return status;
}

static int run_contests(struct contest *contests, size_t count, size_t threads,
                        struct products *products, struct eg_error *error)
{
    for (int round = 0; round < ROUNDS; round++) {
        if (eg_time_product(threads, &products->all[round], error) ||
            eg_time_product(1, &products->one[round], error))
            return EG_INTERNAL;
        for (size_t i = 0; i < count; i++)
            if (run_side(contests[i].step, round, threads, products->all[round], &contests[i].all,
                         error) ||
                run_side(contests[i].step, round, 1, products->one[round], &contests[i].one, error))
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
        print_contest(&contests[i], products, threads);
    printf("memory of the process        %8.0f MB\n", (double)usage.ru_maxrss / 1024);
}

static int compare_steps(size_t threads, int is_short, int as_json, struct eg_error *error)
{
    struct contest contests[STEPS_MOST] = {{0}};
    struct products products;
    size_t count = 0;
    for (const struct eg_step *step = eg_steps; step->name && count < STEPS_MOST; step++)
        if (!is_short || !step->is_long)
            contests[count++].step = step;
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

/* Libgomp's, which stands behind this one, so that regions can be timed. */
eg_region_start GOMP_parallel;
void GOMP_parallel(void (*run)(void *), void *data, unsigned threads, unsigned flags)
{
    static eg_region_start *start;
    if (!start) /* twice the same at the worst */
        *(void **)&start = dlsym(RTLD_NEXT, "GOMP_parallel");
    eg_regions_run(start, run, data, threads, flags);
}

struct request {
    int as_json, is_short, growth, scaling;
    const char *out;
    struct eg_common_options common;
};

static const struct eg_term examples[] = {
    {"egbench-kernels --short", "the steps that take less than a second"},
    {"egbench-kernels --scaling", "what more threads would do, from measured parts"},
    {NULL, NULL}};

static const char description[] = "egbench-kernels times the training steps beside what a matrix "
                                  "product and a triad reach on the "
                                  "same threads in the same run, on all of them and on one, and "
                                  "says which share of that limit each "
                                  "takes. It asks OMP_NUM_THREADS for the number of threads.";

static int run(int argc, char **argv, size_t threads, struct eg_error *error)
{
    struct request request = {0};
    const struct eg_option options[] = {{"short", 0, NULL, "leave out the steps that take seconds",
                                         eg_parse_flag, &request.is_short, 0, 0, NULL},
                                        {"json", 'j', NULL, "one object, as nightly runs keep it",
                                         eg_parse_flag, &request.as_json, 0, 0, NULL},
                                        {"growth", 0, NULL,
                                         "how the cost of an epoch grows instead", eg_parse_flag,
                                         &request.growth, 0, 0, NULL},
                                        {"scaling", 0, NULL, "what more threads would do instead",
                                         eg_parse_flag, &request.scaling, 0, 0, NULL},
                                        {"out", 0, "FOLDER", "with --growth: keep it there",
                                         eg_parse_text, &request.out, 0, 0, NULL},
                                        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = "egbench-kernels",
                                     .title = "time the training steps beside the machine's limit",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = eg_exit_codes,
                                     .examples = examples,
                                     .see_also = "egbench",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    const int status = eg_options_read(options, 0, argc, argv, NULL, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    if (request.scaling)
        return eg_scaling_show(threads, request.is_short, stdout, error);
    return request.growth ? show_growth(threads, request.out, error)
                          : compare_steps(threads, request.is_short, request.as_json, error);
}

int main(int argc, char **argv)
{
    struct eg_error error = {0};
    size_t threads;
    int status = eg_start_program(&threads, &error);
    if (!status)
        status = run(argc, argv, threads, &error);
    return eg_finish_program("egbench-kernels", status, &error);
}
