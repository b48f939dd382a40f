/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/shard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

static int parse(const char *text, struct eg_shard *shard, struct eg_error *error)
{
    const struct eg_option option = {.name = "shard", .argument = "I/N", .target = shard};
    return eg_parse_shard(&option, text, error);
}

static void expect(const struct eg_shard *shard, size_t index, size_t count, const char *source)
{
    cr_assert(shard->index == index && shard->count == count, "%zu/%zu", shard->index,
              shard->count);
    cr_assert(source ? shard->source && strcmp(shard->source, source) == 0 : !shard->source, "%s",
              shard->source);
}

static void expect_environment(size_t index, size_t count, const char *source)
{
    struct eg_shard shard;
    struct eg_error error = {0};
    cr_assert_eq(eg_shard_from_environment(&shard, &error), EG_OK, "%s", error.message);
    expect(&shard, index, count, source);
}

Test(shard, command_line)
{
    static const char *const bad[] = {"4/3",
                                      "0/3",
                                      "1/0",
                                      "1",
                                      "",
                                      "/",
                                      "1/",
                                      "/3",
                                      "a/3",
                                      "1/3x",
                                      "-1/3",
                                      "1/3/5",
                                      "1/18446744073709551617",
                                      "1 /3"};
    struct eg_shard shard;
    struct eg_error error = {0};
    cr_assert_eq(parse("2/3", &shard, &error), EG_OK);
    expect(&shard, 2, 3, "--shard");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(parse(bad[i], &shard, &error), EG_USAGE, "%s", bad[i]);
        cr_assert(strstr(error.message, "--shard") && strstr(error.message, bad[i]));
    }
}

static double deal(const double *costs, size_t count, size_t shards, size_t *owner)
{
    double most;
    struct eg_error error = {0};
    cr_assert_eq(eg_deal_by_cost(costs, count, shards, owner, &most, &error), EG_OK);
    return most;
}

/* Graham's example, in which the rule does as badly as it ever can: 7 where 6 is possible. */
Test(shard, the_longest_first_to_the_least_loaded)
{
    static const double costs[] = {3, 3, 2, 2, 2};
    static const size_t wanted[] = {1, 2, 1, 2, 1};
    size_t owner[5];
    cr_expect_eq(deal(costs, 5, 2, owner), 7);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(owner[i], wanted[i], "cell %zu: shard %zu", i, owner[i]);
    cr_expect_eq(deal(costs, 5, 1, NULL), 12);
    cr_expect_eq(deal(costs, 5, 1000000, owner), 3, "one cell each");
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(owner[i], i + 1);
    cr_expect_eq(deal(NULL, 0, 3, NULL), 0);
}

/* The least possible load of the fullest shard, by trying everything. */
static double best_load(const double *costs, size_t count, double *loads, size_t shards)
{
    double best = INFINITY;
    if (count == 0) {
        double most = 0;
        for (size_t s = 0; s < shards; s++)
            most = fmax(most, loads[s]);
        return most;
    }
    for (size_t s = 0; s < shards; s++) {
        loads[s] += costs[0];
        best = fmin(best, best_load(costs + 1, count - 1, loads, shards));
        loads[s] -= costs[0];
    }
    return best;
}

static int by_falling(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a < b) - (a > b);
}

Test(shard, never_above_the_bound)
{
    struct eg_stream stream = eg_stream_make(5, 0, EG_PURPOSE_DATA, 0, 0);
    size_t owner[9];
    for (int round = 0; round < 200; round++) {
        const size_t shards = 2 + (size_t)round % 2, count = 4 + (size_t)round % 6;
        double costs[9], loads[3] = {0}, most = 0;
        for (size_t i = 0; i < count; i++)
            costs[i] = 1 + floor(20 * eg_stream_uniform(&stream)); /* whole: sums are exact */
        qsort(costs, count, sizeof *costs, by_falling);
        const double best = best_load(costs, count, loads, shards);
        const double got = deal(costs, count, shards, owner);
        const double bound = best * (4.0 / 3 - 1.0 / (3 * (double)shards));
        cr_assert(got >= best && got <= bound + 1e-9, "%g, best %g, bound %g", got, best, bound);
        for (size_t i = 0; i < count; i++) {
            cr_assert(owner[i] >= 1 && owner[i] <= shards);
            loads[owner[i] - 1] += costs[i];
        }
        for (size_t s = 0; s < shards; s++)
            most = fmax(most, loads[s]);
        cr_assert_eq(most, got, "what it says of the fullest");
    }
}

Test(shard, job_array)
{
    expect_environment(1, 1, NULL);
    setenv("SLURM_ARRAY_TASK_ID", "12", 1);
    setenv("SLURM_ARRAY_TASK_COUNT", "4", 1);
    setenv("SLURM_ARRAY_TASK_MIN", "10", 1);
    expect_environment(3, 4, "SLURM_ARRAY_TASK_ID");
    setenv("SLURM_ARRAY_TASK_STEP", "2", 1);
    expect_environment(2, 4, "SLURM_ARRAY_TASK_ID");
    /* Each task of the array started three processes with srun. */
    setenv("SLURM_PROCID", "2", 1);
    setenv("SLURM_STEP_NUM_TASKS", "3", 1);
    expect_environment(6, 12, "SLURM_PROCID");
}

Test(shard, launchers)
{
    setenv("SLURM_PROCID", "0", 1);
    setenv("SLURM_NTASKS", "2", 1);
    expect_environment(1, 2, "SLURM_PROCID");
    setenv("SLURM_JOB_ID", "99", 1); /* the batch script itself: alone */
    expect_environment(1, 1, NULL);
    setenv("SLURM_STEP_ID", "0", 1);
    expect_environment(1, 2, "SLURM_PROCID");
    setenv("PMI_RANK", "3", 1);
    setenv("PMI_SIZE", "4", 1);
    expect_environment(4, 4, "PMI_RANK");
    setenv("OMPI_COMM_WORLD_RANK", "1", 1);
    setenv("OMPI_COMM_WORLD_SIZE", "5", 1);
    expect_environment(2, 5, "OMPI_COMM_WORLD_RANK");
}

Test(shard, bad_environment_is_named)
{
    struct eg_shard shard;
    struct eg_error error = {0};
    setenv("PMI_RANK", "three", 1);
    setenv("PMI_SIZE", "4", 1);
    cr_assert_eq(eg_shard_from_environment(&shard, &error), EG_USAGE);
    cr_assert(strstr(error.message, "PMI_RANK=three") && strstr(error.message, "--shard"));
    setenv("PMI_RANK", "4", 1);
    cr_assert_eq(eg_shard_from_environment(&shard, &error), EG_USAGE);
    cr_assert(strstr(error.message, "PMI_RANK: task 4 of 4"));
}
