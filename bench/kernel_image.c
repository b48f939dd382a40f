/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/progress.h"
#include "bench/kernel_steps.h"
#include "prior/terms.h"

#define NORMAL(channels) "conv 3x3x" channels " same, batchnorm, relu, "

const struct eg_image_step eg_mnist_step = {
    "mnist",
    "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "
    "dense 1024, relu, dropout 0.5, dense 10",
    784, 50};
const struct eg_image_step eg_vgg16_step = {
    "vgg16",
    "image 32x32x3, " NORMAL("64") NORMAL("64") "pool 2, " NORMAL("128")
        NORMAL("128") "pool 2, " NORMAL("256") NORMAL("256") NORMAL("256") "pool 2, " NORMAL("512")
            NORMAL("512") NORMAL("512") "pool 2, " NORMAL("512") NORMAL("512")
                NORMAL("512") "pool 2, dense 512, batchnorm, relu, dense 10",
    3072, 128};

/* Multiplications and additions of the convolutions and dense layers: the loss takes each forward,
 * for the weights and, but for the first layer, backward; the prior forward, backward, as a tangent
 * and for the weights. */
static double count_operations(const struct eg_network *network, size_t batch)
{
    double macs = 0, first = 0;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (layer->weights == 0)
            continue;
        first = macs > 0 ? first : (double)layer->work;
        macs += (double)layer->work;
    }
    return 2 * (double)batch * (3 * macs - first + 4 * macs);
}

struct workshop {
    struct eg_network network;
    struct eg_matrix x;
    real *y, *gradient;
    struct eg_prior_term prior;
    struct eg_backprop pass;
    struct eg_optimiser optimiser;
};

static int prepare(const struct eg_image_step *step, size_t threads, struct workshop *shop,
                   struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0);
    const struct eg_optimiser_settings adam = eg_adam(1e-4);
    if (eg_network_alloc(&shop->network, step->inputs, step->network, error) ||
        eg_matrix_alloc(&shop->x, step->batch, step->inputs, error))
        return EG_INTERNAL;
    eg_network_initialise(&shop->network, EG_HE_NORMAL,
                          eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    shop->y = eg_alloc(step->batch, sizeof(real), error);
    shop->gradient = eg_alloc(shop->network.parameters, sizeof(real), error);
    const struct eg_explainer explainer = {
        .network = &shop->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_ROLLED},
        .threads = threads};
    const struct eg_prior_settings smooth = {.standardise = EG_STANDARDISE_SD,
                                             .image = shop->network.layers[0].from};
    if (!shop->y || !shop->gradient ||
        eg_prior_term_alloc(&shop->prior, &eg_total_variation_prior, &smooth, &explainer,
                            step->batch, error) ||
        eg_backprop_alloc(&shop->pass, &shop->network, step->batch, threads, error) ||
        eg_optimiser_alloc(&shop->optimiser, &adam, shop->network.parameters, error))
        return EG_INTERNAL;
    shop->optimiser.threads = threads;
    for (size_t i = 0; i < step->batch * step->inputs; i++)
        shop->x.data[i] = (real)eg_stream_normal(&stream);
    for (size_t i = 0; i < step->batch; i++)
        shop->y[i] = (real)(i % 10);
    return EG_OK;
}

static void clear(struct workshop *shop)
{
    eg_optimiser_free(&shop->optimiser);
    eg_backprop_free(&shop->pass);
    eg_prior_term_free(&shop->prior);
    eg_matrix_free(&shop->x);
    eg_network_free(&shop->network);
    free(shop->y);
    free(shop->gradient);
}

static void run_step(struct workshop *shop, size_t number)
{
    struct eg_stream dropout = eg_stream_make(1, 0, EG_PURPOSE_DROPOUT, 0, number);
    const struct eg_batch batch = {
        .n = shop->x.rows,
        .x = shop->x.data,
        .y = shop->y,
        .stream = eg_stream_make(1, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, number)};
    const struct eg_objective_term term = eg_prior_as_term(&shop->prior, 1e-4);
    eg_backprop_run(&shop->pass, &shop->network, &eg_softmax_cross_entropy, batch.n, batch.x,
                    batch.y, &dropout, shop->gradient);
    eg_backprop_move_averages(&shop->pass, &shop->network, batch.n);
    term.add(term.context, &shop->network, &batch, term.strength, shop->gradient);
    eg_optimiser_step(&shop->optimiser, 0, shop->gradient, shop->network.theta);
}

int eg_time_image_step(const struct eg_image_step *step, size_t threads,
                       struct eg_step_timing *timing, struct eg_error *error)
{
    struct workshop shop = {0};
    const int status = prepare(step, threads, &shop, error);
    if (!status) {
        run_step(&shop, 0); /* memory is touched, threads are there */
        const double start = eg_clock();
        run_step(&shop, 1);
        *timing = (struct eg_step_timing){
            .seconds = eg_clock() - start,
            .operations = count_operations(&shop.network, step->batch),
            .bytes = (double)(eg_backprop_bytes(&shop.pass) +
                              eg_attribution_bytes(&shop.prior.attribution))};
    }
    clear(&shop);
    return status;
}
