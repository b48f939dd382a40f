/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command that stays up and answers lines, so that an interpreter and its libraries start once:
 *
 *     worker   egbench-worker 1     a line on its standard output once it is up; a model that gives gradients
 *                                   says "egbench-worker 1 gradients"
 *     program  /tmp/egbench-x/...   a line on its standard input: what to do, here the path of a folder
 *     worker   ok                   it is done; "ok 0.25": and took so many seconds, reading and writing aside
 *     worker   failed: reason       it could not be done
 *     program  (end of input)       no more lines: the worker ends
 *
 * Numbers travel in files, never in lines. What it prints to standard error is its log. Like any command
 * (run/child.h) it has a keeper, and nothing of it outlives this process.
 */
#ifndef EG_RUN_WORKER_H
#define EG_RUN_WORKER_H

#include <limits.h>

#include "run/child.h"
#include "run/child_pair.h"

enum { EG_WORKER_LINE = 1024 }; /* the most characters of an answer */

struct eg_worker {
    const char *whose;      /* what messages begin with; borrowed */
    const char *command;    /* for /bin/sh; borrowed */
    const atomic_int *stop; /* becomes not 0: end it; NULL: never */
    struct eg_child_pair pair;
    int requests, answers, log; /* pipes to it and from it; its log, a file without a name */
    int is_up, has_gradients;
    char line[EG_WORKER_LINE + 1]; /* its last answer */
    size_t held;                   /* characters read of the next */
};

/* Starts worker->command (whose, command and stop are set) and waits until it says that it is up, for at most
 * so many seconds. scratch: a folder for temporary files. EG_DATA and one line that begins with whose when
 * it does not, EG_INTERRUPTED for *stop. Free it after failure too. */
int eg_worker_start(struct eg_worker *worker, const char *scratch, double seconds,
                    struct eg_error *error);

/*
 * Sends the line and waits for the answer. *taken: the seconds it says it took, at most those it was
 * waited for, which they are where it does not say. seconds: time limit, 0: none. EG_DATA and one line that begins with
 * whose when it fails, ends, is late, or answers something else; EG_INTERRUPTED for *stop. It is
 * ended then.
 */
int eg_worker_ask(struct eg_worker *worker, const char *line, double seconds, double *taken,
                  struct eg_error *error);

/* Writes what it printed to standard error into a new file of that name. It is ended first. */
void eg_worker_write_log(struct eg_worker *worker, const char *path);

/* Ends it and all it started. */
void eg_worker_free(struct eg_worker *worker);

#endif
