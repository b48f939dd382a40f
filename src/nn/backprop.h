/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loss and gradient of a batch, dropout on, batch norm on the statistics of the batch.
 */
#ifndef EG_NN_BACKPROP_H
#define EG_NN_BACKPROP_H

#include "nn/loss.h"
#include "nn/workers.h"

/* Numbers that may be written over between the uses of whoever owns them. */
struct eg_room {
    real *block;
    size_t size;
};

/* What a batch leaves behind between its two sweeps. Made once, used for every step. */
struct eg_backprop {
    size_t rows;               /* the largest batch */
    real *h[EG_LAYERS_MAX];    /* rows x outputs of each layer, after activation and dropout */
    real *delta[2];            /* rows x width, in turn */
    real *skip[EG_LAYERS_MAX]; /* rows x outputs of marked layers (nn/workers.h) */
    real *kept[EG_LAYERS_MAX]; /* rows x outputs: 1 / (1 - rate) or 0; NULL without dropout */
    /* Layers with batch statistics: their parameters with those of this batch; the gradient of it */
    real *of_batch[EG_LAYERS_MAX], *own_gradient[EG_LAYERS_MAX];
    struct eg_room room; /* what all of the above point into */
    int is_lent;         /* by somebody else */
    struct eg_workers workers;
};

int eg_backprop_alloc(struct eg_backprop *pass, const struct eg_network *network, size_t rows,
                      size_t threads, struct eg_error *error);
/* The same in a room that is lent, where it is large enough: between a run and moving the averages
 * nobody else may write there. */
int eg_backprop_alloc_in(struct eg_backprop *pass, const struct eg_network *network, size_t rows,
                         size_t threads, const struct eg_room *lent, struct eg_error *error);
void eg_backprop_free(struct eg_backprop *pass);

/* Bytes that the above has taken, without what is lent. */
size_t eg_backprop_bytes(const struct eg_backprop *pass);

/*
 * gradient (parameters) += d/dtheta of the mean loss over m rows of x (m x inputs) and y (m x
 * outputs, or m class numbers); returns that mean loss. m is at most pass->rows. Dropout masks come
 * from the stream; with dropout NULL nothing is dropped.
 */
double eg_backprop_run(struct eg_backprop *pass, const struct eg_network *network,
                       const struct eg_loss *loss, size_t m, const real *x, const real *y,
                       struct eg_stream *dropout, real *gradient);

/* Moves the network's running averages towards the statistics of the batch that was just run (m
 * rows). */
void eg_backprop_move_averages(const struct eg_backprop *pass, struct eg_network *network,
                               size_t m);

#endif
