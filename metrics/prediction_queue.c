/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/prediction_queue.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 256 }; /* rows: large enough for BLAS, small enough for the cache */

int eg_prediction_queue_alloc(struct eg_prediction_queue *queue,
                              const struct eg_predictor *predictor, struct eg_error *error)
{
    *queue = (struct eg_prediction_queue){.predictor = predictor};
    queue->rows = eg_alloc(BLOCK, predictor->inputs * sizeof(real), error);
    queue->outputs = eg_alloc(BLOCK, sizeof(real), error);
    queue->sums = eg_alloc(BLOCK, sizeof(double *), error);
    queue->weights = eg_alloc(BLOCK, sizeof(double), error);
    const int complete = queue->rows && queue->outputs && queue->sums && queue->weights;
    return complete ? EG_OK : EG_INTERNAL;
}

void eg_prediction_queue_free(struct eg_prediction_queue *queue)
{
    free(queue->rows);
    free(queue->outputs);
    free(queue->sums);
    free(queue->weights);
    *queue = (struct eg_prediction_queue){0};
}

int eg_prediction_queue_add(struct eg_prediction_queue *queue, double *sum, double weight,
                            real **row, struct eg_error *error)
{
    if (queue->filled == BLOCK) {
        const int status = eg_prediction_queue_flush(queue, error);
        if (status)
            return status;
    }
    queue->sums[queue->filled] = sum;
    queue->weights[queue->filled] = weight;
    *row = queue->rows + queue->filled++ * queue->predictor->inputs;
    return EG_OK;
}

int eg_prediction_queue_flush(struct eg_prediction_queue *queue, struct eg_error *error)
{
    const size_t rows = queue->filled;
    queue->filled = 0;
    if (rows == 0)
        return EG_OK;
    const struct eg_predictor *predictor = queue->predictor;
    const int status = predictor->predict(predictor->context, rows, queue->rows, queue->outputs,
                                          error);
    if (status)
        return status;
    for (size_t i = 0; i < rows; i++) {
        if (eg_check_prediction(queue->outputs[i], error))
            return error->status;
        *queue->sums[i] += queue->weights[i] * queue->outputs[i];
    }
    return EG_OK;
}

int eg_check_prediction(double output, struct eg_error *error)
{
    if (isfinite(output))
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "the model predicts %g for a masked row; check its weights and the scale of its "
                   "inputs",
                   output);
}
