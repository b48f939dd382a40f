/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training that was killed and goes on from its checkpoint ends as one that was not. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/numpy_stream.h"
#include "prior/terms.h"
#include "tests/scratch_folder.h"
#include "tests/small_network.h"

enum { ROWS = 22, FEATURES = 7, EPOCHS = 7, NEVER = 1 << 20 };

/* What is trained, and how. */
struct variant {
    const char *name;
    struct eg_optimiser_settings optimiser;
    const struct eg_optimiser_settings *second; /* for alternating updates */
    size_t batch;
    int has_score, scores_before, has_order, is_augmented;
    size_t patience;
};

static const struct eg_optimiser_settings momentum = {
    .kind = EG_SGD, .rate = 0.05, .momentum = 0.9, .decay = 0.5, .decay_epochs = 2};
static const struct eg_optimiser_settings adam = {
    .kind = EG_ADAM, .rate = 0.01, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-8, .first_step = 1};

static const struct variant variants[] = {
    {.name = "Adam, whole batches", .optimiser = adam},
    {.name = "Adam, shuffled", .optimiser = adam, .batch = 8},
    {.name = "SGD with momentum", .optimiser = momentum, .batch = 8},
    {.name = "alternating Adam and SGD", .optimiser = adam, .second = &momentum, .batch = 8},
    {.name = "alternating SGD and Adam", .optimiser = momentum, .second = &adam, .batch = 11},
    {.name = "best epoch", .optimiser = adam, .batch = 8, .has_score = 1},
    {.name = "best epoch before its update", .optimiser = adam, .has_score = 1, .scores_before = 1},
    {.name = "patience", .optimiser = momentum, .batch = 8, .has_score = 1, .patience = 2},
    {.name = "order with a state", .optimiser = adam, .batch = 8, .has_order = 1},
    {.name = "augmented", .optimiser = adam, .second = &momentum, .batch = 8, .is_augmented = 1},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

/* One training of a variant, which kills its process at a step, or tells itself to stop there. */
struct run {
    struct eg_network network;
    struct eg_matrix x;
    real y[ROWS];
    struct eg_penalty_term penalty;
    struct eg_numpy_stream numpy;
    size_t steps, kill_at, stop_at;
    double told, told_given; /* share of its epochs */
    atomic_int stop;
    struct eg_training_outcome outcome;
    struct eg_error error;
    int status;
};

static double add_or_die(void *context, const struct eg_network *network,
                         const struct eg_batch *batch, double strength, real *gradient)
{
    struct run *run = context;
    const struct eg_objective_term penalty = eg_penalty_as_term(&run->penalty, strength);
    if (run->steps == run->kill_at)
        raise(SIGKILL);
    if (run->steps++ == run->stop_at)
        atomic_store(&run->stop, 1);
    return penalty.add(penalty.context, network, batch, strength, gradient);
}

/* Goes up and down as one weight moves: with patience, best in the third epoch. */
static int score(void *context, const struct eg_network *network, double *value,
                 struct eg_error *error)
{
    (void)context, (void)error;
    *value = sin(150 * (double)network->theta[0]);
    return EG_OK;
}

static void shuffle_on(void *context, size_t epoch, size_t *index, size_t n)
{
    (void)epoch;
    eg_numpy_shuffle(context, index, n);
}

static void add_noise(void *context, struct eg_stream stream, const real *row, real *out)
{
    (void)context;
    for (size_t i = 0; i < FEATURES; i++)
        out[i] = row[i] + (real)eg_stream_normal(&stream);
}

static void hear_epoch(void *context, double share, int is_given)
{
    struct run *run = context;
    run->told += share;
    run->told_given += is_given ? share : 0;
}

/* Trains in this process. Free with free_run. */
static void train(struct run *run, const struct variant *variant, const char *path,
                  uint32_t numpy_seed)
{
    static const struct eg_score scored = {NULL, score};
    static const struct eg_augmentation noise = {NULL, add_noise};
    const struct eg_checkpoint checkpoint = {path, variant->name};
    const struct eg_objective_term term = {.strength = 0.05, .context = run, .add = add_or_die};
    const struct eg_listener listener = {run, 1, hear_epoch};
    const struct eg_training training = {.loss = &eg_bce_logits,
                                         .optimiser = variant->optimiser,
                                         .epochs = EPOCHS,
                                         .batch = variant->batch,
                                         .terms = &term,
                                         .terms_count = !variant->second,
                                         .alternating = &term,
                                         .alternating_count = variant->second != NULL,
                                         .alternating_optimiser = variant->second ? *variant->second
                                                                                  : eg_sgd(0, 0),
                                         .augmentation = variant->is_augmented ? &noise : NULL,
                                         .checkpoint = path ? &checkpoint : NULL,
                                         .stop = &run->stop,
                                         .listener = &listener,
                                         .score = variant->has_score ? &scored : NULL,
                                         .score_before_update = variant->scores_before,
                                         .patience = variant->patience,
                                         .shuffle = eg_stream_make(3, 0, EG_PURPOSE_SHUFFLE, 0, 0),
                                         .dropout = eg_stream_make(3, 0, EG_PURPOSE_DROPOUT, 0, 0),
                                         .augment = eg_stream_make(3, 0, EG_PURPOSE_AUGMENT, 0, 0),
                                         .order = variant->has_order ? shuffle_on : NULL,
                                         .order_context = &run->numpy};
    run->network = draw_network(FEATURES, "dense 9, batchnorm, relu, dropout 0.3, dense 1", 1);
    run->x = draw_matrix(ROWS, FEATURES, 2);
    for (size_t i = 0; i < ROWS; i++)
        run->y[i] = eg_row(&run->x, i)[0] > 0;
    eg_numpy_seed(&run->numpy, numpy_seed);
    eg_penalty_term_alloc(&run->penalty, &eg_weight_decay, &run->network, NULL);
    run->status = eg_train(&run->network, &training, &run->x, run->y, &run->outcome, &run->error);
}

static void free_run(struct run *run)
{
    eg_penalty_term_free(&run->penalty);
    eg_matrix_free(&run->x);
    eg_network_free(&run->network);
}

static void train_until_killed(const struct variant *variant, const char *path, size_t kill_at)
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        struct run run = {.kill_at = kill_at, .stop_at = NEVER};
        train(&run, variant, path, 1);
        _exit(0);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s: not killed at step %zu",
              variant->name, kill_at);
}

