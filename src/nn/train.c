/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

/* How far a training is. Numbers of 8 bytes alone: it goes into the checkpoint as it is. */
struct course {
    size_t epochs, steps; /* done */
    size_t best_epoch;
    double best_score, loss;
};

struct trainer {
    const struct eg_training *training;
    struct eg_network *network;
    const struct eg_matrix *x;
    const real *y;
    size_t batch, y_width;
    struct eg_backprop pass;
    struct eg_optimiser optimiser, alternating_optimiser; /* the second for alternating updates */
    real *gradient, *best_theta;                          /* the first is zero between steps */
    real *batch_x, *batch_y;                              /* rows of a batch, gathered */
    size_t *index;
    struct course course;
    enum eg_checkpoint_state checkpoint;
    size_t resumed;
};

static void take_larger(const struct eg_objective_term *terms, size_t count, struct eg_room *room)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].room.size > room->size)
            *room = terms[i].room;
}

static int allocate_trainer(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_training *training = trainer->training;
    const size_t n = trainer->x->rows, parameters = trainer->network->parameters;
    trainer->gradient = eg_alloc(parameters, sizeof(real), error);
    trainer->best_theta = eg_alloc(parameters, sizeof(real), error);
    trainer->batch_x = eg_alloc(trainer->batch * trainer->x->cols, sizeof(real), error);
    trainer->batch_y = eg_alloc(trainer->batch * trainer->y_width, sizeof(real), error);
    trainer->index = eg_alloc(n, sizeof *trainer->index, error);
    if (!trainer->gradient || !trainer->best_theta || !trainer->batch_x || !trainer->batch_y ||
        !trainer->index ||
        eg_optimiser_alloc(&trainer->optimiser, &training->optimiser, parameters, error))
        return EG_INTERNAL;
    if (training->alternating_count &&
        eg_optimiser_alloc(&trainer->alternating_optimiser, &training->alternating_optimiser,
                           parameters, error))
        return EG_INTERNAL;
    trainer->optimiser.threads = trainer->alternating_optimiser.threads = training->threads;
    for (size_t i = 0; i < n; i++)
        trainer->index[i] = i;
    struct eg_room room = {0};
    take_larger(training->terms, training->terms_count, &room);
    take_larger(training->alternating, training->alternating_count, &room);
    return eg_backprop_alloc_in(&trainer->pass, trainer->network, trainer->batch, training->threads,
                                &room, error);
}

static void free_trainer(struct trainer *trainer)
{
    eg_backprop_free(&trainer->pass);
    eg_optimiser_free(&trainer->optimiser);
    eg_optimiser_free(&trainer->alternating_optimiser);
    free(trainer->gradient);
    free(trainer->best_theta);
    free(trainer->batch_x);
    free(trainer->batch_y);
    free(trainer->index);
}

/* The rows at n places of the epoch's order, from `first` on. */
static struct eg_batch gather_batch(struct trainer *trainer, size_t first, size_t n)
{
    const struct eg_training *training = trainer->training;
    const struct eg_augmentation *augmentation = training->augmentation;
    const size_t p = trainer->x->cols, width = trainer->y_width, rows = trainer->x->rows;
    struct eg_batch batch = {
        .n = n,
        .x = trainer->x->data,
        .y = trainer->y,
        .stream = eg_stream_step(&training->attribution, trainer->course.steps)};
    if (n == rows && !augmentation)
        return batch;
    for (size_t i = 0; i < n; i++) {
        const size_t row = trainer->index[first + i];
        const uint64_t before = (uint64_t)trainer->course.epochs * rows + first + i;
        const real *own = eg_row(trainer->x, row);
        if (augmentation)
            augmentation->change(augmentation->context, eg_stream_item(&training->augment, before),
                                 own, trainer->batch_x + i * p);
        else
            memcpy(trainer->batch_x + i * p, own, p * sizeof(real));
        memcpy(trainer->batch_y + i * width, trainer->y + row * width, width * sizeof(real));
    }
    batch.x = trainer->batch_x;
    batch.y = trainer->batch_y;
    return batch;
}

static void add_terms(struct trainer *trainer, const struct eg_batch *batch, size_t count,
                      const struct eg_objective_term *terms)
{
    for (size_t t = 0; t < count; t++)
        terms[t].add(terms[t].context, trainer->network, batch, terms[t].strength,
                     trainer->gradient);
}

