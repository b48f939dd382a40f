/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do the measures tell the truth from chance, and chance from the truth with its signs turned? On the
 * data set "interactions" with its own f as the model and its exact Shapley values as the truth.
 *
 * They do where the sign counts: infidelity, completeness, agreement with Shapley values, deletion and
 * insertion for classes. Scaled infidelity, deletion and insertion for numbers, and the retrained
 * curves are blind to it: the truth and the turned truth score the same. Max-sensitivity and
 * randomisation say nothing of right and wrong.
 */
#include <math.h>

#include <criterion/criterion.h>

#include "bench/shap/retrain_curves.h"
#include "datasets/interactions.h"
#include "metrics/completeness.h"
#include "metrics/deletion_insertion.h"
#include "metrics/infidelity.h"
#include "metrics/randomisation.h"
#include "metrics/shapley_agreement.h"
#include "tests/plain_models.h"
#include "tests/small_network.h"

enum { P = EG_INTERACTIONS_FEATURES, TRAIN = 600, TEST = 100, ROWS = TRAIN + TEST };
enum planted { ORACLE, RANDOM, FLIPPED, PLANTED };

/* The rows, and three attributions of each: training rows first. */
struct planting {
    struct eg_dataset data;
    struct eg_matrix train, test;        /* views */
    struct eg_matrix phi[PLANTED];       /* of all rows */
    struct eg_matrix test_phi[PLANTED];  /* views */
    struct eg_matrix random_again;       /* test rows */
    struct eg_matrix train_phi[PLANTED]; /* views */
};

static struct planting plant(void)
{
    struct planting s;
    const struct eg_dataset_options options = {.seed = 3, .rows = ROWS};
    cr_assert_eq(eg_dataset_load("interactions", &options, &s.data, NULL), EG_OK);
    s.train = view(TRAIN, P, s.data.x.data);
    s.test = view(TEST, P, s.data.x.data + TRAIN * P);
    s.phi[ORACLE] = draw_matrix(ROWS, P, 1);
    s.phi[RANDOM] = draw_matrix(ROWS, P, 2);
    s.phi[FLIPPED] = draw_matrix(ROWS, P, 3);
    s.random_again = draw_matrix(TEST, P, 4);
    cr_assert_eq(eg_interactions_shapley(&s.data.x, &s.train, &s.phi[ORACLE], NULL), EG_OK);
    for (size_t i = 0; i < ROWS * P; i++)
        s.phi[FLIPPED].data[i] = -s.phi[ORACLE].data[i];
    for (int m = 0; m < PLANTED; m++) {
        s.train_phi[m] = view(TRAIN, P, s.phi[m].data);
        s.test_phi[m] = view(TEST, P, s.phi[m].data + TRAIN * P);
    }
    return s;
}

static void uproot(struct planting *s)
{
    eg_dataset_free(&s->data);
    eg_matrix_free(&s->random_again);
    for (int m = 0; m < PLANTED; m++)
        eg_matrix_free(&s->phi[m]);
}

/* score: of the oracle, the random and the flipped one; lower is better. */
static void expect_order(const char *measure, const double *score)
{
    cr_expect(score[ORACLE] < score[RANDOM] && score[RANDOM] < score[FLIPPED], "%s: %g %g %g",
              measure, score[ORACLE], score[RANDOM], score[FLIPPED]);
}

static void expect_blind(const char *measure, const double *score)
{
    cr_expect(score[ORACLE] < score[RANDOM] &&
                  fabs(score[ORACLE] - score[FLIPPED]) <= 1e-12 * fabs(score[ORACLE]),
              "%s: %g %g %g", measure, score[ORACLE], score[RANDOM], score[FLIPPED]);
}

Test(planted_order, infidelity)
{
    struct planting s = plant();
    double plain[PLANTED], scaled[PLANTED];
    for (int m = 0; m < PLANTED; m++) {
        const struct eg_infidelity_input input = {.predictor = &eg_interactions_predictor,
                                                  .x_train = &s.train,
                                                  .x = &s.test,
                                                  .phi = &s.test_phi[m],
                                                  .size = 0.5,
                                                  .draws = 100,
                                                  .stream = {.key = {5}}};
        struct eg_infidelity result;
        cr_assert_eq(eg_infidelity(&input, &result, NULL), EG_OK);
        plain[m] = result.plain / result.change;
        scaled[m] = result.scaled / result.change;
    }
    expect_order("infidelity", plain);
    expect_blind("infidelity, scaled", scaled);
    cr_expect_lt(plain[ORACLE], 0.7);
    uproot(&s);
}

