/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHARDS = 1000000 };

int eg_parse_shard(const struct eg_option *option, const char *text, struct eg_error *error)
{
    char first[24] = "";
    const char *slash = strchr(text, '/');
    uint64_t index = 0, count = 0;
    if (slash && (size_t)(slash - text) < sizeof first)
        memcpy(first, text, (size_t)(slash - text));
    if (!slash || eg_read_u64(first, &index) || eg_read_u64(slash + 1, &count) || index < 1 ||
        index > count || count > MOST_SHARDS)
        return eg_fail(error, EG_USAGE, "--%s %s: give i/n with 1 <= i <= n <= %d, as in --%s 1/3",
                       option->name, *text ? text : "''", MOST_SHARDS, option->name);
    *(struct eg_shard *)option->target = (struct eg_shard){index, count, "--shard"};
    return EG_OK;
}

/* The number in an environment variable, or fallback when it is not set. */
static int read_variable(const char *name, uint64_t fallback, uint64_t *number,
                         struct eg_error *error)
{
    const char *text = getenv(name);
    *number = fallback;
    if (text && (eg_read_u64(text, number) || *number > UINT64_MAX / 2))
        return eg_fail(error, EG_USAGE, "%s=%s: not a whole number; unset it, or give --shard i/n",
                       name, text);
    return EG_OK;
}

/* Splits the shard once more: task rank of size. */
static int split(struct eg_shard *shard, const char *source, uint64_t rank, uint64_t size,
                 struct eg_error *error)
{
    if (size < 1 || rank >= size || size > MOST_SHARDS / shard->count)
        return eg_fail(error, EG_USAGE,
                       "%s: task %llu of %llu makes no sense; unset it, or give --shard i/n",
                       source, (unsigned long long)rank, (unsigned long long)size);
    if (size > 1 || !shard->source)
        shard->source = source;
    shard->index = (shard->index - 1) * (size_t)size + (size_t)rank + 1;
    shard->count *= (size_t)size;
    return EG_OK;
}

static int split_by_array(struct eg_shard *shard, struct eg_error *error)
{
    uint64_t task, count, least, step;
    if (!getenv("SLURM_ARRAY_TASK_ID") || !getenv("SLURM_ARRAY_TASK_COUNT"))
        return EG_OK;
    if (read_variable("SLURM_ARRAY_TASK_ID", 0, &task, error) ||
        read_variable("SLURM_ARRAY_TASK_COUNT", 1, &count, error) ||
        read_variable("SLURM_ARRAY_TASK_MIN", 0, &least, error) ||
        read_variable("SLURM_ARRAY_TASK_STEP", 1, &step, error))
        return EG_USAGE;
    return split(shard, "SLURM_ARRAY_TASK_ID",
                 task >= least && step > 0 ? (task - least) / step : count, count, error);
}

static int split_by_tasks(struct eg_shard *shard, struct eg_error *error)
{
    static const struct {
        const char *rank, *size;
    } launchers[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                     {"PMI_RANK", "PMI_SIZE"},
                     {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"},
                     {"SLURM_PROCID", "SLURM_NTASKS"}};
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++) {
        uint64_t rank, size;
        if (!getenv(launchers[i].rank) || !getenv(launchers[i].size))
            continue;
        /* A batch script that sbatch starts has these too, but is alone: srun has not split it. */
        if (strcmp(launchers[i].rank, "SLURM_PROCID") == 0 && getenv("SLURM_JOB_ID") &&
            !getenv("SLURM_STEP_ID"))
            continue;
        if (read_variable(launchers[i].rank, 0, &rank, error) ||
            read_variable(launchers[i].size, 1, &size, error))
            return EG_USAGE;
        return split(shard, launchers[i].rank, rank, size, error);
    }
    return EG_OK;
}

int eg_shard_from_environment(struct eg_shard *shard, struct eg_error *error)
{
    *shard = (struct eg_shard){1, 1, NULL};
    const int status = split_by_array(shard, error);
    return status ? status : split_by_tasks(shard, error);
}

struct load {
    double cost;
    size_t shard;
};

static int is_before(const struct load *a, const struct load *b)
{
    return a->cost != b->cost ? a->cost < b->cost : a->shard < b->shard;
}

/* Brings the first of the heap, which has grown, to its place. */
static void sift_down(struct load *heap, size_t count)
{
    const struct load moved = heap[0];
    size_t place = 0;
    for (size_t child = 1; child < count; child = 2 * place + 1) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &moved))
            break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = moved;
}

int eg_deal_by_cost(const double *costs, size_t count, size_t shards, size_t *owner, double *most,
                    struct eg_error *error)
{
    /* More shards than cells stay empty, being last of the equals. */
    const size_t used = shards < count ? shards : count;
    struct load *heap = eg_alloc(used, sizeof *heap, error);
    if (!heap)
        return EG_INTERNAL;
    double largest = 0;
    for (size_t i = 0; i < used; i++)
        heap[i].shard = i + 1;
    for (size_t i = 0; i < count; i++) {
        heap[0].cost += costs[i];
        if (heap[0].cost > largest)
            largest = heap[0].cost;
        if (owner)
            owner[i] = heap[0].shard;
        sift_down(heap, used);
    }
    free(heap);
    if (most)
        *most = largest;
    return EG_OK;
}
