/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trains a network without and with the Gini prior on expected gradients (Erion et al. 2021, Methods 3), and
 * compares how unevenly importance is spread over features: the prior asks for few that count. */
#include <stdio.h>
#include <stdlib.h>

#include <egbench.h>

static struct egbench_error error;

static void check(int status)
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
    struct egbench_explainer *explainer;
    struct egbench_prior *prior;
    double gini[2], loss;
    check(egbench_prepare_thread(&error));
    check(egbench_dataset_load(&data, "interactions", NULL, 1, 500, &error));
    const size_t n = egbench_dataset_rows(data), p = egbench_dataset_features(data);
    const eg_real *x = egbench_dataset_x(data), *y = egbench_dataset_y(data);
    check(egbench_network_alloc(&network, p, "dense 32, tanh, dense 1", &error));
    check(egbench_explainer_alloc(&explainer, network, "expected_gradients", &error));
    egbench_explainer_set_background(explainer, n, x);
    check(egbench_prior_alloc(&prior, "gini", &error));
    egbench_prior_set_global(prior, 1);
    eg_real *phi = calloc(n * p, sizeof *phi);
    for (int strength = 0; strength <= 5; strength += 5) {
        struct egbench_training *training;
        egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
        check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
        egbench_training_set_batch(training, 32);
        egbench_training_set_adam(training, 0.01);
        egbench_explainer_set_samples(explainer, 1); /* while training; 200 to explain */
        check(egbench_training_add_prior(training, prior, explainer, strength, &error));
        check(egbench_train(training, n, x, y, &error));
        egbench_explainer_set_samples(explainer, 200);
        check(egbench_explain(explainer, n, x, NULL, 1, phi, &error));
        check(egbench_gini(n, p, phi, &gini[strength / 5], &error));
        check(egbench_network_loss(network, EGBENCH_MSE, n, x, y, &loss, &error));
        printf("strength %d: loss %.3f, Gini coefficient %.3f\n", strength, loss,
               gini[strength / 5]);
        egbench_training_free(training);
    }
    free(phi);
    egbench_prior_free(prior);
    egbench_explainer_free(explainer);
    egbench_network_free(network);
    egbench_dataset_free(data);
    return gini[1] < gini[0] + 0.05;
}
