/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every program does first and last.
 */
#ifndef EG_BENCH_START_H
#define EG_BENCH_START_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/option_text.h"
#include "run/store.h"

#ifndef EG_BUILD_VERSION
#define EG_BUILD_VERSION "unknown"
#define EG_BUILD_COMMIT "unknown"
#endif

/* The date on the man pages. */
#define EG_MANUAL_DATE "November 21, 2026"

/* Exit codes of all programs, for their manuals. */
extern const struct eg_term eg_exit_codes[];

/* Before anything else: denormal numbers as 0, BLAS on one thread, GSL and jansson set up, a closed pipe
 * and a file too large told as errors. *threads: how many OpenMP would have used. From then on a
 * parallel region has one thread, unless it says num_threads(...). Fails as
 * eg_blas_take_one_thread. */
int eg_start_program(size_t *threads, struct eg_error *error);

/* Starts a program, runs it and finishes it: all of its main. Returns the exit code. */
int eg_run_program(const char *program, int (*run)(int argc, char **argv, struct eg_error *error),
                   int argc, char **argv);

/* What every command line may ask for in place of a run; EG_COMMON_OPTIONS(&common) ends its table. */
struct eg_common_options {
    int help, version, man;
    const char *completion; /* a shell */
};
#define EG_COMMON_OPTIONS(common)                                                                  \
    {"help", 'h', NULL, "print this and stop", eg_parse_flag, &(common)->help, 0, 0, NULL},        \
        {"version",                                                                                \
         'V',                                                                                      \
         NULL,                                                                                     \
         "print version, commit, precision and BLAS, and stop",                                    \
         eg_parse_flag,                                                                            \
         &(common)->version,                                                                       \
         0,                                                                                        \
         0,                                                                                        \
         NULL},                                                                                    \
        {"man", 0, NULL, NULL, eg_parse_flag, &(common)->man, 0, 0, NULL},                         \
        {"completion",        0, "SHELL", NULL, eg_parse_choice, &(common)->completion, 0, 0,      \
         EG_COMPLETION_SHELLS},                                                                    \
    {                                                                                              \
        0                                                                                          \
    }

/* Whether they ask for anything. */
int eg_asks_common(const struct eg_common_options *common);

/* Prints what they ask for on standard output; 0 when they ask for nothing. --version names version,
 * commit, precision, BLAS and the kind of processor that its kernels are for. */
int eg_answer_common(const struct eg_common_options *common, const struct eg_manual *manual);

/* Lets SIGINT, SIGTERM and, where it is not ignored, SIGHUP set *what is returned* to the signal's number;
 * the second one kills. */
const atomic_int *eg_catch_signals(void);

/* Prints "PROGRAM: message" to standard error, and standard output's last error too. Returns the exit
 * code: status, or EG_DATA when standard output could not be written. A reader that closed the pipe
 * early is no error. */
int eg_finish_program(const char *program, int status, const struct eg_error *error);

/* Warnings as "PROGRAM: warning: message" on standard error; program must live as long. */
struct eg_warner eg_stderr_warner(const char *program);

#endif
