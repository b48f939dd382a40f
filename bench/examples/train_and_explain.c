/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trains a network on a generated data set and explains it with expected gradients:
 *
 *     cc train_and_explain.c $(pkg-config --cflags --libs egbench) -lm && ./a.out
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <egbench.h>

static struct egbench_error error;

static void check(int status) /* ends the program with the library's line where a call failed */
{
    if (status) {
        fprintf(stderr, "%s\n", error.message);
        exit(status);
    }
}

int main(void)
{
    struct egbench_dataset *data;
    struct egbench_network *network;
    struct egbench_training *training;
    struct egbench_explainer *explainer;
    check(egbench_prepare_thread(&error));
    check(egbench_dataset_load(&data, "interactions", NULL, 1, 1000, &error));
    const size_t n = egbench_dataset_rows(data), p = egbench_dataset_features(data);
    const eg_real *x = egbench_dataset_x(data), *y = egbench_dataset_y(data);

    check(egbench_network_alloc(&network, p, "dense 32, tanh, dense 1", &error));
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    egbench_training_set_batch(training, 32);
    egbench_training_set_adam(training, 0.01);
    check(egbench_train(training, n, x, y, &error));
    printf("loss %.3f\n", egbench_training_loss(training));

    eg_real *phi = calloc(n * p, sizeof *phi);
    check(egbench_explainer_alloc(&explainer, network, "expected_gradients", &error));
    egbench_explainer_set_background(explainer, n, x);
    check(egbench_explain(explainer, n, x, NULL, 1, phi, &error));
    for (size_t j = 0; j < p; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += fabs((double)phi[i * p + j]);
        printf("%-10s mean |phi| %.3f\n", egbench_dataset_feature_name(data, j), sum / (double)n);
    }
    free(phi);
    egbench_explainer_free(explainer);
    egbench_training_free(training);
    egbench_network_free(network);
    egbench_dataset_free(data);
    return 0;
}
