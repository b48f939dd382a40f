/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What egbench.h refuses, and what it says then. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "public/egbench.h"
#include "tests/scratch_folder.h"

enum { ROWS = 6, P = 2 };

static const eg_real rows[ROWS * P] = {1, 2, -1, 0, 3, 1, 2, 2, 0, -2, 1, 1};
static const eg_real zeros[ROWS];

static struct egbench_error error;
static struct egbench_network *network;
static struct egbench_explainer *explainer;
static struct egbench_training *training;
static struct egbench_prior *prior;
static eg_real phi[ROWS * P];

static void check(int status)
{
    cr_assert_eq(status, 0, "%s", error.message);
}

static void refuse(int wanted, const char *message, int status)
{
    cr_expect_eq(status, wanted, "%d: %s", status, error.message);
    cr_expect_eq(error.status, status, "%d: %s", error.status, error.message);
    cr_expect_str_eq(error.message, message);
    error.message[0] = '\0';
}

static void make_all(void)
{
    check(egbench_network_alloc(&network, P, "dense 3, tanh, dense 1", &error));
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    check(egbench_explainer_alloc(&explainer, network, "expected_gradients", &error));
    egbench_explainer_set_background(explainer, ROWS, rows);
    egbench_explainer_set_samples(explainer, 2 * ROWS);
    check(egbench_prior_alloc(&prior, "l1", &error));
}

static void free_all(void)
{
    egbench_prior_free(prior);
    egbench_explainer_free(explainer);
    egbench_training_free(training);
    egbench_network_free(network);
}

TestSuite(public_refusals, .init = make_all, .fini = free_all);

static int explain(void)
{
    return egbench_explain(explainer, ROWS, rows, NULL, 1, phi, &error);
}

static int train(void)
{
    return egbench_train(training, ROWS, rows, zeros, &error);
}

static void use_method(const char *name)
{
    egbench_explainer_free(explainer);
    check(egbench_explainer_alloc(&explainer, network, name, &error));
}

/* rows with one number in another's place */
static const eg_real *spoil(size_t at, eg_real number)
{
    static eg_real spoilt[ROWS * P];
    memcpy(spoilt, rows, sizeof rows);
    spoilt[at] = number;
    return spoilt;
}

Test(public_refusals, baselines_are_one_or_one_each)
{
    use_method("integrated_gradients");
    for (size_t count = 1; count <= ROWS; count += ROWS - 1) {
        egbench_explainer_set_background(explainer, count, rows);
        check(explain());
    }
    egbench_explainer_set_background(explainer, 2, rows);
    refuse(EGBENCH_USAGE,
           "integrated_gradients: 2 background rows: give one, the baseline of all rows, or one "
           "for each row explained",
           explain());
    egbench_explainer_set_background(explainer, ROWS, rows);
    check(egbench_training_add_prior(training, prior, explainer, 1, &error));
    refuse(EGBENCH_USAGE,
           "integrated_gradients: 6 background rows: give one, the baseline of all rows of every "
           "batch",
           train());
}

Test(public_refusals, settings_of_an_explainer)
{
    egbench_explainer_set_samples(explainer, 0);
    refuse(EGBENCH_USAGE, "expected_gradients: 0 samples: give at least one", explain());
    egbench_explainer_set_samples(explainer, 7);
    egbench_explainer_set_references(explainer, EGBENCH_REFERENCES_ALL);
    refuse(EGBENCH_USAGE,
           "expected_gradients: 7 samples for all 6 references: give a multiple of 6", explain());
    egbench_explainer_set_references(explainer, (enum egbench_references)77);
    refuse(EGBENCH_USAGE, "expected_gradients: 77 is no enum egbench_references", explain());
    egbench_explainer_set_references(explainer, EGBENCH_REFERENCES_RANDOM);
    egbench_explainer_set_background(explainer, 0, NULL);
    refuse(EGBENCH_USAGE, "expected_gradients needs a background: give it rows", explain());
    refuse(EGBENCH_USAGE, "expected_gradients: 0 rows: give at least one",
           egbench_explain(explainer, 0, rows, NULL, 1, phi, &error));
    egbench_explainer_set_target(explainer, EGBENCH_TARGET_LOSS, (enum egbench_loss)99);
    refuse(EGBENCH_USAGE, "expected_gradients: the target's loss is no enum egbench_loss",
           explain());

    use_method("gradient_shap");
    egbench_explainer_set_references(explainer, EGBENCH_REFERENCES_CYCLIC_SHIFT);
    refuse(EGBENCH_USAGE,
           "gradient_shap takes no cyclic shifts as references: expected_gradients does",
           explain());
    use_method("smoothgrad");
    egbench_explainer_set_noise(explainer, -1);
    refuse(EGBENCH_USAGE, "smoothgrad: noise of sd -1: give a number from 0 on", explain());
    use_method("lime");
    egbench_explainer_set_background(explainer, 1, rows);
    refuse(EGBENCH_USAGE, "lime: 200 samples on 1 background rows are too few: give 2 of each",
           explain());
    use_method("integrated_gradients");
    egbench_explainer_set_background(explainer, 1, rows);
    egbench_explainer_set_samples(explainer, 1);
    egbench_explainer_set_rule(explainer, EGBENCH_RULE_TRAPEZOID);
    refuse(EGBENCH_USAGE,
           "integrated_gradients: 1 samples are too few for the rule: give at least two",
           explain());
}

