/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A prior of your own, as a callback: the network is to do without feature 0, which y depends on. */
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

/* Omega = mean over rows of phi_0^2, and its slope; context gets Omega of the last batch */
static double spare_feature(void *context, size_t rows, size_t features, const eg_real *phi,
                            eg_real *slope)
{
    double omega = 0;
    for (size_t i = 0; i < rows * features; i++) {
        slope[i] = i % features ? 0 : 2 * phi[i] / (eg_real)rows;
        omega += i % features ? 0 : phi[i] * phi[i] / (double)rows;
    }
    return *(double *)context = omega;
}

int main(void)
{
    struct egbench_dataset *data;
    struct egbench_network *network;
    struct egbench_explainer *explainer;
    struct egbench_prior *prior;
    struct egbench_training *training;
    double omega;
    check(egbench_prepare_thread(&error));
    check(egbench_dataset_load(&data, "interactions", NULL, 1, 500, &error));
    const size_t n = egbench_dataset_rows(data), p = egbench_dataset_features(data);
    const eg_real *x = egbench_dataset_x(data), *y = egbench_dataset_y(data);
    check(egbench_network_alloc(&network, p, "dense 32, tanh, dense 1", &error));
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
    check(egbench_explainer_alloc(&explainer, network, "expected_gradients", &error));
    egbench_explainer_set_background(explainer, n, x);
    egbench_explainer_set_samples(explainer, 10);
    check(egbench_prior_alloc_own(&prior, spare_feature, &omega, &error));
    check(egbench_training_alloc(&training, network, EGBENCH_MSE, &error));
    egbench_training_set_adam(training, 0.01);
    check(egbench_training_add_prior(training, prior, explainer, 10, &error));
    check(egbench_train(training, n, x, y, &error));
    printf("mean phi_0^2 %.4f; without the prior it is about 2\n", omega);
    egbench_training_free(training);
    egbench_prior_free(prior);
    egbench_explainer_free(explainer);
    egbench_network_free(network);
    egbench_dataset_free(data);
    return omega > 0.2;
}
