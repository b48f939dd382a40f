/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct trainer {
    const struct eg_training *training;
    struct eg_network *network;
    const struct eg_matrix *x;
    const real *y;
    size_t batch, y_width, steps;
    struct eg_backprop pass;
    struct eg_optimiser optimiser;
    real *gradient, *best_theta;
    real *batch_x, *batch_y; /* rows of a shuffled batch, gathered */
    size_t *index;
    struct eg_training_outcome outcome;
};

static int allocate_trainer(struct trainer *trainer, struct eg_error *error)
{
    const size_t n = trainer->x->rows, parameters = trainer->network->parameters;
    trainer->gradient = eg_alloc(parameters, sizeof(real), error);
    trainer->best_theta = eg_alloc(parameters, sizeof(real), error);
    trainer->batch_x = eg_alloc(trainer->batch * trainer->x->cols, sizeof(real), error);
    trainer->batch_y = eg_alloc(trainer->batch * trainer->y_width, sizeof(real), error);
    trainer->index = eg_alloc(n, sizeof *trainer->index, error);
    if (!trainer->gradient || !trainer->best_theta || !trainer->batch_x || !trainer->batch_y ||
        !trainer->index ||
        eg_optimiser_alloc(&trainer->optimiser, &trainer->training->optimiser, parameters, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < n; i++)
        trainer->index[i] = i;
    return eg_backprop_alloc(&trainer->pass, trainer->network, trainer->batch, error);
}

static void free_trainer(struct trainer *trainer)
{
    eg_backprop_free(&trainer->pass);
    eg_optimiser_free(&trainer->optimiser);
    free(trainer->gradient);
    free(trainer->best_theta);
    free(trainer->batch_x);
    free(trainer->batch_y);
    free(trainer->index);
}

static struct eg_batch gather_batch(struct trainer *trainer, size_t first, size_t n)
{
    const size_t p = trainer->x->cols, width = trainer->y_width;
    struct eg_batch batch = {
        .n = n,
        .x = trainer->x->data,
        .y = trainer->y,
        .stream = eg_stream_item(&trainer->training->attribution, trainer->steps)};
    if (n == trainer->x->rows)
        return batch;
    for (size_t i = 0; i < n; i++) {
        const size_t row = trainer->index[first + i];
        memcpy(trainer->batch_x + i * p, eg_row(trainer->x, row), p * sizeof(real));
        memcpy(trainer->batch_y + i * width, trainer->y + row * width, width * sizeof(real));
    }
    batch.x = trainer->batch_x;
    batch.y = trainer->batch_y;
    return batch;
}

/* Loss and gradient of one batch, and the update. */
static double run_step(struct trainer *trainer, const struct eg_batch *batch, size_t epoch)
{
    const struct eg_training *training = trainer->training;
    struct eg_stream dropout = eg_stream_item(&training->dropout, trainer->steps);
    memset(trainer->gradient, 0, trainer->network->parameters * sizeof(real));
    const double loss = eg_backprop_run(&trainer->pass, trainer->network, training->loss, batch->n,
                                        batch->x, batch->y, &dropout, trainer->gradient);
    for (size_t t = 0; t < training->terms_count; t++)
        training->terms[t].add(training->terms[t].context, trainer->network, batch,
                               training->terms[t].strength, trainer->gradient);
    eg_optimiser_step(&trainer->optimiser, epoch, trainer->gradient, trainer->network->theta);
    trainer->steps++;
    return loss;
}

static void order_rows(struct trainer *trainer, size_t epoch)
{
    const struct eg_training *training = trainer->training;
    if (training->order) {
        training->order(training->order_context, epoch, trainer->index, trainer->x->rows);
        return;
    }
    struct eg_stream stream = eg_stream_item(&training->shuffle, epoch);
    eg_stream_shuffle(&stream, trainer->index, trainer->x->rows);
}

static int run_epoch(struct trainer *trainer, size_t epoch, struct eg_error *error)
{
    const size_t n = trainer->x->rows;
    double sum = 0;
    if (trainer->batch < n)
        order_rows(trainer, epoch);
    for (size_t first = 0; first < n; first += trainer->batch) {
        const size_t m = n - first < trainer->batch ? n - first : trainer->batch;
        const struct eg_batch batch = gather_batch(trainer, first, m);
        sum += run_step(trainer, &batch, epoch) * (double)m;
    }
    trainer->outcome.loss = sum / (double)n;
    if (isfinite(trainer->outcome.loss) && isfinite(trainer->network->theta[0]))
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "training diverged in epoch %zu: lower the learning rate or the penalty's "
                   "strength",
                   epoch + 1);
}

/* Keeps the present weights if they score better than any before. */
static int score_epoch(struct trainer *trainer, size_t epoch, struct eg_error *error)
{
    const struct eg_score *score = trainer->training->score;
    double value;
    const int status = score->evaluate(score->context, trainer->network, &value, error);
    if (status)
        return status;
    if (epoch == 0 || value > trainer->outcome.best_score) {
        trainer->outcome.best_score = value;
        trainer->outcome.best_epoch = epoch;
        memcpy(trainer->best_theta, trainer->network->theta,
               trainer->network->parameters * sizeof(real));
    }
    return EG_OK;
}

static int run_epochs(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_training *training = trainer->training;
    int status = EG_OK;
    for (size_t epoch = 0; epoch < training->epochs && !status; epoch++) {
        if (training->score && training->score_before_update)
            status = score_epoch(trainer, epoch, error);
        if (!status)
            status = run_epoch(trainer, epoch, error);
        if (!status && training->score && !training->score_before_update)
            status = score_epoch(trainer, epoch, error);
        trainer->outcome.epochs = epoch + 1;
        if (training->patience && epoch >= trainer->outcome.best_epoch + training->patience)
            break;
    }
    return status;
}

int eg_train(struct eg_network *network, const struct eg_training *training,
             const struct eg_matrix *x, const real *y, struct eg_training_outcome *outcome,
             struct eg_error *error)
{
    const size_t n = x->rows;
    struct trainer trainer = {.training = training,
                              .network = network,
                              .x = x,
                              .y = y,
                              .batch = training->batch && training->batch < n ? training->batch : n,
                              .y_width = training->loss->y_is_class ? 1 : network->outputs,
                              .outcome = {.best_score = NAN}};
    if (x->cols != network->inputs || n == 0)
        return eg_fail(error, EG_USAGE,
                       "training: %zu rows of %zu features for a network of %zu inputs", n, x->cols,
                       network->inputs);
    int status = allocate_trainer(&trainer, error);
    if (!status)
        status = run_epochs(&trainer, error);
    if (!status && training->score)
        memcpy(network->theta, trainer.best_theta, network->parameters * sizeof(real));
    if (!status && !training->score)
        trainer.outcome.best_epoch = trainer.outcome.epochs - 1;
    if (outcome)
        *outcome = trainer.outcome;
    free_trainer(&trainer);
    return status;
}