Test(public_refusals, numbers_that_are_none)
{
    const char *message = "gradients: row 2, feature 1, is nan: give finite numbers; "
                          "egbench_dataset_standardise() imputes missing ones";
    struct egbench_explanation *explanation;
    use_method("gradients");
    refuse(EGBENCH_DATA, message,
           egbench_explain(explainer, ROWS, spoil(5, NAN), NULL, 1, phi, &error));
    refuse(
        EGBENCH_DATA, message,
        egbench_explanation_alloc(&explanation, explainer, ROWS, spoil(5, NAN), NULL, 1, &error));
    egbench_explainer_set_background(explainer, ROWS, spoil(3, INFINITY));
    refuse(EGBENCH_DATA,
           "gradients: background row 1, feature 1, is inf: give finite numbers; "
           "egbench_dataset_standardise() imputes missing ones",
           explain());
    refuse(EGBENCH_DATA, "l1: phi of row 0, feature 1, is nan: give finite numbers",
           egbench_prior_evaluate(prior, ROWS, P, spoil(1, NAN), NULL, &(double){0}, &error));

    refuse(EGBENCH_DATA,
           "training: row 2, feature 1, is nan: give finite numbers; "
           "egbench_dataset_standardise() imputes missing ones",
           egbench_train(training, ROWS, spoil(5, NAN), zeros, &error));
    refuse(EGBENCH_DATA, "training: row 1 has label nan: the loss 'mse' takes finite numbers",
           egbench_train(training, ROWS, rows, spoil(1, NAN), &error));
    egbench_training_set_validation(training, 1, spoil(0, NAN), zeros, 0);
    refuse(EGBENCH_DATA,
           "validation: row 0, feature 0, is nan: give finite numbers; "
           "egbench_dataset_standardise() imputes missing ones",
           train());

    egbench_explainer_set_background(explainer, 0, NULL);
    egbench_network_weights(network)[0] = NAN;
    refuse(EGBENCH_DATA,
           "gradients: phi of row 0, feature 0, is nan: the network or the method gives no finite "
           "number there",
           explain());
    refuse(EGBENCH_DATA, "training: weight 0 of the network is nan: initialise it", train());
}

