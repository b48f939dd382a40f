/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The training loop: minimise mean loss + sum of strength * term, keep the best
 * epoch if asked to.
 */
#ifndef EG_NN_TRAIN_H
#define EG_NN_TRAIN_H

#include "base/stream.h"
#include "nn/backprop.h"
#include "nn/optimiser.h"

/* The rows of one step. */
struct eg_batch {
    size_t n;
    const real *x, *y;       /* n x inputs; n x outputs, or n class numbers */
    struct eg_stream stream; /* for whatever a term draws in this step */
};

/* Anything that is added to the loss: a penalty on weights, a prior on attributions. */
struct eg_objective_term {
    double strength;
    void *context;
    /* gradient (parameters) += strength * slope of the term; returns the term without strength.
     * Allocates nothing. */
    double (*add)(void *context, const struct eg_network *network, const struct eg_batch *batch,
                  double strength, real *gradient);
};

/* Changes rows on their way into a batch: shifts, rotations, noise. */
struct eg_augmentation {
    void *context;
    /* out (inputs) = row (inputs), changed; the stream is this row's own in this step */
    void (*change)(void *context, struct eg_stream stream, const real *row, real *out);
};

/* Where a training is kept after each epoch, so that a killed one goes on from there, bit for bit. */
struct eg_checkpoint {
    const char *path; /* of a file that comes and goes */
    const char *key;  /* names all that the outcome depends on; a file of another key is passed over */
};

/* Chooses among epochs: larger is better. */
struct eg_score {
    void *context;
    int (*evaluate)(void *context, const struct eg_network *network, double *score,
                    struct eg_error *error);
};

struct eg_training {
    const struct eg_loss *loss;
    struct eg_optimiser_settings optimiser;
    size_t epochs;
    size_t batch;                          /* rows a step; 0: all of them */
    const struct eg_objective_term *terms; /* terms_count of them */
    size_t terms_count;
    /* NULL: terms are added to the loss. Else they are minimised in turns with it: after each step
     * on the loss, this optimiser takes one on the terms. */
    const struct eg_optimiser_settings *terms_optimiser;
    const struct eg_augmentation *augmentation; /* NULL: rows as they are */
    const struct eg_checkpoint *checkpoint;     /* NULL: none */
    size_t threads;                             /* 0 stands for 1; bits do not depend on it */
    const struct eg_score *score; /* NULL: keep the last epoch */
    int score_before_update; /* score, and keep, the network as it was before the epoch's update */
    size_t patience;         /* stop after so many epochs without a better score; 0: never */
    /* The streams of this training; their item counts epochs and steps. */
    struct eg_stream shuffle, dropout, attribution, augment;
    /* Rearranges index (n row numbers, as the last epoch left them) for the next epoch; NULL: a
     * fresh shuffle from the stream. Not called for whole batches. */
    void (*order)(void *order_context, size_t epoch, size_t *index, size_t n);
    void *order_context;
};

struct eg_training_outcome {
    size_t epochs;     /* run */
    size_t best_epoch; /* the kept one, from 0 */
    double best_score; /* NAN without a score */
    double loss;       /* mean over the last epoch's steps, before each update, without terms */
};

/*
 * Trains on x (n x inputs) and y from the network's present weights, or from where the checkpoint's
 * file left off. EG_DATA when loss or gradient ceases to be finite, naming the epoch, or when the
 * checkpoint cannot be written; EG_INTERNAL when memory is short. outcome may be NULL.
 */
int eg_train(struct eg_network *network, const struct eg_training *training,
             const struct eg_matrix *x, const real *y, struct eg_training_outcome *outcome,
             struct eg_error *error);

#endif
