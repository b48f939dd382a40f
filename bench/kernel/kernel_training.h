/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A training step to be timed, put down in numbers, on rows of noise.
 */
#ifndef EG_BENCH_KERNEL_TRAINING_H
#define EG_BENCH_KERNEL_TRAINING_H

#include "bench/kernel/kernel_steps.h"
#include "prior/robust_term.h"
#include "prior/terms.h"

struct eg_training_step {
    const char *network;
    size_t inputs;
    size_t rows, batch; /* drawn; of a step, 0: all of them, and a step is an epoch */
    size_t epochs;      /* timed, after one that is not */
    const struct eg_loss *loss;
    enum eg_initialiser initialiser;
    double rate;                             /* of Adam */
    const struct eg_prior *prior;            /* on expected gradients; NULL: none */
    const struct eg_robust_settings *robust; /* IG-NORM in its place, on rows within low .. high */
    double strength;                         /* of either */
    size_t samples;                          /* references for each row */
    enum eg_references references; /* without replacement: from the rows; shifted: from the batch */
    int is_alternating;            /* the prior has an Adam of its own */
    double l1;                     /* strength of the mean magnitude of weights */
    size_t drugs, edges; /* the first columns are one-hot, and the others nodes of a graph */
};

/* Of struct eg_step whose settings are a struct eg_training_step. */
int eg_time_training(const struct eg_step *step, uint64_t replicate, size_t threads,
                     struct eg_step_timing *timing, struct eg_error *error);
int eg_write_training(const struct eg_step *step, size_t threads, const char *folder,
                      struct eg_error *error);

/* What such a step is made of. */
struct eg_workshop {
    const struct eg_training_step *step;
    struct eg_network network;
    struct eg_matrix x;
    real *y;
    struct eg_graph graph;
    struct eg_prior_term prior;
    struct eg_robust_term robust;
    struct eg_penalty_term penalty;
};

/* Draws rows, weights and edges of the step's settings. Release with eg_workshop_free(), after failure too. */
int eg_workshop_alloc(struct eg_workshop *shop, const struct eg_step *step, uint64_t replicate,
                      size_t threads, struct eg_error *error);
void eg_workshop_free(struct eg_workshop *shop);

/* Of prior or robust; of a step that has neither its room is none. */
struct eg_objective_term eg_workshop_term(struct eg_workshop *shop);

#endif
