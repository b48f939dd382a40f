/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a training is: egbench_training.c sets it, egbench_train.c runs it. Not installed. */
#ifndef EG_PUBLIC_TRAINING_HANDLE_H
#define EG_PUBLIC_TRAINING_HANDLE_H

#include "public/checks.h"

/* A term as it was added; `term` and `penalty` live while the training runs. */
struct egbench_term {
    const struct egbench_prior *prior; /* NULL: a weight penalty */
    const struct egbench_explainer *explainer;
    const struct eg_weight_penalty *weight_penalty;
    double strength;
    struct eg_prior_term term;
    struct eg_penalty_term penalty;
};

enum { EG_PUBLIC_TERMS = 16 };

struct egbench_training {
    struct egbench_network *network;
    struct eg_training training;
    struct eg_training_outcome outcome;
    int is_alternating;
    size_t terms;
    struct egbench_term term[EG_PUBLIC_TERMS];
    atomic_int stop;
    char *path, *key; /* of the checkpoint, owned */
    struct eg_listener listener;
    egbench_progress_callback hear;
    void *hear_context;
    struct eg_score score;
    egbench_score_callback score_network;
    void *score_context;
    size_t validation_rows;
    const real *validation_x, *validation_y;
};

/* Minus the mean loss on the validation rows: an eg_score's. */
int eg_score_validation(void *context, const struct eg_network *network, double *score,
                        struct eg_error *error);

#endif
