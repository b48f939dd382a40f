/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layer_probe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

real *draw_normals(size_t count, uint64_t seed)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 7, 0);
    real *values = malloc((count ? count : 1) * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (real)eg_stream_normal(&stream);
    return values;
}

/* A path, and a chord from every third node. */
static void make_graph(size_t nodes, struct eg_graph *propagation)
{
    struct eg_edge *edges = malloc(2 * nodes * sizeof *edges);
    struct eg_graph graph;
    size_t count = 0;
    for (size_t i = 0; i + 1 < nodes; i++) {
        edges[count++] = (struct eg_edge){(uint32_t)i, (uint32_t)(i + 1), 1 + 0.5 * (double)i};
        if (i % 3 == 0 && i + 4 < nodes)
            edges[count++] = (struct eg_edge){(uint32_t)i, (uint32_t)(i + 4), 0.7};
    }
    cr_assert_eq(eg_graph_alloc(&graph, nodes, count, edges, NULL), EG_OK);
    cr_assert_eq(eg_graph_propagation(&graph, 0, nodes, propagation, NULL), EG_OK);
    eg_graph_free(&graph);
    free(edges);
}

void probe_open(struct layer_probe *probe, struct eg_image from, const char *text, size_t m,
                uint64_t seed)
{
    char whole[256];
    struct eg_error error = {0};
    snprintf(whole, sizeof whole, "image %zux%zux%zu, %s", from.height, from.width, from.channels,
             text);
    *probe = (struct layer_probe){.m = m};
    if (strncmp(text, "graphconv", 9) == 0)
        make_graph(from.height * from.width > 1 ? from.height * from.width : from.channels,
                   &probe->graph);
    cr_assert_eq(eg_network_alloc_on_graph(&probe->network, eg_image_size(&from), whole,
                                           probe->graph.nodes ? &probe->graph : NULL, &error),
                 EG_OK, "%s: %s", whole, error.message);
    const struct eg_layer *layer = probe->layer = &probe->network.layers[0];
    cr_assert_eq(probe->network.layer_count, layer->type->second ? 2 : 1, "%s", whole);
    cr_assert_eq(layer->inputs, eg_image_size(&from));
    cr_assert_eq(layer->outputs, eg_image_size(&layer->to));
    probe->theta = draw_normals(layer->parameters, seed);
    if (layer->type == &eg_batch_norm) /* the last quarter are variances */
        for (size_t i = layer->parameters / 4 * 3; i < layer->parameters; i++)
            probe->theta[i] = (real)0.3 + probe->theta[i] * probe->theta[i];
    probe->in = draw_normals(m * layer->inputs, seed + 1);
    probe->t_in = draw_normals(m * layer->inputs, seed + 2);
    probe->d_out = draw_normals(m * layer->outputs, seed + 3);
}

void probe_close(struct layer_probe *probe)
{
    eg_network_free(&probe->network);
    eg_graph_free(&probe->graph);
    free(probe->theta);
    free(probe->in);
    free(probe->t_in);
    free(probe->d_out);
    *probe = (struct layer_probe){0};
}

int probe_has(const struct layer_probe *probe, enum sweep_kind kind)
{
    const struct eg_layer_type *type = probe->layer->type;
    return kind == SWEEP_WEIGHTS ? type->accumulate_weights != NULL
                                 : kind != SWEEP_BIAS || type->accumulate_bias != NULL;
}

size_t probe_size(const struct layer_probe *probe, enum sweep_kind kind)
{
    const struct eg_layer *layer = probe->layer;
    if (kind == SWEEP_FORWARD || kind == SWEEP_TANGENT)
        return probe->m * layer->outputs;
    return kind == SWEEP_BACKWARD ? probe->m * layer->inputs : layer->parameters;
}

void probe_part(const struct layer_probe *probe, enum sweep_kind kind, size_t part, size_t parts,
                real *out)
{
    const struct eg_layer *layer = probe->layer;
    real *scratch = malloc((layer->scratch + 1) * sizeof *scratch);
    memset(scratch, 0xff, (layer->scratch + 1) * sizeof *scratch); /* NaN */
    const struct eg_sweep sweep = {layer, probe->theta, probe->m, part, parts, scratch};
    switch (kind) {
    case SWEEP_FORWARD:
        layer->type->forward(&sweep, probe->in, out);
        break;
    case SWEEP_TANGENT:
        layer->type->tangent(&sweep, probe->in, probe->t_in, out);
        break;
    case SWEEP_BACKWARD:
        layer->type->backward(&sweep, probe->in, probe->d_out, out);
        break;
    case SWEEP_WEIGHTS:
        layer->type->accumulate_weights(&sweep, probe->in, probe->d_out, out);
        break;
    case SWEEP_BIAS:
        layer->type->accumulate_bias(&sweep, probe->d_out, out);
        break;
    }
    free(scratch);
}

real *probe_sweep(const struct layer_probe *probe, enum sweep_kind kind, size_t parts)
{
    const size_t size = probe_size(probe, kind);
    real *out = malloc((size + 1) * sizeof *out);
    memset(out, kind == SWEEP_WEIGHTS || kind == SWEEP_BIAS ? 0 : 0xff, (size + 1) * sizeof *out);
    for (size_t part = parts; part-- > 0;)
        probe_part(probe, kind, part, parts, out);
    return out;
}

double dot_of(size_t count, const real *a, const real *b)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

double gap_of(size_t count, const real *a, const real *b)
{
    double largest = 0, scale = 0;
    for (size_t i = 0; i < count; i++) {
        const double gap = fabs((double)a[i] - (double)b[i]);
        largest = gap <= largest ? largest : gap; /* NaN stays */
        scale = fmax(scale, fabs((double)b[i]));
        if (isnan(gap))
            return gap;
    }
    return scale > 0 ? largest / scale : largest;
}
