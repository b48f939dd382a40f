/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A path method of your own, as a callback: integrated gradients at the three points of Gauss and Legendre's
 * quadrature. Any prior can be trained through it. */
#include <math.h>
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

/* z = x' + alpha (x - x') of each row, x' being the background's row 0; a point counts as its coefficient */
static void draw_path(void *context, size_t rows, size_t samples, size_t background_rows,
                      struct egbench_stream *stream, uint32_t *reference, eg_real *alpha,
                      eg_real *coefficient)
{
    const double node[] = {0.5 - sqrt(0.15), 0.5, 0.5 + sqrt(0.15)}, weight[] = {5, 8, 5};
    (void)context;
    (void)background_rows;
    (void)stream; /* nothing is drawn */
    for (size_t i = 0; i < rows * samples; i++) {
        reference[i] = 0;
        alpha[i] = (eg_real)node[i % samples];
        coefficient[i % samples] = (eg_real)(weight[i % samples] / 18);
    }
}

int main(void)
{
    const eg_real rows[] = {0, 0, 0, 1, -1, 0.5}; /* the baseline, and the row explained */
    struct egbench_network *network;
    struct egbench_explainer *explainer;
    eg_real phi[3], output[2];
    check(egbench_prepare_thread(&error));
    check(egbench_network_alloc(&network, 3, "dense 8, tanh, dense 1", &error));
    egbench_network_initialise(network, EGBENCH_GLOROT_UNIFORM, 1);
    check(egbench_explainer_alloc_path(&explainer, network, draw_path, NULL, &error));
    egbench_explainer_set_background(explainer, 1, rows);
    egbench_explainer_set_samples(explainer, 3);
    check(egbench_explain(explainer, 1, rows + 3, NULL, 1, phi, &error));
    check(egbench_network_predict(network, 2, rows, output, &error));
    const double sum = (double)phi[0] + (double)phi[1] + (double)phi[2];
    const double wanted = (double)output[1] - (double)output[0];
    printf("phi %.4f %.4f %.4f: sum %.4f, f(x) - f(x') %.4f\n", (double)phi[0], (double)phi[1],
           (double)phi[2], sum, wanted);
    egbench_explainer_free(explainer);
    egbench_network_free(network);
    return fabs(sum - wanted) > 0.01;
}
