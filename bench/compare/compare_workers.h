/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workers of a run (run/worker.h): as many of a command as threads ask at once. */
#ifndef EG_BENCH_COMPARE_WORKERS_H
#define EG_BENCH_COMPARE_WORKERS_H

#include <pthread.h>

#include "run/worker.h"

struct eg_compare_idle;

/* Those that nobody asks just now. */
struct eg_compare_workers {
    pthread_mutex_t lock;
    struct eg_compare_idle *idle;
};

struct eg_compare_question {
    const char *whose, *command; /* command: must live as long as the run */
    const char *line;
    const char *log; /* where to leave its log when it fails; NULL: nowhere */
    double seconds;  /* time limit; starting may take a minute at least */
    const atomic_int *stop;
    int *
        has_gradients; /* becomes whether it began with "egbench-worker 1 gradients"; NULL: does not matter */
};

/*
 * Asks a worker of that command, one that is up or a new one. *taken: seconds of the answer, without the start.
 * One that failed is ended, and the next question has a new one. Errors as of eg_worker_start and
 * eg_worker_ask.
 */
int eg_compare_ask_worker(struct eg_compare_workers *workers,
                          const struct eg_compare_question *question, double *taken,
                          struct eg_error *error);

/* Ends all. */
void eg_compare_end_workers(struct eg_compare_workers *workers);

#endif