Test(public_refusals, settings_of_a_training)
{
    struct egbench_training *other;
    egbench_training_set_epochs(training, 0);
    refuse(EGBENCH_USAGE, "training: 6 rows, 0 epochs: give one at least", train());
    egbench_training_set_epochs(training, 2);
    egbench_training_set_adam(training, -1);
    refuse(EGBENCH_USAGE, "training: a learning rate of -1: give a positive number", train());
    egbench_training_set_adam(training, NAN);
    refuse(EGBENCH_USAGE, "training: a learning rate of nan: give a positive number", train());
    egbench_training_set_sgd(training, 0.1, 1, 0);
    refuse(EGBENCH_USAGE, "training: a momentum of 1: give a number from 0 to less than 1",
           train());
    egbench_training_set_adam(training, 0.1);
    egbench_training_set_decay(training, 0, 1);
    refuse(EGBENCH_USAGE, "training: a decay of 0: give a positive factor", train());
    egbench_training_set_decay(training, 0.5, 1);
    egbench_training_set_alternating(training, 0);
    refuse(EGBENCH_USAGE, "training: a learning rate of 0: give a positive number", train());
    egbench_training_set_alternating(training, 0.1);
    egbench_training_set_validation(training, 0, rows, zeros, 0);
    refuse(EGBENCH_USAGE, "validation: 0 rows: give at least one", train());
    egbench_training_set_validation(training, ROWS, rows, zeros, 0);
    check(train());
    refuse(EGBENCH_USAGE, "training: a strength of nan: give a finite number",
           egbench_training_add_weight_penalty(training, "l2_all", NAN, &error));
    refuse(EGBENCH_USAGE, "training: a strength of inf: give a finite number",
           egbench_training_add_prior(training, prior, explainer, INFINITY, &error));

    refuse(EGBENCH_USAGE, "training: 99 is no enum egbench_loss",
           egbench_training_alloc(&other, network, (enum egbench_loss)99, &error));
    check(egbench_training_alloc(&other, network, EGBENCH_BCE_LOGITS, &error));
    refuse(EGBENCH_DATA, "training: row 3 has label 7: the loss 'bce' takes numbers from 0 to 1",
           egbench_train(other, ROWS, rows, (const eg_real[]){0, 1, 0.5, 7, 0, 0}, &error));
    egbench_training_free(other);
}

/* Too fast, it ends; the weights are those before, so that a slower one needs no new ones. */
Test(public_refusals, a_training_that_diverges_leaves_the_weights)
{
    eg_real before[3 * P + 3 + 3 + 1];
    const eg_real far[ROWS] = {1e200, -1e200, 1e200, 1e200, 0, 1};
    cr_assert_eq(egbench_network_parameters(network) * sizeof *before, sizeof before);
    memcpy(before, egbench_network_const_weights(network), sizeof before);
    egbench_training_set_sgd(training, 1e150, 0, 0);
    refuse(EGBENCH_DATA,
           "training diverged in epoch 1: lower the learning rate or the penalty's strength",
           egbench_train(training, ROWS, rows, far, &error));
    cr_assert_arr_eq(egbench_network_const_weights(network), before, sizeof before);
    egbench_training_set_adam(training, 0.01);
    check(train());
}

Test(public_refusals, null_and_empty)
{
    struct egbench_network *empty;
    struct egbench_explainer *other;
    struct egbench_prior *none;
    struct egbench_training *without;
    refuse(EGBENCH_USAGE, "network: rows of 0 numbers: give at least one",
           egbench_network_alloc(&empty, 0, "dense 1", &error));
    refuse(EGBENCH_USAGE, "lime: no network (NULL)",
           egbench_explainer_alloc(&other, NULL, "lime", &error));
    refuse(EGBENCH_USAGE, "own method: no callback (NULL)",
           egbench_explainer_alloc_own(&other, network, NULL, NULL, &error));
    refuse(EGBENCH_USAGE, "own method: no callback (NULL)",
           egbench_explainer_alloc_path(&other, network, NULL, NULL, &error));
    refuse(EGBENCH_USAGE, "own prior: no callback (NULL)",
           egbench_prior_alloc_own(&none, NULL, NULL, &error));
    refuse(EGBENCH_USAGE, "training: no network (NULL)",
           egbench_training_alloc(&without, NULL, EGBENCH_MSE, &error));
    refuse(EGBENCH_USAGE, "training: no prior (NULL)",
           egbench_training_add_prior(training, NULL, explainer, 1, &error));
    refuse(EGBENCH_USAGE, "training: no explainer (NULL)",
           egbench_training_add_prior(training, prior, NULL, 1, &error));
    refuse(EGBENCH_USAGE, "loss 99 on 6 rows: give an enum egbench_loss and at least one row",
           egbench_network_loss(network, (enum egbench_loss)99, ROWS, rows, zeros, &(double){0},
                                &error));
}

