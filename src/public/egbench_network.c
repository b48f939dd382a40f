/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "onnx/onnx_network.h"
#include "public/checks.h"

_Static_assert((int)EGBENCH_FAN_IN_UNIFORM == (int)EG_FAN_IN_UNIFORM, "egbench_initialiser");

static int keep_or_free(struct egbench_network **network, int status)
{
    if (status) {
        egbench_network_free(*network);
        *network = NULL;
    }
    return status;
}

int egbench_network_alloc(struct egbench_network **network, size_t inputs, const char *text,
                          struct egbench_error *error)
{
    return egbench_network_alloc_on_graph(network, inputs, text, NULL, error);
}

/* The network on *network's own graph, where it has one. */
static int alloc_here(struct egbench_network *network, size_t inputs, const char *text,
                      struct eg_error *error)
{
    struct eg_torch_model *model = &network->model;
    const int status = eg_network_alloc_on_graph(
        &model->network, inputs, text, network->propagation.nodes ? &network->propagation : NULL,
        error);
    if (status)
        return status;
    model->text = strdup(text);
    return model->text ? EG_OK : eg_fail(error, EG_INTERNAL, "network: out of memory");
}

int egbench_network_alloc_on_graph(struct egbench_network **network, size_t inputs,
                                   const char *text, const struct egbench_graph *graph,
                                   struct egbench_error *error)
{
    struct eg_error *own_error = eg_error_of(error);
    *network = NULL;
    if (!inputs)
        return egbench_fail(error, EG_USAGE, "network: rows of 0 numbers: give at least one");
    if (!EG_HANDLE(error, *network))
        return EG_INTERNAL;
    int status = graph ? eg_graph_propagation(&graph->graph, 0, graph->graph.nodes,
                                              &(*network)->propagation, own_error)
                       : EG_OK;
    if (!status)
        status = alloc_here(*network, inputs, text, own_error);
    return keep_or_free(network, status);
}

int egbench_network_copy(struct egbench_network **copy, const struct egbench_network *network,
                         struct egbench_error *error)
{
    const struct eg_network *own = &network->model.network;
    struct eg_error *own_error = eg_error_of(error);
    if (!EG_HANDLE(error, *copy))
        return EG_INTERNAL;
    int status = network->propagation.nodes
                     ? eg_graph_copy(&network->propagation, &(*copy)->propagation, own_error)
                     : EG_OK;
    if (!status)
        status = alloc_here(*copy, own->inputs, network->model.text, own_error);
    if (!status)
        memcpy((*copy)->model.network.theta, own->theta, own->parameters * sizeof *own->theta);
    return keep_or_free(copy, status);
}

static int read_onnx(const char *path, size_t inputs, const char *text,
                     struct eg_torch_model *model, struct eg_error *error)
{
    struct eg_onnx_network network;
    if (text)
        return eg_fail(error, EG_USAGE, "network: %s tells its layers: give no text (NULL)", path);
    int status = eg_onnx_network_read(path, inputs, &network, error);
    if (!status)
        status = eg_torch_model_of(path, &network.tensors, network.text, model, error);
    if (!status && inputs && model->network.inputs != inputs)
        status = eg_fail(error, EG_DATA, "%s: the network takes %zu features, not %zu", path,
                         model->network.inputs, inputs);
    eg_onnx_network_free(&network);
    return status;
}

int egbench_network_read(struct egbench_network **network, const char *path, size_t inputs,
                         const char *text, struct egbench_error *error)
{
    if (!EG_HANDLE(error, *network))
        return EG_INTERNAL;
    struct eg_torch_model *model = &(*network)->model;
    return keep_or_free(network,
                        eg_onnx_is_named(path)
                            ? read_onnx(path, inputs, text, model, eg_error_of(error))
                            : eg_torch_model_read(path, inputs, text, model, eg_error_of(error)));
}

int egbench_network_write(const struct egbench_network *network, const char *path, int is_single,
                          struct egbench_error *error)
{
    return eg_torch_model_write(path, &network->model.network, network->model.text, is_single,
                                eg_error_of(error));
}

void egbench_network_free(struct egbench_network *network)
{
    if (!network)
        return;
    eg_torch_model_free(&network->model);
    eg_graph_free(&network->propagation);
    free(network);
}

void egbench_network_initialise(struct egbench_network *network,
                                enum egbench_initialiser initialiser, uint64_t seed)
{
    eg_network_initialise(&network->model.network, (enum eg_initialiser)initialiser,
                          eg_stream_make(seed, 0, EG_PURPOSE_WEIGHTS, 0, 0));
}

size_t egbench_network_inputs(const struct egbench_network *network)
{
    return network->model.network.inputs;
}

size_t egbench_network_outputs(const struct egbench_network *network)
{
    return network->model.network.outputs;
}

size_t egbench_network_parameters(const struct egbench_network *network)
{
    return network->model.network.parameters;
}

eg_real *egbench_network_weights(struct egbench_network *network)
{
    return network->model.network.theta;
}

const eg_real *egbench_network_const_weights(const struct egbench_network *network)
{
    return network->model.network.theta;
}

const char *egbench_network_text(const struct egbench_network *network)
{
    return network->model.text;
}

int egbench_network_predict(const struct egbench_network *network, size_t rows, const eg_real *x,
                            eg_real *output, struct egbench_error *error)
{
    return eg_network_predict(&network->model.network, rows, x, output, eg_error_of(error));
}

int eg_mean_loss(const struct eg_network *network, const struct eg_loss *loss, size_t rows,
                 const real *x, const real *y, double *mean, struct eg_error *error)
{
    const size_t outputs = network->outputs, width = loss->y_is_class ? 1 : outputs;
    real *a = eg_alloc((rows + 1) * outputs, sizeof *a, error);
    const int status = a ? eg_network_predict(network, rows, x, a, error) : EG_INTERNAL;
    double sum = 0;
    for (size_t i = 0; !status && i < rows; i++)
        sum += loss->row(outputs, a + i * outputs, y + i * width, a + rows * outputs);
    free(a);
    *mean = sum / (double)rows;
    return status;
}

int egbench_network_loss(const struct egbench_network *network, enum egbench_loss loss, size_t rows,
                         const eg_real *x, const eg_real *y, double *mean,
                         struct egbench_error *error)
{
    const struct eg_loss *own = eg_loss_of(loss);
    const struct eg_network *model = &network->model.network;
    if (!own || !rows)
        return egbench_fail(error, EG_USAGE,
                            "loss %u on %zu rows: give an enum egbench_loss and at least one row",
                            (unsigned)loss, rows);
    const int status = eg_check_labels("loss", own, rows, y, model->outputs, error);
    if (status)
        return status;
    if (eg_mean_loss(model, own, rows, x, y, mean, eg_error_of(error)))
        return EG_INTERNAL;
    return isfinite(*mean) ? EG_OK
                           : egbench_fail(error, EG_DATA,
                                          "loss: it is %g: rows or weights are not finite", *mean);
}