static void train_on(struct run *run, const struct variant *variant, const char *path)
{
    *run = (struct run){.kill_at = NEVER, .stop_at = NEVER};
    train(run, variant, path, 1);
    cr_assert_eq(run->status, EG_OK, "%s: %s", variant->name, run->error.message);
}

static void expect_same(const struct run *run, const struct run *unbroken, const char *what)
{
    const struct eg_training_outcome *a = &run->outcome, *b = &unbroken->outcome;
    cr_expect_arr_eq(run->network.theta, unbroken->network.theta,
                     run->network.parameters * sizeof(real), "%s: other weights", what);
    cr_expect(
        a->epochs == b->epochs && a->best_epoch == b->best_epoch && a->loss == b->loss &&
            (a->best_score == b->best_score || (isnan(a->best_score) && isnan(b->best_score))),
        "%s: another outcome", what);
}

/* Killed in the first epoch, in a middle one, in the last but one, and each time gone on with. */
static void check_variant(const struct variant *variant)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "checkpoints/one");
    const size_t batch = variant->batch ? variant->batch : ROWS, steps = (ROWS + batch - 1) / batch;
    struct run unbroken, run;
    train_on(&unbroken, variant, NULL);
    cr_assert_eq(unbroken.outcome.checkpoint, EG_CHECKPOINT_NONE);
    const size_t epochs = unbroken.outcome.epochs;
    cr_assert_eq(epochs,
                 variant->patience ? unbroken.outcome.best_epoch + 1 + variant->patience : EPOCHS,
                 "%s: %zu epochs", variant->name, epochs);
    cr_assert_geq(epochs, 4);
    train_until_killed(variant, path.text, steps - 1);
    train_until_killed(variant, path.text, 2 * steps);         /* from the start: 2 epochs done */
    train_until_killed(variant, path.text, steps + steps / 2); /* 1 more */
    train_on(&run, variant, path.text);
    cr_expect_eq(run.outcome.resumed, 3, "%s: %zu resumed", variant->name, run.outcome.resumed);
    cr_expect_eq(run.steps, (epochs - 3) * steps);
    cr_expect_float_eq(run.told, (double)epochs / EPOCHS, 1e-12, "%s: told %g", variant->name,
                       run.told);
    cr_expect_float_eq(run.told_given, 3.0 / EPOCHS, 1e-12);
    expect_same(&run, &unbroken, variant->name);
    free_run(&run);
    /* A training that has ended runs no step again. */
    train_on(&run, variant, path.text);
    cr_expect(run.outcome.resumed == epochs && run.steps == 0);
    expect_same(&run, &unbroken, variant->name);
    free_run(&run);
    free_run(&unbroken);
    remove_scratch(&scratch);
}

