/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Part i of n of a run: on its own machine or task, given on the command line or
 * by Slurm or MPI in the environment.
 */
#ifndef EG_RUN_SHARD_H
#define EG_RUN_SHARD_H

#include <stddef.h>

#include "base/options.h"

struct eg_shard {
    size_t index, count; /* 1 <= index <= count; 1 of 1 is everything */
    const char
        *source; /* where it came from: "--shard", "SLURM_ARRAY_TASK_ID", ...; NULL: nowhere */
};

/* Reads "i/n" into the struct eg_shard that option->target points to. */
eg_option_parse eg_parse_shard;

/* The shard that the environment gives: a Slurm job array, times the tasks of srun, mpirun or PMI
 * inside it; 1 of 1 where there is none. EG_USAGE when a variable is no number or out of range. */
int eg_shard_from_environment(struct eg_shard *shard, struct eg_error *error);

/* Whether the cell at that position (in the order of falling cost) belongs to the shard: dealt out
 * like cards, so that every shard gets its share of long ones. */
static inline int eg_shard_has(const struct eg_shard *shard, size_t position)
{
    return position % shard->count == shard->index - 1;
}

#endif
