/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model that is a command (--predict), as a network of one layer, so that methods and measures take it as any other.
 * The command is a worker (run/worker.h). Of the line "predict DIR" it finds rows in DIR/x.npy and leaves an output each
 * in DIR/outputs.npy; of "gradient DIR", where it begins with the line "egbench-worker 1 gradients", the
 * gradient of the output at each row in DIR/gradients.npy.
 */
#ifndef EG_BENCH_COMPARE_BLACK_BOX_H
#define EG_BENCH_COMPARE_BLACK_BOX_H

#include <pthread.h>

#include "bench/compare/compare_options.h"
#include "nn/network.h"

struct eg_black_box {
    const char *command;
    struct eg_compare_workers *workers;
    struct eg_compare_workers own; /* where the run has none */
    double seconds;                /* time limit of a call */
    size_t inputs;
    int has_gradients;
    /* Of the calls that failed the first: a sweep cannot say that it did. Its numbers are NAN then. */
    pthread_mutex_t lock;
    struct eg_error error;
};

/* network = the model of --predict with so many inputs; has_gradients is known once it was asked. NULL with
 * *error filled when memory is short. Owned by the caller (eg_black_box_free), like the network. */
struct eg_black_box *eg_black_box_alloc(const struct eg_compare_options *options, size_t inputs,
                                        struct eg_network *network, struct eg_error *error);
void eg_black_box_free(struct eg_black_box *box);

/* status, or where a call failed that, with *error filled. box NULL: status. */
int eg_black_box_judge(struct eg_black_box *box, int status, struct eg_error *error);

#endif
