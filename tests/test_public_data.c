/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files, data sets, metrics and graphs by egbench.h, and what it refuses. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "public/egbench.h"
#include "tests/scratch_folder.h"

static struct egbench_error error;

static void check(int status)
{
    cr_assert_eq(status, 0, "%s", error.message);
}

static void refuse(int wanted, const char *words, int status)
{
    cr_expect_eq(status, wanted, "%d: %s", status, error.message);
    cr_expect_not_null(strstr(error.message, words), "'%s' in: %s", words, error.message);
    error.message[0] = '\0';
}

Test(public_data, csv_and_npy_come_back)
{
    const struct scratch scratch = make_scratch();
    struct egbench_dataset *data, *again, *part, *rest;
    const struct scratch_path csv = find_scratch(&scratch, "rows.csv");
    const struct scratch_path npy = find_scratch(&scratch, "x.npy");
    const struct scratch_path labels = find_scratch(&scratch, "y.npy");
    const char text[] = "age,sick,height\n1,0,10\n2,1,\n3,0,30\n6,1,20\n";
    write_scratch(&scratch, "rows.csv", text, strlen(text));
    check(egbench_dataset_read_csv(&data, csv.text, "sick", &error));
    cr_assert_eq(egbench_dataset_rows(data), 4);
    cr_assert_eq(egbench_dataset_features(data), 2);
    cr_assert_str_eq(egbench_dataset_feature_name(data, 1), "height");
    cr_assert_eq(egbench_dataset_y(data)[3], 1);
    cr_assert(isnan(egbench_dataset_x(data)[3]));

    const size_t first[] = {3, 0, 1}, last[] = {2}, none[] = {4};
    check(egbench_dataset_take(&part, data, 3, first, &error));
    check(egbench_dataset_take(&rest, data, 1, last, &error));
    cr_assert_eq(egbench_dataset_x(part)[0], 6);
    cr_assert_str_eq(egbench_dataset_feature_name(part, 0), "age");
    check(egbench_dataset_standardise(part, rest, &error));
    cr_assert_float_eq(egbench_dataset_x(part)[0], 3 / sqrt(14.0 / 3), 1e-12);
    cr_assert_eq(egbench_dataset_x(part)[5], 0); /* it was missing */
    cr_assert_eq(egbench_dataset_x(rest)[0], 0); /* the mean of 6, 1 and 2 */
    refuse(EGBENCH_USAGE, "row 4 of 4", egbench_dataset_take(&again, data, 1, none, &error));
    cr_assert_null(again);

    check(egbench_write_npy(npy.text, 3, 2, egbench_dataset_x(part), &error));
    check(egbench_write_npy(labels.text, 3, 1, egbench_dataset_y(part), &error));
    check(egbench_dataset_read_npy(&again, npy.text, labels.text, &error));
    cr_assert_arr_eq(egbench_dataset_x(again), egbench_dataset_x(part), 6 * sizeof(eg_real));
    cr_assert_eq(egbench_dataset_y(again)[0], 1);
    cr_assert_str_eq(egbench_dataset_feature_name(again, 0), "");
    egbench_dataset_free(again);
    refuse(EGBENCH_DATA, "give one each",
           egbench_dataset_read_npy(&again, npy.text, npy.text, &error));
    refuse(EGBENCH_DATA, "sad", egbench_dataset_read_csv(&again, csv.text, "sad", &error));
    refuse(EGBENCH_USAGE, "interactions",
           egbench_dataset_load(&again, "none such", NULL, 0, 0, &error));
    egbench_dataset_free(rest);
    egbench_dataset_free(part);
    egbench_dataset_free(data);
    remove_scratch(&scratch);
}