/* The loss of one batch, and the update. */
static double step_on_loss(struct trainer *trainer, const struct eg_batch *batch)
{
    const struct eg_training *training = trainer->training;
    struct eg_network *network = trainer->network;
    const struct eg_adversary *adversary = training->adversary;
    struct eg_stream dropout = eg_stream_item(&training->dropout, trainer->course.steps);
    const real *x = adversary ? adversary->move(adversary->context, network, batch) : batch->x;
    const double loss = eg_backprop_run(&trainer->pass, network, training->loss, batch->n, x,
                                        batch->y, &dropout, trainer->gradient);
    eg_backprop_move_averages(&trainer->pass, network, batch->n);
    add_terms(trainer, batch, training->terms_count, training->terms);
    eg_optimiser_step(&trainer->optimiser, trainer->course.epochs, trainer->gradient,
                      network->theta);
    return loss;
}

static void step_alternating(struct trainer *trainer, const struct eg_batch *batch)
{
    const struct eg_training *training = trainer->training;
    add_terms(trainer, batch, training->alternating_count, training->alternating);
    eg_optimiser_step(&trainer->alternating_optimiser, trainer->course.epochs, trainer->gradient,
                      trainer->network->theta);
}

/* Puts index in the order of that epoch. */
static void order_rows(const struct trainer *trainer, size_t epoch, size_t *index)
{
    const struct eg_training *training = trainer->training;
    if (training->order) {
        training->order(training->order_context, epoch, index, trainer->x->rows);
        return;
    }
    struct eg_stream stream = eg_stream_item(&training->shuffle, epoch);
    eg_stream_shuffle(&stream, index, trainer->x->rows);
}

/* Without a way out of the loop, so that it takes whole vectors. */
EG_WIDE static int are_finite(size_t count, const real *values)
{
    int others = 0;
    for (size_t i = 0; i < count; i++)
        others |= !isfinite(values[i]);
    return !others;
}

static int is_finite(const struct trainer *trainer)
{
    const struct eg_network *network = trainer->network;
    return isfinite(trainer->course.loss) && are_finite(network->parameters, network->theta);
}

/* Rows that an epoch takes. */
static size_t count_rows(const struct trainer *trainer)
{
    const size_t rows = trainer->x->rows, most = trainer->training->epoch_steps * trainer->batch;
    return most && most < rows ? most : rows;
}

/* Takes the batch at *first, which moves on; its n is 0 where the epoch has no more. */
static struct eg_batch take_batch(struct trainer *trainer, size_t *first)
{
    const size_t left = count_rows(trainer) - *first;
    const size_t n = left < trainer->batch ? left : trainer->batch;
    const struct eg_batch batch = n ? gather_batch(trainer, *first, n) : (struct eg_batch){0};
    *first += n;
    return batch;
}

static int update_through_epoch(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_training *training = trainer->training;
    const size_t n = count_rows(trainer);
    size_t first = 0, rows = 0;
    double sum = 0;
    if (trainer->batch < trainer->x->rows)
        order_rows(trainer, trainer->course.epochs, trainer->index);
    while (first < n) {
        struct eg_batch batch = take_batch(trainer, &first);
        sum += step_on_loss(trainer, &batch) * (double)batch.n;
        rows += batch.n;
        if (training->alternating_count && training->alternating_next_batch)
            batch = take_batch(trainer, &first);
        if (training->alternating_count && batch.n)
            step_alternating(trainer, &batch);
        trainer->course.steps++;
    }
    trainer->course.loss = sum / (double)rows;
    if (is_finite(trainer))
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "training diverged in epoch %zu: lower the learning rate or the penalty's "
                   "strength",
                   trainer->course.epochs + 1);
}

/* Keeps the present weights if they score better than any before. */
static int score_epoch(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_score *score = trainer->training->score;
    struct course *course = &trainer->course;
    double value;
    const int status = score->evaluate(score->context, trainer->network, &value, error);
    if (status)
        return status;
    if (course->epochs == 0 || value > course->best_score) {
        course->best_score = value;
        course->best_epoch = course->epochs;
        memcpy(trainer->best_theta, trainer->network->theta,
               trainer->network->parameters * sizeof(real));
    }
    return EG_OK;
}

static int run_epoch(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_training *training = trainer->training;
    int status = EG_OK;
    if (training->score && training->score_before_update)
        status = score_epoch(trainer, error);
    if (!status)
        status = update_through_epoch(trainer, error);
    if (!status && training->score && !training->score_before_update)
        status = score_epoch(trainer, error);
    trainer->course.epochs++;
    return status;
}

enum { KEPT_MOST = 10 };

