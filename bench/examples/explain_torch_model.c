/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explains a PyTorch model: weights from safetensors.torch.save_file(model.state_dict(), "model.safetensors"), the
 * layers as a text, rows from numpy.save:
 *
 *     ./a.out model.safetensors "dense 8, relu, dense 1" x_train.npy x_test.npy phi.npy
 */
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

int main(int argc, char **argv)
{
    struct egbench_network *network;
    struct egbench_dataset *train, *test;
    struct egbench_explainer *explainer;
    struct egbench_explanation *explanation;
    if (argc != 6) {
        fprintf(stderr, "usage: %s MODEL TEXT X_TRAIN X_TEST PHI\n", argv[0]);
        return EGBENCH_USAGE;
    }
    check(egbench_prepare_thread(&error));
    check(egbench_dataset_read_npy(&train, argv[3], NULL, &error));
    check(egbench_dataset_read_npy(&test, argv[4], NULL, &error));
    const size_t n = egbench_dataset_rows(test), p = egbench_dataset_features(test);
    check(egbench_network_read(&network, argv[1], p, argv[2], &error));
    check(egbench_explainer_alloc(&explainer, network, "expected_gradients", &error));
    egbench_explainer_set_background(explainer, egbench_dataset_rows(train),
                                     egbench_dataset_const_x(train));
    egbench_explainer_set_samples(explainer, 1000);
    check(egbench_explanation_alloc(&explanation, explainer, n, egbench_dataset_const_x(test), NULL,
                                    1, &error));
    printf("row 0: output %.6f, residual %.1e, its standard error %.1e\n",
           egbench_explanation_output(explanation)[0], egbench_explanation_residual(explanation)[0],
           egbench_explanation_residual_error(explanation)[0]);
    check(egbench_write_npy(argv[5], n, p, egbench_explanation_phi(explanation), &error));
    egbench_explanation_free(explanation);
    egbench_explainer_free(explainer);
    egbench_network_free(network);
    egbench_dataset_free(test);
    egbench_dataset_free(train);
    return 0;
}
