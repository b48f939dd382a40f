/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of a training written out by hand, and rows changed on their way into a batch. */
#include "nn/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/start.h"
#include "prior/terms.h"
#include "tests/small_network.h"

enum { ROWS = 22, FEATURES = 7, BATCH = 8, EPOCHS = 3, STEPS = 3 };

static const char network_text[] = "dense 9, batchnorm, softplus, dropout 0.3, dense 1";

static void label_rows(const struct eg_matrix *x, real *y)
{
    for (size_t i = 0; i < x->rows; i++)
        y[i] = eg_row(x, i)[0] > 0;
}

/* Moves the order on by 5 rows, so that the test can do the same. */
static void rotate(void *context, size_t epoch, size_t *index, size_t n)
{
    (void)context;
    (void)epoch;
    for (size_t i = 0; i < n; i++)
        index[i] = (index[i] + 5) % n;
}

/* The sparse prior and weight decay on a network with batch norm and dropout. */
struct objective {
    struct eg_network network;
    struct eg_matrix x;
    real y[ROWS];
    struct eg_prior_term prior;
    struct eg_penalty_term penalty;
    struct eg_objective_term terms[2];
    struct eg_training training;
};

static const struct eg_optimiser_settings momentum = {
    .kind = EG_SGD, .rate = 0.02, .momentum = 0.8, .decay = 0.5, .decay_epochs = 2};

static void make_objective(struct objective *objective)
{
    struct eg_error error = {0};
    *objective = (struct objective){.network = draw_network(FEATURES, network_text, 1),
                                    .x = draw_matrix(ROWS, FEATURES, 2)};
    label_rows(&objective->x, objective->y);
    const struct eg_explainer explainer = {
        .network = &objective->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 4, .references = EG_REFERENCES_WITHOUT_REPLACEMENT},
        .background = &objective->x};
    const struct eg_prior_settings global = {.is_global = 1};
    cr_assert_eq(
        eg_prior_term_alloc(&objective->prior, &eg_gini_prior, &global, &explainer, ROWS, &error),
        EG_OK, "%s", error.message);
    cr_assert_eq(
        eg_penalty_term_alloc(&objective->penalty, &eg_weight_decay, &objective->network, &error),
        EG_OK, "%s", error.message);
    objective->terms[0] = eg_prior_as_term(&objective->prior, 0.7);
    objective->terms[1] = eg_penalty_as_term(&objective->penalty, 0.1);
    objective->training = (struct eg_training){
        .loss = &eg_bce_logits,
        .optimiser = eg_adam(0.01),
        .epochs = EPOCHS,
        .batch = BATCH,
        .terms = objective->terms,
        .terms_count = 2,
        .dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 0, 0),
        .attribution = eg_stream_make(3, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0),
        .order = rotate};
}

static void free_objective(struct objective *objective)
{
    eg_prior_term_free(&objective->prior);
    eg_penalty_term_free(&objective->penalty);
    eg_matrix_free(&objective->x);
    eg_network_free(&objective->network);
}

static void add_terms(struct objective *objective, size_t first, size_t end,
                      const struct eg_batch *batch, real *gradient)
{
    for (size_t t = first; t < end; t++)
        objective->terms[t].add(objective->terms[t].context, &objective->network, batch,
                                objective->terms[t].strength, gradient);
}

/* The rows at that place of the epoch's batches. */
static struct eg_batch gather(const struct objective *objective, size_t epoch, size_t place,
                              size_t step, real *x, real *y)
{
    const size_t begin = place * BATCH, m = ROWS - begin < BATCH ? ROWS - begin : BATCH;
    for (size_t i = 0; i < m; i++) {
        const size_t row = (begin + i + 5 * (epoch + 1)) % ROWS;
        memcpy(x + i * FEATURES, eg_row(&objective->x, row), FEATURES * sizeof *x);
        y[i] = objective->y[row];
    }
    return (struct eg_batch){m, x, y, eg_stream_step(&objective->training.attribution, step)};
}

/* The training of make_objective step by step; the first `joint` terms go with the loss, the others in
 * alternation with it, on the same batch or the next. */
