/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/plugin_model.h"

#include <stdlib.h>
#include <string.h>

/* Rows that go through at once. */
enum { BLOCK = 64 };

/* Plug-ins count in doubles, and so does this program. */
_Static_assert(sizeof(real) == sizeof(double), "plug-ins get the rows as they are");

static size_t block_at(size_t rows, size_t first)
{
    return rows - first < BLOCK ? rows - first : BLOCK;
}

static int forward(void *context, size_t rows, const double *x, double *f)
{
    const struct eg_network *network = ((struct eg_plugin_model *)context)->network;
    int status = EG_OK;
    for (size_t first = 0; !status && first < rows; first += BLOCK)
        status = eg_network_predict(network, block_at(rows, first), x + first * network->inputs,
                                    f + first * network->outputs, NULL);
    return status;
}

static int find_gradient(void *context, size_t rows, const double *x, const size_t *output,
                         double *gradient)
{
    struct eg_plugin_model *model = context;
    const size_t p = model->network->inputs;
    for (size_t i = 0; output && i < rows; i++)
        if (output[i] >= model->network->outputs)
            return EG_USAGE;
    for (size_t first = 0; first < rows; first += BLOCK) {
        const size_t m = block_at(rows, first);
        for (size_t i = 0; i < m; i++)
            model->y[i] = output ? (real)output[first + i] : 0;
        eg_attribution_explain(&model->gradients, m, x + first * p, model->y, (struct eg_stream){0},
                               gradient + first * p, NULL, NULL);
    }
    return EG_OK;
}

/* Values and their derivatives go up together. Returns the last layer's derivatives. */
static const real *sweep_tangents(struct eg_plugin_model *model, size_t m, const real *in,
                                  const real *t_in)
{
    const struct eg_network *network = model->network;
    real *values[EG_LAYERS_MAX] = {0}, *tangents[EG_LAYERS_MAX] = {0}, *marked = model->marked;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const real *theta = network->theta + layer->offset;
        real *out = model->values[l % 2], *t_out = model->tangents[l % 2];
        if (layer->is_marked) {
            out = values[l] = marked;
            t_out = tangents[l] = marked + m * layer->outputs;
            marked += 2 * m * layer->outputs;
        }
        eg_layer_forward(&model->workers, layer, theta, m, in, out);
        eg_layer_join(&model->workers, layer, m, values, out);
        eg_layer_tangent(&model->workers, layer, theta, m, in, t_in, t_out);
        eg_layer_join(&model->workers, layer, m, tangents, t_out);
        eg_layer_activate(&model->workers, layer, m, out);
        eg_layer_multiply_slope(&model->workers, layer, m, out, t_out);
        in = out;
        t_in = t_out;
    }
    return t_in;
}

static int find_tangent(void *context, size_t rows, const double *x, const double *direction,
                        double *slope)
{
    struct eg_plugin_model *model = context;
    const size_t p = model->network->inputs, outputs = model->network->outputs;
    for (size_t first = 0; first < rows; first += BLOCK) {
        const size_t m = block_at(rows, first);
        memcpy(slope + first * outputs,
               sweep_tangents(model, m, x + first * p, direction + first * p),
               m * outputs * sizeof *slope);
    }
    return EG_OK;
}

int eg_plugin_model_alloc(struct eg_plugin_model *model, const struct eg_network *network,
                          struct eg_error *error)
{
    const size_t size = BLOCK * eg_network_width(network);
    const struct eg_explainer explainer = {.network = network, .method = &eg_gradients};
    *model = (struct eg_plugin_model){.handle = {.size = sizeof model->handle,
                                                 .inputs = network->inputs,
                                                 .outputs = network->outputs,
                                                 .context = model,
                                                 .forward = forward,
                                                 .gradient = find_gradient,
                                                 .tangent = find_tangent},
                                      .network = network};
    model->room = eg_alloc(4 * size + BLOCK + 2 * BLOCK * eg_network_marked(network),
                           sizeof *model->room, error);
    int status = model->room ? eg_attribution_alloc(&model->gradients, &explainer, BLOCK, 0, error)
                             : EG_INTERNAL;
    if (!status)
        status = eg_workers_alloc(&model->workers, network, 1, error);
    if (status) {
        eg_plugin_model_free(model);
        return status;
    }
    for (size_t i = 0; i < 2; i++) {
        model->values[i] = model->room + i * size;
        model->tangents[i] = model->room + (2 + i) * size;
    }
    model->y = model->room + 4 * size;
    model->marked = model->y + BLOCK;
    return EG_OK;
}

void eg_plugin_model_free(struct eg_plugin_model *model)
{
    eg_attribution_free(&model->gradients);
    eg_workers_free(&model->workers);
    free(model->room);
    *model = (struct eg_plugin_model){0};
}

static double draw_uniform(void *stream)
{
    return eg_stream_uniform(stream);
}

static double draw_normal(void *stream)
{
    return eg_stream_normal(stream);
}

struct egbench_random eg_plugin_random(struct eg_stream *stream)
{
    return (struct egbench_random){.size = sizeof(struct egbench_random),
                                   .context = stream,
                                   .uniform = draw_uniform,
                                   .normal = draw_normal};
}
