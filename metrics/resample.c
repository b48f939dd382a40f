/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/resample.h"

#include <stdlib.h>
#include <string.h>

#include "base/sizes.h"
#include "base/wide.h"
#include "metrics/prediction_queue.h"

enum { WHOLE = 64 / sizeof(real) }; /* numbers in the widest vectors: columns are a multiple */

static void pick_backgrounds(struct eg_resampler *resampler, const struct eg_matrix *x_train,
                             const double *share)
{
    size_t b = 0;
    for (size_t row = 0; row < x_train->rows; row++)
        if (share[row] > 0) {
            resampler->share[b] = share[row];
            for (size_t i = 0; i < x_train->cols; i++)
                resampler->background[i * resampler->columns + b] = eg_row(x_train, row)[i];
            b++;
        }
}

static void mask_all(struct eg_resampler *resampler)
{
    const struct eg_predictor *predictor = resampler->predictor;
    const size_t p = predictor->inputs, columns = resampler->columns;
    for (size_t k = 0; k < predictor->hidden; k++)
        for (size_t b = 0; b < columns; b++)
            resampler->masked[k * columns + b] = predictor->bias[k];
    if (predictor->hidden)
        eg_multiply(predictor->hidden, columns, p, predictor->weights, resampler->background, 1,
                    resampler->masked);
    else
        for (size_t b = 0; b < resampler->backgrounds; b++)
            for (size_t i = 0; i < p; i++)
                resampler->masked[b * p + i] = resampler->background[i * columns + b];
}

int eg_resampler_fit(struct eg_resampler *resampler, const struct eg_predictor *predictor,
                     const struct eg_matrix *x_train, const double *share, struct eg_error *error)
{
    *resampler = (struct eg_resampler){.predictor = predictor};
    for (size_t row = 0; row < x_train->rows; row++)
        resampler->backgrounds += share[row] > 0;
    const size_t columns = eg_round_up(resampler->backgrounds, WHOLE);
    resampler->columns = columns;
    resampler->size = predictor->hidden ? predictor->hidden * columns
                                        : resampler->backgrounds * predictor->inputs;
    resampler->background = eg_alloc(predictor->inputs * columns, sizeof(real), error);
    resampler->share = eg_alloc(columns, sizeof(double), error);
    resampler->masked = eg_alloc(resampler->size, sizeof(real), error);
    resampler->copies = eg_alloc(resampler->size, sizeof(real), error);
    resampler->change = eg_alloc(columns, sizeof(real), error);
    resampler->outputs = eg_alloc(columns, sizeof(real), error);
    if (!resampler->background || !resampler->share || !resampler->masked || !resampler->copies ||
        !resampler->change || !resampler->outputs)
        return EG_INTERNAL;
    pick_backgrounds(resampler, x_train, share);
    mask_all(resampler);
    return EG_OK;
}

void eg_resampler_free(struct eg_resampler *resampler)
{
    free(resampler->background);
    free(resampler->share);
    free(resampler->masked);
    free(resampler->copies);
    free(resampler->change);
    free(resampler->outputs);
    *resampler = (struct eg_resampler){0};
}

void eg_resampler_begin(struct eg_resampler *resampler)
{
    memcpy(resampler->copies, resampler->masked, resampler->size * sizeof(real));
}

/* sums (hidden x columns) += weights of one feature, `stride` from unit to unit, times change */
EG_WIDE static void move_sums(size_t hidden, size_t columns, const real *restrict weights,
                              size_t stride, const real *restrict change, real *restrict sums)
{
    for (size_t k = 0; k < hidden; k++)
        for (size_t b = 0; b < columns; b += WHOLE)
            for (size_t c = 0; c < WHOLE; c++)
                sums[k * columns + b + c] += weights[k * stride] * change[b + c];
}

void eg_resampler_observe(struct eg_resampler *resampler, size_t feature, real x)
{
    const struct eg_predictor *predictor = resampler->predictor;
    const size_t p = predictor->inputs, columns = resampler->columns;
    if (predictor->hidden) {
        const real *from = resampler->background + feature * columns;
        for (size_t b = 0; b < columns; b++)
            resampler->change[b] = x - from[b];
        move_sums(predictor->hidden, columns, predictor->weights + feature, p, resampler->change,
                  resampler->copies);
        return;
    }
    for (size_t b = 0; b < resampler->backgrounds; b++)
        resampler->copies[b * p + feature] = x;
}

int eg_resampler_predict(struct eg_resampler *resampler, double *mean, struct eg_error *error)
{
    const struct eg_predictor *predictor = resampler->predictor;
    const int status = predictor->hidden
                           ? predictor->predict_rest(predictor->context, resampler->columns,
                                                     resampler->copies, resampler->outputs, error)
                           : predictor->predict(predictor->context, resampler->backgrounds,
                                                resampler->copies, resampler->outputs, error);
    if (status)
        return status;
    *mean = 0; /* which is finite just where all the outputs are */
    for (size_t b = 0; b < resampler->backgrounds; b++)
        *mean += resampler->share[b] * resampler->outputs[b];
    return eg_check_prediction(*mean, error);
}