static void train_by_hand(struct objective *objective, size_t joint, int next)
{
    const struct eg_training *training = &objective->training;
    struct eg_network *network = &objective->network;
    struct eg_backprop pass;
    struct eg_optimiser first, other;
    real x[BATCH * FEATURES], y[BATCH];
    real *gradient = calloc(network->parameters, sizeof *gradient);
    eg_backprop_alloc(&pass, network, BATCH, 1, NULL);
    eg_optimiser_alloc(&first, &training->optimiser, network->parameters, NULL);
    eg_optimiser_alloc(&other, &momentum, network->parameters, NULL);
    for (size_t epoch = 0, step = 0; epoch < EPOCHS; epoch++)
        for (size_t place = 0; place < STEPS; step++) {
            struct eg_batch batch = gather(objective, epoch, place++, step, x, y);
            struct eg_stream dropout = eg_stream_item(&training->dropout, step);
            memset(gradient, 0, network->parameters * sizeof *gradient);
            eg_backprop_run(&pass, network, training->loss, batch.n, x, y, &dropout, gradient);
            eg_backprop_move_averages(&pass, network, batch.n);
            add_terms(objective, 0, joint, &batch, gradient);
            eg_optimiser_step(&first, epoch, gradient, network->theta);
            if (joint == 2 || (next && place == STEPS))
                continue;
            if (next)
                batch = gather(objective, epoch, place++, step, x, y);
            memset(gradient, 0, network->parameters * sizeof *gradient);
            add_terms(objective, joint, 2, &batch, gradient);
            eg_optimiser_step(&other, epoch, gradient, network->theta);
        }
    eg_optimiser_free(&other);
    eg_optimiser_free(&first);
    eg_backprop_free(&pass);
    free(gradient);
}

static double distance(const struct eg_network *a, const struct eg_network *b)
{
    double largest = 0;
    for (size_t i = 0; i < a->parameters; i++)
        largest = fmax(largest, fabs((double)a->theta[i] - (double)b->theta[i]));
    return largest;
}

static void train_or_abort(struct objective *objective)
{
    struct eg_error error = {0};
    cr_assert_eq(eg_train(&objective->network, &objective->training, &objective->x, objective->y,
                          NULL, &error),
                 EG_OK, "%s", error.message);
}

/* The two terms alternating, the second alone, none; and the first of these on the next batch. */
Test(alternating_updates, equal_the_steps_written_out)
{
    struct objective trained[4];
    for (size_t i = 0; i < 4; i++) {
        const size_t joint = i % 3;
        struct objective by_hand, *alternating = &trained[i];
        make_objective(&by_hand);
        make_objective(alternating);
        alternating->training.terms_count = joint;
        alternating->training.alternating = alternating->terms + joint;
        alternating->training.alternating_count = 2 - joint;
        alternating->training.alternating_next_batch = i == 3;
        alternating->training.alternating_optimiser = momentum;
        train_by_hand(&by_hand, joint, i == 3);
        train_or_abort(alternating);
        cr_expect_eq(distance(&by_hand.network, &alternating->network), 0, "%zu in the loss",
                     joint);
        free_objective(&by_hand);
    }
    for (size_t i = 0; i < 3; i++)
        cr_expect_gt(distance(&trained[i].network, &trained[i + 1].network), 1e-4);
    for (size_t i = 0; i < 4; i++)
        free_objective(&trained[i]);
}

/* The rows that came into batches, as a term saw them, and the first number of each row's stream. */
struct watch {
    real seen[EPOCHS * ROWS][FEATURES], labels[EPOCHS * ROWS];
    size_t rows;
};

static double watch_batch(void *context, const struct eg_network *network,
                          const struct eg_batch *batch, double strength, real *gradient)
{
    struct watch *watch = context;
    (void)network, (void)strength, (void)gradient;
    for (size_t i = 0; i < batch->n; i++, watch->rows++) {
        memcpy(watch->seen[watch->rows], batch->x + i * FEATURES, sizeof watch->seen[0]);
        watch->labels[watch->rows] = batch->y[i];
    }
    return 0;
}

/* context: a number to multiply by. The first feature is the stream's first draw. */
static void change_row(void *context, struct eg_stream stream, const real *row, real *out)
{
    out[0] = eg_stream_uniform(&stream);
    for (size_t i = 1; i < FEATURES; i++)
        out[i] = *(real *)context * row[i] + (real)eg_stream_normal(&stream);
}

static int by_value(const void *left, const void *right)
{
    const real a = *(const real *)left, b = *(const real *)right;
    return (a > b) - (a < b);
}

