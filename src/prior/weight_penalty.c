/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/weight_penalty.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"

static double sign_of(real value)
{
    return (value > 0) - (value < 0);
}

/* The layers up to the first that has weights, that one included. */
static size_t count_first(const struct eg_network *network)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].weights)
            return l + 1;
    return network->layer_count;
}

/* Magnitudes are summed in so many sums side by side, so that one need not wait for the other. */
enum { LANES = 16 };

/* factor * mean of |values| */
EG_WIDE static double add_mean_magnitude(size_t count, const real *restrict values, double factor,
                                         double divisor, double strength, real *restrict gradient)
{
    double sums[LANES] = {0}, sum = 0;
    const real slope = (real)(strength * factor / divisor);
    const size_t whole = count / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t j = 0; j < LANES; j++) {
            const real value = values[i + j];
            sums[j] += fabs((double)value);
            gradient[i + j] += value > 0 ? slope : value < 0 ? -slope : 0;
        }
    for (size_t i = whole; i < count; i++) {
        sum += fabs((double)values[i]);
        gradient[i] += slope * (real)sign_of(values[i]);
    }
    for (size_t j = 0; j < LANES; j++)
        sum += sums[j];
    return factor * sum / divisor;
}

/* What of a layer the L1 penalty is on. */
static size_t count_penalised(const struct eg_layer *layer, int has_biases)
{
    return has_biases && layer->weights ? layer->parameters : layer->weights;
}

static double add_l1(const struct eg_network *network, size_t layers, int has_biases,
                     double strength, real *gradient)
{
    size_t count = 0;
    double value = 0;
    for (size_t l = 0; l < layers; l++)
        count += count_penalised(&network->layers[l], has_biases);
    for (size_t l = 0; l < layers; l++) {
        const struct eg_layer *layer = &network->layers[l];
        value += add_mean_magnitude(count_penalised(layer, has_biases),
                                    network->theta + layer->offset, 1, (double)count, strength,
                                    gradient + layer->offset);
    }
    return value;
}

static double add_l2(const struct eg_network *network, size_t layers, double strength,
                     real *gradient)
{
    double square = 0;
    for (size_t l = 0; l < layers; l++) {
        const real *weight = network->theta + network->layers[l].offset;
        for (size_t i = 0; i < network->layers[l].weights; i++)
            square += (double)weight[i] * (double)weight[i];
    }
    const double norm = sqrt(square);
    if (!(norm > 0))
        return 0;
    const real slope = (real)(strength / norm);
    for (size_t l = 0; l < layers; l++) {
        const size_t offset = network->layers[l].offset;
        for (size_t i = 0; i < network->layers[l].weights; i++)
            gradient[offset + i] += slope * network->theta[offset + i];
    }
    return norm;
}

static double add_weight_decay(const struct eg_network *network, double strength, real *gradient,
                               double *scratch)
{
    (void)scratch;
    double square = 0;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        for (size_t i = layer->offset; i < layer->offset + layer->weights; i++) {
            const double w = (double)network->theta[i];
            square += w * w;
            gradient[i] += (real)(strength * w);
        }
    }
    return square / 2;
}

/* sum |w| + sqrt(units) * sum over inputs of the norm of that input's weights, of a dense layer */
static double add_group_lasso(const struct eg_layer *layer, const real *weight, double strength,
                              real *gradient, double *norm)
{
    const double root = sqrt((double)layer->outputs);
    double value = 0;
    memset(norm, 0, layer->inputs * sizeof *norm);
    for (size_t i = 0; i < layer->outputs; i++)
        for (size_t j = 0; j < layer->inputs; j++) {
            const double w = weight[i * layer->inputs + j];
            norm[j] += w * w;
            value += fabs(w);
        }
    for (size_t j = 0; j < layer->inputs; j++) {
        const double root_square = sqrt(norm[j]);
        value += root * root_square;
        norm[j] = root_square > 0 ? root / root_square : 0; /* from here on the slope's factor */
    }
    for (size_t i = 0; i < layer->outputs; i++)
        for (size_t j = 0; j < layer->inputs; j++) {
            const size_t at = i * layer->inputs + j;
            const double slope = sign_of(weight[at]) + norm[j] * (double)weight[at];
            gradient[at] += (real)(strength * slope);
        }
    return value;
}

static double add_l1_all(const struct eg_network *network, double strength, real *gradient,
                         double *scratch)
{
    (void)scratch;
    return add_l1(network, network->layer_count, 0, strength, gradient);
}

static double add_l1_biased(const struct eg_network *network, double strength, real *gradient,
                            double *scratch)
{
    (void)scratch;
    return add_l1(network, network->layer_count, 1, strength, gradient);
}

static double add_l1_first(const struct eg_network *network, double strength, real *gradient,
                           double *scratch)
{
    (void)scratch;
    return add_l1(network, count_first(network), 0, strength, gradient);
}

static double add_l2_all(const struct eg_network *network, double strength, real *gradient,
                         double *scratch)
{
    (void)scratch;
    return add_l2(network, network->layer_count, strength, gradient);
}

static double add_l2_first(const struct eg_network *network, double strength, real *gradient,
                           double *scratch)
{
    (void)scratch;
    return add_l2(network, count_first(network), strength, gradient);
}

static double add_sgl_first(const struct eg_network *network, double strength, real *gradient,
                            double *scratch)
{
    const struct eg_layer *layer = &network->layers[count_first(network) - 1];
    if (layer->type != &eg_dense)
        return 0;
    return add_group_lasso(layer, network->theta + layer->offset, strength,
                           gradient + layer->offset, scratch);
}

static double add_sgl_all(const struct eg_network *network, double strength, real *gradient,
                          double *scratch)
{
    double value = 0;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (layer->type != &eg_dense)
            continue;
        const size_t biases = layer->parameters - layer->weights;
        value += add_group_lasso(layer, network->theta + layer->offset, strength,
                                 gradient + layer->offset, scratch);
        const size_t offset = layer->offset + layer->weights;
        value += add_mean_magnitude(biases, network->theta + offset, 2, (double)biases, strength,
                                    gradient + offset);
    }
    return value;
}

const struct eg_weight_penalty eg_l1_all = {"l1_all", "mean |w|, all layers", add_l1_all};
const struct eg_weight_penalty eg_l1_first = {"l1_first", "mean |w|, first layer", add_l1_first};
const struct eg_weight_penalty eg_l1_biased = {"l1_biased", "mean |w|, all layers, biases too",
                                               add_l1_biased};
const struct eg_weight_penalty eg_l2_all = {"l2_all", "norm of w, all layers", add_l2_all};
const struct eg_weight_penalty eg_l2_first = {"l2_first", "norm of w, first layer", add_l2_first};
const struct eg_weight_penalty eg_sgl_all = {"sgl_all", "sparse group lasso, all layers",
                                             add_sgl_all};
const struct eg_weight_penalty eg_sgl_first = {"sgl_first", "sparse group lasso, first layer",
                                               add_sgl_first};
const struct eg_weight_penalty eg_weight_decay = {"weight_decay", "half the sum of w^2, all layers",
                                                  add_weight_decay};

const struct eg_weight_penalty *const eg_weight_penalties[] = {
    &eg_l1_all,  &eg_l1_first,  &eg_l1_biased,    &eg_l2_all, &eg_l2_first,
    &eg_sgl_all, &eg_sgl_first, &eg_weight_decay, NULL};
