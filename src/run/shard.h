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

/* Deals count cells out to shards (1 at least) by cost: each in its turn to the shard that has the
 * least so far, the first of equals. With costs that fall this is the rule of the longest first, and no
 * shard has more than 4/3 - 1/(3 shards) of what it would have at best (Graham 1969, "Bounds on
 * multiprocessing timing anomalies"). owner[i] becomes the shard of cell i, from 1 (NULL: not wanted);
 * *most the largest sum of a shard (NULL: not wanted). EG_INTERNAL when memory is short. */
int eg_deal_by_cost(const double *costs, size_t count, size_t shards, size_t *owner, double *most,
                    struct eg_error *error);

#endif
