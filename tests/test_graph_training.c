/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "attribution/explain.h"
#include "bench/graph/graph_cohorts.h"
#include "metrics/gini.h"
#include "tests/scratch_folder.h"

enum { PATIENTS = 40, DRUGS = 5, FINE_EPOCHS = 60 };

static const struct eg_graph_recipe network_recipe = {.first_layer = 16,
                                                      .second_layer = 8,
                                                      .l1 = 1e-4,
                                                      .rate = 3e-3,
                                                      .batch = 32,
                                                      .epochs = 12,
                                                      .patience = 4,
                                                      .nu = 100,
                                                      .samples = 3};

static const struct eg_graph_recipe convolution_recipe = {.first_layer = 16,
                                                          .second_layer = 8,
                                                          .filters = 2,
                                                          .l2 = 1e-4,
                                                          .dropout = 0.3,
                                                          .rate = 3e-3,
                                                          .batch = 32,
                                                          .epochs = 3,
                                                          .patience = 2,
                                                          .samples = 3};

struct fixture {
    const struct eg_graph_cohort *cohort;
    struct eg_patient_split split;
    struct eg_run run;
    struct eg_graph_task task;
};

static void prepare(struct fixture *f, const struct eg_graph_recipe *recipe)
{
    const struct eg_patient_split_settings settings = {0};
    struct eg_error error = {0};
    f->cohort = eg_graph_cohort_load("simulated_response", NULL, PATIENTS, DRUGS, &error);
    cr_assert_not_null(f->cohort, "%s", error.message);
    cr_assert_eq(eg_patient_split_draw(&f->cohort->cohort,
                                       eg_stream_make(2, 0, EG_PURPOSE_SPLIT, 0, 0), &settings,
                                       &f->split, &error),
                 EG_OK, "%s", error.message);
    f->run = (struct eg_run){.threads = 1};
    f->task = (struct eg_graph_task){.run = &f->run,
                                     .recipe = recipe,
                                     .split = &f->split,
                                     .drugs = DRUGS,
                                     .propagation = &f->cohort->propagation,
                                     .seed = 1,
                                     .replicate = 2};
}

static void make_network(const struct fixture *f, struct eg_network *network)
{
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_make_network(&f->task, network, &error), EG_OK, "%s", error.message);
}

static struct eg_training_outcome train(const struct fixture *f, struct eg_network *network)
{
    struct eg_training_outcome outcome;
    struct eg_error error = {0};
    make_network(f, network);
    cr_assert_eq(eg_graph_train(&f->task, network, &outcome, &error), EG_OK, "%s", error.message);
    return outcome;
}

/* *tuned = a copy of the network, trained on with the fine-tuning of that name. */
static struct eg_training_outcome tune(const struct fixture *f, const struct eg_network *network,
                                       const char *name, size_t epochs, int keeps_best,
                                       struct eg_network *tuned)
{
    const struct eg_fine_tuning *tuning = eg_fine_tunings;
    struct eg_training_outcome outcome;
    struct eg_error error = {0};
    while (strcmp(tuning->name, name) != 0)
        tuning++;
    make_network(f, tuned);
    memcpy(tuned->theta, network->theta, network->parameters * sizeof *network->theta);
    cr_assert_eq(eg_graph_fine_tune(&f->task, tuning, &f->cohort->cohort.graph, epochs, keeps_best,
                                    name, tuned, &outcome, &error),
                 EG_OK, "%s", error.message);
    return outcome;
}

static void free_fixture(struct fixture *f)
{
    eg_patient_split_free(&f->split);
}

/* a'La of mean |EG| over the test rows, with references of the training rows. */
static double graph_penalty(const struct fixture *f, const struct eg_network *network)
{
    const struct eg_explainer explainer = {.network = network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = 50},
                                           .background = &f->split.parts[EG_TRAIN].x};
    const struct eg_matrix *test = &f->split.parts[EG_TEST].x;
    double importance[DRUGS + 200];
    struct eg_matrix phi;
    cr_assert_eq(eg_matrix_alloc(&phi, test->rows, test->cols, NULL), EG_OK);
    cr_assert_eq(eg_explain_phi(&explainer, test, NULL,
                                eg_stream_make(8, 0, EG_PURPOSE_EXPLAIN, 0, 0), &phi, NULL),
                 EG_OK);
    eg_mean_absolute(&phi, importance);
    eg_matrix_free(&phi);
    return eg_graph_roughness(&f->cohort->cohort.graph, importance + DRUGS, NULL);
}

