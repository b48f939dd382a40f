/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trainings whose rows are moved before the loss is taken, and epochs that are counted in steps. */
#include "nn/train.h"

#include <string.h>

#include <criterion/criterion.h>

#include "small_network.h"

enum { P = 4, ROWS = 30, BATCH = 6 };

struct mover {
    real shift, rows[BATCH * P];
    size_t calls, seen; /* by the term: batches whose rows are not moved */
};

static const real *move(void *context, const struct eg_network *network,
                        const struct eg_batch *batch)
{
    struct mover *mover = context;
    (void)network;
    mover->calls++;
    for (size_t i = 0; i < batch->n * P; i++)
        mover->rows[i] = batch->x[i] + mover->shift;
    return mover->rows;
}

static double watch(void *context, const struct eg_network *network, const struct eg_batch *batch,
                    double strength, real *gradient)
{
    struct mover *mover = context;
    (void)network;
    (void)strength;
    (void)gradient;
    mover->seen += batch->x[0] + mover->shift == mover->rows[0];
    return 0;
}

static struct eg_network train(const struct eg_matrix *x, struct eg_training training)
{
    struct eg_network network = draw_network(P, "dense 5, tanh, dense 1", 1);
    struct eg_error error = {0};
    real y[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        y[i] = (real)(i % 3);
    training.loss = &eg_mse;
    training.optimiser = eg_adam(0.01);
    training.batch = BATCH;
    training.shuffle = eg_stream_make(2, 0, EG_PURPOSE_SHUFFLE, 0, 0);
    cr_assert_eq(eg_train(&network, &training, x, y, NULL, &error), EG_OK, "%s", error.message);
    return network;
}

static int are_same(const struct eg_network *a, const struct eg_network *b)
{
    return memcmp(a->theta, b->theta, a->parameters * sizeof *a->theta) == 0;
}

/* A shift of every row is another training set; terms are given the rows as they were. */
Test(train_adversary, takes_the_loss_where_the_rows_are_moved)
{
    struct mover mover = {.shift = 0.25};
    struct eg_matrix x = draw_matrix(ROWS, P, 3), moved = draw_matrix(ROWS, P, 3);
    const struct eg_adversary adversary = {&mover, move};
    const struct eg_objective_term term = {.strength = 1, .context = &mover, .add = watch};
    for (size_t i = 0; i < ROWS * P; i++)
        moved.data[i] += mover.shift;
    struct eg_network attacked = train(
        &x, (struct eg_training){
                .epochs = 3, .adversary = &adversary, .terms = &term, .terms_count = 1});
    struct eg_network plain = train(&moved, (struct eg_training){.epochs = 3});
    struct eg_network other = train(&x, (struct eg_training){.epochs = 3});
    cr_expect(are_same(&attacked, &plain));
    cr_expect_not(are_same(&attacked, &other));
    cr_expect(mover.calls == 3 * ROWS / BATCH && mover.seen == mover.calls);
    eg_network_free(&attacked);
    eg_network_free(&plain);
    eg_network_free(&other);
    eg_matrix_free(&x);
    eg_matrix_free(&moved);
}

Test(train_adversary, epochs_of_all_steps_are_epochs)
{
    struct eg_matrix x = draw_matrix(ROWS, P, 3);
    struct mover mover = {0};
    const struct eg_adversary counter = {&mover, move};
    struct eg_network whole = train(&x, (struct eg_training){.epochs = 2});
    struct eg_network same = train(&x, (struct eg_training){.epochs = 2, .epoch_steps = 5});
    struct eg_network more = train(&x, (struct eg_training){.epochs = 2, .epoch_steps = 9});
    struct eg_network few = train(
        &x, (struct eg_training){.epochs = 3, .epoch_steps = 2, .adversary = &counter});
    cr_expect(are_same(&whole, &same) && are_same(&whole, &more) && !are_same(&whole, &few));
    cr_expect_eq(mover.calls, 6);
    eg_network_free(&whole);
    eg_network_free(&same);
    eg_network_free(&more);
    eg_network_free(&few);
    eg_matrix_free(&x);
}
