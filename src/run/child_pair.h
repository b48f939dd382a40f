/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command with its keeper (run/child_keeper.h), for run/child.c and run/worker.c. */
#ifndef EG_RUN_CHILD_PAIR_H
#define EG_RUN_CHILD_PAIR_H

#include <sys/types.h>

#include "run/child.h"

/* The keeper, what it looks after, and this process's ends of the pipes to it and from it. */
struct eg_child_pair {
    pid_t keeper, command;
    int control, answer;
};

/* What the command reads from and writes to; output -1: the log. */
struct eg_child_ends {
    int input, output, log;
};

/* Starts child->words in child->folder. EG_DATA where it cannot be started, EG_INTERNAL where there are no more
 * pipes or processes. */
int eg_child_pair_start(const struct eg_child *child, const struct eg_child_ends *ends,
                        struct eg_child_pair *pair, struct eg_error *error);

/* Has the keeper end all that the command started; how it came out is still to be read. */
void eg_child_pair_stop(const struct eg_child_pair *pair);

/* For an answer of the keeper (struct eg_keeper_end) that is due: 0 where it cannot tell, since the command killed
 * it or stops it (SIGSTOP) again and again; then both are killed. */
int eg_child_pair_read(const struct eg_child_pair *pair, void *answer, size_t size);

/* Waits for the keeper's end, which must be near. */
void eg_child_pair_end(const struct eg_child_pair *pair);

#endif
