/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network of SHAP's benchmark: 60-32-20-20-1, ReLU, mean squared error,
 * Adam, 30 epochs, batches of 32.
 */
#ifndef EG_BENCH_SHAP_MODEL_H
#define EG_BENCH_SHAP_MODEL_H

#include "bench/shap/retrain_curves.h"
#include "datasets/subset.h"

extern const char eg_shap_network[]; /* its text form, for eg_network_alloc */

/*
 * The rows of split number i, as numpy's permutation seeded with i gives them: the first 100 test,
 * the others train. index has n numbers.
 */
void eg_shap_split(uint32_t split, size_t n, size_t *index);

/*
 * The weights of the paper's own model before training: TensorFlow's Philox with graph seed 87654321
 * and the operation seeds that the benchmark's numpy stream, seeded 3293, gives; Glorot uniform.
 */
int eg_shap_initialise(struct eg_network *network, struct eg_error *error);

/*
 * Trains the paper's own model again: those weights, rows shuffled by the same numpy stream (each
 * epoch shuffles the last one's order), Adam with t from 2 and a bare epsilon of 1e-7. train: the raw
 * rows of split 0. epochs: 30.
 */
int eg_shap_regenerate(struct eg_network *network, const struct eg_subset *train, size_t epochs,
                       struct eg_error *error);

/* The same network trained soundly: from Glorot uniform weights and shuffles of the seed's own
 * streams, Adam with t from 1. model tells initialisations and splits apart. */
struct eg_retrain_recipe eg_shap_recipe(size_t epochs, uint64_t seed, uint64_t model);

/* Trains by that recipe. */
int eg_shap_train(struct eg_network *network, const struct eg_subset *train, size_t epochs,
                  uint64_t seed, uint64_t model, struct eg_error *error);

/* Makes the network take (x - mean) / sd for x, by folding it into the first, dense, layer. */
void eg_fold_scaler(struct eg_network *network, const struct eg_scaler *scaler);

#endif
