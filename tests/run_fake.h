/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program of tests/fake_experiment.h, run in a process of its own. */
#ifndef EG_TESTS_RUN_FAKE_H
#define EG_TESTS_RUN_FAKE_H

#include <sys/types.h>

struct fake_outcome {
    int status; /* exit code; 1000 + signal where one killed it */
    char out[32768], err[8192];
};

enum { FAKE_KILLED = 1000 };

/* Runs it with these arguments (NULL-terminated, the program's name left out) to its end. Not for
 * processes that have run OpenMP themselves. */
struct fake_outcome run_fake(const char *const *arguments);

/* Begins to run it, its output thrown away. */
pid_t start_fake(const char *const *arguments);

/* The same, what it says on standard error into the file of that path. */
pid_t start_fake_telling(const char *const *arguments, const char *path);

/* Waits for it; returns status as above. */
int wait_for_fake(pid_t process);

/* How many lines there are in the file; 0 when there is none. */
size_t count_lines(const char *path);

/* The digest of fake_experiment's rows in these folders (NULL-terminated), into digest[33]; returns how
 * many rows. */
size_t digest_of(const char *const *folders, char *digest);

#endif