Test(public_data, a_network_comes_back_with_its_text)
{
    const struct scratch scratch = make_scratch();
    struct egbench_network *network, *again;
    const struct scratch_path path = find_scratch(&scratch, "model.safetensors");
    check(egbench_network_alloc(&network, 3, "dense 4, relu, dense 2", &error));
    egbench_network_initialise(network, EGBENCH_FAN_IN_UNIFORM, 1);
    check(egbench_network_write(network, path.text, 0, &error));
    check(egbench_network_read(&again, path.text, 0, NULL, &error));
    cr_assert_str_eq(egbench_network_text(again), "dense 4, relu, dense 2");
    cr_assert_eq(egbench_network_inputs(again), 3);
    cr_assert_eq(egbench_network_outputs(again), 2);
    cr_assert_arr_eq(egbench_network_weights(again), egbench_network_weights(network),
                     egbench_network_parameters(network) * sizeof(eg_real));
    egbench_network_free(again);
    refuse(EGBENCH_DATA, "0.weight",
           egbench_network_read(&again, path.text, 3, "dense 5, relu, dense 2", &error));
    cr_assert_null(again);
    refuse(EGBENCH_USAGE, "dens 4", egbench_network_alloc(&again, 3, "dens 4", &error));
    egbench_network_free(network);
    remove_scratch(&scratch);
}

Test(public_data, an_onnx_file_gives_what_pytorch_did)
{
    const char *path = "tests/data/onnx/torch_residual_old.onnx";
    struct eg_matrix x, y;
    struct eg_error own = {0};
    struct egbench_network *network, *again;
    check(egbench_prepare_thread(&error));
    cr_assert_eq(eg_npy_read_matrix("tests/data/onnx/torch_residual_old_x.npy", &x, &own), EG_OK);
    cr_assert_eq(eg_npy_read_matrix("tests/data/onnx/torch_residual_old_y.npy", &y, &own), EG_OK);
    check(egbench_network_read(&network, path, 0, NULL, &error));
    cr_assert_eq(egbench_network_inputs(network), x.cols);
    cr_assert_eq(egbench_network_outputs(network), y.cols);
    eg_real *output = calloc(y.rows * y.cols, sizeof *output);
    check(egbench_network_predict(network, x.rows, x.data, output, &error));
    for (size_t i = 0; i < y.rows * y.cols; i++)
        cr_expect_float_eq(output[i], y.data[i], 1e-6, "number %zu", i);
    refuse(EGBENCH_USAGE, "give no text", egbench_network_read(&again, path, 0, "dense 1", &error));
    cr_assert_null(again);
    refuse(EGBENCH_DATA, "takes 64 features", egbench_network_read(&again, path, 63, NULL, &error));
    cr_assert_null(again);
    free(output);
    egbench_network_free(network);
    eg_matrix_free(&x);
    eg_matrix_free(&y);
}

Test(public_data, metrics_of_known_values)
{
    const eg_real one[] = {0, 0, 0, 3, 0, 0, 0, -5}, y[] = {0, 1, 1, 0}, score[] = {1, 2, 1, 0};
    const eg_real close[] = {0, 1, 0.5, 0};
    double value;
    check(egbench_gini(2, 4, one, &value, &error));
    cr_assert_float_eq(value, 0.75, 1e-12);
    check(egbench_roc_auc(4, y, score, &value, &error));
    cr_assert_float_eq(value, 3.5 / 4, 1e-12);
    check(egbench_r_squared(4, y, close, &value, &error));
    cr_assert_float_eq(value, 0.75, 1e-12);
    refuse(EGBENCH_DATA, "Gini", egbench_gini(0, 4, one, &value, &error));
}

