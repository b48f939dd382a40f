/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each step of a training explains with points of its own. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "attribution/method.h"
#include "gradient_fixture.h"
#include "nn/train.h"
#include "prior/terms.h"

enum { STEPS = 6, SAMPLES = 4, DRAWS = FIXTURE_N * SAMPLES };

/* A prior on expected gradients, whose points are noted in each step. */
struct noted_term {
    struct eg_prior_term prior;
    size_t steps;
    real alpha[STEPS][DRAWS];
    uint32_t reference[STEPS][DRAWS];
    double own[STEPS][FIXTURE_N]; /* what a term draws for each row */
};

static double add_noted(void *context, const struct eg_network *network,
                        const struct eg_batch *batch, double strength, real *gradient)
{
    struct noted_term *term = context;
    const struct eg_objective_term inner = eg_prior_as_term(&term->prior, strength);
    const double omega = inner.add(inner.context, network, batch, strength, gradient);
    const struct eg_path *path = &term->prior.attribution.path;
    cr_assert_lt(term->steps, STEPS);
    memcpy(term->alpha[term->steps], path->alpha, sizeof term->alpha[0]);
    memcpy(term->reference[term->steps], path->reference, sizeof term->reference[0]);
    for (size_t i = 0; i < batch->n; i++) {
        struct eg_stream stream = eg_stream_item(&batch->stream, i);
        term->own[term->steps][i] = eg_stream_uniform(&stream);
    }
    term->steps++;
    return omega;
}

static void train_noted(struct noted_term *term, enum eg_references references)
{
    struct gradient_fixture fixture;
    struct eg_error error = {0};
    fixture_load(&fixture, "relu");
    const struct eg_explainer explainer = {
        .network = &fixture.network,
        .method = &eg_expected_gradients,
        .settings = {.samples = SAMPLES, .references = references},
        .background = &fixture.references};
    const struct eg_prior_settings global = {.is_global = 1};
    *term = (struct noted_term){0};
    cr_assert_eq(
        eg_prior_term_alloc(&term->prior, &eg_gini_prior, &global, &explainer, FIXTURE_N, &error),
        EG_OK, "%s", error.message);
    const struct eg_objective_term noted = {.strength = 0.1, .context = term, .add = add_noted};
    const struct eg_training training = {
        .loss = &eg_bce_logits,
        .optimiser = eg_adam(1e-3),
        .epochs = STEPS,
        .attribution = eg_stream_make(3, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 1, 0),
        .terms = &noted,
        .terms_count = 1};
    cr_assert_eq(eg_train(&fixture.network, &training, &fixture.x, fixture.y, NULL, &error), EG_OK,
                 "%s", error.message);
    cr_assert_eq(term->steps, STEPS);
    eg_prior_term_free(&term->prior);
    fixture_free(&fixture);
}

static void expect_fresh(const struct noted_term *term)
{
    for (size_t a = 0; a < STEPS; a++)
        for (size_t b = 0; b < a; b++) {
            for (size_t i = 0; i < DRAWS; i++)
                cr_expect_neq(term->alpha[a][i], term->alpha[b][i], "steps %zu and %zu, draw %zu",
                              b, a, i);
            for (size_t i = 0; i < FIXTURE_N; i++)
                cr_expect_neq(term->own[a][i], term->own[b][i], "steps %zu and %zu, row %zu", b, a,
                              i);
            cr_expect_neq(memcmp(term->reference[a], term->reference[b], sizeof term->reference[0]),
                          0, "references of steps %zu and %zu", b, a);
        }
}

Test(step_draws, references_and_alphas_are_drawn_anew_in_each_step)
{
    static struct noted_term term;
    train_noted(&term, EG_REFERENCES_RANDOM);
    expect_fresh(&term);
}

Test(step_draws, without_replacement_too)
{
    static struct noted_term term;
    train_noted(&term, EG_REFERENCES_WITHOUT_REPLACEMENT);
    expect_fresh(&term);
}

/* A replicate's step is no other replicate's. */
Test(step_draws, steps_of_neighbouring_replicates_differ)
{
    const struct eg_stream one = eg_stream_make(0, 1, EG_PURPOSE_TRAIN_ATTRIBUTION, 1, 0),
                           two = eg_stream_make(0, 1, EG_PURPOSE_TRAIN_ATTRIBUTION, 2, 0);
    double draws[8];
    size_t count = 0;
    for (uint64_t step = 0; step < 4; step++) {
        struct eg_stream of_one = eg_stream_step(&one, step), of_two = eg_stream_step(&two, step);
        draws[count++] = eg_stream_uniform(&of_one);
        draws[count++] = eg_stream_uniform(&of_two);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(draws[i], draws[j], "draws %zu and %zu", i, j);
}