Test(public_refusals, masks_and_maps)
{
    double omega;
    struct egbench_prior *mask, *pixels;
    check(egbench_prior_alloc(&mask, "mask", &error));
    egbench_prior_set_mask(mask, 2, rows);
    refuse(EGBENCH_USAGE,
           "prior 'mask': a mask of 2 rows for 6: give one row for all, or one for each",
           egbench_prior_evaluate(mask, ROWS, P, rows, NULL, &omega, &error));
    egbench_prior_set_mask(mask, 2, spoil(3, NAN));
    refuse(EGBENCH_DATA, "prior 'mask': mask row 1, feature 1, is nan: give finite numbers",
           egbench_prior_evaluate(mask, 2, P, rows, NULL, &omega, &error));
    egbench_prior_set_mask(mask, ROWS, rows);
    check(egbench_prior_evaluate(mask, ROWS, P, rows, NULL, &omega, &error));
    check(egbench_training_add_prior(training, mask, explainer, 0.1, &error));
    egbench_training_set_epochs(training, 1);
    check(train());
    egbench_training_set_batch(training, 4);
    refuse(EGBENCH_USAGE,
           "prior 'mask': a mask of 6 rows for shuffled batches: give one row for all, or set the "
           "batch to 0: all rows",
           train());
    check(egbench_prior_alloc(&pixels, "total_variation", &error));
    egbench_prior_set_image(pixels, 1, 2, 1, (enum egbench_standardise)9);
    refuse(EGBENCH_USAGE, "prior 'total_variation': 9 is no enum egbench_standardise",
           egbench_prior_evaluate(pixels, ROWS, P, rows, NULL, &omega, &error));
    egbench_prior_free(pixels);
    egbench_prior_free(mask);
}

static double give_nan(void *context, size_t count, size_t features, const eg_real *a,
                       eg_real *slope)
{
    (void)a;
    memset(slope, 0, count * features * sizeof *slope);
    return ++*(int *)context > 3 ? NAN : 1;
}

static int give_one(void *context, struct egbench_row *row, eg_real *out,
                    struct egbench_error *failure)
{
    (void)row;
    (void)failure;
    *out = NAN;
    return *(int *)context;
}

static void stray(void *context, size_t n, size_t samples, size_t background_rows,
                  struct egbench_stream *stream, uint32_t *reference, eg_real *alpha,
                  eg_real *coefficient)
{
    (void)context;
    (void)stream;
    for (size_t i = 0; i < n * samples; i++) {
        reference[i] = (uint32_t)(i == 1 ? background_rows + 1000000 : 0);
        alpha[i] = 0.5;
        coefficient[i % samples] = 1 / (eg_real)samples;
    }
}

Test(public_refusals, what_callbacks_give)
{
    int calls = 0, code = 1;
    struct egbench_prior *own;
    struct egbench_explainer *path;
    check(egbench_prior_alloc_own(&own, give_nan, &calls, &error));
    check(egbench_training_add_prior(training, own, explainer, 0, &error));
    const char *message = "own prior: it gave no finite number: return such an Omega and slopes";
    refuse(EGBENCH_DATA, message, train());
    cr_expect_eq(calls, 4, "it trained on: %d", calls);
    refuse(EGBENCH_DATA, message,
           egbench_prior_evaluate(own, ROWS, P, rows, NULL, &(double){0}, &error));

    egbench_explainer_free(explainer);
    check(egbench_explainer_alloc_own(&explainer, network, give_one, &code, &error));
    refuse(EGBENCH_DATA, "own method: it failed and did not say why", explain());
    code = EGBENCH_USAGE;
    refuse(EGBENCH_USAGE, "own method: it failed and did not say why", explain());
    code = 0;
    refuse(EGBENCH_DATA,
           "own method: phi of row 0, feature 0, is nan: the network or the method gives no finite "
           "number there",
           explain());

    check(egbench_explainer_alloc_path(&path, network, stray, NULL, &error));
    egbench_explainer_set_background(path, 3, rows);
    message = "own method: it chose background row 1000003 of 3, from 0";
    refuse(EGBENCH_DATA, message, egbench_explain(path, ROWS, rows, NULL, 1, phi, &error));
    egbench_training_free(training);
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    check(egbench_training_add_prior(training, prior, path, 1, &error));
    refuse(EGBENCH_DATA, message, train());
    egbench_explainer_free(path);
    egbench_prior_free(own);
}

Test(public_refusals, a_file_that_is_no_checkpoint)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path thesis = find_scratch(&scratch, "thesis.txt");
    char message[sizeof error.message];
    write_scratch(&scratch, "thesis.txt", "All of it.", 10);
    check(egbench_training_set_checkpoint(training, thesis.text, "key", &error));
    snprintf(message, sizeof message,
             "training: %s is there and no checkpoint of egbench's: give the name of a new file",
             thesis.text);
    refuse(EGBENCH_USAGE, message, train());
    remove_scratch(&scratch);
}
