/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/progress.h"
#include "bench/kernel_steps.h"
#include "prior/terms.h"

enum { ROWS = 100, FEATURES = 118, REFERENCES = 100, EPOCHS = 3 };

/* Multiplications and additions of one epoch, done as attribution.h says: forward, deltas, tangents
 * and outer products for every point, the first layer's map interpolated and its weight gradient
 * from the product that gave phi. */
static double count_operations(const struct eg_network *network)
{
    double macs = 2.0 * (double)network->layers[0].weights;
    for (size_t l = 1; l < network->layer_count; l++)
        macs += 4.0 * (double)network->layers[l].weights;
    return 2 * macs * ROWS * REFERENCES;
}

/* Trains for some epochs with the sparse prior on one thread. */
static int train_sparse(uint64_t replicate, struct eg_step_timing *timing, struct eg_error *error)
{
    struct eg_network network = {0};
    struct eg_matrix x = {0};
    struct eg_prior_term prior = {0};
    real y[ROWS];
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, replicate, 0);
    int status = eg_network_alloc(
        &network, FEATURES, "dense 512, relu, dense 128, relu, dense 32, relu, dense 1", error);
    if (!status)
        status = eg_matrix_alloc(&x, ROWS, FEATURES, error);
    if (!status) {
        eg_network_initialise(&network, EG_GLOROT_UNIFORM,
                              eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
        for (size_t i = 0; i < ROWS * FEATURES; i++)
            x.data[i] = (real)eg_stream_normal(&stream);
        for (size_t i = 0; i < ROWS; i++)
            y[i] = x.data[i * FEATURES] > 0;
        const struct eg_explainer explainer = {
            .network = &network,
            .method = &eg_expected_gradients,
            .settings = {.samples = REFERENCES, .references = EG_REFERENCES_DEALT},
            .background = &x};
        const struct eg_prior_settings global = {.is_global = 1};
        status = eg_prior_term_alloc(&prior, &eg_gini_prior, &global, &explainer, ROWS, error);
    }
    if (!status) {
        const struct eg_objective_term term = eg_prior_as_term(&prior, 1.259);
        const struct eg_training training = {.loss = &eg_bce_logits,
                                             .optimiser = eg_adam(1e-3),
                                             .epochs = EPOCHS,
                                             .terms = &term,
                                             .terms_count = 1};
        timing->bytes = (double)eg_attribution_bytes(&prior.attribution);
        timing->operations = count_operations(&network);
        status = eg_train(&network, &training, &x, y, NULL, error);
    }
    eg_prior_term_free(&prior);
    eg_matrix_free(&x);
    eg_network_free(&network);
    return status;
}

int eg_time_sparse_epoch(size_t threads, struct eg_step_timing *timing, struct eg_error *error)
{
    int status = EG_OK;
    const double start = eg_clock();
#pragma omp parallel for num_threads((int)threads) reduction(| : status)
    for (size_t replicate = 0; replicate < threads; replicate++) {
        struct eg_step_timing own = {0};
        struct eg_error own_error;
        status |= train_sparse(replicate, &own, &own_error);
        if (replicate == 0) {
            *timing = own;
            *error = own_error;
        }
    }
    timing->seconds = (eg_clock() - start) / EPOCHS;
    return status;
}
