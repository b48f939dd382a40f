/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "attribution/sweep.h"

/* t_0 = u = v * w; tangents up, and d_l t_{l-1}' into the gradient. */
static void sweep_tangents(const struct eg_attribution *attribution, struct eg_shard_space *space,
                           real *gradient)
{
    const struct eg_network *network = attribution->explainer.network;
    const real *t_in = space->weights;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const size_t count = space->count * layer->outputs;
        const real *in = l ? space->h[l - 1] : space->points;
        layer->type->tangent(layer, network->theta + layer->offset, space->count, in, t_in,
                             space->t[l]);
        if (layer->type->accumulate_weights)
            layer->type->accumulate_weights(layer, space->count, t_in, space->d[l],
                                            gradient + layer->offset);
        if (layer->activation->curve)
            layer->activation->curve(count, space->h[l], space->t[l], space->d[l], space->c[l]);
        layer->activation->multiply_slope(count, space->h[l], space->t[l]);
        t_in = space->t[l];
    }
}

static void curve_target(const struct eg_attribution *attribution,
                         const struct eg_shard_space *space, real *adjoint)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const size_t top = explainer->network->layer_count - 1, outputs = explainer->network->outputs;
    const size_t width = eg_target_label_width(&explainer->target, outputs);
    for (size_t i = 0; i < space->count; i++) {
        const size_t sample = (space->first + i) / attribution->k;
        const real *y = attribution->y ? attribution->y + sample * width : NULL;
        eg_target_curve(&explainer->target, outputs, space->h[top] + i * outputs, y,
                        space->t[top] + i * outputs, adjoint + i * outputs);
    }
}

/* The second adjoint stream, from the last layer that has curvature down. */
static void sweep_second_adjoints(const struct eg_attribution *attribution,
                                  struct eg_shard_space *space, real *gradient)
{
    const struct eg_network *network = attribution->explainer.network;
    const size_t top = network->layer_count - 1;
    int is_zero = eg_target_is_linear(&attribution->explainer.target);
    if (!is_zero)
        curve_target(attribution, space, space->adjoint[top % 2]);
    for (size_t l = network->layer_count; l-- > 0;) {
        const struct eg_layer *layer = &network->layers[l];
        const size_t count = space->count * layer->outputs;
        real *adjoint = space->adjoint[l % 2];
        if (is_zero && !layer->activation->curve)
            continue;
        if (is_zero)
            memset(adjoint, 0, count * sizeof *adjoint);
        is_zero = 0;
        layer->activation->multiply_slope(count, space->h[l], adjoint);
        if (layer->activation->curve)
            for (size_t i = 0; i < count; i++)
                adjoint[i] += space->c[l][i];
        const real *in = l ? space->h[l - 1] : space->points;
        if (layer->type->accumulate_weights)
            layer->type->accumulate_weights(layer, space->count, in, adjoint,
                                            gradient + layer->offset);
        if (layer->type->accumulate_bias)
            layer->type->accumulate_bias(layer, space->count, adjoint, gradient + layer->offset);
        if (l)
            layer->type->backward(layer, network->theta + layer->offset, space->count, in, adjoint,
                                  space->adjoint[(l - 1) % 2]);
    }
}

static void pull_back_piece(const struct eg_attribution *attribution, struct eg_shard_space *space,
                            const real *v, real *gradient)
{
    const struct eg_network *network = attribution->explainer.network;
    const size_t p = network->inputs;
    const int is_curved = eg_network_is_curved(network) ||
                          !eg_target_is_linear(&attribution->explainer.target);
    /* Layers whose map is routed by the forward sweep read their input, as the second stream does. */
    const int needs_points = is_curved || !eg_is_interpolated(attribution);
    eg_piece_place(attribution, space, needs_points ? space->points : NULL, space->weights);
    for (size_t i = 0; i < space->count; i++) {
        const real *restrict of_sample = v + (space->first + i) / attribution->k * p;
        real *restrict weight = space->weights + i * p;
        for (size_t j = 0; j < p; j++)
            weight[j] *= of_sample[j];
    }
    sweep_tangents(attribution, space, gradient);
    if (is_curved)
        sweep_second_adjoints(attribution, space, gradient);
}

void eg_attribution_pull_back(struct eg_attribution *attribution, size_t n, const real *v,
                              real *gradient)
{
    const size_t shards = attribution->shards;
    const size_t parameters = attribution->explainer.network->parameters;
#pragma omp parallel for schedule(static, 1)
    for (size_t shard = 0; shard < shards; shard++) {
        struct eg_shard_space *space = &attribution->spaces[shard];
        const size_t end = eg_shard_begin(attribution, n, shard + 1);
        real *own = space->gradient ? space->gradient : gradient;
        size_t next;
        if (space->gradient)
            memset(own, 0, parameters * sizeof *own);
        for (size_t first = eg_shard_begin(attribution, n, shard); first < end; first = next) {
            next = eg_piece_end(attribution, n, shard, first);
            eg_piece_locate(attribution, space, shard, first, next - first);
            pull_back_piece(attribution, space, v, own);
        }
    }
    for (size_t shard = 0; shard < shards; shard++)
        if (attribution->spaces[shard].gradient)
            for (size_t i = 0; i < parameters; i++)
                gradient[i] += attribution->spaces[shard].gradient[i];
}
