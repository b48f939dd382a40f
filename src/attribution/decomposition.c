/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/decomposition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sizes.h"

static int check_layers(const struct eg_network *network, struct eg_error *error)
{
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const int is_known = layer->activation == &eg_relu || layer->activation == &eg_identity;
        if (layer->type->statistics || layer->type->curve || layer->type->elementwise ||
            layer->joins || !is_known)
            return eg_fail(error, EG_USAGE,
                           "contextual decomposition has no rule for '%s' (layer %zu): use relu, "
                           "and neither normalisations nor residual additions",
                           is_known ? layer->type->name : layer->activation->name, l + 1);
    }
    return EG_OK;
}

/* Hands out consecutive parts of the block; before the block exists it only counts. */
static real *carve(const struct eg_decomposition *decomposition, size_t *used, size_t count)
{
    const size_t line = 64 / sizeof(real);
    real *part = decomposition->block ? decomposition->block + *used : NULL;
    *used += eg_round_up(count, line);
    return part;
}

static size_t carve_all(struct eg_decomposition *d)
{
    size_t used = 0;
    const struct eg_network *network = d->network;
    const size_t wide = d->rows * eg_network_width(network);
    d->start = carve(d, &used, d->rows * network->inputs);
    d->of_bias = carve(d, &used, wide);
    for (size_t i = 0; i < 2; i++) {
        d->of_beta[i] = carve(d, &used, wide);
        d->of_h[i] = carve(d, &used, wide);
    }
    for (size_t l = 0; l < network->layer_count; l++) {
        const size_t count = d->rows * network->layers[l].outputs;
        d->h[l] = carve(d, &used, count);
        d->beta[l] = carve(d, &used, count);
        if (network->layers[l].type->accumulate_bias) {
            d->p[l] = carve(d, &used, count);
            d->q[l] = carve(d, &used, count);
        }
    }
    return used;
}

int eg_decomposition_alloc(struct eg_decomposition *decomposition, const struct eg_network *network,
                           const real *mask, size_t rows, size_t threads, struct eg_error *error)
{
    *decomposition = (struct eg_decomposition){.network = network, .mask = mask, .rows = rows};
    const int status = check_layers(network, error);
    if (status)
        return status;
    decomposition->block_size = carve_all(decomposition);
    decomposition->block = eg_alloc(decomposition->block_size, sizeof(real), error);
    if (!decomposition->block ||
        eg_workers_alloc(&decomposition->workers, network, threads, error)) {
        eg_decomposition_free(decomposition);
        return EG_INTERNAL;
    }
    carve_all(decomposition);
    return EG_OK;
}

void eg_decomposition_free(struct eg_decomposition *decomposition)
{
    eg_workers_free(&decomposition->workers);
    free(decomposition->block);
    *decomposition = (struct eg_decomposition){0};
}

size_t eg_decomposition_bytes(const struct eg_decomposition *decomposition)
{
    const struct eg_workers *workers = &decomposition->workers;
    return (decomposition->block_size + workers->threads * workers->each) * sizeof(real);
}

/* |p| / (|p| + |q|) */
static inline real share_of(real p, real q)
{
    const real all = (real)fabs((double)p) + (real)fabs((double)q);
    return all > 0 ? (real)fabs((double)p) / all : (real)0.5;
}

/* A region of threads costs more than this many numbers take. */
enum { FEW_NUMBERS = 1 << 16 };

static size_t threads_for(const struct eg_decomposition *decomposition, size_t numbers)
{
    return numbers > FEW_NUMBERS ? decomposition->workers.threads : 1;
}

/* beta holds W beta_in, a the layer's output with its bias: fills p and q, and beta gets its share of
 * the bias. */
static void share_bias(const struct eg_decomposition *decomposition, size_t l, size_t n)
{
    const struct eg_layer *layer = &decomposition->network->layers[l];
    const size_t channels = layer->to.channels, pixels = n * layer->outputs / channels;
    const size_t threads = threads_for(decomposition, n * layer->outputs);
    const real *bias = decomposition->network->theta + layer->offset + layer->weights;
    const real *restrict a = decomposition->h[l];
    real *restrict beta = decomposition->beta[l], *restrict p = decomposition->p[l],
                   *restrict q = decomposition->q[l];
#pragma omp parallel for num_threads((int)threads) if (threads > 1)
    for (size_t pixel = 0; pixel < pixels; pixel++)
        for (size_t c = 0; c < channels; c++) {
            const size_t i = pixel * channels + c;
            p[i] = beta[i];
            q[i] = a[i] - bias[c] - beta[i];
            beta[i] += share_of(p[i], q[i]) * bias[c];
        }
}