Test(public_data, a_graph_serves_convolutions_and_the_laplacian)
{
    const uint32_t from[] = {0, 1}, to[] = {1, 2};
    const eg_real phi[] = {1, 3, 0};
    struct egbench_graph *graph;
    struct egbench_prior *prior;
    struct egbench_network *network;
    eg_real slope[3];
    double omega;
    check(egbench_graph_alloc(&graph, 3, 2, from, to, NULL, &error));
    cr_assert_eq(egbench_graph_nodes(graph), 3);
    cr_assert_eq(egbench_graph_edges(graph), 2);
    check(egbench_prior_alloc(&prior, "laplacian", &error));
    refuse(EGBENCH_USAGE, "graph", egbench_prior_evaluate(prior, 1, 3, phi, slope, &omega, &error));
    egbench_prior_set_global(prior, 1);
    egbench_prior_set_graph(prior, graph, 0);
    check(egbench_prior_evaluate(prior, 1, 3, phi, slope, &omega, &error));
    cr_assert_float_eq(omega, 4 + 9, 1e-12); /* sum over edges of (phi_i - phi_j)^2 */
    cr_assert_float_eq(slope[0], -4, 1e-12);
    check(egbench_network_alloc_on_graph(&network, 3, "graphconv 2, relu, dense 1", graph, &error));
    egbench_graph_free(graph); /* the network has its own */
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
    check(egbench_network_predict(network, 1, phi, slope, &error));
    cr_assert(isfinite(slope[0]));
    egbench_network_free(network);
    egbench_prior_free(prior);
    refuse(EGBENCH_DATA, "itself", egbench_graph_alloc(&graph, 3, 1, to, to, NULL, &error));
}

Test(public_data, wrong_labels_and_terms_are_refused)
{
    const eg_real x[] = {1, 2, 3, 4}, y[] = {0, 2}, half[] = {0, 0.5};
    eg_real phi[4];
    struct egbench_network *network, *other;
    struct egbench_explainer *explainer, *lime;
    struct egbench_prior *prior;
    struct egbench_training *training;
    check(egbench_network_alloc(&network, 2, "dense 2", &error));
    check(egbench_network_alloc(&other, 2, "dense 2", &error));
    check(egbench_explainer_alloc(&explainer, network, "gradients", &error));
    refuse(EGBENCH_USAGE, "give them", egbench_explain(explainer, 2, x, NULL, 1, phi, &error));
    refuse(EGBENCH_DATA, "row 1 has label 2", egbench_explain(explainer, 2, x, y, 1, phi, &error));
    refuse(EGBENCH_DATA, "0.5", egbench_explain(explainer, 2, x, half, 1, phi, &error));
    refuse(EGBENCH_USAGE, "expected_gradients",
           egbench_explainer_alloc(&lime, network, "none such", &error));

    check(egbench_prior_alloc(&prior, "l2", &error));
    check(egbench_training_alloc(&training, other, EGBENCH_MSE, &error));
    refuse(EGBENCH_USAGE, "another network",
           egbench_training_add_prior(training, prior, explainer, 1, &error));
    egbench_training_free(training);
    check(egbench_training_alloc(&training, network, EGBENCH_BCE_LOGITS, &error));
    refuse(EGBENCH_USAGE, "choose no output",
           egbench_training_add_prior(training, prior, explainer, 1, &error));
    egbench_explainer_set_target(explainer, EGBENCH_TARGET_LOSS, EGBENCH_MSE);
    refuse(EGBENCH_USAGE, "the loss 'mse'",
           egbench_training_add_prior(training, prior, explainer, 1, &error));
    refuse(EGBENCH_USAGE, "weight_decay",
           egbench_training_add_weight_penalty(training, "none such", 1, &error));
    egbench_training_free(training);
    check(egbench_training_alloc(&training, network, EGBENCH_SOFTMAX_CROSS_ENTROPY, &error));
    refuse(EGBENCH_DATA, "row 1", egbench_train(training, 2, x, y, &error));
    check(egbench_explainer_alloc(&lime, network, "lime", &error));
    egbench_explainer_set_background(lime, 2, x);
    check(egbench_training_add_prior(training, prior, lime, 1, &error));
    refuse(EGBENCH_USAGE, "lime", egbench_train(training, 2, x, (const eg_real[]){0, 1}, &error));
    egbench_training_free(training);
    egbench_prior_free(prior);
    egbench_explainer_free(lime);
    egbench_explainer_free(explainer);
    egbench_network_free(other);
    egbench_network_free(network);
}

