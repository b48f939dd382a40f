/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training step allocates nothing: every malloc of this program is counted. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "prior/terms.h"
#include "tests/small_network.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_COUNT 0 /* the sanitizers have their own malloc */
#else
#define CAN_COUNT 1

static atomic_size_t calls;

/* *next = the C library's function of that name, behind ours: valgrind knows it by that name too. */
static void find_next(const char *name, void *next)
{
    atomic_fetch_add(&calls, 1);
    *(void **)next = dlsym(RTLD_NEXT, name);
}

void *malloc(size_t size)
{
    void *(*next)(size_t);
    find_next("malloc", &next);
    return next(size);
}

void *calloc(size_t count, size_t size)
{
    void *(*next)(size_t, size_t);
    find_next("calloc", &next);
    return next(count, size);
}

void *realloc(void *block, size_t size)
{
    void *(*next)(void *, size_t);
    find_next("realloc", &next);
    return next(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    void *(*next)(size_t, size_t);
    find_next("aligned_alloc", &next);
    return next(alignment, size);
}
#endif

enum { ROWS = 20, REFERENCES = 15 };

/* What eg_train does in a step, with a prior and a weight penalty. */
struct step {
    struct eg_network network;
    struct eg_matrix x;
    struct eg_backprop pass;
    struct eg_optimiser optimiser;
    struct eg_prior_term prior;
    struct eg_penalty_term penalty;
    real y[ROWS], *gradient;
};

static void prepare_step(struct step *step, size_t inputs, const char *text,
                         const struct eg_prior *prior, const struct eg_prior_settings *settings,
                         enum eg_references references)
{
    struct eg_error error;
    const struct eg_optimiser_settings adam = eg_adam(1e-3);
    step->network = draw_network(inputs, text, 1);
    step->x = draw_matrix(ROWS, inputs, 2);
    for (size_t i = 0; i < ROWS; i++)
        step->y[i] = (real)(i % 2);
    step->gradient = calloc(step->network.parameters, sizeof *step->gradient);
    const struct eg_explainer explainer = {
        .network = &step->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = REFERENCES, .references = references},
        .background = &step->x};
    cr_assert_eq(eg_backprop_alloc(&step->pass, &step->network, ROWS, 1, &error), EG_OK);
    cr_assert_eq(eg_optimiser_alloc(&step->optimiser, &adam, step->network.parameters, &error),
                 EG_OK);
    cr_assert_eq(eg_prior_term_alloc(&step->prior, prior, settings, &explainer, ROWS, &error),
                 EG_OK);
    cr_assert_eq(eg_penalty_term_alloc(&step->penalty, &eg_sgl_all, &step->network, &error), EG_OK);
}

static void run_step(struct step *step, uint64_t item)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DROPOUT, 0, item);
    const struct eg_batch batch = {.n = ROWS, .x = step->x.data, .y = step->y, .stream = stream};
    const struct eg_objective_term terms[] = {eg_prior_as_term(&step->prior, 1),
                                              eg_penalty_as_term(&step->penalty, 0.1)};
    eg_backprop_run(&step->pass, &step->network, &eg_bce_logits, ROWS, batch.x, batch.y, &stream,
                    step->gradient);
    eg_backprop_move_averages(&step->pass, &step->network, ROWS);
    for (size_t t = 0; t < 2; t++)
        terms[t].add(terms[t].context, &step->network, &batch, terms[t].strength, step->gradient);
    eg_optimiser_step(&step->optimiser, 0, step->gradient, step->network.theta);
}

static void free_step(struct step *step)
{
    eg_penalty_term_free(&step->penalty);
    eg_prior_term_free(&step->prior);
    eg_optimiser_free(&step->optimiser);
    eg_backprop_free(&step->pass);
    eg_matrix_free(&step->x);
    eg_network_free(&step->network);
    free(step->gradient);
}

static void check_step(struct step *step)
{
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    run_step(step, 0); /* OpenBLAS and OpenMP take their buffers once */
#if CAN_COUNT
    const size_t before = atomic_load(&calls);
    cr_assert_gt(before, 0, "malloc is not counted");
    for (uint64_t item = 1; item < 4; item++)
        run_step(step, item);
    const size_t after = atomic_load(&calls);
    cr_expect_eq(after, before, "%zu allocations in 3 steps", after - before);
#endif
    free_step(step);
}

Test(allocation, a_training_step_makes_none)
{
    const struct eg_prior_settings global = {.is_global = 1};
    struct step step;
    prepare_step(&step, 9, "dense 12, relu, dropout 0.2, dense 6, softplus, dense 1",
                 &eg_gini_prior, &global, EG_REFERENCES_WITHOUT_REPLACEMENT);
    check_step(&step);
}

Test(allocation, nor_does_one_of_a_convolutional_network)
{
    const struct eg_prior_settings smooth = {.image = {8, 8, 2}, .standardise = EG_STANDARDISE_SD};
    struct step step;
    prepare_step(&step, 128,
                 "image 8x8x2, conv 3x3x4 same, batchnorm, relu, pool 2, conv 3x3x4, relu, "
                 "mean_pool 2, dense 6, relu, dropout 0.2, dense 1",
                 &eg_total_variation_prior, &smooth, EG_REFERENCES_SHIFTED);
    check_step(&step);
}
