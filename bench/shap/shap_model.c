/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/shap/shap_model.h"

#include <math.h>
#include <string.h>

#include <Random123/philox.h>

#include "base/numpy_stream.h"
#include "bench/experiments.h"

const char eg_shap_network[] = "dense 32, relu, dense 20, relu, dense 20, relu, dense 1";

enum { NUMPY_SEED = 3293, GRAPH_SEED = 87654321, SEED_BOUND = 10000000, BATCH = 32 };

void eg_shap_split(uint32_t split, size_t n, size_t *index)
{
    struct eg_numpy_stream stream;
    eg_numpy_seed(&stream, split);
    eg_numpy_permutation(&stream, index, n);
}

/* TensorFlow's random_uniform: the low 23 bits of a word become the mantissa of 1.xxx, less 1. */
static float tensorflow_uniform(uint32_t word)
{
    const uint32_t bits = 0x3f800000u | (word & 0x7fffffu);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value - 1.0f;
}

/* Its kernel is inputs x outputs, ours the transpose. */
static void initialise_layer(const struct eg_layer *layer, uint32_t operation_seed, real *weight)
{
    const philox4x32_key_t key = {{GRAPH_SEED, 0}};
    const float limit = (float)sqrt(6.0 / (double)(layer->inputs + layer->outputs));
    const float range = limit - -limit;
    for (size_t at = 0; at < layer->weights; at += 4) {
        const philox4x32_ctr_t counter = {{(uint32_t)(at / 4), 0, operation_seed, 0}};
        const philox4x32_ctr_t block = philox4x32(counter, key);
        for (size_t i = at; i < at + 4 && i < layer->weights; i++) {
            const size_t input = i / layer->outputs, output = i % layer->outputs;
            weight[output * layer->inputs + input] = (real)(tensorflow_uniform(block.v[i - at]) *
                                                                range -
                                                            limit);
        }
    }
}

/* The numpy stream after it has given the operation seeds. */
static struct eg_numpy_stream draw_operation_seeds(size_t layers, uint32_t *seeds)
{
    struct eg_numpy_stream stream;
    eg_numpy_seed(&stream, NUMPY_SEED);
    for (size_t l = 0; l < layers; l++)
        seeds[l] = eg_numpy_bounded(&stream, SEED_BOUND - 1);
    return stream;
}

int eg_shap_initialise(struct eg_network *network, struct eg_error *error)
{
    uint32_t seeds[EG_LAYERS_MAX];
    (void)draw_operation_seeds(network->layer_count, seeds);
    memset(network->theta, 0, network->parameters * sizeof(real));
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (layer->type != &eg_dense)
            return eg_fail(error, EG_USAGE, "SHAP's network has dense layers only");
        initialise_layer(layer, seeds[l], network->theta + layer->offset);
    }
    return EG_OK;
}

static void shuffle_on(void *context, size_t epoch, size_t *index, size_t n)
{
    (void)epoch;
    eg_numpy_shuffle(context, index, n);
}

static struct eg_training train_as_keras(size_t epochs, unsigned first_step)
{
    struct eg_training training = {
        .loss = &eg_mse, .optimiser = eg_adam(0.001), .epochs = epochs, .batch = BATCH};
    training.optimiser.epsilon = 1e-7;
    training.optimiser.bare_epsilon = 1;
    training.optimiser.first_step = first_step;
    return training;
}

int eg_shap_regenerate(struct eg_network *network, const struct eg_subset *train, size_t epochs,
                       struct eg_error *error)
{
    uint32_t seeds[EG_LAYERS_MAX];
    struct eg_numpy_stream stream = draw_operation_seeds(network->layer_count, seeds);
    struct eg_training training = train_as_keras(epochs, 2);
    training.order = shuffle_on;
    training.order_context = &stream;
    const int status = eg_shap_initialise(network, error);
    return status ? status : eg_train(network, &training, &train->x, train->y, NULL, error);
}

struct eg_retrain_recipe eg_shap_recipe(size_t epochs, uint64_t seed, uint64_t model)
{
    struct eg_retrain_recipe recipe = {
        .network = eg_shap_network,
        .initialiser = EG_GLOROT_UNIFORM,
        .weights = eg_stream_make(seed, EG_STREAM_KEEP_REMOVE, EG_PURPOSE_WEIGHTS, model, 0),
        .training = train_as_keras(epochs, 1)};
    recipe.training.shuffle = eg_stream_make(seed, EG_STREAM_KEEP_REMOVE, EG_PURPOSE_SHUFFLE, model,
                                             0);
    return recipe;
}

int eg_shap_train(struct eg_network *network, const struct eg_subset *train, size_t epochs,
                  uint64_t seed, uint64_t model, struct eg_error *error)
{
    const struct eg_retrain_recipe recipe = eg_shap_recipe(epochs, seed, model);
    eg_network_initialise(network, recipe.initialiser, recipe.weights);
    return eg_train(network, &recipe.training, &train->x, train->y, NULL, error);
}

void eg_fold_scaler(struct eg_network *network, const struct eg_scaler *scaler)
{
    const struct eg_layer *first = &network->layers[0];
    real *bias = network->theta + first->weights;
    for (size_t i = 0; i < first->outputs; i++)
        for (size_t j = 0; j < first->inputs; j++) {
            real *weight = network->theta + i * first->inputs + j;
            *weight = (real)((double)*weight / scaler->sd[j]);
            bias[i] -= (real)((double)*weight * scaler->mean[j]);
        }
}
