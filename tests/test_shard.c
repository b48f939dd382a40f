/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/shard.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

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

Test(shard, every_position_belongs_to_one)
{
    for (size_t position = 0; position < 20; position++) {
        int owners = 0;
        for (size_t i = 1; i <= 3; i++)
            owners += eg_shard_has(&(struct eg_shard){i, 3, NULL}, position);
        cr_assert_eq(owners, 1);
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