Test(public_data, losses_are_means_over_rows)
{
    const eg_real x[] = {1, 0, 0, 0, 2, 0, 0, 0}, y[] = {1, 0}, far[] = {INFINITY, 0, 0, 0};
    double loss;
    struct egbench_network *network;
    check(egbench_network_alloc(&network, 4, "dense 1", &error));
    egbench_network_weights(network)[0] = 3; /* outputs 3 and 6 */
    check(egbench_network_loss(network, EGBENCH_MSE, 2, x, y, &loss, &error));
    cr_assert_float_eq(loss, (4 + 36) / 2.0, 1e-12);
    check(egbench_network_loss(network, EGBENCH_BCE_LOGITS, 2, x, y, &loss, &error));
    cr_assert_float_eq(loss, (log1p(exp(-3)) + log1p(exp(6))) / 2, 1e-12);
    check(egbench_network_loss(network, EGBENCH_SOFTMAX_CROSS_ENTROPY, 1, x, y + 1, &loss, &error));
    cr_assert_float_eq(loss, 0, 1e-12); /* one class */
    refuse(EGBENCH_DATA, "loss: it is inf: rows or weights are not finite",
           egbench_network_loss(network, EGBENCH_MSE, 1, far, y, &loss, &error));
    egbench_network_free(network);
}

Test(public_data, a_copy_stands_by_itself)
{
    const uint32_t from[] = {0, 1, 2}, to[] = {1, 2, 3};
    const eg_real x[] = {1, -1, 2, 0, 0, 3, -2, 1};
    eg_real ours[2], theirs[2];
    struct egbench_graph *graph;
    struct egbench_network *network, *copy;
    check(egbench_graph_alloc(&graph, 4, 3, from, to, NULL, &error));
    check(egbench_network_alloc_on_graph(&network, 4, "graphconv 3, tanh, dense 1", graph, &error));
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
    check(egbench_network_predict(network, 2, x, theirs, &error));
    check(egbench_network_copy(&copy, network, &error));
    egbench_network_free(network);
    egbench_graph_free(graph);
    check(egbench_network_predict(copy, 2, x, ours, &error));
    cr_assert_arr_eq(ours, theirs, sizeof ours);
    cr_assert_str_eq(egbench_network_text(copy), "graphconv 3, tanh, dense 1");
    egbench_network_free(copy);
}

Test(public_data, texts_of_networks)
{
    struct egbench_network *other;
    static const char *const texts[][2] = {
        {"dense 3 relu, dense 1",
         "network: 'dense 3 relu': give 1 to 1048576 units, and a comma before what follows"},
        {"dense 1e3",
         "network: 'dense 1e3': give 1 to 1048576 units, and a comma before what follows"},
        {"conv 3x3x8",
         "network: 'conv 3x3x8' has plain features before it, no image: begin with \"image "
         "HxWxC\""},
        {"dense 3, relu, ", "network: 'dense 3, relu, ' ends in a comma: take it away"},
        {"graphconv 2", "network: 'graphconv 2' needs a graph, and there is none "
                        "(egbench_network_alloc_on_graph() takes one)"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refuse(EGBENCH_USAGE, texts[i][1], egbench_network_alloc(&other, 2, texts[i][0], &error));
}

Test(public_data, data_sets_without_data)
{
    struct egbench_dataset *data;
    refuse(EGBENCH_USAGE, "data set 'nhanes' is read from files: give their folder",
           egbench_dataset_load(&data, "nhanes", NULL, 0, 0, &error));
    cr_expect_null(data);
    check(egbench_dataset_alloc(&data, 3, 2, &error));
    egbench_dataset_x(data)[0] = INFINITY;
    refuse(EGBENCH_DATA, "feature 0 ('')", egbench_dataset_standardise(data, NULL, &error));
    egbench_dataset_x(data)[0] = 0;
    for (size_t i = 0; i < 3; i++)
        egbench_dataset_x(data)[2 * i + 1] = NAN;
    refuse(EGBENCH_DATA,
           "data set: feature 1 ('') is missing in all 3 rows to train with, or not finite: leave "
           "it out",
           egbench_dataset_standardise(data, NULL, &error));
    egbench_dataset_free(data);
}