/* Each row is changed by a stream of its own, before loss and terms see it; the data are not. */
static void check_augmentation(size_t batch)
{
    real factor = 3, draws[EPOCHS * ROWS];
    struct watch watch = {.rows = 0};
    struct objective objective, again;
    const struct eg_augmentation augmentation = {&factor, change_row};
    const struct eg_objective_term term = {.strength = 1, .context = &watch, .add = watch_batch};
    for (int round = 0; round < 2; round++) {
        struct objective *made = round ? &again : &objective;
        watch.rows = 0;
        make_objective(made);
        made->training.batch = batch;
        made->training.augmentation = &augmentation;
        made->training.augment = eg_stream_make(5, 0, EG_PURPOSE_AUGMENT, 0, 0);
        made->training.terms = &term;
        made->training.terms_count = 1;
        train_or_abort(made);
    }
    cr_expect_eq(distance(&objective.network, &again.network), 0);
    struct eg_matrix x = draw_matrix(ROWS, FEATURES, 2);
    cr_expect_eq(largest_gap(&x, &objective.x), 0);
    cr_assert_eq(watch.rows, EPOCHS * ROWS);
    for (size_t i = 0; i < EPOCHS * ROWS; i++) {
        const size_t moved = batch ? 5 * (i / ROWS + 1) : 0, row = (i % ROWS + moved) % ROWS;
        real expected[FEATURES];
        change_row(&factor, eg_stream_make(5, 0, EG_PURPOSE_AUGMENT, 0, i), eg_row(&x, row),
                   expected);
        cr_expect_arr_eq(watch.seen[i], expected, sizeof expected);
        cr_expect_eq(watch.labels[i], objective.y[row]);
        draws[i] = watch.seen[i][0];
    }
    qsort(draws, EPOCHS * ROWS, sizeof *draws, by_value);
    for (size_t i = 1; i < EPOCHS * ROWS; i++)
        cr_expect_lt(draws[i - 1], draws[i], "two rows share a draw");
    eg_matrix_free(&x);
    free_objective(&objective);
    free_objective(&again);
}

Test(alternating_updates, augmented_rows_reach_the_batch)
{
    check_augmentation(BATCH);
    check_augmentation(0);
}

/* Changing rows while training is training on changed rows. */
Test(alternating_updates, augmented_rows_are_what_is_learnt_from)
{
    real factor = 1;
    struct objective plain, changed;
    const struct eg_augmentation augmentation = {&factor, change_row};
    make_objective(&plain);
    make_objective(&changed);
    plain.training.epochs = changed.training.epochs = 1;
    plain.training.batch = changed.training.batch = 0;
    plain.training.terms_count = changed.training.terms_count = 0;
    changed.training.augmentation = &augmentation;
    changed.training.augment = eg_stream_make(5, 0, EG_PURPOSE_AUGMENT, 0, 0);
    for (size_t i = 0; i < ROWS; i++) {
        real out[FEATURES];
        change_row(&factor, eg_stream_item(&changed.training.augment, i), eg_row(&plain.x, i), out);
        memcpy(eg_row(&plain.x, i), out, sizeof out);
    }
    train_or_abort(&plain);
    train_or_abort(&changed);
    cr_expect_eq(distance(&plain.network, &changed.network), 0);
    free_objective(&plain);
    free_objective(&changed);
}

/* Wide enough that the sweeps are cut into parts; BLAS on one thread, as in all programs. */
Test(alternating_updates, threads_change_no_bit)
{
    enum { WIDTH = 700, MANY = 96 };
    struct eg_network networks[3];
    struct eg_matrix x = draw_matrix(MANY, WIDTH, 2);
    real y[MANY];
    size_t unused;
    cr_assert_eq(eg_start_program(&unused, NULL), EG_OK);
    label_rows(&x, y);
    for (size_t i = 0; i < 3; i++) {
        networks[i] = draw_network(WIDTH, "dense 700, batchnorm, relu, dropout 0.5, dense 1", 1);
        const struct eg_training training = {.loss = &eg_bce_logits,
                                             .optimiser = eg_adam(0.01),
                                             .epochs = 2,
                                             .batch = MANY / 2,
                                             .threads = i + 1};
        cr_assert_eq(eg_train(&networks[i], &training, &x, y, NULL, NULL), EG_OK);
        cr_expect_eq(distance(&networks[0], &networks[i]), 0, "%zu threads", i + 1);
    }
    for (size_t i = 0; i < 3; i++)
        eg_network_free(&networks[i]);
    eg_matrix_free(&x);
}

static double add_nan_at_the_end(void *context, const struct eg_network *network,
                                 const struct eg_batch *batch, double strength, real *gradient)
{
    (void)context, (void)batch, (void)strength;
    gradient[network->parameters - 1] = NAN;
    return 0;
}

Test(alternating_updates, any_weight_that_is_not_finite_is_divergence)
{
    struct objective objective;
    struct eg_error error = {0};
    const struct eg_objective_term term = {
        .strength = 1, .context = NULL, .add = add_nan_at_the_end};
    make_objective(&objective);
    objective.training.terms = &term;
    objective.training.terms_count = 1;
    objective.training.epochs = 1;
    objective.training.batch = 0;
    cr_expect_eq(
        eg_train(&objective.network, &objective.training, &objective.x, objective.y, NULL, &error),
        EG_DATA);
    cr_expect(strstr(error.message, "diverged in epoch 1"), "%s", error.message);
    free_objective(&objective);
}