const real *eg_decomposition_run(struct eg_decomposition *decomposition, size_t n, const real *x)
{
    const struct eg_network *network = decomposition->network;
    const struct eg_workers *workers = &decomposition->workers;
    const real *in = x, *beta_in = decomposition->start;
    decomposition->x = x;
    for (size_t row = 0; row < n; row++)
        for (size_t j = 0; j < network->inputs; j++)
            decomposition->start[row * network->inputs + j] = decomposition->mask[j] *
                                                              x[row * network->inputs + j];
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const real *theta = network->theta + layer->offset;
        real *h = decomposition->h[l], *beta = decomposition->beta[l];
        eg_layer_forward(workers, layer, theta, n, in, h);
        eg_layer_tangent(workers, layer, theta, n, in, beta_in, beta);
        if (decomposition->p[l])
            share_bias(decomposition, l, n);
        eg_layer_activate(workers, layer, n, h);
        eg_layer_activate(workers, layer, n, beta);
        in = h;
        beta_in = beta;
    }
    return beta_in;
}

static inline real sign_of(real value)
{
    return (real)((value > 0) - (value < 0));
}

/* From the slopes of beta and a after the bias to those of p and a before it, and of the bias. */
static void unshare_bias(const struct eg_decomposition *decomposition, size_t l, size_t n,
                         real *restrict of_beta, real *restrict of_h)
{
    const struct eg_layer *layer = &decomposition->network->layers[l];
    const size_t channels = layer->to.channels, pixels = n * layer->outputs / channels;
    const size_t threads = threads_for(decomposition, n * layer->outputs);
    const real *bias = decomposition->network->theta + layer->offset + layer->weights;
    const real *restrict p = decomposition->p[l], *restrict q = decomposition->q[l];
    real *restrict of_bias = decomposition->of_bias;
#pragma omp parallel for num_threads((int)threads) if (threads > 1)
    for (size_t pixel = 0; pixel < pixels; pixel++)
        for (size_t c = 0; c < channels; c++) {
            const size_t i = pixel * channels + c;
            const real large_p = (real)fabs((double)p[i]), large_q = (real)fabs((double)q[i]);
            const real all = large_p + large_q;
            const real pull = all > 0 ? of_beta[i] * bias[c] / all / all : 0;
            const real of_q = -pull * sign_of(q[i]) * large_p;
            of_bias[i] = of_h[i] + share_of(p[i], q[i]) * of_beta[i];
            of_beta[i] += pull * sign_of(p[i]) * large_q - of_q;
            of_h[i] += of_q;
        }
}

void eg_decomposition_pull_back(struct eg_decomposition *decomposition, size_t n, const real *v,
                                real *gradient)
{
    const struct eg_network *network = decomposition->network;
    const struct eg_workers *workers = &decomposition->workers;
    const size_t top = network->layer_count - 1, count = n * network->outputs;
    memcpy(decomposition->of_beta[top % 2], v, count * sizeof *v);
    memset(decomposition->of_h[top % 2], 0, count * sizeof *v);
    for (size_t l = network->layer_count; l-- > 0;) {
        const struct eg_layer *layer = &network->layers[l];
        const real *theta = network->theta + layer->offset;
        const real *in = l ? decomposition->h[l - 1] : decomposition->x;
        const real *beta_in = l ? decomposition->beta[l - 1] : decomposition->start;
        real *of_beta = decomposition->of_beta[l % 2], *of_h = decomposition->of_h[l % 2];
        real *own = gradient + layer->offset;
        eg_layer_multiply_slope(workers, layer, n, decomposition->beta[l], of_beta);
        eg_layer_multiply_slope(workers, layer, n, decomposition->h[l], of_h);
        if (decomposition->p[l]) {
            unshare_bias(decomposition, l, n, of_beta, of_h);
            eg_layer_accumulate_bias(workers, layer, theta, n, decomposition->of_bias, own);
        }
        eg_layer_accumulate_weights(workers, layer, theta, n, beta_in, of_beta, own);
        eg_layer_accumulate_weights(workers, layer, theta, n, in, of_h, own);
        if (l == 0)
            break;
        eg_layer_backward(workers, layer, theta, n, in, of_beta,
                          decomposition->of_beta[(l + 1) % 2]);
        eg_layer_backward(workers, layer, theta, n, in, of_h, decomposition->of_h[(l + 1) % 2]);
    }
}