static double squared_error(const struct eg_network *network, const struct eg_response_rows *rows)
{
    double square = NAN;
    cr_assert_eq(eg_graph_squared_error(network, rows, &square, NULL), EG_OK);
    return square;
}

static void expect_same(const struct eg_network *a, const struct eg_network *b, const char *what)
{
    cr_expect_arr_eq(a->theta, b->theta, a->parameters * sizeof *a->theta, "%s", what);
}

Test(graph_training, the_prior_and_not_the_epochs_lowers_the_graph_penalty)
{
    struct fixture f = {0};
    struct eg_network network, with, without;
    prepare(&f, &network_recipe);
    train(&f, &network);
    tune(&f, &network, "graph_prior", FINE_EPOCHS, 0, &with);
    tune(&f, &network, "fine_tuning", FINE_EPOCHS, 0, &without);
    const double before = graph_penalty(&f, &network), smooth = graph_penalty(&f, &with),
                 rough = graph_penalty(&f, &without);
    cr_expect_lt(smooth, before / 10, "with the prior %g, before %g", smooth, before);
    cr_expect_gt(rough, before / 3, "without it %g, before %g", rough, before);
    eg_network_free(&network);
    eg_network_free(&with);
    eg_network_free(&without);
    free_fixture(&f);
}

/* Training learns; the kept epoch is the one with the least validation error. */
Test(graph_training, keeps_the_epoch_with_the_least_validation_error)
{
    struct fixture f = {0};
    struct eg_graph_recipe recipe = network_recipe;
    struct eg_network network, shorter;
    prepare(&f, &recipe);
    const struct eg_training_outcome outcome = train(&f, &network);
    const struct eg_response_rows *validation = &f.split.parts[EG_VALIDATION];
    const double square = squared_error(&network, validation);
    cr_expect(outcome.epochs == recipe.epochs || outcome.epochs == outcome.best_epoch + 5);
    cr_expect_float_eq(-outcome.best_score, square, 1e-12);
    double least = INFINITY;
    recipe.patience = 0; /* the last epoch is kept */
    for (recipe.epochs = 1; recipe.epochs <= outcome.epochs; recipe.epochs++) {
        train(&f, &shorter);
        const double own = squared_error(&shorter, validation);
        if (recipe.epochs == outcome.best_epoch + 1)
            expect_same(&shorter, &network, "the kept epoch");
        least = own < least ? own : least;
        eg_network_free(&shorter);
    }
    cr_expect_float_eq(square, least, 1e-12);
    eg_network_free(&network);
    free_fixture(&f);
}

/* L1 of 1 on every weight leaves the loss no say: all weights end near 0. */
Test(graph_training, the_l1_penalty_is_a_sum_over_weights)
{
    struct fixture f = {0};
    struct eg_graph_recipe recipe = network_recipe;
    struct eg_network network;
    prepare(&f, &recipe);
    recipe.l1 = 1;
    recipe.patience = 0;
    recipe.epochs = 250;
    train(&f, &network);
    for (size_t l = 0; l < network.layer_count; l++)
        for (size_t w = 0; w < network.layers[l].weights; w++)
            cr_assert_lt(fabs((double)network.theta[network.layers[l].offset + w]), 0.05);
    eg_network_free(&network);
    free_fixture(&f);
}

/* Each of the notebook's habits changes what it says, in training or in fine-tuning, and no other. */
Test(graph_training, habits_of_the_notebook_are_switches)
{
    struct fixture f = {0};
    struct eg_graph_recipe recipe = network_recipe;
    const struct {
        size_t *habit;
        int in_training;
    } habits[] = {{&recipe.l1_on_biases, 1},
                  {&recipe.he_normal_cut, 1},
                  {&recipe.training_references, 0},
                  {&recipe.prior_on_next_batch, 0}};
    struct eg_network network, other, tuned, other_tuned;
    recipe.epochs = 2;
    prepare(&f, &recipe);
    train(&f, &network);
    tune(&f, &network, "graph_prior", 1, 0, &tuned);
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        *habits[i].habit = 1;
        train(&f, &other);
        tune(&f, &network, "graph_prior", 1, 0, &other_tuned);
        cr_expect_eq(memcmp(other.theta, network.theta, network.parameters * sizeof(real)) != 0,
                     habits[i].in_training, "%zu", i);
        /* L1 goes with the loss in fine-tuning too; first weights were those of the network given. */
        cr_expect_eq(memcmp(other_tuned.theta, tuned.theta, tuned.parameters * sizeof(real)) != 0,
                     i != 1, "%zu", i);
        *habits[i].habit = 0;
        eg_network_free(&other);
        eg_network_free(&other_tuned);
    }
    eg_network_free(&network);
    eg_network_free(&tuned);
    free_fixture(&f);
}

