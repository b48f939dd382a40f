/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command in a process of its own, with a time limit. It leads a group; another process, its keeper
 * (run/child_keeper.h), looks after it. All that the command started is killed (SIGKILL) when the time is over,
 * when *stop becomes not 0, when the command has ended and left others running, and when this process
 * itself ends in whatever way; leaving the group or the session (setsid) is no way out.
 */
#ifndef EG_RUN_CHILD_H
#define EG_RUN_CHILD_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/error.h"

struct eg_child {
    const char *const *words; /* program (looked for in PATH) and arguments, NULL-terminated */
    const char *folder;       /* where it runs; NULL: where this process is */
    const char
        *log;       /* file for its standard output and error, made anew; what is there of that name
                        is removed. Of much output it keeps the beginning and the end */
    double seconds; /* time limit; 0: none */
    const atomic_int *stop; /* becomes not 0: end it; NULL: never */
};

struct eg_child_result {
    int exit_code;    /* -1 where it did not exit by itself */
    int signal;       /* that ended it, else 0 */
    int is_timed_out; /* it was killed at the limit */
    double seconds;   /* wall time */
    size_t
        peak_bytes; /* most memory at once, of the command and what it waited for; where it stayed
                           below this process's own peak, as seen every now and then; 0: not seen */
    char last_line[200]; /* of the log, printable characters alone; "" where it is empty */
};

/* Runs it to its end. EG_OK however it ended; EG_DATA where it could not be started or the log not be
 * made, EG_INTERRUPTED for *stop. May be called from several threads at once. */
int eg_child_run(const struct eg_child *child, struct eg_child_result *result,
                 struct eg_error *error);

/* The signal that ended it, or its command, which a shell tells by its exit code; 0: none. */
int eg_child_signal(const struct eg_child_result *result);

/* EG_OK for exit code 0 in time; else EG_DATA and one line, "WHOSE: ran into the time limit of 60 s;
 * its last line: ..." and so on. */
int eg_child_judge(const char *whose, const struct eg_child *child,
                   const struct eg_child_result *result, struct eg_error *error);

#endif
