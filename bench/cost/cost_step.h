/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A training whose steps are timed, on noise: how long a step takes does not depend on what is learned.
 * All hidden values are kept for the way back, as automatic differentiation does, so that time and
 * memory are straight lines over points; what the library does without beyond a bound is
 * struct eg_explainer's to say.
 */
#ifndef EG_BENCH_COST_STEP_H
#define EG_BENCH_COST_STEP_H

#include "bench/frame/attribution_regularisers.h"
#include "run/fields.h"

/* What a cell's outcome depends on. */
struct eg_cost_cell {
    const char *dataset, *protocol, *scale; /* dataset: the network's name */
    const char *network;                    /* as in eg_network_alloc */
    const char *regulariser;
    size_t seed, inputs, batch;
    size_t samples;          /* points for each row */
    size_t steps;            /* timed, after one that is not */
    size_t replicate;        /* the round: all kinds of cells take their turn in each */
    const char *convolution; /* "direct", or NULL: as it is fastest for the batch */
};
extern const struct eg_field eg_cost_fields[];

struct eg_cost {
    double *seconds; /* steps: of each, loss, regulariser and update; the caller's */
    double loss;     /* of the batch before the last step */
    size_t bytes;    /* what all of it takes: rows, weights, gradient, momentum, both passes */
    size_t gradient_calls; /* of the regulariser, for each row of a step */
};

/* EG_USAGE when network and regulariser do not fit or there is no such regulariser, EG_DATA when the loss ceases to be finite, EG_INTERNAL
 * when memory is short. */
int eg_cost_measure(const struct eg_cost_cell *cell, size_t threads, struct eg_cost *cost,
                    struct eg_error *error);

/* Sweeps over the network that a step takes for each row, loss and regulariser; about. */
double eg_cost_sweeps(const struct eg_attribution_regulariser *regulariser, size_t samples);

#endif
