/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a network of the robust attribution experiment is trained. */
#ifndef EG_BENCH_ROBUST_TRAINING_H
#define EG_BENCH_ROBUST_TRAINING_H

#include "bench/image/image_data.h"
#include "bench/robust/robust_cell.h"
#include "nn/train.h"

/* Weights normal with sd 0.1, drawn anew beyond 2 sd; biases 0.1 (Chen et al. 2019). */
void eg_robust_initialise(struct eg_network *network, struct eg_stream stream);

/* The stream of a cell: trainings of a replicate share first weights and order, and measurements
 * their draws. */
struct eg_stream eg_robust_stream(const struct eg_robust_cell *cell, enum eg_purpose purpose);

/* Trains *network, made for the cell, from first weights. loss: the mean of the last steps, without
 * terms. */
int eg_robust_train(const struct eg_run *run, const struct eg_robust_cell *cell,
                    const struct eg_image_data *data, struct eg_network *network, double *loss,
                    struct eg_error *error);

#endif
