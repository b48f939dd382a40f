/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The surface of egbench.h: a thin layer gives the bits of what is below it, and says what is wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "public/handles.h"
#include "tests/scratch_folder.h"

enum { ROWS = 60, P = 4 };

static struct egbench_error error;

static void check(int status)
{
    cr_assert_eq(status, 0, "%s", error.message);
}

static void draw(uint64_t number, size_t count, eg_real *numbers)
{
    struct egbench_stream *stream;
    check(egbench_stream_alloc(&stream, 7, number, &error));
    for (size_t i = 0; i < count; i++)
        numbers[i] = egbench_stream_normal(stream);
    egbench_stream_free(stream);
}

static struct egbench_network *make_network(const char *text)
{
    struct egbench_network *network;
    check(egbench_prepare_thread(&error));
    check(egbench_network_alloc(&network, P, text, &error));
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 3);
    return network;
}

Test(public, versions_agree)
{
    cr_assert_str_eq(egbench_version(), EGBENCH_VERSION);
    cr_assert_str_eq(egbench_precision(), "double");
}

Test(public, each_method_gives_the_bits_of_the_core)
{
    eg_real x[ROWS * P], ours[ROWS * P], theirs[ROWS * P];
    struct egbench_network *network = make_network("dense 6, softplus, dense 1");
    const struct eg_matrix samples = {ROWS, P, x};
    struct eg_matrix phi = {ROWS, P, theirs}, mean = {1, P, x};
    draw(1, ROWS * P, x);
    size_t methods = 0;
    for (; egbench_method_name(methods); methods++) {
        const struct eg_method *method = eg_method_find(egbench_method_name(methods), NULL);
        const int is_single = method == &eg_integrated_gradients || method == &eg_occlusion;
        struct egbench_explainer *explainer;
        const struct eg_explainer core = {
            .network = &network->model.network,
            .method = method,
            .settings = {.samples = 30, .rule = EG_RULE_MIDPOINT, .noise = 0.1},
            .background = is_single ? &mean : &samples};
        check(egbench_explainer_alloc(&explainer, network, method->name, &error));
        egbench_explainer_set_background(explainer, is_single ? 1 : ROWS, x);
        egbench_explainer_set_samples(explainer, 30);
        egbench_explainer_set_noise(explainer, 0.1);
        egbench_explainer_set_threads(explainer, 3);
        check(egbench_explain(explainer, ROWS, x, NULL, 5, ours, &error));
        check(eg_explain_phi(&core, &samples, NULL, eg_stream_make(5, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                             &phi, NULL));
        cr_expect_arr_eq(ours, theirs, sizeof ours, "%s", method->name);
        cr_expect(strlen(egbench_method_summary(methods)) > 0);
        egbench_explainer_free(explainer);
    }
    cr_assert_geq(methods, 13);
    egbench_network_free(network);
}

/* theta after 20 epochs under a prior and a penalty, by the surface */
static void train_by_surface(struct egbench_network *network, const eg_real *x, const eg_real *y,
                             size_t threads, const char *checkpoint, int stops)
{
    struct egbench_explainer *explainer;
    struct egbench_prior *prior;
    struct egbench_training *training;
    check(egbench_explainer_alloc(&explainer, network, "expected_gradients", &error));
    egbench_explainer_set_background(explainer, ROWS, x);
    egbench_explainer_set_samples(explainer, 2);
    check(egbench_prior_alloc(&prior, "gini", &error));
    egbench_prior_set_global(prior, 1);
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    egbench_training_set_epochs(training, 20);
    egbench_training_set_batch(training, 16);
    egbench_training_set_adam(training, 0.01);
    egbench_training_set_seed(training, 9);
    egbench_training_set_threads(training, threads);
    check(egbench_training_add_weight_penalty(training, "weight_decay", 0.01, &error));
    check(egbench_training_add_prior(training, prior, explainer, 0.5, &error));
    if (checkpoint)
        check(egbench_training_set_checkpoint(training, checkpoint, "test", &error));
    if (stops) {
        egbench_training_stop(training);
        cr_assert_eq(egbench_train(training, ROWS, x, y, &error), EGBENCH_INTERRUPTED);
        cr_assert_eq(egbench_training_epochs(training), 1);
    }
    check(egbench_train(training, ROWS, x, y, &error));
    cr_assert_eq(egbench_training_epochs(training), 20);
    cr_assert(isnan(egbench_training_best_score(training)));
    egbench_training_free(training);
    egbench_prior_free(prior);
    egbench_explainer_free(explainer);
}

Test(public, a_training_under_a_prior_has_the_bits_of_the_core)
{
    eg_real x[ROWS * P], y[ROWS];
    draw(1, ROWS * P, x);
    draw(2, ROWS, y);
    struct egbench_network *ours = make_network("dense 6, relu, dropout 0.2, dense 1");
    struct egbench_network *theirs = make_network("dense 6, relu, dropout 0.2, dense 1");
    train_by_surface(ours, x, y, 1, NULL, 0);

    struct eg_network *network = &theirs->model.network;
    const struct eg_matrix samples = {ROWS, P, x};
    const struct eg_explainer explainer = {.network = network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = 2, .rule = EG_RULE_MIDPOINT},
                                           .background = &samples};
    const struct eg_prior_settings settings = {.is_global = 1};
    struct eg_prior_term prior;
    struct eg_penalty_term penalty;
    check(eg_prior_term_alloc(&prior, &eg_gini_prior, &settings, &explainer, 16, NULL));
    check(eg_penalty_term_alloc(&penalty, &eg_weight_decay, network, NULL));
    const struct eg_objective_term terms[] = {eg_prior_as_term(&prior, 0.5),
                                              eg_penalty_as_term(&penalty, 0.01)};
    const struct eg_training training = {
        .loss = &eg_mse,
        .optimiser = eg_adam(0.01),
        .epochs = 20,
        .batch = 16,
        .terms = terms,
        .terms_count = 2,
        .shuffle = eg_stream_make(9, 0, EG_PURPOSE_SHUFFLE, 0, 0),
        .dropout = eg_stream_make(9, 0, EG_PURPOSE_DROPOUT, 0, 0),
        .attribution = eg_stream_make(9, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    check(eg_train(network, &training, &samples, y, NULL, NULL));
    cr_assert_arr_eq(egbench_network_weights(ours), network->theta,
                     network->parameters * sizeof(real));
    eg_prior_term_free(&prior);
    eg_penalty_term_free(&penalty);
    egbench_network_free(ours);
    egbench_network_free(theirs);
}

Test(public, threads_and_an_interruption_change_no_bit)
{
    const struct scratch scratch = make_scratch();
    eg_real x[ROWS * P], y[ROWS];
    draw(1, ROWS * P, x);
    draw(2, ROWS, y);
    struct egbench_network *plain = make_network("dense 6, relu, dropout 0.2, dense 1");
    struct egbench_network *stopped = make_network("dense 6, relu, dropout 0.2, dense 1");
    train_by_surface(plain, x, y, 1, NULL, 0);
    train_by_surface(stopped, x, y, 3, find_scratch(&scratch, "checkpoint").text, 1);
    cr_assert_arr_eq(egbench_network_weights(plain), egbench_network_weights(stopped),
                     egbench_network_parameters(plain) * sizeof(eg_real));
    egbench_network_free(plain);
    egbench_network_free(stopped);
    remove_scratch(&scratch);
}

/* Midpoints to the background's one row: integrated gradients. */
static void draw_midpoints(void *context, size_t rows, size_t samples, size_t background_rows,
                           struct egbench_stream *stream, uint32_t *reference, eg_real *alpha,
                           eg_real *coefficient)
{
    *(size_t *)context += rows;
    (void)stream;
    cr_assert_eq(background_rows, 1);
    for (size_t i = 0; i < rows * samples; i++) {
        reference[i] = 0;
        alpha[i] = ((eg_real)(i % samples) + 0.5) / (eg_real)samples;
    }
    for (size_t k = 0; k < samples; k++)
        coefficient[k] = 1 / (eg_real)samples;
}

Test(public, own_path_of_midpoints_is_integrated_gradients_and_trains)
{
    eg_real x[ROWS * P], y[ROWS], ours[ROWS * P], theirs[ROWS * P];
    size_t drawn = 0;
    struct egbench_network *network = make_network("dense 6, tanh, dense 1");
    struct egbench_explainer *own, *built_in;
    struct egbench_prior *prior;
    struct egbench_training *training;
    double before, after;
    draw(1, ROWS * P, x);
    draw(2, ROWS, y);
    check(egbench_explainer_alloc_path(&own, network, draw_midpoints, &drawn, &error));
    check(egbench_explainer_alloc(&built_in, network, "integrated_gradients", &error));
    egbench_explainer_set_background(own, 1, x);
    egbench_explainer_set_background(built_in, 1, x);
    check(egbench_explain(own, ROWS, x, NULL, 1, ours, &error));
    check(egbench_explain(built_in, ROWS, x, NULL, 1, theirs, &error));
    for (size_t i = 0; i < ROWS * P; i++)
        cr_assert_float_eq(ours[i], theirs[i], 1e-12);
    cr_assert_eq(drawn, ROWS);

    check(egbench_prior_alloc(&prior, "l1", &error));
    check(egbench_prior_evaluate(prior, ROWS, P, ours, NULL, &before, &error));
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    check(egbench_training_add_prior(training, prior, own, 10, &error));
    egbench_training_set_alternating(training, 0.01);
    check(egbench_train(training, ROWS, x, y, &error));
    check(egbench_explain(own, ROWS, x, NULL, 1, ours, &error));
    check(egbench_prior_evaluate(prior, ROWS, P, ours, theirs, &after, &error));
    cr_assert_lt(after, before / 4);
    egbench_training_free(training);
    egbench_prior_free(prior);
    egbench_explainer_free(own);
    egbench_explainer_free(built_in);
    egbench_network_free(network);
}

/* Shares of f(x) - f(background row 0), all for feature 0; fails for rows whose feature 0 is negative. */
static int blame_first(void *context, struct egbench_row *row, eg_real *phi,
                       struct egbench_error *failure)
{
    double whole, base;
    cr_assert_eq(egbench_row_features(row), P);
    cr_assert_eq(egbench_row_background_rows(row), 2);
    cr_assert_eq(egbench_row_samples(row), 200);
    if (context && egbench_row_x(row)[0] < 0)
        return *(int *)context ? egbench_fail(failure, EGBENCH_DATA, "feature %d is negative", 0)
                               : EGBENCH_DATA;
    const int status = egbench_row_predict(row, 1, egbench_row_x(row), &whole, failure);
    phi[0] = whole + 0 * egbench_stream_uniform(egbench_row_stream(row));
    return status ? status
                  : egbench_row_predict(row, 1, egbench_row_background(row), &base, failure);
}

Test(public, own_method_explains_and_its_line_comes_through)
{
    eg_real x[ROWS * P], phi[ROWS * P], output[ROWS];
    int says = 1;
    struct egbench_network *network = make_network("dense 6, relu, dense 1");
    struct egbench_explainer *explainer;
    struct egbench_explanation *explanation;
    draw(1, ROWS * P, x);
    check(egbench_explainer_alloc_own(&explainer, network, blame_first, NULL, &error));
    egbench_explainer_set_background(explainer, 2, x);
    egbench_explainer_set_threads(explainer, 3);
    check(egbench_network_predict(network, ROWS, x, output, &error));
    check(egbench_explanation_alloc(&explanation, explainer, ROWS, x, NULL, 1, &error));
    for (size_t i = 0; i < ROWS; i++) {
        cr_assert_float_eq(egbench_explanation_phi(explanation)[i * P], output[i], 1e-12);
        cr_assert_eq(egbench_explanation_phi(explanation)[i * P + 1], 0);
        cr_assert_float_eq(egbench_explanation_output(explanation)[i], output[i], 1e-12);
        cr_assert(isnan(egbench_explanation_residual(explanation)[i]));
    }
    cr_assert_eq(egbench_explanation_model_evaluations(explanation), 2);
    egbench_explanation_free(explanation);
    egbench_explainer_free(explainer);

    check(egbench_explainer_alloc_own(&explainer, network, blame_first, &says, &error));
    egbench_explainer_set_background(explainer, 2, x);
    cr_assert_eq(egbench_explanation_alloc(&explanation, explainer, ROWS, x, NULL, 1, &error),
                 EGBENCH_DATA);
    cr_assert_null(explanation);
    cr_assert_str_eq(error.message, "feature 0 is negative");
    says = 0;
    cr_assert_eq(egbench_explain(explainer, ROWS, x, NULL, 1, phi, &error), EGBENCH_DATA);
    cr_assert_str_eq(error.message, "own method: it failed and did not say why");
    egbench_explainer_free(explainer);
    egbench_network_free(network);
}

/* The score is largest in epoch 2. */
static int score_epochs(void *context, const struct egbench_network *network, double *score,
                        struct egbench_error *failure)
{
    size_t *epoch = context;
    (void)failure;
    cr_assert_eq(egbench_network_inputs(network), P);
    *score = *epoch == 2 ? 1 : 0;
    ++*epoch;
    return 0;
}

static void add_share(void *context, double share)
{
    *(double *)context += share;
}

Test(public, scores_choose_an_epoch_and_progress_is_heard)
{
    eg_real x[ROWS * P], y[ROWS];
    size_t epoch = 0;
    double heard = 0;
    struct egbench_network *network = make_network("dense 6, relu, dense 1");
    struct egbench_training *training;
    draw(1, ROWS * P, x);
    draw(2, ROWS, y);
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    egbench_training_set_epochs(training, 10);
    egbench_training_set_sgd(training, 0.01, 0.9, 1);
    egbench_training_set_decay(training, 0.5, 5);
    egbench_training_set_score(training, score_epochs, &epoch, 0);
    egbench_training_set_progress(training, add_share, &heard);
    check(egbench_train(training, ROWS, x, y, &error));
    cr_assert_eq(egbench_training_best_epoch(training), 2);
    cr_assert_float_eq(heard, 1, 1e-9);
    egbench_training_set_validation(training, ROWS, x, y, 3);
    check(egbench_train(training, ROWS, x, y, &error));
    cr_assert_lt(egbench_training_best_score(training), 0);
    egbench_training_free(training);
    egbench_network_free(network);
}

Test(public, a_stopped_training_needs_no_checkpoint)
{
    eg_real x[ROWS * P], y[ROWS];
    struct egbench_network *network = make_network("dense 6, relu, dense 1");
    struct egbench_network *before;
    struct egbench_training *training;
    draw(1, ROWS * P, x);
    draw(2, ROWS, y);
    check(egbench_network_copy(&before, network, &error));
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    egbench_training_stop(training);
    cr_assert_eq(egbench_train(training, ROWS, x, y, &error), EGBENCH_INTERRUPTED);
    cr_assert_str_eq(error.message, "training interrupted after epoch 1");
    cr_assert_eq(egbench_training_epochs(training), 1);
    cr_assert_neq(egbench_network_const_weights(network)[0],
                  egbench_network_const_weights(before)[0]);
    egbench_training_free(training);
    egbench_network_free(before);
    egbench_network_free(network);
}

/* The same key for other labels, or another loss, is another training: it begins anew. */
Test(public, a_checkpoint_is_of_its_data)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "new/checkpoint");
    eg_real x[ROWS * P], y[2 * ROWS];
    struct egbench_network *first = make_network("dense 6, relu, dense 1");
    struct egbench_network *second, *plain;
    draw(1, ROWS * P, x);
    draw(2, 2 * ROWS, y);
    check(egbench_network_copy(&second, first, &error));
    check(egbench_network_copy(&plain, first, &error));
    const size_t size = egbench_network_parameters(first) * sizeof(eg_real);
    train_by_surface(first, x, y, 1, path.text, 0);
    train_by_surface(second, x, y + ROWS, 1, path.text, 0);
    train_by_surface(plain, x, y + ROWS, 1, NULL, 0);
    cr_assert_neq(
        memcmp(egbench_network_const_weights(first), egbench_network_const_weights(second), size),
        0);
    cr_assert_arr_eq(egbench_network_const_weights(second), egbench_network_const_weights(plain),
                     size);
    egbench_network_free(plain);
    egbench_network_free(second);
    egbench_network_free(first);
    remove_scratch(&scratch);
}
