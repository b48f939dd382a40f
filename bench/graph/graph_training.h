/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the networks of the graph-prior experiment are trained (Methods 5.3).
 */
#ifndef EG_BENCH_GRAPH_TRAINING_H
#define EG_BENCH_GRAPH_TRAINING_H

#include "bench/graph/graph_models.h"
#include "datasets/patient_split.h"
#include "nn/train.h"
#include "run/experiment.h"

/* What all trainings of a cell share. */
struct eg_graph_task {
    const struct eg_run *run; /* threads, checkpoint, stop */
    const struct eg_graph_recipe *recipe;
    const struct eg_patient_split *split;
    size_t drugs;                       /* the genes come after them among the features */
    const struct eg_graph *propagation; /* for the graph convolution */
    uint64_t seed, replicate;           /* the streams' name, of split and retraining */
    size_t trainings;                   /* of the cell, for telling how far it is */
};

/* Makes the network of the recipe; the caller frees it, after failure too. */
int eg_graph_make_network(const struct eg_graph_task *task, struct eg_network *network,
                          struct eg_error *error);

/* Trains it from fresh weights on mean squared error and weight penalties, for the recipe's epochs at
 * most, and keeps the epoch with the least validation error; without patience, the last one. */
int eg_graph_train(const struct eg_graph_task *task, struct eg_network *network,
                   struct eg_training_outcome *outcome, struct eg_error *error);

/*
 * Trains *network on for so many epochs, with equation 2 and, unless tuning->method is NULL,
 * equation 3 on this graph over the genes by alternating updates, each with an Adam of its own that begins anew.
 * keeps_best: the epoch with the least validation error is kept, else the last. Batches, and the
 * references of expected gradients, are the same for all tunings. stage names the checkpoint.
 */
int eg_graph_fine_tune(const struct eg_graph_task *task, const struct eg_fine_tuning *tuning,
                       const struct eg_graph *graph, size_t epochs, int keeps_best,
                       const char *stage, struct eg_network *network,
                       struct eg_training_outcome *outcome, struct eg_error *error);

/* Mean squared error of the network on some rows. */
int eg_graph_squared_error(const struct eg_network *network, const struct eg_response_rows *rows,
                           double *error_mean, struct eg_error *error);

#endif
