/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Collects rows for a predictor, sends them in blocks of some hundred rows and
 * adds each prediction, weighted, to the sum it belongs to.
 */
#ifndef EG_METRICS_PREDICTION_QUEUE_H
#define EG_METRICS_PREDICTION_QUEUE_H

#include <stddef.h>

#include "base/error.h"
#include "base/predictor.h"
#include "base/real.h"

struct eg_prediction_queue {
    const struct eg_predictor *predictor;
    size_t filled;
    real *rows, *outputs;
    double **sums, *weights;
};

int eg_prediction_queue_alloc(struct eg_prediction_queue *queue,
                              const struct eg_predictor *predictor, struct eg_error *error);
void eg_prediction_queue_free(struct eg_prediction_queue *queue);

/* *row: where the caller writes the next row (predictor->inputs numbers) before any other call;
 * *sum += weight * f(row) by the next eg_prediction_queue_flush() at the latest. Fails when a full
 * block could not be predicted. */
int eg_prediction_queue_add(struct eg_prediction_queue *queue, double *sum, double weight,
                            real **row, struct eg_error *error);

/* Predicts what is waiting. EG_DATA when a prediction is not a finite number. */
int eg_prediction_queue_flush(struct eg_prediction_queue *queue, struct eg_error *error);

/* EG_DATA when the prediction for a masked row is not a finite number. */
int eg_check_prediction(double output, struct eg_error *error);

#endif
