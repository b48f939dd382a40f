/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * egbench-peer-step: one step of those that bench/peer holds against other programs, written to a
 * folder or timed. `make bench-peer` calls it.
 */
#include <stdio.h>
#include <string.h>

#include <sys/resource.h>

#include "base/folder.h"
#include "base/matrix.h"
#include "base/real.h"
#include "bench/kernel/kernel_limit.h"
#include "bench/frame/start.h"

struct request {
    const char *step, *folder, *convolution;
    size_t threads;
    int list;
    struct eg_common_options common;
};

static const char description[] =
    "egbench-peer-step does one step of those that bench/peer holds against other programs. With "
    "--write it writes weights, rows, draws and outcome to the folder; else it times the step "
    "once, "
    "after one that is not timed, and prints a line of JSON: beside seconds and peak memory the "
    "share of "
    "the machine's limit, by the fewest operations and the product and the triad of this minute.";

static int time_once(const struct eg_step *step, size_t threads, struct eg_error *error)
{
    struct eg_step_timing timing;
    struct eg_limit limit = {.threads = (double)threads};
    struct rusage usage;
    int status = eg_time_step(step, 1, threads, &timing, error);
    getrusage(RUSAGE_SELF, &usage); /* before the arrays of the triad */
    if (!status)
        status = eg_time_product(threads, &limit.product, error);
    if (!status)
        status = eg_time_triad(threads, timing.arrays, &limit.triad, error);
    if (status)
        return status;
    printf("{\"step\": \"%s\", \"threads\": %zu, \"seconds\": %.9g, \"operations\": %.9g, "
           "\"direct\": %.9g, \"share\": %.4g, \"peak_mb\": %.1f, \"core\": \"%s\", "
           "\"precision\": \"%s\"}\n",
           step->name, threads, timing.seconds, timing.operations, timing.direct,
           eg_best_seconds(&limit, &timing) / timing.seconds, (double)usage.ru_maxrss / 1024,
           eg_blas_core(), EG_REAL_NAME);
    return EG_OK;
}

static int run(int argc, char **argv, struct eg_error *error)
{
    struct request request = {.threads = 1, .convolution = "winograd"};
    const struct eg_option options[] = {
        {"step", 0, "NAME", "which step", eg_parse_text, &request.step, 0, 0, NULL},
        {"threads", 't', "N", "threads of the step (default 1)", eg_parse_count, &request.threads,
         1, 1024, NULL},
        {"convolution", 0, "FORM",
         "of 3x3 windows: winograd, by minimal filtering (the default), or direct", eg_parse_choice,
         &request.convolution, 0, 0, "winograd direct"},
        {"write", 0, "FOLDER", "write the step there in place of timing it", eg_parse_text,
         &request.folder, 0, 0, NULL},
        {"list", 0, NULL, "print the names of the steps", eg_parse_flag, &request.list, 0, 0, NULL},
        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = "egbench-peer-step",
                                     .title = "write or time one training step",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = eg_exit_codes,
                                     .see_also = "egbench-kernels",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    const int status = eg_options_read(options, 0, argc, argv, NULL, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    for (const struct eg_step *step = eg_steps; request.list && step->name; step++)
        printf("%s\n", step->name);
    if (request.list)
        return EG_OK;
    const struct eg_step *step = eg_step_find(request.step ? request.step : "", error);
    if (!step)
        return error->status;
    struct eg_step chosen = *step;
    chosen.is_direct = strcmp(request.convolution, "direct") == 0;
    if (!request.folder)
        return time_once(&chosen, request.threads, error);
    const int made = eg_make_folder(request.folder, error);
    return made ? made : step->write(&chosen, request.threads, request.folder, error);
}

int main(int argc, char **argv)
{
    return eg_run_program("egbench-peer-step", run, argc, argv);
}