/* All that the next epoch depends on, and what came out so far. */
static size_t list_kept(struct trainer *trainer, struct eg_kept kept[KEPT_MOST])
{
    const size_t size = trainer->network->parameters * sizeof(real);
    struct eg_optimiser *const optimisers[] = {&trainer->optimiser,
                                               &trainer->alternating_optimiser};
    size_t count = 0;
    kept[count++] = (struct eg_kept){&trainer->course, sizeof trainer->course};
    kept[count++] = (struct eg_kept){trainer->network->theta, size};
    kept[count++] = (struct eg_kept){trainer->index, trainer->x->rows * sizeof *trainer->index};
    if (trainer->training->score)
        kept[count++] = (struct eg_kept){trainer->best_theta, size};
    for (size_t i = 0; i < 2; i++) {
        if (!optimisers[i]->first)
            continue;
        kept[count++] = (struct eg_kept){&optimisers[i]->steps, sizeof optimisers[i]->steps};
        kept[count++] = (struct eg_kept){optimisers[i]->first, size};
        if (optimisers[i]->second)
            kept[count++] = (struct eg_kept){optimisers[i]->second, size};
    }
    return count;
}

/* Calls `order` for the epochs that are done, as a training that was not broken off has. */
static int repeat_orders(const struct trainer *trainer, struct eg_error *error)
{
    const size_t n = trainer->x->rows;
    size_t *index = eg_alloc(n, sizeof *index, error);
    if (!index)
        return EG_INTERNAL;
    for (size_t i = 0; i < n; i++)
        index[i] = i;
    for (size_t epoch = 0; epoch < trainer->resumed; epoch++)
        order_rows(trainer, epoch, index);
    const int same = memcmp(index, trainer->index, n * sizeof *index) == 0;
    free(index);
    if (same)
        return EG_OK;
    return eg_fail(error, EG_INTERNAL,
                   "checkpoint %s was written with another order of rows; remove it",
                   trainer->training->checkpoint->path);
}

static int resume(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_training *training = trainer->training;
    struct eg_kept kept[KEPT_MOST];
    if (!training->checkpoint)
        return EG_OK;
    const int status = eg_checkpoint_read(training->checkpoint, kept, list_kept(trainer, kept),
                                          &trainer->checkpoint, error);
    if (status || trainer->checkpoint != EG_CHECKPOINT_TAKEN)
        return status;
    trainer->resumed = trainer->course.epochs;
    return training->order && trainer->batch < trainer->x->rows ? repeat_orders(trainer, error)
                                                                : EG_OK;
}

static int keep(struct trainer *trainer, struct eg_error *error)
{
    const struct eg_training *training = trainer->training;
    struct eg_kept kept[KEPT_MOST];
    const int status = training->checkpoint ? eg_checkpoint_write(training->checkpoint, kept,
                                                                  list_kept(trainer, kept), error)
                                            : EG_OK;
    if (status || !training->stop || !atomic_load(training->stop))
        return status;
    if (training->checkpoint)
        return eg_fail(error, EG_INTERRUPTED, "training interrupted after epoch %zu; kept in %s",
                       trainer->course.epochs, training->checkpoint->path);
    return training->stops_unkept
               ? eg_fail(error, EG_INTERRUPTED, "training interrupted after epoch %zu",
                         trainer->course.epochs)
               : EG_OK;
}

static int is_over(const struct trainer *trainer)
{
    const struct eg_training *training = trainer->training;
    const struct course *course = &trainer->course;
    return course->epochs >= training->epochs ||
           (training->patience && course->epochs > course->best_epoch + training->patience);
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
                              .course = {.best_score = NAN}};
    if (outcome)
        *outcome = (struct eg_training_outcome){.best_score = NAN};
    if (x->cols != network->inputs || n == 0)
        return eg_fail(error, EG_USAGE,
                       "training: %zu rows of %zu features for a network of %zu inputs", n, x->cols,
                       network->inputs);
    if (training->alternating_count && training->alternating_next_batch && trainer.batch == n)
        return eg_fail(
            error, EG_USAGE,
            "training: alternating updates on the next batch need two batches an epoch: take "
            "batches of fewer than %zu rows",
            n);
    int status = allocate_trainer(&trainer, error);
    if (!status)
        status = resume(&trainer, error);
    if (trainer.resumed)
        eg_tell(training->listener, (double)trainer.resumed / (double)training->epochs, 1);
    while (!status && !is_over(&trainer)) {
        status = run_epoch(&trainer, error);
        if (!status)
            status = keep(&trainer, error);
        eg_tell(training->listener, 1 / (double)training->epochs, 0);
    }
    if (!status && training->score && trainer.course.epochs)
        memcpy(network->theta, trainer.best_theta, network->parameters * sizeof(real));
    if (outcome)
        *outcome = (struct eg_training_outcome){
            .epochs = trainer.course.epochs,
            .best_epoch = training->score || !trainer.course.epochs ? trainer.course.best_epoch
                                                                    : trainer.course.epochs - 1,
            .best_score = trainer.course.best_score,
            .loss = trainer.course.loss,
            .checkpoint = trainer.checkpoint,
            .resumed = trainer.resumed};
    free_trainer(&trainer);
    return status;
}