Test(resume, killed_trainings_end_as_unbroken_ones)
{
    for (size_t i = 0; i < VARIANTS; i++)
        check_variant(&variants[i]);
}

Test(resume, damaged_and_foreign_files_are_passed_over)
{
    const struct variant *variant = &variants[3], *other = &variants[4];
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "one");
    struct run unbroken, run;
    train_on(&unbroken, variant, NULL);
    train_until_killed(variant, path.text, 7);
    FILE *file = fopen(path.text, "r+b");
    cr_assert(fseek(file, 600, SEEK_SET) == 0 && fputc('?', file) == '?' && fclose(file) == 0);
    train_on(&run, variant, path.text);
    cr_expect(run.outcome.checkpoint == EG_CHECKPOINT_DAMAGED && run.outcome.resumed == 0);
    expect_same(&run, &unbroken, "damaged");
    free_run(&run);
    unlink(path.text);
    train_until_killed(other, path.text, 7);
    train_on(&run, variant, path.text);
    cr_expect(run.outcome.checkpoint == EG_CHECKPOINT_FOREIGN && run.outcome.resumed == 0);
    expect_same(&run, &unbroken, "foreign");
    free_run(&run);
    free_run(&unbroken);
    remove_scratch(&scratch);
}

Test(resume, told_to_stop_it_ends_with_the_epoch)
{
    const struct variant *variant = &variants[5];
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "one");
    struct run unbroken, run = {.kill_at = NEVER, .stop_at = 4};
    train(&run, variant, NULL, 1);
    cr_expect_eq(run.status, EG_OK, "without a checkpoint there is no stopping");
    free_run(&run);
    run = (struct run){.kill_at = NEVER, .stop_at = 4};
    train(&run, variant, path.text, 1);
    cr_expect_eq(run.status, EG_INTERRUPTED);
    cr_expect(strstr(run.error.message, "after epoch 2"), "%s", run.error.message);
    cr_expect_eq(run.steps, 6);
    free_run(&run);
    train_on(&unbroken, variant, NULL);
    train_on(&run, variant, path.text);
    cr_expect_eq(run.outcome.resumed, 2);
    expect_same(&run, &unbroken, "stopped");
    free_run(&run);
    free_run(&unbroken);
    remove_scratch(&scratch);
}

Test(resume, an_order_that_does_not_repeat_itself_is_told)
{
    const struct variant *variant = &variants[8];
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "one");
    struct run run = {.kill_at = NEVER, .stop_at = NEVER};
    train_until_killed(variant, path.text, 7);
    train(&run, variant, path.text, 2);
    cr_expect_eq(run.status, EG_INTERNAL);
    cr_expect(strstr(run.error.message, "another order"), "%s", run.error.message);
    free_run(&run);
    remove_scratch(&scratch);
}

Test(resume, a_checkpoint_that_cannot_be_written_ends_the_training)
{
    const struct scratch scratch = make_scratch();
    struct run run = {.kill_at = NEVER, .stop_at = NEVER};
    write_scratch(&scratch, "file", "", 0);
    train(&run, &variants[0], find_scratch(&scratch, "file/one").text, 1);
    cr_expect_eq(run.status, EG_DATA);
    cr_expect(strstr(run.error.message, "file/one"), "%s", run.error.message);
    free_run(&run);
    remove_scratch(&scratch);
}
