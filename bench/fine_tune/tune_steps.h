/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Training by steps: cross entropy, weight decay and, where asked for, the pixel prior on expected
 * gradients (k = 1, a cyclic shift of the batch by one image as references). What nn/train.h does by epochs of
 * rows in memory is here done a batch at a time, so that images may be read from their files and a
 * training of weeks is kept every few minutes.
 */
#ifndef EG_BENCH_TUNE_STEPS_H
#define EG_BENCH_TUNE_STEPS_H

#include "bench/fine_tune/tune_images.h"
#include "prior/terms.h"
#include "run/experiment.h"

/* All that a training depends on. */
struct eg_tuning {
    const struct eg_tune_images *images;
    size_t first, count; /* training images first .. first + count - 1; */
    size_t batch;        /* an epoch is count / batch whole batches, shuffled */
    struct eg_optimiser_settings optimiser;
    double weight_decay; /* times half the sum of squares */
    int has_prior;
    double share; /* of the listener's whole that a step is */
    struct eg_stream shuffle, dropout, attribution, augment;
};

struct eg_tuner {
    const struct eg_run *run; /* threads, stop, checkpoint */
    const struct eg_tuning *tuning;
    struct eg_network *network;
    size_t batch, steps; /* images a step, tuning's or fewer; steps taken */
    size_t stage;        /* the one at hand */
    double loss;         /* of the last step, before it, without terms */
    double kept_at;      /* eg_clock() of the last time */
    struct eg_backprop pass;
    struct eg_optimiser optimiser;
    struct eg_prior_term prior;
    struct eg_penalty_term decay;
    real *gradient, *x, *y;
    size_t *index, epoch; /* the order of that epoch */
    const char *name;     /* of the training in checkpoints: "prior" */
};

/* Steps of an epoch; 1 at least. */
size_t eg_tuning_epoch(const struct eg_tuning *tuning);

/* Begins at the network's present weights. All is borrowed. */
int eg_tuner_alloc(struct eg_tuner *tuner, const struct eg_run *run, const struct eg_tuning *tuning,
                   const char *name, struct eg_network *network, struct eg_error *error);
void eg_tuner_free(struct eg_tuner *tuner);

/*
 * Steps until so many were taken in all, the prior's total variation, a mean over images, counting
 * `strength` times. With run->checkpoint all is kept there every few minutes, and in a file of its own at
 * the end, by `stage`, from which, or from the former, an equal training goes on, bit for bit. EG_DATA when the loss
 * ceases to be finite or an image cannot be read; EG_INTERRUPTED as told to stop.
 */
int eg_tuner_run(struct eg_tuner *tuner, size_t until, double strength, size_t stage,
                 struct eg_error *error);

#endif