static void measure_curves(const struct planting *s, int is_classes, double *deletion,
                           double *insertion)
{
    for (int m = 0; m < PLANTED; m++) {
        const struct eg_deletion_input input = {.predictor = &eg_interactions_predictor,
                                                .x_train = &s->train,
                                                .x = &s->test,
                                                .phi = &s->test_phi[m],
                                                .is_classes = is_classes,
                                                .stream = {.key = {5}}};
        struct eg_deletion result;
        cr_assert_eq(eg_deletion_insertion(&input, &result, NULL), EG_OK);
        deletion[m] = result.deletion;
        insertion[m] = -result.insertion; /* so that lower is better here too */
    }
}

Test(planted_order, deletion_and_insertion)
{
    struct planting s = plant();
    double deletion[PLANTED], insertion[PLANTED];
    measure_curves(&s, 0, deletion, insertion);
    expect_blind("deletion, numbers", deletion);
    expect_blind("insertion, numbers", insertion);
    measure_curves(&s, 1, deletion, insertion);
    expect_order("deletion, classes", deletion);
    expect_order("insertion, classes", insertion);
    uproot(&s);
}

Test(planted_order, completeness_and_shapley_agreement)
{
    struct planting s = plant();
    real outputs[ROWS];
    double base = 0, residual[PLANTED], off[PLANTED], rank[PLANTED];
    eg_interactions_predictor.predict(NULL, ROWS, s.data.x.data, outputs, NULL);
    for (size_t i = 0; i < TRAIN; i++)
        base += outputs[i] / TRAIN;
    for (int m = 0; m < PLANTED; m++) {
        struct eg_shapley_agreement agreement;
        cr_assert_eq(eg_completeness(&s.test_phi[m], outputs + TRAIN, base, &residual[m], NULL),
                     EG_OK);
        cr_assert_eq(eg_shapley_agreement(&s.test_phi[m], &s.test_phi[ORACLE], &agreement, NULL),
                     EG_OK);
        off[m] = agreement.error;
        rank[m] = -agreement.rank;
    }
    expect_order("completeness", residual);
    expect_order("error", off);
    expect_order("rank", rank);
    cr_expect_lt(residual[ORACLE], 1e-13);
    uproot(&s);
}

/* Chance passes it, and a turned truth is no news: what it finds is a method that stays as it was. */
Test(planted_order, randomisation_finds_only_what_stays)
{
    struct planting s = plant();
    double chance, turned;
    cr_assert_eq(eg_randomisation(&s.test_phi[RANDOM], &s.random_again, &chance, NULL), EG_OK);
    cr_assert_eq(eg_randomisation(&s.test_phi[ORACLE], &s.test_phi[FLIPPED], &turned, NULL), EG_OK);
    cr_expect_gt(chance, 0.6);
    cr_expect_lt(turned, 1e-12);
    uproot(&s);
}

Test(planted_order, retrained_curves)
{
    struct planting s = plant();
    const struct eg_retrain_recipe recipe = {
        .network = "dense 32, relu, dense 16, relu, dense 1",
        .weights = eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0),
        .training = {.loss = &eg_mse,
                     .optimiser = eg_adam(0.005),
                     .epochs = 40,
                     .batch = 32,
                     .shuffle = eg_stream_make(1, 0, EG_PURPOSE_SHUFFLE, 0, 0)}};
    double roar[PLANTED], kar[PLANTED];
    for (int m = 0; m < PLANTED; m++) {
        const struct eg_retrain_input input = {.x_train = &s.train,
                                               .phi_train = &s.train_phi[m],
                                               .x_test = &s.test,
                                               .phi_test = &s.test_phi[m],
                                               .y_train = s.data.y,
                                               .y_test = s.data.y + TRAIN,
                                               .points = 3,
                                               .shares = {0.1, 0.3, 0.5},
                                               .stream = {.key = {5}},
                                               .fit = eg_retrain_network,
                                               .context = &recipe};
        struct eg_retrain_result result;
        cr_assert_eq(eg_retrain_curves(&input, &result, NULL), EG_OK);
        roar[m] = result.roar;
        kar[m] = -result.kar;
    }
    expect_blind("remove and retrain", roar);
    expect_blind("keep and retrain", kar);
    uproot(&s);
}
