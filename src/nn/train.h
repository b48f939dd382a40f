/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The training loop: minimise mean loss + sum of strength * term, at once or in
 * alternation, keep the best epoch if asked to, go on where a killed training was.
 */
#ifndef EG_NN_TRAIN_H
#define EG_NN_TRAIN_H

#include <stdatomic.h>

#include "base/progress.h"
#include "base/stream.h"
#include "nn/backprop.h"
#include "nn/checkpoint.h"
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
    /* What add needs while it runs, and the loss may have in between. */
    struct eg_room room;
};

/* Changes rows on their way into a batch: shifts, rotations, noise. */
struct eg_augmentation {
    void *context;
    /* out (inputs) = row (inputs), changed; the stream is this row's own in this epoch */
    void (*change)(void *context, struct eg_stream stream, const real *row, real *out);
};

/* Moves the rows of a step's batch before the loss is taken there: adversarial training. */
struct eg_adversary {
    void *context;
    /* rows (batch->n x inputs) in place of the batch's, which stay until the next step; the terms of
     * the step have the batch as it was. Allocates nothing. */
    const real *(*move)(void *context, const struct eg_network *network,
                        const struct eg_batch *batch);
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
    size_t batch; /* rows a step; 0: all of them */
    /* Steps of an epoch, each epoch in an order of its own, for a training that is counted in steps or
     * has long ones; 0: as many as take all rows. More than these are not taken. */
    size_t epoch_steps;
    const struct eg_objective_term *terms; /* added to the loss, terms_count of them */
    size_t terms_count;
    /* Minimised by alternating updates with the loss, alternating_count of them: after each step on the loss and its
     * terms, this optimiser takes one along the gradient of these terms alone, at the weights that the
     * first step has made, with the same stream, and the same batch or, where alternating_next_batch, the
     * one that follows, so that an epoch has half as many steps (where it is the last of an odd
     * number, none). */
    const struct eg_objective_term *alternating;
    size_t alternating_count;
    int alternating_next_batch;
    struct eg_optimiser_settings alternating_optimiser;
    const struct eg_augmentation *augmentation; /* NULL: rows as they are */
    const struct eg_adversary *adversary;       /* NULL: the loss is that of the rows themselves */
    /* NULL: none. Else all is kept there after each epoch, and a training whose file is there goes
     * on from it, bit for bit, if score, terms and augmentation remember nothing between epochs. */
    const struct eg_checkpoint *checkpoint;
    /* Not 0 ends a training that has a checkpoint with EG_INTERRUPTED, after the epoch in hand is
     * kept there. NULL: nothing does. */
    const atomic_int *stop;
    int stops_unkept;                   /* a training without a checkpoint too ends so */
    const struct eg_listener *listener; /* hears of each epoch; NULL: nobody does */
    size_t threads;                     /* 0 stands for 1; bits do not depend on it */
    const struct eg_score *score;       /* NULL: keep the last epoch */
    int score_before_update; /* score, and keep, the network as it was before the epoch's update */
    size_t patience;         /* stop after so many epochs without a better score; 0: never */
    /* The streams of this training, each of a purpose of its own. Their item is the epoch
     * (shuffle), the step (dropout), or the count of rows that went into batches before (augment);
     * terms get the stream of the step (attribution), whose items are theirs. So no two rows of a
     * training share a draw. */
    struct eg_stream shuffle, dropout, attribution, augment;
    /* Rearranges index (n row numbers, as the last epoch left them) for the next epoch; NULL: a
     * fresh shuffle from the stream. Not called for whole batches. After a checkpoint it is called
     * for the epochs that are done already, from 0 on, so that it may have a state of its own. */
    void (*order)(void *order_context, size_t epoch, size_t *index, size_t n);
    void *order_context;
};

struct eg_training_outcome {
    size_t epochs;     /* run */
    size_t best_epoch; /* the kept one, from 0 */
    double best_score; /* NAN without a score */
    double loss;       /* mean over the last epoch's steps, before each update, without terms */
    enum eg_checkpoint_state checkpoint; /* what came of the file that was there */
    size_t resumed;                      /* epochs of those above that came out of it */
};

/*
 * Trains on x (n x inputs) and y from the network's present weights, or from where the checkpoint's
 * file left off; a file that does not fit is passed over. After each loss, a batch norm's running
 * averages move before terms are added. EG_DATA when loss or weights cease to be finite, naming the
 * epoch, or when the checkpoint cannot be written; EG_INTERRUPTED as told to stop; EG_INTERNAL when
 * memory is short, or `order` does not repeat itself. outcome may be NULL.
 */
int eg_train(struct eg_network *network, const struct eg_training *training,
             const struct eg_matrix *x, const real *y, struct eg_training_outcome *outcome,
             struct eg_error *error);

#endif