Test(graph_training, the_same_bits_for_one_and_two_threads)
{
    static const char *const names[] = {"graph_prior", "gradient_graph_prior", "fine_tuning"};
    struct fixture f = {0};
    struct eg_network one, two, tuned[2];
    prepare(&f, &network_recipe);
    train(&f, &one);
    f.run.threads = 2;
    train(&f, &two);
    expect_same(&one, &two, "training");
    for (size_t i = 0; i < 3; i++) {
        for (size_t t = 0; t < 2; t++) {
            f.run.threads = t + 1;
            tune(&f, &one, names[i], 2, 1, &tuned[t]);
        }
        expect_same(&tuned[0], &tuned[1], names[i]);
        cr_expect_neq(memcmp(tuned[0].theta, one.theta, one.parameters * sizeof *one.theta), 0);
        eg_network_free(&tuned[0]);
        eg_network_free(&tuned[1]);
    }
    eg_network_free(&one);
    eg_network_free(&two);
    free_fixture(&f);
    prepare(&f, &convolution_recipe);
    train(&f, &one);
    f.run.threads = 2;
    train(&f, &two);
    expect_same(&one, &two, "graph convolution");
    eg_network_free(&one);
    eg_network_free(&two);
    free_fixture(&f);
}

/* Told to stop, training and fine-tuning end after each epoch; the same call goes on, bit for bit. */
Test(graph_training, broken_off_after_every_epoch_it_ends_as_unbroken)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "cell");
    const atomic_int stop = 1;
    struct fixture f = {0};
    struct eg_network whole, whole_tuned, network, tuned;
    struct eg_training_outcome outcome;
    struct eg_error error = {0};
    size_t breaks = 0;
    prepare(&f, &network_recipe);
    const size_t epochs = train(&f, &whole).epochs;
    tune(&f, &whole, "graph_prior", 3, 1, &whole_tuned);
    f.run.checkpoint = path.text;
    f.run.key = "key";
    f.run.stop = &stop;
    make_network(&f, &network);
    while (eg_graph_train(&f.task, &network, &outcome, &error) == EG_INTERRUPTED)
        cr_assert_leq(++breaks, epochs);
    cr_expect(breaks >= epochs - 1, "%zu breaks in %zu epochs", breaks, epochs);
    expect_same(&network, &whole, "training");
    make_network(&f, &tuned);
    memcpy(tuned.theta, network.theta, network.parameters * sizeof *network.theta);
    breaks = 0;
    while (eg_graph_fine_tune(&f.task, &eg_fine_tunings[0], &f.cohort->cohort.graph, 3, 1, "tuning",
                              &tuned, &outcome, &error) == EG_INTERRUPTED)
        cr_assert_leq(++breaks, 3);
    cr_expect_geq(breaks, 2);
    expect_same(&tuned, &whole_tuned, "fine-tuning");
    eg_network_free(&whole);
    eg_network_free(&whole_tuned);
    eg_network_free(&network);
    eg_network_free(&tuned);
    free_fixture(&f);
    remove_scratch(&scratch);
}

Test(graph_training, the_network_is_the_recipes)
{
    struct fixture f = {0};
    struct eg_network network;
    prepare(&f, &network_recipe);
    make_network(&f, &network);
    cr_expect_eq(network.inputs, DRUGS + 200);
    cr_expect_eq(network.parameters, 205 * 16 + 16 + 16 * 8 + 8 + 8 + 1);
    eg_network_free(&network);
    f.task.recipe = &convolution_recipe;
    make_network(&f, &network);
    /* Two filters of one channel, then 205 nodes of two channels. */
    cr_expect_eq(network.parameters, 2 + 2 + 205 * 2 * 16 + 16 + 16 * 8 + 8 + 8 + 1);
    eg_network_free(&network);
    free_fixture(&f);
}
