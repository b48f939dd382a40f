/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keeper of a command (run/child.h): a process between this one and the command, to which the kernel
 * hands all that the command leaves behind (PR_SET_CHILD_SUBREAPER), so that none of it escapes, whatever
 * group or session it moves to. It copies what the command prints into the log, ends all when asked or when this
 * process is gone, and tells how the command came out.
 */
#ifndef EG_RUN_CHILD_KEEPER_H
#define EG_RUN_CHILD_KEEPER_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Of what a command prints, the log has the first bytes and the last. */
enum { EG_LOG_HEAD = 4 << 20, EG_LOG_TAIL = 16 << 10 };

/* Seconds that it tries to end what will not end. */
enum { EG_KEEPER_PATIENCE = 5 };

struct eg_keeper {
    const char *const *words; /* the command, NULL-terminated */
    const char *folder;       /* where it runs; NULL: here */
    int input;                /* its standard input */
    int output;               /* its standard output; -1: the log, where its standard error goes */
    int log;                  /* a file to write to */
    int control;              /* a pipe to read from: a byte or its end says to end all */
    int answer;               /* a pipe to write the two below to, as bytes */
};

struct eg_keeper_start {
    pid_t command;
    int why; /* errno where the command could not be started: then nothing follows */
};

struct eg_keeper_end {
    int outcome; /* as wait() has it */
    struct rusage usage;
};

/* To be called in a fork of this process; makes system calls alone, since other threads' locks are as the
 * fork found them. */
_Noreturn void eg_keeper_run(const struct eg_keeper *keeper);

#endif
